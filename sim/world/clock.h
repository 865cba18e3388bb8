// Maps the engine's virtual time to the times that the core and the stores see.
#pragma once

#include "absl/time/time.h"
#include "sim/engine/virtual_time.h"

namespace fencepost::sim {

// Every run starts at this moment: 2024-01-01 00:00:00 UTC.
inline constexpr std::int64_t kRunStartsAtUnixSeconds = 1'704'067'200;

inline absl::Time ToTime(VirtualTime time) {
  return absl::FromUnixSeconds(kRunStartsAtUnixSeconds) + absl::Nanoseconds(time.nanos());
}

// Saturates: the infinite future becomes VirtualTime::Never().
inline VirtualTime ToVirtual(absl::Time time) {
  if (time == absl::InfiniteFuture()) return VirtualTime::Never();
  const absl::Duration since = time - absl::FromUnixSeconds(kRunStartsAtUnixSeconds);
  return VirtualTime(
      VirtualDuration(absl::ToInt64Nanoseconds(absl::Ceil(since, absl::Nanoseconds(1)))));
}

inline absl::Duration ToDuration(VirtualDuration duration) {
  return absl::Nanoseconds(duration.count());
}

inline VirtualDuration ToVirtual(absl::Duration duration) {
  return VirtualDuration(absl::ToInt64Nanoseconds(duration));
}

}  // namespace fencepost::sim
