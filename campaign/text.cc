#include "campaign/text.h"

#include <fmt/format.h>

namespace fencepost::campaign {

std::string HashText(std::uint64_t hash) { return fmt::format("{:#018x}", hash); }

std::string DurationText(absl::Duration duration) {
  const absl::Duration unit =
      duration < absl::Seconds(10) ? absl::Milliseconds(1) : absl::Seconds(1);
  return absl::FormatDuration(absl::Trunc(duration, unit));
}

}  // namespace fencepost::campaign
