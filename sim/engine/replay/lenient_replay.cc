#include "sim/engine/replay/lenient_replay.h"

#include <algorithm>

namespace fencepost::sim {

const Choice* LenientReplay::Take(bool bits, ChoiceKind kind, Label point) {
  const size_t end = std::min(plan_.size(), next_ + kLookAhead);
  for (size_t i = next_; i < end; ++i) {
    const Choice& choice = plan_[i];
    if (choice.is_bits() != bits || choice.kind != kind || choice.point != point) continue;
    next_ = i + 1;
    return &choice;
  }
  return nullptr;
}

uint32_t LenientReplay::Choose(const ChoicePoint& point) {
  const auto alternatives = point.alternatives;
  if (const Choice* choice = Take(false, point.kind, point.name)) {
    for (uint32_t i = 0; i < alternatives.size(); ++i) {
      if (alternatives[i].weight > 0 && alternatives[i].name == choice->chosen) return i;
    }
  }
  uint32_t index = 0;
  while (alternatives[index].weight == 0) ++index;
  return index;
}

uint64_t LenientReplay::RandomBits(Label point) {
  const Choice* choice = Take(true, ChoiceKind::kRandom, point);
  return choice == nullptr ? 0 : choice->bits;
}

}  // namespace fencepost::sim
