// Engine: runs a program of cooperating tasks deterministically. Every decision (which task runs
// next, what fails, what a random number is) is one choice of a Strategy, time is virtual, and an
// execution is a pure function of the root function and of the strategy's answers.
//
// Promises: one thread; a task runs until its next call that yields or blocks. Nothing survives
// from one execution to the next: at any end all remaining tasks are cancelled and run to their
// end. An engine is made to be reused for millions of executions and does not allocate once warm.
// Requires: tasks return soon after a call has answered Wake::kCancelled (one that makes
// thousands of further calls is reported, and its stack is abandoned with whatever is on it);
// tasks do not block the thread; one thread uses an engine at a time.
// Calls are made from inside a task unless the comment says otherwise.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/choice.h"
#include "sim/engine/end.h"
#include "sim/engine/footprint.h"
#include "sim/engine/label.h"
#include "sim/engine/strategy.h"
#include "sim/engine/task_function.h"
#include "sim/engine/task_names.h"
#include "sim/engine/timer_heap.h"
#include "sim/engine/trace.h"
#include "sim/engine/virtual_time.h"
#include "sim/engine/wait_queue.h"

namespace fencepost::sim {

enum class Wake : uint8_t { kOk, kTimeout, kCancelled };

// Tasks and processes are numbered from 0 in each execution, in the order they were started.
struct TaskId {
  uint32_t value = 0;
  friend auto operator<=>(TaskId, TaskId) = default;
};
struct ProcessId {
  uint32_t value = 0;
  friend auto operator<=>(ProcessId, ProcessId) = default;
};

struct EngineOptions {
  static constexpr size_t kSmallStack = 64 * 1024;   // simulation
  static constexpr size_t kLargeStack = 256 * 1024;  // tasks that call a real store

  size_t stack_bytes = kSmallStack;
  uint64_t step_limit = 10'000'000;
  VirtualTime time_limit = VirtualTime::Never();
  // Weight of the alternative "advance-time"; see set_timer_race_weight.
  uint32_t timer_race_weight = 0;
  // Calls a cancelled task may make before it is said to ignore its cancellation.
  uint32_t cancelled_call_limit = 10'000;
};

struct ExecutionResult {
  End end = End::kExhausted;
  std::string message;  // why it did not complete; empty otherwise
  VirtualTime time;     // the virtual time at the end
  uint64_t steps = 0;   // scheduling points and choices, decided or not
  uint64_t hash = 0;    // of the trace
};

class Engine {
 public:
  explicit Engine(EngineOptions options = {});
  ~Engine();

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Runs one execution from outside of any task. `root` becomes task 0, named "root", of process
  // 0, named "main". Pass std::ref(f) to run the same large function again without copying it.
  ExecutionResult Execute(Strategy& strategy, TaskFunction root);

  // The trace of the execution that runs, or of the last one. Usable from anywhere.
  const Trace& trace() const { return trace_; }

  VirtualTime Now() const { return now_; }
  uint64_t steps() const { return steps_; }

  ProcessId StartProcess(Label name);

  // The task becomes runnable; the caller goes on. Its alternatives are called "process/name" (in
  // process 0 just "name"), with "#2", "#3", ... for further tasks of the same name. In a killed
  // process nothing is started and the task counts as finished.
  TaskId Spawn(ProcessId process, Label name, TaskFunction body);
  // A daemon does not keep the execution alive: when only daemons remain they are cancelled.
  TaskId SpawnDaemon(ProcessId process, Label name, TaskFunction body);

  // A scheduling point. `what` names it, and says what the task does next; `pending` says where
  // that meets other tasks.
  Wake Yield(Label what, Memory memory = Memory::kTouched, PendingAccess pending = {});
  // Answers kOk when the time has come. A scheduling point even if it is in the past.
  Wake SleepUntil(VirtualTime time);
  Wake SleepFor(VirtualDuration duration) { return SleepUntil(now_ + duration); }
  // Waits until the task has finished. No scheduling point if it already has.
  Wake Join(TaskId task);
  // Waits until all of them have, with one scheduling point. The list must stay until then.
  Wake JoinAll(std::span<const TaskId> tasks);
  // Waits for a NotifyAll (kOk) or the deadline (kTimeout). Re-check the condition afterwards:
  // other tasks may run between the wake and the return.
  // What follows is expected to meet other tasks at `pending`.
  Wake WaitUntil(WaitQueue& queue, VirtualTime deadline, PendingAccess pending = {});
  Wake Wait(WaitQueue& queue, PendingAccess pending = {}) {
    return WaitUntil(queue, VirtualTime::Never(), pending);
  }
  // Makes the waiting tasks runnable. The caller goes on.
  void NotifyAll(WaitQueue& queue);

  // Decides a point of the caller's. Recorded if two or more alternatives are enabled. A cancelled
  // task gets the first enabled alternative. REQUIRES: at least one is enabled.
  uint32_t Choose(const ChoicePoint& point);
  uint64_t RandomBits(Label point);

  // A crash: all tasks of the process are woken with kCancelled, their further calls answer
  // kCancelled at once and are no decision points, and they run to their end, the youngest first,
  // before Kill returns. If the caller belongs to the process, the others run to their end at the
  // next scheduling point. A killed process stays killed.
  void Kill(ProcessId process);
  bool Killed(ProcessId process) const;
  // The tasks of a paused process do not run. Their timers expire all the same; they see it once
  // resumed. A caller which pauses its own process runs on to its next scheduling point.
  void Pause(ProcessId process);
  void Resume(ProcessId process);
  bool Paused(ProcessId process) const;

  // True if the calling task is cancelled: every call would answer kCancelled.
  bool Cancelled() const;

  // The current step touches an object that other tasks can touch as well; see footprint.h. State
  // that is not declared must be reached from one process only. The check for what was forgotten is
  // reduction/footprint_check.h.
  void Touch(ObjectId object, Access access) const {
    if (step_observer_ == nullptr || ending_) [[likely]]
      return;
    step_observer_->OnTouch(object, access);
  }

  // The order of the current step and every other one matters.
  void TouchEverything() {
    if (step_observer_ == nullptr || ending_) [[likely]]
      return;
    step_observer_->OnGlobal();
  }
  // The strategy looks at footprints.
  bool observed() const { return step_observer_ != nullptr; }

  // Adds an event to the trace's hash. Ignored once the execution has ended.
  void Observe(uint64_t event_hash);
  // Ends the execution as failed. The first end counts. The caller's next calls answer kCancelled.
  void Fail(std::string sentence);

  // While tasks are runnable, "the earliest timer fires first" is one more alternative of each
  // scheduling point, named "advance-time" and counted as a preemption: a running task may be
  // arbitrarily slow. 0 = never. Each execution begins with the weight of the options.
  void set_timer_race_weight(uint32_t weight);
  uint32_t timer_race_weight() const { return timer_race_weight_; }

  // While one exists, every choice takes its first enabled alternative (the current task goes on,
  // no fault), nothing is recorded and random bits are fixed: for deterministic set-up.
  class Quiet {
   public:
    explicit Quiet(Engine& engine) : engine_(engine) {
      ++engine_.quiet_depth_;
      engine_.TouchEverything();
    }
    ~Quiet() { --engine_.quiet_depth_; }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

   private:
    Engine& engine_;
  };
  bool quiet() const { return quiet_depth_ > 0; }

  // True between the start and the end of a task, i.e. if the calls above are allowed.
  bool in_task() const;
  TaskId current_task() const;
  ProcessId current_process() const;
  // Names of this execution's tasks, finished ones too, and processes.
  std::string_view task_name(TaskId task) const;
  std::string_view process_name(ProcessId process) const;
  size_t task_count() const { return tasks_.size(); }

 private:
  struct Process {
    Label name;
    bool killed = false;
    bool paused = false;
    Task* first = nullptr;  // the unfinished tasks, in order of their ids
    Task* last = nullptr;
  };
  struct TaskRecord {
    Task* task;  // nullptr: finished
    Label name;
  };

  // engine.cc: the life of an execution and of a task.
  TaskId StartTask(ProcessId process, Label name, TaskFunction&& body, bool daemon);
  static void TaskMain(void* task);
  void RunTask(Task* task);
  void FinishCurrent();
  Task* TakeTask();
  void Unlink(Task* task);
  void SwitchTo(Task* task);
  void SetEnd(End end, std::string message);
  void DrainAll();

  // scheduler.cc: who runs next.
  Task* Pick(Label point, Task* current);
  Task* PickNext(Label point, Task* current);
  bool BeginStep(const Task& task);
  bool BeginGlobalStep(Label task, Label what);
  void TellFinished(const Task& finished);
  Task* FirstUnfinished(std::span<const TaskId> tasks) const;
  uint32_t Decide(const ChoicePoint& point);
  Wake Block(Label what, VirtualTime deadline, WaitQueue* queue, PendingAccess pending = {});
  bool FireNextTimers();
  void MakeReady(Task* task, Wake wake);
  void Enable(Task* task);
  void Disable(Task* task);
  void Detach(Task* task);
  void EndAtLimit(End end, const std::string& what);
  std::string WhoWaits() const;

  // cancellation.cc: kill, pause and the end.
  bool CurrentIsCancelled() const;
  Wake CancelledCall();
  [[noreturn]] void AbandonCurrent();
  void TellDisabled(const Process& victim);
  void RunCancelled(Task* task);
  void DrainProcess(ProcessId id);
  void DrainPendingKills();

  Process& process(ProcessId id);
  const Process& process(ProcessId id) const;

  const EngineOptions options_;
  Strategy* strategy_ = nullptr;
  StepObserver* step_observer_ = nullptr;  // the strategy's; usually there is none
  Trace trace_;
  TaskNames names_;

  // The state of one execution.
  Task* current_;
  VirtualTime now_;
  uint64_t steps_ = 0;
  uint32_t timer_race_weight_ = 0;
  int quiet_depth_ = 0;
  uint64_t quiet_bits_ = 0;
  bool ending_ = false;
  End end_ = End::kCompleted;
  std::string end_message_;
  size_t unfinished_ = 0;  // tasks that are not daemons
  size_t unfinished_daemons_ = 0;
  std::vector<Process> processes_;
  std::vector<TaskRecord> tasks_;  // by id
  std::vector<Task*> enabled_;     // ready tasks of processes that are not paused, by id
  TimerHeap timers_;
  std::vector<ProcessId> pending_kills_;

  // Kept from one execution to the next, to be used again.
  std::vector<std::unique_ptr<Task>> all_tasks_;
  std::vector<Task*> free_tasks_;
  std::vector<Alternative> alternatives_;
  std::unique_ptr<Task> main_;  // stands for the caller of Execute
};

}  // namespace fencepost::sim
