#include "sim/engine/engine.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "sim/engine/check.h"
#include "sim/engine/task.h"

namespace fencepost::sim {

Engine::Engine(EngineOptions options) : options_(options), main_(std::make_unique<Task>(this)) {
  current_ = main_.get();
}

Engine::~Engine() { Check(!in_task(), "an engine was destroyed during an execution"); }

ExecutionResult Engine::Execute(Strategy& strategy, TaskFunction root) {
  static const Label kMain = Label::Of("main");
  static const Label kRoot = Label::Of("root");

  Check(strategy_ == nullptr, "Execute was called during an execution");
  if (!strategy.BeginExecution()) return ExecutionResult();

  strategy_ = &strategy;
  step_observer_ = strategy.step_observer();
  trace_.Clear();
  names_.Restart();
  now_ = VirtualTime();
  steps_ = 0;
  timer_race_weight_ = options_.timer_race_weight;
  quiet_depth_ = 0;
  quiet_bits_ = 0;
  ending_ = false;
  end_ = End::kCompleted;
  end_message_.clear();
  processes_.clear();
  tasks_.clear();
  processes_.push_back({.name = kMain});

  main_->fiber.EnterThread();
  const TaskId root_id = StartTask(ProcessId{0}, kRoot, std::move(root), false);
  BeginGlobalStep(kRoot, tasks_[root_id.value].task->next);
  SwitchTo(tasks_[root_id.value].task);
  DrainAll();

  strategy_ = nullptr;
  step_observer_ = nullptr;
  strategy.EndExecution(end_);
  return {end_, end_message_, now_, steps_, trace_.hash()};
}

ProcessId Engine::StartProcess(Label name) {
  TouchEverything();
  processes_.push_back({.name = name});
  return ProcessId{static_cast<uint32_t>(processes_.size() - 1)};
}

TaskId Engine::Spawn(ProcessId process, Label name, TaskFunction body) {
  if (CurrentIsCancelled()) CancelledCall();
  return StartTask(process, name, std::move(body), false);
}

TaskId Engine::SpawnDaemon(ProcessId process, Label name, TaskFunction body) {
  if (CurrentIsCancelled()) CancelledCall();
  return StartTask(process, name, std::move(body), true);
}

TaskId Engine::StartTask(ProcessId process_id, Label name, TaskFunction&& body, bool daemon) {
  static const Label kStart = Label::Of("start");

  Process& home = process(process_id);
  if (in_task()) {
    Touch(ObjectOf(ObjectKind::kTaskCount, 0), Access::kWrite);
    Touch(ObjectOf(ObjectKind::kLife, process_id.value), Access::kRead);
    // A daemon may start the task that keeps the execution alive when the others have finished.
    if (daemon || current_->daemon) Touch(ObjectOf(ObjectKind::kEnd, 0), Access::kWrite);
  }
  const TaskId id{static_cast<uint32_t>(tasks_.size())};
  const Label full_name = names_.Next(process_id.value == 0 ? Label() : home.name, name);
  if (home.killed || (in_task() && CurrentIsCancelled())) {
    tasks_.push_back({nullptr, full_name});
    return id;
  }
  if (in_task()) Touch(ObjectOf(ObjectKind::kMemory, process_id.value), Access::kWrite);
  Task* task = TakeTask();
  tasks_.push_back({task, full_name});
  task->body = std::move(body);
  task->id = id;
  task->process = process_id;
  task->name = full_name;
  task->next = kStart;
  task->memory = Memory::kTouched;
  task->pending = {};
  task->joins = {};
  task->daemon = daemon;
  task->cancelled = false;
  task->cancelled_calls = 0;
  task->return_to = nullptr;
  task->process_previous = home.last;
  task->process_next = nullptr;
  (home.last == nullptr ? home.first : home.last->process_next) = task;
  home.last = task;
  ++(daemon ? unfinished_daemons_ : unfinished_);
  MakeReady(task, Wake::kOk);
  return id;
}

Task* Engine::TakeTask() {
  if (free_tasks_.empty()) {
    all_tasks_.push_back(std::make_unique<Task>(this, options_.stack_bytes, &Engine::TaskMain));
    return all_tasks_.back().get();
  }
  Task* task = free_tasks_.back();
  free_tasks_.pop_back();
  return task;
}

void Engine::RunTask(Task* task) {
  try {
    task->body();
    task->body.Reset();
    return;
  } catch (const std::exception& exception) {
    SetEnd(End::kThrew, "task " + std::string(task->name.text()) + " threw: " + exception.what());
  } catch (...) {
    SetEnd(End::kThrew, "task " + std::string(task->name.text()) +
                            " threw something that is not a std::exception");
  }
  task->body.Reset();
}

// Leaves the fiber of the task that has just run; comes back when the fiber has a new task.
[[gnu::always_inline]] inline void Engine::FinishCurrent() {
  static const Label kFinish = Label::Of("finish");

  Task* self = current_;
  Touch(ObjectOf(ObjectKind::kTask, self->name.hash()), Access::kWrite);
  Unlink(self);
  Task* next = self->return_to;
  if (next == nullptr) next = Pick(kFinish, nullptr);
  if (next == nullptr) next = main_.get();
  free_tasks_.push_back(self);
  SwitchTo(next);
}

void Engine::TaskMain(void* task) {
  auto* self = static_cast<Task*>(task);
  for (;;) {
    self->engine->RunTask(self);
    self->engine->FinishCurrent();
  }
}

void Engine::Unlink(Task* task) {
  Process& home = process(task->process);
  (task->process_previous == nullptr ? home.first : task->process_previous->process_next) =
      task->process_next;
  (task->process_next == nullptr ? home.last : task->process_next->process_previous) =
      task->process_previous;
  Disable(task);
  task->ready = false;
  tasks_[task->id.value].task = nullptr;
  --(task->daemon ? unfinished_daemons_ : unfinished_);
  if (step_observer_ != nullptr) [[unlikely]]
    TellFinished(*task);
  while (Task* joiner = task->joiners.first_) {
    Task* other = FirstUnfinished(joiner->joins);
    if (other == nullptr) {
      joiner->joins = {};
      MakeReady(joiner, Wake::kOk);
    } else {
      task->joiners.Remove(joiner);
      other->joiners.Append(joiner);
    }
  }
}

// Each task that somebody waits for lets the waiting task go on, whatever the order in which they
// finish. The last task that is no daemon ends the execution and so takes from every daemon what it
// would have done next; while there are daemons it matters which task is the last.
void Engine::TellFinished(const Task& finished) {
  if (ending_) return;
  const bool daemons = finished.daemon || unfinished_daemons_ > 0;
  Touch(ObjectOf(ObjectKind::kEnd, 0), daemons ? Access::kWrite : Access::kPart);
  if (unfinished_ == 0 && unfinished_daemons_ > 0) {
    step_observer_->OnGlobal();
    step_observer_->OnDisabledOthers();
  }
  for (const TaskRecord& record : tasks_) {
    if (record.task == nullptr) continue;
    const std::span<const TaskId> joins = record.task->joins;
    if (std::find(joins.begin(), joins.end(), finished.id) != joins.end()) {
      step_observer_->OnEnabled(record.name);
    }
  }
}

void Engine::Observe(uint64_t event_hash) {
  if (!ending_) trace_.AddEvent(event_hash);
}

void Engine::Fail(std::string sentence) { SetEnd(End::kFailed, std::move(sentence)); }

// The first end counts, except that daemons may still spoil a completed execution.
void Engine::SetEnd(End end, std::string message) {
  if (ending_ && (end_ != End::kCompleted || end == End::kCompleted)) return;
  const bool within_a_step = end == End::kFailed || end == End::kThrew;
  if (step_observer_ != nullptr && !ending_ && within_a_step) {
    step_observer_->OnGlobal();
    step_observer_->OnDisabledOthers();
  }
  ending_ = true;
  end_ = end;
  end_message_ = std::move(message);
}

bool Engine::in_task() const { return current_ != main_.get(); }

TaskId Engine::current_task() const {
  Check(in_task(), "an engine call was made outside of any task");
  return current_->id;
}

ProcessId Engine::current_process() const {
  Check(in_task(), "an engine call was made outside of any task");
  return current_->process;
}

std::string_view Engine::task_name(TaskId task) const {
  Check(task.value < tasks_.size(), "no such task");
  return tasks_[task.value].name.text();
}

std::string_view Engine::process_name(ProcessId id) const { return process(id).name.text(); }

Engine::Process& Engine::process(ProcessId id) {
  Check(id.value < processes_.size(), "no such process");
  return processes_[id.value];
}

const Engine::Process& Engine::process(ProcessId id) const {
  Check(id.value < processes_.size(), "no such process");
  return processes_[id.value];
}

}  // namespace fencepost::sim
