// One of N equal parts of a range of seeds, for machines that share a campaign without talking.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "cli/arguments.h"

namespace fencepost::cli {

// The K-th of N, counted from 1.
struct Shard {
  std::uint64_t number = 1;
  std::uint64_t count = 1;
};

// "K/N" with 1 <= K <= N <= 1,000,000.
absl::StatusOr<Shard> ParseShard(std::string_view option, std::string_view text);

// A run of neighbouring seeds. Every seed of `seeds` is in exactly one of the N shards, and no
// shard has two seeds more than another. Error: there are fewer seeds than shards.
absl::StatusOr<SeedRange> SeedsOfShard(const SeedRange& seeds, const Shard& shard);

}  // namespace fencepost::cli
