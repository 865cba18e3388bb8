#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {

bool RandomWalk::BeginExecution() {
  random_.Seed(seed_);
  return true;
}

uint32_t RandomWalk::Choose(const ChoicePoint& point) {
  uint32_t total = 0;
  bool uniform = true;
  for (const Alternative& alternative : point.alternatives) {
    total += alternative.weight;
    uniform &= alternative.weight == 1;
  }
  const uint32_t drawn = random_.Below(total);
  if (uniform) return drawn;
  // Counts the alternatives that lie wholly below `drawn`. No branch depends on `drawn`, because
  // the processor would mispredict half of them.
  uint32_t index = 0;
  uint32_t below = 0;
  for (const Alternative& alternative : point.alternatives) {
    below += alternative.weight;
    index += below <= drawn;
  }
  return index;
}

uint64_t RandomWalk::RandomBits(Label) { return random_.Next(); }

}  // namespace fencepost::sim
