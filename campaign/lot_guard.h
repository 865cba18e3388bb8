// Judges the lots of seeds that one thread of a campaign runs, beside the runs themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/campaign_result.h"
#include "campaign/seed_range.h"

namespace fencepost::campaign {

class LotGuard {
 public:
  virtual ~LotGuard() = default;

  // The thread is going to run the lot, or its first seeds.
  virtual void Begin(const SeedRange& lot) = 0;
  // `hashes`: those of the lot's first seeds, as they were run. A finding if something is wrong
  // with one of them; it counts instead of what the runs came to.
  virtual std::optional<Finding> Compare(const std::vector<std::uint64_t>& hashes) = 0;
};

// Makes the guard of one thread.
using MakeLotGuard = std::function<absl::StatusOr<std::unique_ptr<LotGuard>>()>;

}  // namespace fencepost::campaign
