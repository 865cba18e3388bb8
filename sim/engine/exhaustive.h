// Exhaustive: plain depth-first search over all choice points. Each execution is run from the
// start along the prefix of the last one, with its last open decision changed.
//
// complete() never overstates: it is true only if every alternative of every point was taken, no
// bound cut anything, no execution was ended by a limit, and no random bits were asked for (they
// always get the one fixed value). Bounds are relative to that: see ExhaustiveReport.
// Give it a fresh object for each search.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/engine/strategy.h"

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

class Exhaustive : public Strategy {
 public:
  explicit Exhaustive(ExhaustiveBounds bounds = {}) : bounds_(bounds) {}

  const ExhaustiveReport& report() const { return report_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;
  void EndExecution(End end) override;

 private:
  static constexpr uint32_t kNoNext = UINT32_MAX;

  struct Decision {
    ChoiceKind kind;
    Label point;
    Label chosen_name;
    uint32_t count;
    uint32_t chosen;
    uint32_t next;  // the alternative to take after this one, or kNoNext
    bool changed;   // `chosen` is new and `next` must be found when the point is reached
  };

  bool Allowed(const Alternative& alternative) const;
  uint32_t FirstAllowed(const ChoicePoint& point, uint32_t from) const;
  uint32_t Open(const ChoicePoint& point);
  uint32_t Follow(const ChoicePoint& point, Decision& decision);
  void Count(const Alternative& alternative);
  void CountCuts(const ChoicePoint& point);

  const ExhaustiveBounds bounds_;
  ExhaustiveReport report_;
  std::vector<Decision> path_;
  size_t depth_ = 0;
  uint64_t preemptions_ = 0;  // of the current execution, up to depth_
  uint64_t faults_ = 0;
};

}  // namespace fencepost::sim
