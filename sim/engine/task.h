// Task: the engine's own record of a task, with the fiber it runs on. Internal to the engine.
// Records are pooled: a finished task's record, fiber and stack serve the next task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/engine/check.h"
#include "sim/engine/engine.h"
#include "sim/engine/fiber.h"

namespace fencepost::sim {

struct Task {
  static constexpr size_t kNoTimer = SIZE_MAX;

  explicit Task(Engine* owner) : engine(owner) {}  // stands for the caller of Execute
  Task(Engine* owner, size_t stack_bytes, Fiber::Entry entry)
      : engine(owner), fiber(stack_bytes, entry, this) {}

  Engine* const engine;
  Fiber fiber;
  TaskFunction body;

  TaskId id;
  ProcessId process;
  Label name;
  Label next;                        // what it does when it runs again
  Memory memory = Memory::kTouched;  // what that touches of its process
  PendingAccess pending;             // where that meets other tasks
  Wake wake = Wake::kOk;
  bool daemon = false;
  bool ready = false;      // not blocked
  bool enabled = false;    // ready, and its process is not paused: it is in Engine::enabled_
  bool cancelled = false;  // its process was killed
  bool draining = false;   // waits, inside a call, for cancelled tasks to run to their end
  uint32_t cancelled_calls = 0;
  Task* return_to = nullptr;  // the task that runs this one to its end, if one does

  VirtualTime deadline;
  size_t timer_place = kNoTimer;
  WaitQueue* queue = nullptr;  // where it waits
  Task* queue_previous = nullptr;
  Task* queue_next = nullptr;
  Task* process_previous = nullptr;
  Task* process_next = nullptr;
  WaitQueue joiners;
  std::span<const TaskId> joins;  // while it waits for more than one task
};

[[gnu::always_inline]] inline void Engine::SwitchTo(Task* task) {
  Task* self = current_;
  current_ = task;
  Fiber::Switch(self->fiber, task->fiber);
}

inline bool Engine::CurrentIsCancelled() const {
  Check(current_ != main_.get(), "an engine call was made outside of any task");
  return ending_ || current_->cancelled;
}

}  // namespace fencepost::sim
