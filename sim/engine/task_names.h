// TaskNames: gives each task of an execution a name of its own: "process/task", with "#2", "#3"
// and so on for further ones. The name depends on the names and on how many tasks of them came
// before in this execution, never on earlier executions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/label.h"

namespace fencepost::sim {

class TaskNames {
 public:
  TaskNames();

  // A new execution: counting starts again. The names already made are kept for reuse.
  void Restart() { ++execution_; }

  // An empty `process` gives plain "task".
  Label Next(Label process, Label task);

 private:
  struct Slot {
    Label process;
    Label task;
    uint64_t execution = 0;  // the one that `used` counts in
    uint32_t used = 0;
    std::vector<Label> names;  // empty: the slot is free
  };

  Slot& Find(Label process, Label task);
  void Grow();

  uint64_t execution_ = 0;
  size_t taken_ = 0;
  std::vector<Slot> slots_;  // open addressing, a power of two
};

}  // namespace fencepost::sim
