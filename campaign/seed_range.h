// The seeds that a campaign runs. A seed decides one execution of a scenario.
#pragma once

#include <cstdint>

namespace fencepost::campaign {

// Both ends belong to it. REQUIRES: first <= last.
struct SeedRange {
  std::uint64_t first;
  std::uint64_t last;
};

}  // namespace fencepost::campaign
