// PartialOrderReduction: exhaustive search that runs one execution of each Mazurkiewicz trace, i.e.
// of each class of executions that differ in the order of independent steps only.
//
// Source-DPOR with sleep sets (Abdulla, Aronis, Jonsson and Sagonas, POPL 2014), after the dynamic
// reduction of Flanagan and Godefroid (POPL 2005). What steps are dependent is computed from what
// each touched (sim/engine/footprint.h). Decisions within a step (faults, workload) are all taken;
// a step with other decisions is another step. A step that makes a task unable to run (a crash, a
// pause) is reversed against that task's next step, whatever that would touch.
//
// A bound on faults keeps the search sound, since equivalent executions have the same faults. A
// bound on preemptions does not: the execution that was run for its class may have more than one
// that was not. So there is no such bound here.
// Sleep sets cut executions that turn out to be equivalent to earlier ones: those are not counted
// as executions, but as redundant.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/footprint.h"
#include "sim/engine/reduction/exhaustive_report.h"
#include "sim/engine/reduction/happens_before.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

class PartialOrderReduction : public Strategy, private StepObserver {
 public:
  // REQUIRES: no bound on preemptions.
  explicit PartialOrderReduction(ExhaustiveBounds bounds = {});

  const ExhaustiveReport& report() const { return report_; }
  // The execution that ended last was cut because it was equivalent to an earlier one.
  bool last_was_redundant() const { return redundant_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;
  void EndExecution(End end) override;
  StepObserver* step_observer() override { return this; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Of a task that is able to run.
  struct Candidate {
    Label task;
    bool wanted = false;  // in the source set (or the backtrack set) of its point
    bool done = false;
    // The tasks whose steps reverse the race that this one is wanted for, in their order: a hint.
    // Where it is followed the reversed order really comes about, and few executions turn out to be
    // redundant (after the wakeup trees of the optimal algorithm in the same paper).
    std::vector<Label> guide;
  };
  struct Decision {
    ChoiceKind kind;
    Label point;
    Label chosen_name;
    uint32_t count;
    uint32_t chosen;
    uint32_t next;  // within a step: the alternative to take after this one, or kNone
    uint32_t step;  // the step that this decides, or of which it is a part
    bool changed;
    std::vector<Candidate> candidates;  // kSchedule only, by index
  };
  // A step that was explored from here already, and everything behind it.
  struct Sleeper {
    Footprint footprint;
    uint64_t decisions;
    uint64_t group;       // which point and task it is of
    uint32_t group_size;  // 0: not all of them are known
  };

  bool OnStep(Label task) override;
  void OnTouch(ObjectId object, Access access) override;
  void OnGlobal() override;
  void OnForced() override;
  void OnEnabled(Label task) override;
  void OnDisabledOthers() override { disabled_others_ = true; }
  void OnDisabledTime() override { disabled_time_ = true; }

  void FinishStep();
  void ReverseRace(size_t first, size_t second);
  void ReverseDisabling(Decision& decision);
  void Want(Decision& decision, Label task, std::span<const Label> guide);
  void PassSleepersOn(size_t step);
  bool Asleep(const std::vector<Sleeper>& sleepers, Label task) const;
  uint32_t FirstAwake(const Decision& decision) const;
  uint32_t Open(const ChoicePoint& point);
  uint32_t Follow(const ChoicePoint& point, Decision& decision);
  uint32_t NextWithin(const ChoicePoint& point, uint32_t from) const;
  void CountCuts(const ChoicePoint& point);
  bool Advance();
  void PutToSleep(const Decision& decision);
  uint32_t DecisionOf(size_t step) const;

  const ExhaustiveBounds bounds_;
  ExhaustiveReport report_;
  HappensBefore order_;
  std::vector<Decision> path_;
  size_t depth_ = 0;
  size_t begun_ = 0;        // steps of this execution, the one under way included
  bool under_way_ = false;  // the youngest step of order_ is not finished
  bool redundant_ = false;
  uint64_t faults_ = 0;  // of this execution, up to depth_
  uint64_t groups_ = 0;
  uint64_t group_ = 0;
  std::vector<std::vector<Sleeper>> sleepers_;  // before each step
  std::vector<uint32_t> decision_of_;           // for each step: its place in path_, or kNone
  bool disabled_others_ = false;                // by the step under way
  bool disabled_time_ = false;                  // the same
  std::vector<Label> guide_;                    // of the candidate that this execution tries
  size_t guided_ = 0;                           // how far it has been followed
  std::vector<uint32_t> others_;                // scratch of ReverseRace
  std::vector<Label> sequence_;                 // the same
};

}  // namespace fencepost::sim
