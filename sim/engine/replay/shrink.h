// Shrink: makes a failing execution small. It takes choices out of the recording and sets others to
// their default, in ever smaller pieces, runs what is left, and keeps each run that still fails in
// the same way and is smaller: delta debugging (Zeller and Hildebrandt, 2002) over the choices, as
// Hypothesis does it for test data. Schedule, faults and workload are choices alike, so all three
// shrink together; what a run does once a choice is gone is decided anew by its code.
//
// Promises: the result is an execution that took place and failed in the same way. If `minimal` is
// set, no single choice can be taken out or set to its default for a smaller failure. The same
// inputs give the same result, unless `go_on` ends it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/engine/strategy.h"

namespace fencepost::sim {

// How much a person has to read. Compared in this order of subjects: first all that happens, in one
// sum in which a fault weighs as much as ten steps and a choice other than the default as much as
// two; then how many random bits are set.
struct FailureSize {
  uint64_t steps = 0;       // scheduling points and choices, decided or not
  uint64_t faults = 0;      // choices of a fault
  uint64_t deviations = 0;  // choices that are not the first alternative, or bits that are not 0
  uint64_t bits_set = 0;

  uint64_t sum() const { return steps + 10 * faults + 2 * deviations; }
};
bool Smaller(const FailureSize& a, const FailureSize& b);
FailureSize SizeOf(const std::vector<Choice>& choices, uint64_t steps);

struct FailingRun {
  std::vector<Choice> choices;
  uint64_t steps = 0;
};

// Runs one execution under the strategy. Nothing if it does not fail in the same way.
using Trial = std::function<std::optional<FailingRun>(Strategy& strategy)>;

struct ShrinkResult {
  FailingRun run;
  uint64_t executions = 0;
  bool minimal = false;  // false: `go_on` has ended it
};

// `go_on` is asked before each execution.
ShrinkResult Shrink(FailingRun found, const Trial& trial, const std::function<bool()>& go_on);

}  // namespace fencepost::sim
