// Footprints: what each step of an execution touched. A step is what a task does from the moment it
// is chosen until its next scheduling point. Two steps of different tasks are dependent if their
// order can matter: if they touch the same object in conflicting ways, or if one of them is global.
//
// Code that offers shared state to tasks declares each access with Engine::Touch. The engine
// declares what is its own: a step touches the memory of its process (a process is what shares
// memory) unless its task has said that it will not (Memory::kUntouched). A step is global if it is
// a step of process 0 (the story that spans all processes), contains a quiet part, lets time pass,
// fails, or ends the execution while daemons remain.
#pragma once

#include <cstdint>

#include "sim/engine/label.h"

namespace fencepost::sim {

// The same object must have the same id in every execution, whatever the order of steps: no counter
// that several tasks advance will do.
struct ObjectId {
  std::uint64_t value = 0;
  friend auto operator<=>(ObjectId, ObjectId) = default;
};

// Kinds of objects that the engine itself touches; others begin at kFirstOfTheWorld.
enum class ObjectKind : std::uint8_t {
  kLife,       // of a process: whether it lives and runs, and what makes its calls go wrong
  kMemory,     // of a process
  kTask,       // whether it has finished
  kTaskCount,  // how many tasks have been started: the next one gets its number and name by it
  kEnd,        // which tasks keep the execution alive, and whether there are others
  kFirstOfTheWorld,
};

constexpr ObjectId ObjectOf(std::uint8_t kind, std::uint64_t number) {
  return {(std::uint64_t{kind} << 56) | (number & ((std::uint64_t{1} << 56) - 1))};
}
constexpr ObjectId ObjectOf(ObjectKind kind, std::uint64_t number) {
  return ObjectOf(static_cast<std::uint8_t>(kind), number);
}

// Two accesses conflict unless both are reads or both are parts.
enum class Access : std::uint8_t {
  kRead,
  kPart,  // a change of one element of a set, named by an object of its own: parts commute
  kWrite,
};

constexpr bool Conflict(Access a, Access b) { return a != b || a == Access::kWrite; }

// What a task says of its next step: whether it touches its process's memory. A call that is under
// way in the outside world does not.
enum class Memory : std::uint8_t { kTouched, kUntouched };

// What a task says of its next step before it is taken: the shared object at which it meets other
// tasks. It is a hint for strategies that sample: unlike what is touched, it need not be all.
struct PendingAccess {
  static constexpr ObjectId kNoObject{UINT64_MAX};

  ObjectId object = kNoObject;  // kNoObject: nothing was said
  Access access = Access::kRead;

  bool known() const { return object != kNoObject; }
};

// The order of the two steps can matter.
constexpr bool Race(PendingAccess a, PendingAccess b) {
  return a.object == b.object && a.object != PendingAccess::kNoObject &&
         Conflict(a.access, b.access);
}

// Sees the steps of an execution while it runs: for strategies that reduce. Each call but OnStep is
// about the step that began last.
class StepObserver {
 public:
  virtual ~StepObserver() = default;

  // A step begins; the passing of time is a step of a task of its own. `what` names the scheduling
  // point at which the task goes on. False: end the execution here (End::kStopped).
  virtual bool OnStep(Label task, Label what) = 0;
  // What the task had said of the step.
  virtual void OnPending(PendingAccess pending) { static_cast<void>(pending); }
  virtual void OnTouch(ObjectId object, Access access) = 0;
  // The step depends on every other one.
  virtual void OnGlobal() = 0;
  // The step could not have come before any step that it depends on.
  virtual void OnForced() = 0;
  // The step made another task able to run, or was one of those that had to come first.
  virtual void OnEnabled(Label task) = 0;
  // The step may have taken from other tasks a step that they could have taken before it or
  // that others could have enabled by then, whatever that step would have touched: it killed or
  // paused them, ran them within a quiet part, or ended the execution.
  virtual void OnDisabledOthers() = 0;
  // The step removed a timer while timers race: time may no longer be able to pass.
  virtual void OnDisabledTime() = 0;
};

}  // namespace fencepost::sim
