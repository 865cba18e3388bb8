// Exhaustive: plain depth-first search over all choice points. Each execution is run from the
// start along the prefix of the last one, with its last open decision changed.
//
// Give it a fresh object for each search.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/reduction/exhaustive_report.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

class Exhaustive : public Strategy {
 public:
  explicit Exhaustive(ExhaustiveBounds bounds = {}) : bounds_(bounds) {}

  const ExhaustiveReport& report() const { return report_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;
  void EndExecution(End end) override;

 protected:
  // The point that is asked next was not reached before.
  bool breaks_new_ground() const { return depth_ == path_.size(); }
  uint64_t preemptions() const { return preemptions_; }
  uint64_t faults() const { return faults_; }
  const ExhaustiveBounds& bounds() const { return bounds_; }
  // The execution that ended last showed nothing new and does not count as one.
  void CountAsRedundant() {
    --report_.executions;
    ++report_.redundant;
  }

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
  bool begun_ = false;
  std::vector<Decision> path_;
  size_t depth_ = 0;
  uint64_t preemptions_ = 0;  // of the current execution, up to depth_
  uint64_t faults_ = 0;
};

}  // namespace fencepost::sim
