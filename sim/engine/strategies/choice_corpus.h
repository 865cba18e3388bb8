// ChoiceCorpus: executions worth going on from, as sequences of choices, and what each of them was
// the first or the shortest to reach.
//
// What an execution reached is a set of numbers, its features, which the caller takes from
// somewhere (which step of the program followed which). An execution is kept while it is the
// champion of a feature: the one with the fewest choices that has it, as AFL's favoured inputs are
// (Zalewski). Memory is bounded: beyond kMostChoices nothing is added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/random.h"

namespace fencepost::sim {

class ChoiceCorpus {
 public:
  static constexpr size_t kMostChoices = 1'000'000;

  // Features are below `features`.
  explicit ChoiceCorpus(uint32_t features) : champions_(features) {}

  // Counts the features of an execution. True if it had one that none had before, so that it was
  // kept.
  bool Learn(std::span<const Choice> choices, std::span<const uint32_t> features);

  bool empty() const { return discovered_.empty(); }
  // How many features have been reached.
  size_t reached() const { return discovered_.size(); }
  // The champion of a feature that few executions have reached: of several drawn, the rarest.
  // REQUIRES: not empty. Valid until the next Learn.
  std::span<const Choice> Pick(Random& random) const;

  // All that are kept, in the order in which they came.
  std::vector<std::span<const Choice>> Kept() const;

 private:
  struct Champion {
    uint64_t hits = 0;
    size_t entry = 0;
  };
  struct Entry {
    std::vector<Choice> choices;
    size_t features = 0;  // of which it is the champion; 0: its choices are gone
  };

  std::vector<Champion> champions_;   // by feature
  std::vector<uint32_t> discovered_;  // features with hits, in the order of their discovery
  std::vector<Entry> entries_;
  size_t choices_kept_ = 0;
};

// Which fault hit which task at which of its steps, as features below kFaultFeatures, each once.
inline constexpr uint32_t kFaultFeatures = 1 << 14;
std::vector<uint32_t> FaultFeatures(std::span<const Choice> choices);

}  // namespace fencepost::sim
