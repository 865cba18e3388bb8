#include "sim/engine/wait_queue.h"

#include "sim/engine/task.h"

namespace fencepost::sim {

WaitQueue::~WaitQueue() {
  while (first_ != nullptr) Remove(first_);
}

void WaitQueue::Append(Task* task) {
  task->queue = this;
  task->queue_previous = last_;
  task->queue_next = nullptr;
  (last_ == nullptr ? first_ : last_->queue_next) = task;
  last_ = task;
}

void WaitQueue::Remove(Task* task) {
  (task->queue_previous == nullptr ? first_ : task->queue_previous->queue_next) = task->queue_next;
  (task->queue_next == nullptr ? last_ : task->queue_next->queue_previous) = task->queue_previous;
  task->queue = nullptr;
}

}  // namespace fencepost::sim
