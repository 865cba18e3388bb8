#include "bench/concurrency/threads.h"

namespace fencepost::bench {

using sim::Access;
using sim::Label;
using sim::Wake;

void Threads::Start(std::string_view name, std::function<void()> body) {
  static const Label kRun = Label::Of("run");
  static const Label kCreate = Label::Of("create");
  const sim::ProcessId process = engine_.StartProcess(Label::Of(name));
  started_.push_back(engine_.Spawn(process, kRun, [body = std::move(body)] {
    try {
      body();
    } catch (const Ended&) {
    }
  }));
  if (engine_.Yield(kCreate) != Wake::kOk) throw Ended();
}

void Threads::JoinAll() {
  for (const sim::TaskId task : started_) {
    if (engine_.Join(task) != Wake::kOk) throw Ended();
  }
  started_.clear();
}

void Threads::Require(bool holds, const char* sentence) {
  if (holds) return;
  engine_.Fail(sentence);
  throw Ended();
}

void Threads::Step(Label what, sim::ObjectId object, Access access) {
  const Wake wake = engine_.Yield(what, sim::Memory::kUntouched, {object, access});
  if (wake != Wake::kOk) throw Ended();
  engine_.Touch(object, access);
}

void Threads::Wait(sim::WaitQueue& queue, sim::ObjectId object) {
  if (engine_.Wait(queue, {object, Access::kWrite}) != Wake::kOk) throw Ended();
  engine_.Touch(object, Access::kWrite);
}

sim::ObjectId Threads::NewObject() {
  return ObjectOf(sim::ObjectKind::kFirstOfTheWorld, objects_++);
}

Mutex::Mutex(Threads& threads, const std::string& name)
    : threads_(threads),
      object_(threads.NewObject()),
      lock_(Label::Of("lock " + name)),
      unlock_(Label::Of("unlock " + name)),
      waiting_(Label::Of("wait for " + name)) {}

void Mutex::Lock() {
  threads_.Step(lock_, object_, Access::kWrite);
  while (held_) threads_.Wait(waiting_, object_);
  held_ = true;
}

void Mutex::Unlock() {
  threads_.Step(unlock_, object_, Access::kWrite);
  held_ = false;
  threads_.engine().NotifyAll(waiting_);
}

Condition::Condition(Threads& threads, const std::string& name)
    : threads_(threads),
      object_(threads.NewObject()),
      wait_(Label::Of("wait " + name)),
      signal_(Label::Of("signal " + name)) {}

void Condition::Wait(Mutex& mutex) {
  threads_.Step(wait_, object_, Access::kWrite);
  Waiter waiter;
  waiters_.push_back(&waiter);
  mutex.held_ = false;
  threads_.engine().Touch(mutex.object_, Access::kWrite);
  threads_.engine().NotifyAll(mutex.waiting_);
  while (!waiter.woken) threads_.Wait(waiter.queue, object_);
  while (mutex.held_) threads_.Wait(mutex.waiting_, mutex.object_);
  mutex.held_ = true;
}

void Condition::Signal() {
  threads_.Step(signal_, object_, Access::kWrite);
  if (waiters_.empty()) return;
  Waiter* const waiter = waiters_.front();
  waiters_.pop_front();
  waiter->woken = true;
  threads_.engine().NotifyAll(waiter->queue);
}

}  // namespace fencepost::bench
