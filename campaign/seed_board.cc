#include "campaign/seed_board.h"

#include <algorithm>
#include <utility>

namespace fencepost::campaign {

std::optional<SeedBoard::Lot> SeedBoard::Claim() {
  if (TimeIsOver()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (last_lot_.load() != kNoLot) return std::nullopt;
  // Counted from the first seed, so that a range up to the largest number does not overflow.
  const std::uint64_t last_offset = seeds_.last - seeds_.first;
  if (next_ > last_offset / kSeedsInLot) return std::nullopt;
  const std::uint64_t index = next_++;
  const std::uint64_t offset = index * kSeedsInLot;
  const std::uint64_t more = std::min(kSeedsInLot - 1, last_offset - offset);
  return Lot{index, {seeds_.first + offset, seeds_.first + offset + more}};
}

bool SeedBoard::IsOver(const Lot& lot) const {
  return last_lot_.load(std::memory_order_relaxed) < lot.index || TimeIsOver();
}

void SeedBoard::Deliver(const Lot& lot, LotResult result) {
  const std::lock_guard lock(mutex_);
  if (result.finding) last_lot_ = std::min(last_lot_.load(), lot.index);
  waiting_.emplace(lot.index, std::move(result));
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == in_order_;
       first = waiting_.erase(first)) {
    if (!result_.finding && !on_plateau_) Merge(std::move(first->second));
    if (on_plateau_) last_lot_ = std::min(last_lot_.load(), in_order_);
    ++in_order_;
  }
}

void SeedBoard::Merge(LotResult result) {
  for (NewPoint& point : result.coverage) {
    if (!reached_.insert(std::move(point.name)).second) continue;
    last_new_ = std::max(last_new_, result_.tally.executions + point.execution);
  }
  result_.tally.Add(result.tally);
  result_.finding = std::move(result.finding);
  if (result_.finding) {
    result_.finding->execution = result_.tally.executions;
  } else if (plateau_) {
    on_plateau_ = result_.tally.executions - last_new_ >= *plateau_;
  }
}

SeedBoard::LotResult SeedBoard::TakeResult() {
  const std::lock_guard lock(mutex_);
  return std::move(result_);
}

StopReason SeedBoard::stopped() {
  const std::lock_guard lock(mutex_);
  if (result_.finding) return StopReason::kFinding;
  // A last lot that ended the campaign was the last one anyway.
  const bool all = result_.tally.executions > seeds_.last - seeds_.first;
  if (all) return StopReason::kCount;
  return on_plateau_ ? StopReason::kPlateau : StopReason::kTime;
}

}  // namespace fencepost::campaign
