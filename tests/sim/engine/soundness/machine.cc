#include "tests/sim/engine/soundness/machine.h"

#include <chrono>
#include <span>
#include <stdexcept>
#include <utility>

namespace fencepost::sim {
namespace {

using std::chrono::nanoseconds;

constexpr int kVariable = static_cast<int>(ObjectKind::kFirstOfTheWorld);
constexpr int kLockObject = kVariable + 1;
constexpr int kSet = kVariable + 2;
constexpr int kElementObject = kVariable + 3;
constexpr int kSignal = kVariable + 4;

constexpr long long kModulus = 1'000'003;

void Mix(long long& value, long long with) { value = (value * 7 + with + 1) % kModulus; }

}  // namespace

void Machine::Run() {
  const int processes = program_.processes();
  for (int i = 0; i < processes; ++i) {
    processes_.push_back(engine_.StartProcess(Label::Of("p" + std::to_string(i))));
    memory_[processes_.back().value] = 0;
  }
  for (std::size_t i = 0; i < program_.tasks.size(); ++i) {
    const ProgramTask& task = program_.tasks[i];
    const ProcessId process = processes_[static_cast<std::size_t>(task.process)];
    if (task.started == Started::kLater) continue;
    const bool daemon = task.started == Started::kByRootAsDaemon;
    all_started_.push_back(Start(i, process, daemon));
    if (!daemon) started_.push_back(all_started_.back());
  }
  if (!program_.quiet_end || started_.empty()) return;
  if (engine_.Join(started_.front()) == Wake::kCancelled) return;
  const Engine::Quiet quiet(engine_);
  engine_.JoinAll(started_);
}

TaskId Machine::Start(std::size_t index, ProcessId process, bool daemon) {
  const Label name = Label::Of("t" + std::to_string(program_.tasks[index].process));
  auto body = [this, index, process] { Main(index, process); };
  return daemon ? engine_.SpawnDaemon(process, name, std::move(body))
                : engine_.Spawn(process, name, std::move(body));
}

void Machine::Main(std::size_t index, ProcessId process) {
  static const Label kStep = Label::Of("step");
  Local local{.index = index, .process = process, .held = {}};
  const ProgramTask& task = program_.tasks[index];
  bool cancelled = engine_.Cancelled();
  for (const Instruction& instruction : task.body) {
    if (cancelled) break;
    if (instruction.before != Before::kSameStep) {
      const bool touched = instruction.before == Before::kYields;
      cancelled =
          engine_.Yield(kStep, touched ? Memory::kTouched : Memory::kUntouched) == Wake::kCancelled;
      if (cancelled) break;
    }
    const Wake wake = Do(local, instruction);
    Mix(local.own, static_cast<long long>(wake));
    cancelled = wake == Wake::kCancelled;
  }
  if (cancelled) {
    for (const Instruction& instruction : task.on_cancellation) Do(local, instruction);
  }
  own_[std::string(engine_.task_name(engine_.current_task()))] = local.own;
}

void Machine::Touch(int kind, int number, Access access) {
  engine_.Touch(ObjectOf(static_cast<std::uint8_t>(kind), static_cast<std::uint64_t>(number)),
                access);
}

bool Machine::Odd(int variable) {
  Touch(kVariable, variable, Access::kRead);
  return variables_[variable] % 2 != 0;
}

// Behind the processes of the program comes the root's.
ProcessId Machine::ProcessNumbered(int argument) const {
  const auto place = static_cast<std::size_t>(argument) % (processes_.size() + 1);
  return place < processes_.size() ? processes_[place] : ProcessId{0};
}

Wake Machine::Do(Local& local, const Instruction& instruction) {
  const int variable = instruction.argument % kVariables;
  const ProcessId process = ProcessNumbered(instruction.argument);
  switch (instruction.op) {
    case Op::kRead:
      Touch(kVariable, variable, Access::kRead);
      Mix(local.own, variables_[variable]);
      break;
    case Op::kWrite:
      Touch(kVariable, variable, Access::kWrite);
      variables_[variable] = static_cast<long long>(local.index) + 5;
      break;
    case Op::kAdd:
      Touch(kVariable, variable, Access::kWrite);
      Mix(variables_[variable], local.own);
      break;
    case Op::kMemory:
      Mix(memory_[local.process.value], local.own);
      Mix(local.own, memory_[local.process.value]);
      break;
    case Op::kElement:
      Touch(kSet, 0, Access::kPart);
      Touch(kElementObject, static_cast<int>(local.index), Access::kWrite);
      set_.insert(static_cast<long long>(local.index) * 10 + variable);
      break;
    case Op::kScan:
      Touch(kSet, 0, Access::kRead);
      Mix(local.own, static_cast<long long>(set_.size()));
      break;
    case Op::kTwoFaults:
      Mix(local.own, Decide(ChoiceKind::kFault));
      [[fallthrough]];
    case Op::kFault:
      Mix(local.own, Decide(ChoiceKind::kFault));
      break;
    case Op::kWorkload:
      Mix(local.own, Decide(ChoiceKind::kWorkload));
      break;
    case Op::kBits:
      Mix(local.own, static_cast<long long>(engine_.RandomBits(Label::Of("bits")) % kModulus));
      break;
    case Op::kLock:
      return Lock(local, variable, VirtualTime::Never());
    case Op::kTimedLock:
      return Lock(local, variable, engine_.Now() + nanoseconds(2));
    case Op::kUnlock:
      Unlock(local, variable);
      break;
    case Op::kWait:
    case Op::kWaitLong: {
      Touch(kSignal, variable, Access::kPart);
      const bool timed = instruction.op == Op::kWait;
      return engine_.WaitUntil(signals_[static_cast<std::size_t>(variable)],
                               timed ? engine_.Now() + nanoseconds(2) : VirtualTime::Never());
    }
    case Op::kNotify:
      Touch(kSignal, variable, Access::kWrite);
      engine_.NotifyAll(signals_[static_cast<std::size_t>(variable)]);
      break;
    case Op::kSleep:
      return engine_.SleepFor(nanoseconds(1 + variable));
    case Op::kSpawn:
      StartLater(local, instruction.argument, false);
      break;
    case Op::kNewProcess:
      StartLater(local, instruction.argument, true);
      break;
    case Op::kJoinChild:
      return local.child.value == 0 ? Wake::kOk : engine_.Join(local.child);
    case Op::kJoin:
      if (all_started_.empty()) break;
      return engine_.Join(
          all_started_[static_cast<std::size_t>(instruction.argument) % all_started_.size()]);
    case Op::kJoinAll:
      return JoinRest(local);
    case Op::kKill:
      engine_.Kill(process);
      break;
    case Op::kPause:
      engine_.Pause(process);
      break;
    case Op::kResume:
      engine_.Resume(process);
      break;
    case Op::kLives:
      Mix(local.own, engine_.Killed(process) ? 2 : engine_.Paused(process));
      break;
    case Op::kNumber:
      Mix(local.own, engine_.current_task().value);
      break;
    case Op::kQuiet:
      Part(local, variable);
      break;
    case Op::kTimerRace:
      engine_.set_timer_race_weight(static_cast<std::uint32_t>(variable));
      break;
    case Op::kFailIf:
      if (Odd(variable)) engine_.Fail("variable " + std::to_string(variable) + " is odd");
      break;
    case Op::kThrowIf:
      if (Odd(variable)) throw std::runtime_error("odd");
      break;
  }
  return engine_.Cancelled() ? Wake::kCancelled : Wake::kOk;
}

Wake Machine::Lock(Local& local, int lock, VirtualTime deadline) {
  if (local.held.contains(lock)) return Wake::kOk;
  for (;;) {
    if (engine_.Cancelled()) return Wake::kCancelled;
    Touch(kLockObject, lock, Access::kWrite);
    if (!locked_[lock]) break;
    const Wake wake = engine_.WaitUntil(queues_[static_cast<std::size_t>(lock)], deadline);
    if (wake != Wake::kOk) return wake;
  }
  locked_[lock] = true;
  local.held.insert(lock);
  return Wake::kOk;
}

void Machine::Unlock(Local& local, int lock) {
  if (local.held.erase(lock) == 0) return;
  Touch(kLockObject, lock, Access::kWrite);
  locked_[lock] = false;
  engine_.NotifyAll(queues_[static_cast<std::size_t>(lock)]);
}

void Machine::StartLater(Local& local, int argument, bool in_new_process) {
  std::vector<std::size_t> later;
  for (std::size_t i = local.index + 1; i < program_.tasks.size(); ++i) {
    if (program_.tasks[i].started == Started::kLater) later.push_back(i);
  }
  if (later.empty()) return;
  const std::size_t index = later[static_cast<std::size_t>(argument) % later.size()];
  ProcessId process = processes_[static_cast<std::size_t>(program_.tasks[index].process)];
  if (in_new_process) {
    process =
        engine_.StartProcess(Label::Of("p" + std::to_string(program_.tasks[local.index].process)));
    memory_[process.value] = 0;
  }
  local.child = Start(index, process, false);
}

void Machine::Part(Local& local, int variable) {
  const Engine::Quiet quiet(engine_);
  Mix(local.own, static_cast<long long>(engine_.RandomBits(Label::Of("bits")) % kModulus));
  if (variable == 1) {
    engine_.Yield(Label::Of("quietly"));
    Mix(local.own, static_cast<long long>(engine_.RandomBits(Label::Of("bits")) % kModulus));
    engine_.SleepFor(nanoseconds(1));
  }
  Mix(local.own, Decide(ChoiceKind::kWorkload));
  Touch(kVariable, variable, Access::kWrite);
  Mix(variables_[variable], local.own);
}

Wake Machine::JoinRest(const Local& local) {
  std::vector<TaskId> rest;
  for (std::size_t i = local.index + 1; i < all_started_.size(); ++i) {
    rest.push_back(all_started_[i]);
  }
  if (local.child.value != 0) rest.push_back(local.child);
  return engine_.JoinAll(rest);
}

long long Machine::Decide(ChoiceKind kind) {
  const Alternative alternatives[] = {
      {.name = Label::Of("ok")}, {.name = Label::Of("bad"), .fault = kind == ChoiceKind::kFault}};
  return engine_.Choose({kind, Label::Of("decide"), alternatives});
}

std::string Machine::EndState(const ExecutionResult& result) const {
  std::string state(EndName(result.end));
  if (result.end == End::kFailed || result.end == End::kThrew) state += " " + result.message;
  state += " at " + std::to_string(result.time.nanos()) + ":";
  for (const long long value : variables_) state += " " + std::to_string(value);
  for (const auto& [process, value] : memory_) {
    state += " memory " + std::to_string(process) + "=" + std::to_string(value);
  }
  for (const auto& [task, value] : own_) state += " " + task + "=" + std::to_string(value);
  for (const long long element : set_) state += " in " + std::to_string(element);
  return state;
}

}  // namespace fencepost::sim
