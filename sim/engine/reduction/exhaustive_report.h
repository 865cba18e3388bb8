// What bounds an exhaustive search, and what came of it. complete() never overstates: it is true
// only if every alternative of every point was taken, no bound cut anything, no execution was ended
// by a limit, and no random bits were asked for (they always get the one fixed value).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sim/engine/choice.h"
#include "sim/engine/label.h"

namespace fencepost::sim {

struct ExhaustiveBounds {
  static constexpr uint64_t kNone = UINT64_MAX;
  uint64_t max_preemptions = kNone;  // per execution
  uint64_t max_faults = kNone;       // per execution
  uint64_t max_executions = kNone;
  uint64_t fixed_random_bits = 0;  // what RandomBits answers
};

struct ExhaustiveReport {
  uint64_t executions = 0;
  uint64_t redundant = 0;        // further ones, cut: a reduction found nothing new behind them
  bool exhausted = false;        // nothing within the bounds is left
  uint64_t preemption_cuts = 0;  // alternatives not taken because of max_preemptions
  uint64_t fault_cuts = 0;       // the same for max_faults
  bool execution_cut = false;    // max_executions ended the search
  uint64_t limited = 0;          // executions ended by a step limit, time limit or stop
  uint64_t random_bits = 0;      // answers with the one fixed value
  std::string nondeterminism;    // not empty: the prefix could not be followed again; says where

  // Everything there is was seen, without any bound.
  bool complete() const {
    return complete_within_bounds() && preemption_cuts == 0 && fault_cuts == 0;
  }
  // Everything was seen that the bounds on preemptions and faults allow.
  bool complete_within_bounds() const {
    return exhausted && !execution_cut && limited == 0 && random_bits == 0 &&
           nondeterminism.empty();
  }
  // "complete: 70 executions", or what it falls short of, in one sentence.
  std::string Sentence() const;
};

// What is wrong when a point is not the one that the same choices had led to.
std::string PartedAt(size_t depth, const ChoicePoint& found, Label expected,
                     uint32_t expected_alternatives);
// The same when there is no point at all.
std::string EndedBefore(size_t depth, Label expected);

}  // namespace fencepost::sim
