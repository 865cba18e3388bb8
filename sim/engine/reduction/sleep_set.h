// SleepSet: the steps that need not be taken first at some point of the search, because every
// execution that could begin with them there is equivalent to one that has been explored
// (Godefroid, 1996; "Sleep" in Algorithm 1 of Abdulla, Aronis, Jonsson and Sagonas, POPL 2014).
//
// In the papers a process has one next step. Here a step makes decisions, and with each combination
// of answers it is another step, a variant: a task sleeps only while all its variants do.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/reduction/happens_before.h"

namespace fencepost::sim {

class SleepSet {
 public:
  // Everything that begins with this variant of the task's next step has been explored here.
  // `decisions` names the variant; see HappensBefore::decisions.
  void Add(Footprint footprint, uint64_t decisions);
  // The variants of the task's step that were added here are all there are.
  void Complete(Label task);

  // The task's next step sleeps, whatever it would decide.
  bool Contains(Label task) const;
  // This variant of it sleeps.
  bool Contains(Label task, uint64_t decisions) const;

  // The sleep set of the point behind the step: those that are independent of the step sleep on.
  // REQUIRES: `step` is finished.
  SleepSet After(const HappensBefore& order, size_t step) const;

 private:
  struct Variant {
    Footprint footprint;
    uint64_t decisions;
  };
  // The variants of one step that sleep.
  struct Sleeper {
    Label task;
    size_t variants = 0;  // how many the step has, sleeping or not; 0: not all are known yet
    std::vector<Variant> asleep;
  };

  std::vector<Sleeper> sleepers_;
};

}  // namespace fencepost::sim
