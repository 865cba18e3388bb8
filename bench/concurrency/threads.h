// Threads, shared variables, locks and conditions for small concurrent programs on the engine.
//
// Each access to something shared is a scheduling point of its own, which says where it meets other
// threads, and starting a thread is one as well, as under a tool that intercepts pthread calls.
// Each thread is a process, because a process is what shares memory that is not declared.
//
// A call in an execution that has ended throws Ended, which Threads catches at the end of each
// thread. So what a program shares must be made before its threads and may live on the main
// thread's stack.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"

namespace fencepost::bench {

struct Ended {};

class Threads {
 public:
  explicit Threads(sim::Engine& engine) : engine_(engine) {}

  void Start(std::string_view name, std::function<void()> body);
  void JoinAll();

  // The execution fails with the sentence unless it holds.
  void Require(bool holds, const char* sentence);

  // A step of the caller's that is about to touch the object, and the same where it waits first.
  void Step(sim::Label what, sim::ObjectId object, sim::Access access);
  void Wait(sim::WaitQueue& queue, sim::ObjectId object);

  sim::Engine& engine() { return engine_; }
  sim::ObjectId NewObject();

 private:
  sim::Engine& engine_;
  std::vector<sim::TaskId> started_;
  std::uint64_t objects_ = 0;
};

// A variable with sequentially consistent accesses.
template <typename T>
class Shared {
 public:
  Shared(Threads& threads, const std::string& name, T initial)
      : threads_(&threads),
        object_(threads.NewObject()),
        load_(sim::Label::Of("load " + name)),
        store_(sim::Label::Of("store " + name)),
        update_(sim::Label::Of("update " + name)),
        value_(std::move(initial)) {}

  T Load() {
    threads_->Step(load_, object_, sim::Access::kRead);
    return value_;
  }
  void Store(T value) {
    threads_->Step(store_, object_, sim::Access::kWrite);
    value_ = std::move(value);
  }
  // A load and a store, between which others may run: what `x = x + 1` is in C.
  void Add(T addend) { Store(Load() + addend); }

  // Atomic: each is one step and answers the value before it.
  T FetchAdd(T addend) {
    threads_->Step(update_, object_, sim::Access::kWrite);
    return std::exchange(value_, value_ + addend);
  }
  T Exchange(T value) {
    threads_->Step(update_, object_, sim::Access::kWrite);
    return std::exchange(value_, std::move(value));
  }
  // As std::atomic: if the value is not the expected one, that one is set to it.
  bool CompareExchange(T& expected, T desired) {
    threads_->Step(update_, object_, sim::Access::kWrite);
    if (value_ != expected) {
      expected = value_;
      return false;
    }
    value_ = std::move(desired);
    return true;
  }

 private:
  Threads* threads_;
  sim::ObjectId object_;
  sim::Label load_;
  sim::Label store_;
  sim::Label update_;
  T value_;
};

class Mutex {
 public:
  Mutex(Threads& threads, const std::string& name);

  void Lock();
  void Unlock();

 private:
  friend class Condition;

  Threads& threads_;
  const sim::ObjectId object_;
  const sim::Label lock_;
  const sim::Label unlock_;
  sim::WaitQueue waiting_;
  bool held_ = false;
};

// As pthread_cond_t, without spurious wakeups: a signal wakes the thread that has waited longest.
class Condition {
 public:
  Condition(Threads& threads, const std::string& name);

  // REQUIRES: the caller holds the mutex.
  void Wait(Mutex& mutex);
  void Signal();

 private:
  struct Waiter {
    sim::WaitQueue queue;
    bool woken = false;
  };

  Threads& threads_;
  const sim::ObjectId object_;
  const sim::Label wait_;
  const sim::Label signal_;
  std::deque<Waiter*> waiters_;
};

}  // namespace fencepost::bench
