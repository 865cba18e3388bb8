#include "sim/engine/timer_heap.h"

#include "sim/engine/task.h"

namespace fencepost::sim {
namespace {

bool Earlier(const Task* a, const Task* b) {
  if (a->deadline != b->deadline) return a->deadline < b->deadline;
  return a->id < b->id;
}

}  // namespace

void TimerHeap::Add(Task* task) {
  heap_.push_back(task);
  SiftUp(heap_.size() - 1, task);
}

void TimerHeap::Remove(Task* task) {
  const size_t place = task->timer_place;
  task->timer_place = Task::kNoTimer;
  Task* last = heap_.back();
  heap_.pop_back();
  if (last == task) return;
  if (place > 0 && Earlier(last, heap_[(place - 1) / 2])) {
    SiftUp(place, last);
  } else {
    SiftDown(place, last);
  }
}

void TimerHeap::Put(size_t place, Task* task) {
  heap_[place] = task;
  task->timer_place = place;
}

void TimerHeap::SiftUp(size_t place, Task* task) {
  while (place > 0) {
    const size_t parent = (place - 1) / 2;
    if (!Earlier(task, heap_[parent])) break;
    Put(place, heap_[parent]);
    place = parent;
  }
  Put(place, task);
}

void TimerHeap::SiftDown(size_t place, Task* task) {
  for (;;) {
    size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && Earlier(heap_[child + 1], heap_[child])) ++child;
    if (!Earlier(heap_[child], task)) break;
    Put(place, heap_[child]);
    place = child;
  }
  Put(place, task);
}

}  // namespace fencepost::sim
