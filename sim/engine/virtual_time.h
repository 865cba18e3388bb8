// VirtualTime: nanoseconds since the start of the execution. It moves only when the engine moves
// it and has no relation to any clock of the machine.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace fencepost::sim {

using VirtualDuration = std::chrono::nanoseconds;

class VirtualTime {
 public:
  constexpr VirtualTime() = default;  // The start of the execution.
  constexpr explicit VirtualTime(VirtualDuration since_start) : nanos_(since_start.count()) {}

  // Later than every other time. A wait with this deadline has no timer.
  static constexpr VirtualTime Never() {
    return VirtualTime(VirtualDuration(std::numeric_limits<int64_t>::max()));
  }

  constexpr int64_t nanos() const { return nanos_; }
  constexpr VirtualDuration since_start() const { return VirtualDuration(nanos_); }

  friend constexpr auto operator<=>(VirtualTime, VirtualTime) = default;

  // Saturates at Never() and at its negative.
  friend constexpr VirtualTime operator+(VirtualTime time, VirtualDuration duration) {
    int64_t sum = 0;
    if (__builtin_add_overflow(time.nanos_, duration.count(), &sum)) {
      return duration.count() > 0 ? Never() : VirtualTime(-Never().since_start());
    }
    return VirtualTime(VirtualDuration(sum));
  }
  friend constexpr VirtualDuration operator-(VirtualTime a, VirtualTime b) {
    return VirtualDuration(a.nanos_ - b.nanos_);
  }

 private:
  int64_t nanos_ = 0;
};

}  // namespace fencepost::sim
