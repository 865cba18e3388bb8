// WaitQueue: the tasks that wait for one condition. It belongs to whoever has the condition and is
// used through Engine::WaitUntil and Engine::NotifyAll. Tasks are woken in order of arrival.
// It is part of that condition's state: where several processes share it, whoever waits or notifies
// touches the object that the condition is (Engine::Touch).
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
