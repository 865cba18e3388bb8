// WaitQueue: the tasks that wait for one condition. The owner of the condition owns the queue and
// uses it through Engine::WaitUntil and Engine::NotifyAll. Tasks are woken in order of arrival. The
// queue is part of the condition's state: where several processes share it, a task that waits,
// notifies or asks whether the queue is empty touches the condition's object (Engine::Touch).
//
// REQUIRES: when it is destroyed during an execution no task waits in it. Tasks that still wait
// are cut loose: they then wait for their deadline, or for ever.
#pragma once

#include "sim/engine/label.h"

namespace fencepost::sim {

struct Task;

class WaitQueue {
 public:
  // `name` is the name of the scheduling points made by waiting here; deadlock reports show it.
  explicit WaitQueue(Label name = {}) : name_(name) {}
  ~WaitQueue();

  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  Label name() const { return name_; }
  bool empty() const { return first_ == nullptr; }

 private:
  friend class Engine;

  void Append(Task* task);
  void Remove(Task* task);

  Label name_;
  Task* first_ = nullptr;
  Task* last_ = nullptr;
};

}  // namespace fencepost::sim
