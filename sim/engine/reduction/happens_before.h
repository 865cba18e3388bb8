// HappensBefore: the causal order of an execution's steps, computed from what they touched and from
// who made whom able to run (Lamport, 1978; vector clocks after Mattern, 1989).
//
// Two executions with the same causal order differ only in the order of independent steps: they are
// the same Mazurkiewicz trace and end in the same state. Signature() names that trace, so it also
// names the state after a prefix (happens-before caching: Musuvathi and Qadeer, PLDI 2007).
//
// Serves one execution after the other: Truncate keeps the common prefix.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/btree_map.h"
#include "sim/engine/choice.h"
#include "sim/engine/footprint.h"
#include "sim/engine/label.h"

namespace fencepost::sim {

struct Touched {
  ObjectId object;
  Access access;
};

// What makes two steps dependent.
struct Footprint {
  Label task;
  bool global = false;
  std::vector<Touched> touched;  // by object, each once
};

class HappensBefore {
 public:
  // Number of steps, the one under way included.
  size_t size() const { return steps_.size(); }
  void Truncate(size_t size);

  // ---- The step under way
  void Begin(Label task);
  void Touch(ObjectId object, Access access);
  void Global() { steps_.back().global = true; }
  // What it depends on made it possible: there is nothing to reverse.
  void Forced() { steps_.back().forced = true; }
  void Enables(Label task);
  // A decision within the step. Decisions that take the default are told as well: which of several
  // decisions of one point name deviates is part of the step's name.
  void Decided(const ChoicePoint& point, uint32_t chosen);
  // The step is over: finds its place in the order, and the races that it closes.
  void Finish();

  // The steps that the last finished step depends on, that are no predecessors of one another, and
  // that could have come after it: the latest first.
  std::span<const uint32_t> races() const { return races_; }
  // REQUIRES: both are finished, a < b.
  bool Precedes(size_t a, size_t b) const;
  Label task(size_t step) const { return steps_[step].task; }
  // Of the decisions within the step.
  uint64_t decisions(size_t step) const { return steps_[step].decisions; }
  Footprint FootprintOf(size_t step) const;
  bool Independent(const Footprint& footprint, size_t step) const;

  // Of all finished steps; 128 bits.
  struct Name {
    uint64_t high = 0;
    uint64_t low = 0;
    friend bool operator==(const Name&, const Name&) = default;
    template <typename H>
    friend H AbslHashValue(H hash, const Name& name) {
      return H::combine(std::move(hash), name.high, name.low);
    }
  };
  Name Signature() const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Step {
    Label task;
    uint32_t thread;         // the number of its task
    uint32_t place;          // among the steps of its task
    uint32_t previous;       // of the same task
    uint32_t last_global;    // before it
    uint32_t first_touch;    // in touched_
    uint32_t first_enabled;  // in enabled_
    bool global;
    bool forced;
    uint64_t decisions;
    Name name;
    Name signature;  // of everything up to here
  };
  struct AccessOf {
    uint32_t step;
    Access access;
  };

  uint32_t ThreadOf(Label task);
  std::span<const Touched> TouchedBy(size_t step) const;
  void SortTouched();
  uint32_t* ClockOf(size_t step) { return clocks_.data() + step * stride_; }
  const uint32_t* ClockOf(size_t step) const { return clocks_.data() + step * stride_; }
  void Widen();
  // Counts `step`, and all before it, to the predecessors of the last one.
  void Join(uint32_t step, Name& cause);
  // Adds those steps to candidates_ that conflict with the last one.
  void FindConflicts(uint32_t last);

  std::vector<Step> steps_;
  std::vector<Touched> touched_;
  std::vector<Label> enabled_;
  std::vector<Label> decided_;                                 // points of the step under way
  std::vector<Label> threads_;                                 // by number
  std::vector<uint32_t> last_of_thread_;                       // its youngest step
  absl::btree_map<uint64_t, std::vector<AccessOf>> accesses_;  // finished steps only
  std::vector<uint32_t> clocks_;                               // stride_ for each step
  size_t stride_ = 16;
  size_t finished_ = 0;
  std::vector<uint32_t> candidates_;
  std::vector<uint32_t> races_;
};

}  // namespace fencepost::sim
