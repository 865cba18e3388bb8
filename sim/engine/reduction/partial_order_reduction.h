// PartialOrderReduction: exhaustive search that runs one execution of each Mazurkiewicz trace, i.e.
// of each class of executions that differ in the order of independent steps only.
//
// It is Source-DPOR, Algorithm 1 of Abdulla, Aronis, Jonsson and Sagonas, "Optimal Dynamic Partial
// Order Reduction", POPL 2014 (extended in "Source Sets", JACM 2017), which is the dynamic
// reduction of Flanagan and Godefroid (POPL 2005) with source sets and sleep sets. Which steps are
// dependent is computed from what each touched (sim/engine/footprint.h). It goes beyond the
// algorithm in two ways:
//
// - A step makes decisions (faults, workload). All of them are taken, and with each combination it
//   is another step; see sleep_set.h.
// - The algorithm requires that no step disables another task. Here a step can: it kills, pauses,
//   runs a quiet part or ends the execution. Such a step has the largest source set there is before
//   it, every task that can run there.
//
// A bound on faults keeps the search sound, since equivalent executions have the same faults. A
// bound on preemptions does not: the execution that was run for its class may have more than one
// that was not. So there is no such bound here.
// Executions that are sleep-set blocked, i.e. cut because every task that could run is asleep, are
// not counted as executions, but as redundant.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/footprint.h"
#include "sim/engine/reduction/depth_first_search.h"
#include "sim/engine/reduction/happens_before.h"
#include "sim/engine/reduction/sleep_set.h"

namespace fencepost::sim {

class PartialOrderReduction : public DepthFirstSearch, private StepObserver {
 public:
  // REQUIRES: no bound on preemptions.
  explicit PartialOrderReduction(ExhaustiveBounds bounds = {});

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  void EndExecution(End end) override;
  StepObserver* step_observer() override { return this; }

 private:
  // A task that is able to run at a point.
  struct Candidate {
    Label task;  // empty: a disabled alternative
    bool in_backtrack_set = false;
    bool explored = false;
    // The tasks of the sequence v that reverses the race for which this candidate was added to the
    // backtrack set. It is a hint: where it is followed the reversed order comes about, and few
    // executions end sleep-set blocked. (Optimal-DPOR, Algorithm 2 of the same paper, keeps such
    // wakeup sequences in a tree and has to follow them.)
    std::vector<Label> wakeup_sequence;
  };
  // Where a step begins: E in Algorithm 1.
  struct Point {
    SleepSet sleep;
    uint32_t decision = kNone;          // its place in path_; kNone: only one task was able to run
    std::vector<Candidate> candidates;  // by alternative; empty without a decision
  };

  bool OnStep(Label task, Label what) override;
  void OnTouch(ObjectId object, Access access) override;
  void OnGlobal() override;
  void OnForced() override;
  void OnEnabled(Label task) override;
  void OnDisabledOthers() override { disabled_others_ = true; }
  void OnDisabledTime() override { disabled_time_ = true; }

  bool Advance() override;
  uint32_t First(const ChoicePoint& point) override;
  uint32_t Next(const ChoicePoint& point, uint32_t from) const override;

  void FinishStep();
  void ReverseRace(size_t first, size_t second);
  void ReverseDisabling(Point& point);
  static void AddToBacktrackSet(Point& point, Label task, std::span<const Label> wakeup_sequence);
  static uint32_t FirstAwake(const Point& point);
  void PutToSleep(size_t step);

  HappensBefore order_;
  std::vector<Point> points_;             // by step, and one for the step to come
  std::vector<uint32_t> step_of_;         // by decision: the step that it begins or is a part of
  size_t begun_ = 0;                      // steps of this execution, the one under way included
  bool under_way_ = false;                // the youngest step of order_ is not finished
  bool disabled_others_ = false;          // by the step under way
  bool disabled_time_ = false;            // by the step under way
  std::vector<Label> wakeup_sequence_;    // of the candidate that this execution tries
  size_t followed_ = 0;                   // how much of it
  std::vector<uint32_t> sequence_steps_;  // scratch of ReverseRace
  std::vector<Label> sequence_;           // scratch of ReverseRace
};

}  // namespace fencepost::sim
