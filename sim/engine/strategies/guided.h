// Guided: mutates executions that reached something new. Coverage-guided fuzzing as AFL does it
// (Zalewski), on sequences of choices rather than bytes, so that each mutant is a valid execution
// (Zest: Padhye et al., "Semantic Fuzzing with Zest", ISSTA 2019).
//
// An execution follows a plan: the choices of a parent from the corpus, changed in one of these
// ways, then at random by weight:
//   - from some choice on, everything is drawn anew;
//   - one to eight choices are answered otherwise, and the parent is followed on;
//   - a stretch is left out, repeated, or drawn anew;
//   - from some choice on, another parent is followed.
// Choices are found by kind and name, as LenientReplay does it. A quarter of the executions, and
// all until something was learned, have no parent.
//
// An execution is a function of the seed and of what the corpus has learned before, so its own
// recording, not its seed, is what repeats it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/strategies/choice_corpus.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {

class Guided : public Strategy {
 public:
  explicit Guided(const ChoiceCorpus& corpus) : corpus_(corpus), random_(0), walk_(0) {}

  // Of the next execution: a mutant by the seed, or exactly these choices as far as they go.
  void Mutate(uint64_t seed);
  void Follow(std::vector<Choice> choices);

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;

 private:
  enum class How : uint8_t { kAsRecorded, kOtherwise, kByWeight };
  struct Planned {
    Choice choice;
    How how = How::kAsRecorded;
  };

  void PlanMutant();
  void Append(std::span<const Choice> choices);
  size_t Position() { return random_.Below(static_cast<uint32_t>(plan_.size())); }
  // The next of the plan for such a point, which then counts as used; nullptr: there is none.
  const Planned* Take(bool bits, ChoiceKind kind, Label point);
  // Any enabled alternative but `not_this`, each alike, if there is one.
  uint32_t Other(const ChoicePoint& point, Label not_this);

  const ChoiceCorpus& corpus_;
  Random random_;
  RandomWalk walk_;
  std::vector<Planned> plan_;
  size_t next_ = 0;
};

}  // namespace fencepost::sim
