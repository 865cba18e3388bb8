#include "sim/engine/strategies/guided.h"

#include <algorithm>

namespace fencepost::sim {
namespace {

constexpr size_t kLookAhead = 16;
constexpr uint32_t kWithoutParent = 2;  // one execution in this number

}  // namespace

void Guided::Mutate(uint64_t seed) {
  random_.Seed(DeriveSeed(seed, 4));
  walk_.Reseed(seed);
  plan_.clear();
  if (corpus_.empty() || random_.Below(kWithoutParent) == 0) return;
  Append(corpus_.Pick(random_));
  if (!plan_.empty()) PlanMutant();
}

void Guided::Follow(std::vector<Choice> choices) {
  walk_.Reseed(0);
  plan_.clear();
  Append(choices);
}

void Guided::Append(std::span<const Choice> choices) {
  for (const Choice& choice : choices) plan_.push_back({choice, How::kAsRecorded});
}

void Guided::PlanMutant() {
  const size_t at = Position();
  const size_t stretch = 1 + random_.Below(static_cast<uint32_t>(
                                 std::min<size_t>(plan_.size() - at, 1 + plan_.size() / 4)));
  const auto begin = plan_.begin() + static_cast<std::ptrdiff_t>(at);
  const auto end = begin + static_cast<std::ptrdiff_t>(stretch);
  switch (random_.Below(8)) {
    case 0:
    case 1:
      plan_.erase(begin, plan_.end());
      break;
    case 2:
    case 3:
    case 4:
      for (uint32_t flips = 1U << random_.Below(4); flips > 0; --flips) {
        plan_[Position()].how = How::kOtherwise;
      }
      break;
    case 5:
      plan_.erase(begin, end);
      break;
    case 6:
      if (random_.Below(2) == 0) {
        const std::vector<Planned> repeated(begin, end);
        plan_.insert(end, repeated.begin(), repeated.end());
      } else {
        std::for_each(begin, end, [](Planned& planned) { planned.how = How::kByWeight; });
      }
      break;
    default: {
      plan_.erase(begin, plan_.end());
      const std::span<const Choice> other = corpus_.Pick(random_);
      if (at < other.size()) Append(other.subspan(at));
    }
  }
}

bool Guided::BeginExecution() {
  next_ = 0;
  return walk_.BeginExecution();
}

const Guided::Planned* Guided::Take(bool bits, ChoiceKind kind, Label point) {
  const size_t end = std::min(plan_.size(), next_ + kLookAhead);
  for (size_t i = next_; i < end; ++i) {
    const Choice& choice = plan_[i].choice;
    if (choice.is_bits() != bits || choice.kind != kind || choice.point != point) continue;
    next_ = i + 1;
    return &plan_[i];
  }
  return nullptr;
}

uint32_t Guided::Other(const ChoicePoint& point, Label not_this) {
  uint32_t others = 0;
  for (const Alternative& alternative : point.alternatives) {
    others += alternative.weight > 0 && alternative.name != not_this;
  }
  if (others == 0) return walk_.Choose(point);
  uint32_t drawn = random_.Below(others);
  uint32_t index = 0;
  for (;; ++index) {
    const Alternative& alternative = point.alternatives[index];
    if (alternative.weight == 0 || alternative.name == not_this) continue;
    if (drawn-- == 0) return index;
  }
}

uint32_t Guided::Choose(const ChoicePoint& point) {
  const Planned* planned = Take(false, point.kind, point.name);
  if (planned == nullptr || planned->how == How::kByWeight) return walk_.Choose(point);
  if (planned->how == How::kOtherwise) return Other(point, planned->choice.chosen);
  for (uint32_t i = 0; i < point.alternatives.size(); ++i) {
    const Alternative& alternative = point.alternatives[i];
    if (alternative.weight > 0 && alternative.name == planned->choice.chosen) return i;
  }
  return walk_.Choose(point);
}

uint64_t Guided::RandomBits(Label point) {
  const Planned* planned = Take(true, ChoiceKind::kRandom, point);
  if (planned == nullptr || planned->how == How::kByWeight) return walk_.RandomBits(point);
  if (planned->how == How::kAsRecorded) return planned->choice.bits;
  // One bit, or all of them.
  return random_.Below(2) == 0 ? planned->choice.bits ^ (uint64_t{1} << random_.Below(64))
                               : random_.Next();
}

}  // namespace fencepost::sim
