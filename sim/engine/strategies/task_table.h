// TaskTable: numbers the tasks of an execution 0, 1, 2, ... in the order in which they are first
// asked for, so that what a strategy knows of a task is an element of a vector. To ask takes the
// same time however many tasks there are.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/label.h"

namespace fencepost::sim {

class TaskTable {
 public:
  static constexpr uint32_t kUnknown = UINT32_MAX;

  TaskTable() : slots_(kSmallest) {}

  // Numbers the task if it has no number yet.
  uint32_t NumberOf(Label task) {
    Slot& slot = SlotOf(task);
    if (slot.number != kUnknown) return slot.number;
    const uint32_t number = size_++;
    slot = {task, number};
    if (2 * size_ > slots_.size()) Grow();
    return number;
  }

  // kUnknown if it has none.
  uint32_t Find(Label task) const { return const_cast<TaskTable*>(this)->SlotOf(task).number; }

  uint32_t size() const { return size_; }

  void Clear() {
    if (size_ == 0) return;
    std::fill(slots_.begin(), slots_.end(), Slot());
    size_ = 0;
  }

 private:
  static constexpr size_t kSmallest = 16;

  struct Slot {
    Label task;
    uint32_t number = kUnknown;
  };

  // The slot of the task, or the free one that it would get: linear probing.
  Slot& SlotOf(Label task) {
    const size_t mask = slots_.size() - 1;
    for (size_t place = task.hash() & mask;; place = (place + 1) & mask) {
      Slot& slot = slots_[place];
      if (slot.number == kUnknown || slot.task == task) return slot;
    }
  }

  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != kUnknown) SlotOf(slot.task) = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
  uint32_t size_ = 0;
};

}  // namespace fencepost::sim
