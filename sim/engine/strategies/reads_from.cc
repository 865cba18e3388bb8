#include "sim/engine/strategies/reads_from.h"

#include <algorithm>
#include <utility>

namespace fencepost::sim {
namespace {

constexpr uint32_t kOneMoreIn = 2;  // another constraint with a probability of 1 in this

}  // namespace

ReadsFrom::ReadsFrom(uint64_t seed, uint64_t rank, std::shared_ptr<const ProgramProfile> profile)
    : seed_(seed),
      rank_(rank),
      profile_(std::move(profile)),
      by_weight_(DeriveSeed(seed, 1)),
      random_(seed) {}

bool ReadsFrom::BeginExecution() {
  random_.Seed(seed_);
  order_.Begin(random_, *profile_);
  constraints_.clear();
  if (!profile_->pairs().empty()) {
    Add(profile_->pairs().Draw(rank_, random_));
    while (random_.Below(kOneMoreIn) == 0) Add(profile_->pairs().Draw(random_.Next(), random_));
  }
  return by_weight_.BeginExecution();
}

void ReadsFrom::Add(const ReadsFromPairs::Pair& pair) {
  Constraint constraint{pair.object, {pair.reader.task, pair.reader.what, pair.reader.nth}, {}};
  if (pair.writer) {
    constraint.writer = {pair.writer->task, pair.writer->what, pair.writer->nth};
  } else {
    constraint.last_is_right = true;
  }
  constraints_.push_back(constraint);
}

bool ReadsFrom::Holds(const Constraint& constraint, const Alternative& alternative) {
  if (constraint.dropped || alternative.pending.object != constraint.object) return false;
  if (constraint.reader.left == 1 && constraint.reader.Is(alternative)) {
    return !constraint.last_is_right;
  }
  return constraint.last_is_right && alternative.pending.access != Access::kRead;
}

void ReadsFrom::Took(Constraint& constraint, const Alternative& alternative) {
  if (constraint.dropped || alternative.pending.object != constraint.object) return;
  if (Holds(constraint, alternative)) {
    constraint.dropped = true;  // nothing else could be taken
    return;
  }
  if (constraint.reader.Is(alternative) && --constraint.reader.left == 0) {
    constraint.dropped = true;
    return;
  }
  if (alternative.pending.access == Access::kRead) return;
  if (constraint.writer.Is(alternative) && --constraint.writer.left == 0) {
    constraint.last_is_right = true;
  }
}

uint32_t ReadsFrom::Choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::kSchedule) return by_weight_.Choose(point);
  if (const auto time = TimeOvertakes(point, random_)) return *time;
  const uint32_t chosen = order_.Next(point, [this](const Alternative& alternative) {
    return std::ranges::none_of(
        constraints_, [&](const Constraint& constraint) { return Holds(constraint, alternative); });
  });
  for (Constraint& constraint : constraints_) Took(constraint, point.alternatives[chosen]);
  return chosen;
}

}  // namespace fencepost::sim
