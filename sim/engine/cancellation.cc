// Crash, pause and the end of an execution: how tasks are cancelled and run to their end.
#include "sim/engine/check.h"
#include "sim/engine/engine.h"
#include "sim/engine/task.h"

namespace fencepost::sim {

bool Engine::Cancelled() const { return CurrentIsCancelled(); }

// What every call of a cancelled task comes to.
Wake Engine::CancelledCall() {
  if (++current_->cancelled_calls > options_.cancelled_call_limit) AbandonCurrent();
  return Wake::kCancelled;
}

// The task will never return, and there is no safe way to make it. Its fiber is not used again
// and its stack is freed with the engine.
void Engine::AbandonCurrent() {
  Task* self = current_;
  SetEnd(End::kFailed,
         "task " + std::string(self->name.text()) + " ignores cancellation: it made more than " +
             std::to_string(options_.cancelled_call_limit) + " calls after it was cancelled");
  Unlink(self);
  self->body.Reset();
  Task* next = self->return_to != nullptr ? self->return_to : main_.get();
  SwitchTo(next);
  CheckFailed("an abandoned task was continued");
}

void Engine::Kill(ProcessId id) {
  if (CurrentIsCancelled()) {
    CancelledCall();
    return;
  }
  Process& victim = process(id);
  Touch(ObjectOf(ObjectKind::kLife, id.value), Access::kWrite);
  if (victim.killed) return;
  victim.killed = true;
  TellDisabled(victim);
  for (Task* task = victim.first; task != nullptr; task = task->process_next) {
    task->cancelled = true;
  }
  if (current_->process == id) {
    pending_kills_.push_back(id);
  } else {
    DrainProcess(id);
  }
}

bool Engine::Killed(ProcessId id) const {
  Touch(ObjectOf(ObjectKind::kLife, id.value), Access::kRead);
  return process(id).killed;
}

void Engine::Pause(ProcessId id) {
  if (CurrentIsCancelled()) {
    CancelledCall();
    return;
  }
  Process& paused = process(id);
  Touch(ObjectOf(ObjectKind::kLife, id.value), Access::kWrite);
  if (!paused.paused) TellDisabled(paused);
  paused.paused = true;
  for (Task* task = paused.first; task != nullptr; task = task->process_next) Disable(task);
}

// Tasks that wait are among them: whatever they wait for could have come before this step.
void Engine::TellDisabled(const Process& victim) {
  if (step_observer_ == nullptr) return;
  const Task* other = victim.first == current_ ? current_->process_next : victim.first;
  if (other != nullptr) step_observer_->OnDisabledOthers();
}

void Engine::Resume(ProcessId id) {
  if (CurrentIsCancelled()) {
    CancelledCall();
    return;
  }
  Process& resumed = process(id);
  Touch(ObjectOf(ObjectKind::kLife, id.value), Access::kWrite);
  resumed.paused = false;
  for (Task* task = resumed.first; task != nullptr; task = task->process_next) {
    if (!task->ready || task->enabled) continue;
    if (step_observer_ != nullptr) step_observer_->OnEnabled(task->name);
    Enable(task);
  }
}

bool Engine::Paused(ProcessId id) const {
  Touch(ObjectOf(ObjectKind::kLife, id.value), Access::kRead);
  return process(id).paused;
}

// Runs the task to its end; then the caller goes on.
void Engine::RunCancelled(Task* task) {
  Task* self = current_;
  Detach(task);
  Disable(task);
  task->ready = true;
  task->wake = Wake::kCancelled;
  task->cancelled = true;
  task->joins = {};
  task->return_to = self;
  self->draining = true;
  SwitchTo(task);
  self->draining = false;
}

// Tasks that are draining others themselves, further up, are left out: they find themselves
// cancelled when they go on. The list is searched anew each time because it changes meanwhile.
void Engine::DrainProcess(ProcessId id) {
  for (;;) {
    Task* task = process(id).last;
    while (task != nullptr && (task->draining || task == current_)) task = task->process_previous;
    if (task == nullptr) return;
    RunCancelled(task);
  }
}

void Engine::DrainPendingKills() {
  for (size_t i = 0; i < pending_kills_.size(); ++i) DrainProcess(pending_kills_[i]);
  pending_kills_.clear();
}

// After the end: nothing may be left for the next execution. Cancelled tasks cannot start others.
// The youngest first: what a task has started may refer to its frame.
void Engine::DrainAll() {
  pending_kills_.clear();
  for (size_t i = tasks_.size(); unfinished_ + unfinished_daemons_ > 0 && i > 0; --i) {
    if (tasks_[i - 1].task != nullptr) RunCancelled(tasks_[i - 1].task);
  }
  Check(unfinished_ + unfinished_daemons_ == 0 && timers_.empty() && enabled_.empty(),
        "something outlived its execution");
}

}  // namespace fencepost::sim
