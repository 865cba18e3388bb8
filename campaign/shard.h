// One of N equal parts of a range of seeds, for machines that share a campaign without talking.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "campaign/seed_range.h"

namespace fencepost::campaign {

// REQUIRES: 1 <= number <= count.
struct Shard {
  std::uint64_t number = 1;
  std::uint64_t count = 1;
};

// A run of neighbouring seeds. Every seed of `seeds` is in exactly one of the N shards, and no
// shard has two seeds more than another. Error: there are fewer seeds than shards.
absl::StatusOr<SeedRange> SeedsOfShard(const SeedRange& seeds, const Shard& shard);

}  // namespace fencepost::campaign
