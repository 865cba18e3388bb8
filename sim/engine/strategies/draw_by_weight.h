// Draws an alternative with a probability proportional to a weight of the caller's.
#pragma once

#include <cstdint>

#include "sim/engine/check.h"
#include "sim/engine/choice.h"
#include "sim/engine/random.h"

namespace fencepost::sim {

// `weight_of` gives a number for an Alternative; 0: it is never drawn. REQUIRES: their sum is not 0
// and fits into 64 bits.
template <typename WeightOf>
uint32_t DrawByWeight(const ChoicePoint& point, Random& random, WeightOf weight_of) {
  uint64_t total = 0;
  for (const Alternative& alternative : point.alternatives) total += weight_of(alternative);
  Check(total > 0, "weights whose sum is 0");
  uint64_t drawn =
      total <= UINT32_MAX ? random.Below(static_cast<uint32_t>(total)) : random.Next() % total;
  uint32_t index = 0;
  for (;; ++index) {
    const uint64_t weight = weight_of(point.alternatives[index]);
    if (drawn < weight) return index;
    drawn -= weight;
  }
}

}  // namespace fencepost::sim
