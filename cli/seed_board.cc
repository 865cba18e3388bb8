#include "cli/seed_board.h"

#include <algorithm>
#include <utility>

namespace fencepost::cli {

std::optional<SeedBoard::Lot> SeedBoard::Claim() {
  if (TimeIsOver()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (lowest_finding_.load() != kNoFinding) return std::nullopt;
  // Counted from the first seed, so that a range up to the largest number does not overflow.
  const std::uint64_t last_offset = seeds_.last - seeds_.first;
  if (next_ > last_offset / kSeedsInLot) return std::nullopt;
  const std::uint64_t index = next_++;
  const std::uint64_t offset = index * kSeedsInLot;
  const std::uint64_t more = std::min(kSeedsInLot - 1, last_offset - offset);
  return Lot{index, {seeds_.first + offset, seeds_.first + offset + more}};
}

bool SeedBoard::IsOver(const Lot& lot) const {
  return lowest_finding_.load(std::memory_order_relaxed) < lot.index || TimeIsOver();
}

void SeedBoard::Deliver(const Lot& lot, LotResult result) {
  const std::lock_guard lock(mutex_);
  if (result.finding) lowest_finding_ = std::min(lowest_finding_.load(), lot.index);
  waiting_.emplace(lot.index, std::move(result));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == in_order_;
       first = waiting_.erase(first)) {
    ++in_order_;
    if (result_.finding) continue;
    result_.tally.Add(first->second.tally);
    result_.finding = std::move(first->second.finding);
    if (result_.finding) result_.finding->execution = result_.tally.executions;
  }
}

SeedBoard::LotResult SeedBoard::TakeResult() {
  const std::lock_guard lock(mutex_);
  return std::move(result_);
}

}  // namespace fencepost::cli
