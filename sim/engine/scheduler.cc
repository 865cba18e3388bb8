// Who runs next: scheduling points, waiting, virtual time. The hot path of the engine.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "sim/engine/check.h"
#include "sim/engine/engine.h"
#include "sim/engine/random.h"
#include "sim/engine/task.h"

namespace fencepost::sim {
namespace {

uint32_t FirstEnabled(const ChoicePoint& point) {
  for (uint32_t i = 0; i < point.alternatives.size(); ++i) {
    if (point.alternatives[i].weight > 0) return i;
  }
  CheckFailed("a choice point without an enabled alternative");
}

std::string Seconds(VirtualTime time) {
  char text[48];
  std::snprintf(text, sizeof text, "%.9g s", static_cast<double>(time.nanos()) / 1e9);
  return text;
}

}  // namespace

Wake Engine::Yield(Label what, Memory memory, PendingAccess pending) {
  if (CurrentIsCancelled()) return CancelledCall();
  Task* self = current_;
  self->next = what;
  self->memory = memory;
  self->pending = pending;
  self->wake = Wake::kOk;
  Task* next = Pick(what, self);
  if (next == nullptr) return Wake::kCancelled;
  if (next != self) SwitchTo(next);
  return self->wake;
}

Wake Engine::SleepUntil(VirtualTime time) {
  static const Label kSleep = Label::Of("sleep");
  if (time <= now_) return Yield(kSleep);
  return Block(kSleep, time, nullptr);
}

Wake Engine::Join(TaskId id) {
  static const Label kJoin = Label::Of("join");
  if (CurrentIsCancelled()) return CancelledCall();
  Check(id.value < tasks_.size(), "no such task");
  Touch(ObjectOf(ObjectKind::kTask, tasks_[id.value].name.hash()), Access::kRead);
  Task* task = tasks_[id.value].task;
  if (task == nullptr) return Wake::kOk;
  return Block(kJoin, VirtualTime::Never(), &task->joiners);
}

Wake Engine::JoinAll(std::span<const TaskId> tasks) {
  static const Label kJoin = Label::Of("join");
  if (CurrentIsCancelled()) return CancelledCall();
  for (const TaskId id : tasks) {
    Check(id.value < tasks_.size(), "no such task");
    Touch(ObjectOf(ObjectKind::kTask, tasks_[id.value].name.hash()), Access::kRead);
  }
  Task* task = FirstUnfinished(tasks);
  if (task == nullptr) return Wake::kOk;
  current_->joins = tasks;
  return Block(kJoin, VirtualTime::Never(), &task->joiners);
}

Task* Engine::FirstUnfinished(std::span<const TaskId> tasks) const {
  for (const TaskId id : tasks) {
    if (tasks_[id.value].task != nullptr) return tasks_[id.value].task;
  }
  return nullptr;
}

Wake Engine::WaitUntil(WaitQueue& queue, VirtualTime deadline, PendingAccess pending) {
  static const Label kWait = Label::Of("wait");
  const Label what = queue.name().empty() ? kWait : queue.name();
  if (deadline > now_) return Block(what, deadline, &queue, pending);
  const Wake wake = Yield(what, Memory::kTouched, pending);
  return wake == Wake::kOk ? Wake::kTimeout : wake;
}

void Engine::NotifyAll(WaitQueue& queue) {
  while (queue.first_ != nullptr) MakeReady(queue.first_, Wake::kOk);
}

Wake Engine::Block(Label what, VirtualTime deadline, WaitQueue* queue, PendingAccess pending) {
  if (CurrentIsCancelled()) return CancelledCall();
  Task* self = current_;
  self->next = what;
  self->memory = Memory::kTouched;
  self->pending = pending;
  self->ready = false;
  Disable(self);
  if (queue != nullptr) queue->Append(self);
  if (deadline != VirtualTime::Never()) {
    self->deadline = deadline;
    timers_.Add(self);
  }
  Task* next = Pick(what, nullptr);
  // After a deadlock it waits to be cancelled in its turn: which of the tasks was the last to block
  // must not matter.
  if (next == nullptr) next = main_.get();
  if (next != self) SwitchTo(next);
  return self->wake;
}

// Asks the strategy and records the answer. Ends the execution if the answer is to stop.
[[gnu::always_inline]] inline uint32_t Engine::Decide(const ChoicePoint& point) {
  const uint32_t index = strategy_->Choose(point);
  if (index == Strategy::kStop) [[unlikely]] {
    SetEnd(End::kStopped, "stopped by the search strategy");
    return 0;
  }
  Check(index < point.alternatives.size() && point.alternatives[index].weight > 0,
        "a strategy chose an alternative that is not there or is disabled");
  trace_.Add({point.kind, point.name, point.alternatives[index].name, index,
              static_cast<uint32_t>(point.alternatives.size()), 0});
  return index;
}

// A quiet part is one step together with the step that it began in, so what other tasks do
// meanwhile is taken from them. False: the execution ends here.
bool Engine::BeginGlobalStep(Label task, Label what) {
  if (step_observer_ == nullptr) return true;
  if (quiet_depth_ > 0) {
    step_observer_->OnDisabledOthers();
  } else if (!step_observer_->OnStep(task, what)) {
    SetEnd(End::kStopped, "stopped by the search strategy");
    return false;
  }
  step_observer_->OnGlobal();
  return true;
}

bool Engine::BeginStep(const Task& task) {
  if (task.process.value == 0 || quiet_depth_ > 0) return BeginGlobalStep(task.name, task.next);
  if (!step_observer_->OnStep(task.name, task.next)) {
    SetEnd(End::kStopped, "stopped by the search strategy");
    return false;
  }
  Touch(ObjectOf(ObjectKind::kLife, task.process.value), Access::kRead);
  if (task.memory == Memory::kTouched) {
    Touch(ObjectOf(ObjectKind::kMemory, task.process.value), Access::kWrite);
  }
  return true;
}

// The task to run after this scheduling point of the current task, or nullptr if the execution
// has ended. `current` is the current task if it could go on.
[[gnu::always_inline]] inline Task* Engine::PickNext(Label point, Task* current) {
  if (!pending_kills_.empty()) [[unlikely]]
    DrainPendingKills();
  if (unfinished_ == 0) SetEnd(End::kCompleted, "");
  for (;;) {
    if (ending_) return nullptr;
    if (++steps_ > options_.step_limit) [[unlikely]] {
      EndAtLimit(End::kStepLimit, std::to_string(options_.step_limit) + " steps were taken");
      return nullptr;
    }
    if (enabled_.empty()) {
      if (!FireNextTimers()) return nullptr;
      continue;
    }
    const bool current_goes_on = current != nullptr && current->enabled;
    const bool race = timer_race_weight_ > 0 && quiet_depth_ == 0 && !timers_.empty() &&
                      timers_.earliest()->deadline <= options_.time_limit;
    if ((enabled_.size() == 1 && !race) || quiet_depth_ > 0) {
      return current_goes_on ? current : enabled_.front();
    }

    if (alternatives_.size() < enabled_.size() + 2) {
      alternatives_.resize(enabled_.size() * 2 + 2);
    }
    uint32_t count = 0;
    if (current_goes_on) {
      alternatives_[0] = {current->name, 1, false, false, current->next, current->pending};
      count = 1;
    }
    for (Task* task : enabled_) {
      alternatives_[count] = {task->name, 1, current_goes_on, false, task->next, task->pending};
      count += task != current;  // Without a branch: where the current task stands is random.
    }
    if (race) {
      alternatives_[count++] = {AdvanceTime(), timer_race_weight_, true, false, Label(), {}};
    }
    const uint32_t index =
        Decide({ChoiceKind::kSchedule, point, std::span(alternatives_.data(), count)});
    if (ending_) return nullptr;
    if (index < enabled_.size()) {
      if (!current_goes_on) return enabled_[index];
      if (index == 0) return current;
      // The others follow in their order, the current task left out.
      const bool past_current = enabled_[index - 1]->id >= current->id;
      return enabled_[index - 1 + past_current];
    }
    FireNextTimers();
  }
}

Task* Engine::Pick(Label point, Task* current) {
  Task* const next = PickNext(point, current);
  if (step_observer_ == nullptr || next == nullptr) [[likely]]
    return next;
  if (!BeginStep(*next)) return nullptr;
  step_observer_->OnPending(next->pending);
  return next;
}

uint32_t Engine::Choose(const ChoicePoint& point) {
  const uint32_t first = FirstEnabled(point);
  Check(point.kind != ChoiceKind::kFault || !point.alternatives[0].fault,
        "alternative 0 of a fault point must be \"no fault\"");
  if (CurrentIsCancelled()) {
    CancelledCall();
    return first;
  }
  if (++steps_ > options_.step_limit) [[unlikely]] {
    EndAtLimit(End::kStepLimit, std::to_string(options_.step_limit) + " steps were taken");
    return first;
  }
  if (quiet_depth_ > 0) return first;
  for (uint32_t i = first + 1; i < point.alternatives.size(); ++i) {
    if (point.alternatives[i].weight == 0) continue;
    const uint32_t index = Decide(point);
    return ending_ ? first : index;
  }
  return first;
}

uint64_t Engine::RandomBits(Label point) {
  if (CurrentIsCancelled()) {
    CancelledCall();
    return 0;
  }
  if (quiet_depth_ > 0) return DeriveSeed(point.hash(), ++quiet_bits_);
  const uint64_t bits = strategy_->RandomBits(point);
  trace_.Add({ChoiceKind::kRandom, point, Label(), 0, 0, bits});
  return bits;
}

// Nothing else can happen, or it was chosen: the clock jumps to the earliest timer. False if that
// ends the execution.
bool Engine::FireNextTimers() {
  if (timers_.empty()) {
    EndAtLimit(End::kDeadlock, "no task can run and no timer is set");
    return false;
  }
  const VirtualTime time = timers_.earliest()->deadline;
  if (time > options_.time_limit) {
    EndAtLimit(End::kTimeLimit, "the next timer is at " + Seconds(time) + ", the limit is " +
                                    Seconds(options_.time_limit));
    return false;
  }
  if (!BeginGlobalStep(AdvanceTime(), AdvanceTime())) return false;
  // Time that does not race passes only when everybody waits.
  if (step_observer_ != nullptr && timer_race_weight_ == 0 && quiet_depth_ == 0) {
    step_observer_->OnForced();
  }
  now_ = time;
  while (!timers_.empty() && timers_.earliest()->deadline <= now_) {
    Task* task = timers_.earliest();
    MakeReady(task, task->queue == nullptr ? Wake::kOk : Wake::kTimeout);
  }
  return true;
}

void Engine::set_timer_race_weight(uint32_t weight) {
  if (step_observer_ != nullptr && weight != timer_race_weight_) {
    TouchEverything();
    step_observer_->OnDisabledTime();
  }
  timer_race_weight_ = weight;
}

void Engine::MakeReady(Task* task, Wake wake) {
  Detach(task);
  task->ready = true;
  task->wake = wake;
  if (step_observer_ != nullptr) [[unlikely]]
    step_observer_->OnEnabled(task->name);
  if (!processes_[task->process.value].paused) Enable(task);
}

void Engine::Detach(Task* task) {
  if (task->queue != nullptr) task->queue->Remove(task);
  if (task->timer_place == Task::kNoTimer) return;
  timers_.Remove(task);
  if (step_observer_ != nullptr && timer_race_weight_ > 0) [[unlikely]]
    step_observer_->OnDisabledTime();
}

void Engine::Enable(Task* task) {
  if (task->enabled) return;
  task->enabled = true;
  enabled_.push_back(task);
  for (size_t i = enabled_.size() - 1; i > 0 && enabled_[i - 1]->id > task->id; --i) {
    std::swap(enabled_[i - 1], enabled_[i]);
  }
}

void Engine::Disable(Task* task) {
  if (!task->enabled) return;
  task->enabled = false;
  size_t place = 0;
  while (enabled_[place] != task) ++place;
  for (; place + 1 < enabled_.size(); ++place) enabled_[place] = enabled_[place + 1];
  enabled_.pop_back();
}

void Engine::EndAtLimit(End end, const std::string& what) {
  SetEnd(end, what + " (at " + Seconds(now_) + "): " + WhoWaits());
}

// "root waits for cp-1/janitor to finish; cp-1/janitor is at \"claim\""
std::string Engine::WhoWaits() const {
  std::string text;
  for (const TaskRecord& record : tasks_) {
    const Task* task = record.task;
    if (task == nullptr) continue;
    if (!text.empty()) text += "; ";
    text += task->name.text();
    if (task->ready) {
      text.append(" is at \"").append(task->next.text()).append("\"");
    } else {
      const auto joined = std::find_if(tasks_.begin(), tasks_.end(), [&](const TaskRecord& other) {
        return other.task != nullptr && task->queue == &other.task->joiners;
      });
      if (joined != tasks_.end()) {
        text.append(" waits for ").append(joined->name.text()).append(" to finish");
      } else {
        text.append(" waits in \"").append(task->next.text()).append("\"");
      }
      if (task->timer_place != Task::kNoTimer) text += " until " + Seconds(task->deadline);
    }
    if (processes_[task->process.value].paused) text += " (paused)";
  }
  return text.empty() ? "no task remains" : text;
}

}  // namespace fencepost::sim
