// The footprint check: whether a program declares all that its tasks share. A reduction leaves out
// executions that differ in the order of independent steps only, and which steps are independent
// follows from what was declared (sim/engine/footprint.h). An access that was not declared makes it
// leave out what matters while its report says "complete".
//
// The check runs the program plainly. In the first execution of each causal order it exchanges
// every two adjacent steps that are independent by what they declared: the execution must go on as
// before and end in the same state. If two executions of one causal order end in different states,
// it turns the one into the other by such exchanges. The first exchange that matters is the answer.
// If there is none, each reduced search must reach the ends that the plain one reaches.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/engine/footprint.h"
#include "sim/engine/reduction/exhaustive_report.h"
#include "sim/engine/reduction/search.h"

namespace fencepost::sim {

// Runs one execution under the strategy and names its end: two ends are the same if the text is.
// Nothing once the strategy has no further execution. It must run the same program each time.
using ProgramRun = std::function<std::optional<std::string>(Strategy&)>;

// A step, and what it declared.
struct DeclaredStep {
  std::string task;
  std::string what;  // the scheduling point at which it begins
  bool global = false;
  std::vector<std::string> touched;  // "write of object 4:17", ...
};

// Two steps that are independent by what they declared, and whose order matters.
struct UndeclaredDependency {
  DeclaredStep first;
  DeclaredStep second;
  size_t step = 0;        // the place of `first` in the execution
  std::string end;        // with `first` before `second`
  std::string other_end;  // with `second` before `first`
};

struct FootprintCheck {
  struct Reduced {
    Reduction reduction;
    ExhaustiveReport report;
    std::vector<std::string> missed;  // ends of the plain search that it did not reach
  };

  ExhaustiveReport plain;
  uint64_t ends = 0;  // of the plain search
  // Empty if a dependency was found while the plain search ran.
  std::vector<Reduced> reduced;
  std::optional<UndeclaredDependency> dependency;

  // Every execution was run, and no difference was found.
  bool passed() const;
  // A reduced search that was complete reached less than the plain one.
  bool missed_an_end() const;
  // One sentence, and a paragraph on the dependency if there is one.
  std::string Text() const;
};

// `bounds` hold for the plain search and for the reduced ones.
FootprintCheck CheckFootprints(const ProgramRun& run, const ExhaustiveBounds& bounds);

}  // namespace fencepost::sim
