#include "campaign/shard.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/status/status.h"

namespace fencepost::campaign {
absl::StatusOr<SeedRange> SeedsOfShard(const SeedRange& seeds, const Shard& shard) {
  // Counted from 0 and without the last seed, because all 2^64 seeds are one too many for 64 bits.
  const std::uint64_t last_offset = seeds.last - seeds.first;
  if (last_offset < shard.count - 1) {
    return absl::InvalidArgumentError(fmt::format(
        "{} seeds are too few for {} shards: each needs one", last_offset + 1, shard.count));
  }
  std::uint64_t in_each = last_offset / shard.count;
  std::uint64_t with_one_more = last_offset % shard.count + 1;
  if (with_one_more == shard.count) {
    ++in_each;
    with_one_more = 0;
  }
  const std::uint64_t before = shard.number - 1;
  const std::uint64_t first = seeds.first + before * in_each + std::min(before, with_one_more);
  const std::uint64_t own = in_each + (before < with_one_more ? 1 : 0);
  return SeedRange{first, first + (own - 1)};
}

}  // namespace fencepost::campaign
