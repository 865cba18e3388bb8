// DepthFirstSearch: what the exhaustive searches have in common. A search runs one execution after
// the other from the start. Each follows the decisions of the one before up to a decision that is
// changed (stateless search: Godefroid, POPL 1997). A derived search says which alternative of a
// new point is taken first and which decision is changed next.
//
// Give each search a fresh object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/reduction/exhaustive_report.h"
#include "sim/engine/strategy.h"

namespace fencepost::sim {

class DepthFirstSearch : public Strategy {
 public:
  const ExhaustiveReport& report() const { return report_; }
  // The execution that ended last was cut because everything behind it had been explored.
  bool last_was_redundant() const { return redundant_; }

  bool BeginExecution() override;
  uint32_t Choose(const ChoicePoint& point) override;
  uint64_t RandomBits(Label point) override;
  void EndExecution(End end) override;

 protected:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Decision {
    ChoiceKind kind;
    Label point;
    Label chosen_name;
    uint32_t count;   // of alternatives
    uint32_t chosen;  // by index
    uint32_t next;    // what to take when everything behind `chosen` is explored, or kNone
    bool changed;     // `chosen` is new: the rest is brought up to date when the point is reached
  };

  explicit DepthFirstSearch(ExhaustiveBounds bounds) : bounds_(bounds) {}

  // Changes the last decision that has something left and drops those behind it. False: none has.
  virtual bool Advance() = 0;
  // The alternative to take at a point that is reached for the first time; kNone: cut the
  // execution.
  virtual uint32_t First(const ChoicePoint& point) = 0;
  // The next alternative to take, from this index on; kNone: there is none, or Advance knows it.
  virtual uint32_t Next(const ChoicePoint& point, uint32_t from) const = 0;

  // Enabled, and not a fault too many.
  bool WithinFaults(const Alternative& alternative) const {
    return alternative.weight > 0 && (!alternative.fault || faults_ < bounds_.max_faults);
  }
  // The point that is asked next is reached for the first time.
  bool at_new_point() const { return depth_ == path_.size(); }

  const ExhaustiveBounds bounds_;
  ExhaustiveReport report_;
  std::vector<Decision> path_;
  size_t depth_ = 0;     // how many decisions this execution has made
  uint64_t faults_ = 0;  // in them
  bool redundant_ = false;

 private:
  uint32_t Open(const ChoicePoint& point);
  uint32_t Follow(const ChoicePoint& point, Decision& decision);
  void CountFaultCuts(const ChoicePoint& point);

  bool begun_ = false;
};

}  // namespace fencepost::sim
