// Numbers as texts, in the forms that reports, replay files and shared campaigns have in common.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace fencepost::campaign {

// "0x00000000000000a7", as in replay files.
std::string HashText(std::uint64_t hash);

// "1.234s"; from ten seconds on in whole seconds, such as "3h12m5s".
std::string DurationText(absl::Duration duration);

}  // namespace fencepost::campaign
