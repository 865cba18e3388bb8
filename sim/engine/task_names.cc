#include "sim/engine/task_names.h"

#include <string>
#include <utility>

namespace fencepost::sim {
namespace {

constexpr size_t kFirstSize = 64;

Label MakeName(Label process, Label task, uint32_t ordinal) {
  std::string name;
  if (!process.empty()) name.append(process.text()).append("/");
  name.append(task.text());
  if (ordinal > 1) name.append("#").append(std::to_string(ordinal));
  return Label::Of(name);
}

}  // namespace

TaskNames::TaskNames() : slots_(kFirstSize) {}

Label TaskNames::Next(Label process, Label task) {
  Slot& slot = Find(process, task);
  if (slot.execution != execution_) {
    slot.execution = execution_;
    slot.used = 0;
  }
  if (slot.used == slot.names.size()) {
    slot.names.push_back(MakeName(process, task, slot.used + 1));
  }
  return slot.names[slot.used++];
}

TaskNames::Slot& TaskNames::Find(Label process, Label task) {
  const uint64_t hash = process.hash() * 31 + task.hash();
  for (;;) {
    const size_t mask = slots_.size() - 1;
    for (size_t place = (hash ^ (hash >> 32)) & mask;; place = (place + 1) & mask) {
      Slot& slot = slots_[place];
      if (slot.process == process && slot.task == task && !slot.names.empty()) return slot;
      if (!slot.names.empty()) continue;
      if (2 * (taken_ + 1) > slots_.size()) break;
      ++taken_;
      slot.process = process;
      slot.task = task;
      slot.names.push_back(MakeName(process, task, 1));
      return slot;
    }
    Grow();
  }
}

void TaskNames::Grow() {
  std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  const size_t mask = slots_.size() - 1;
  for (Slot& slot : old) {
    if (slot.names.empty()) continue;
    const uint64_t hash = slot.process.hash() * 31 + slot.task.hash();
    size_t place = (hash ^ (hash >> 32)) & mask;
    while (!slots_[place].names.empty()) place = (place + 1) & mask;
    slots_[place] = std::move(slot);
  }
}

}  // namespace fencepost::sim
