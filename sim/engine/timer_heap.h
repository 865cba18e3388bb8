// TimerHeap: the tasks that have a deadline, the earliest first, equal deadlines in order of task
// ids. A binary heap in which each task knows its place, so that a timer is removed when its task
// wakes for another reason and nothing stale ever piles up.
#pragma once

#include <cstddef>
#include <vector>

namespace fencepost::sim {

struct Task;

class TimerHeap {
 public:
  bool empty() const { return heap_.empty(); }
  // REQUIRES: not empty.
  Task* earliest() const { return heap_.front(); }

  // REQUIRES: the task's deadline is set and it is not in the heap.
  void Add(Task* task);
  // REQUIRES: the task is in the heap.
  void Remove(Task* task);
  void Clear() { heap_.clear(); }

 private:
  void Put(size_t place, Task* task);
  void SiftUp(size_t place, Task* task);
  void SiftDown(size_t place, Task* task);

  std::vector<Task*> heap_;
};

}  // namespace fencepost::sim
