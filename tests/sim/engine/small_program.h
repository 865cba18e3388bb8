// Small concurrent programs for the tests of searches, and a machine that runs them.
#pragma once

#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/engine/engine.h"

namespace fencepost::sim {

enum class Op : uint8_t {
  kRead,      // a variable, into the task's own memory
  kWrite,     // a constant
  kAddOwn,    // to a variable: its own memory is part of the state
  kLock,      // waits in a queue until the lock is free
  kUnlock,    // one that it holds
  kFault,     // a decision: adds to its own memory
  kWorkload,  // the same, of the other kind
  kSpawn,     // a task of the same process, that adds to a variable
  kKill,      // another process
  kPause,     // another process
  kResume,    // another process
  kSleep,
  kWait,     // for a notification of a variable
  kNotify,   // of a variable
  kElement,  // adds one element to a set
  kScan,     // reads the whole set
};
inline constexpr int kOps = 16;

struct Instruction {
  Op op;
  int argument;  // which variable, lock or process
};
inline std::ostream& operator<<(std::ostream& out, const Instruction& instruction) {
  return out << static_cast<int>(instruction.op) << "(" << instruction.argument << ")";
}
using Program = std::vector<std::vector<Instruction>>;  // by task

inline constexpr int kVariables = 2;
inline constexpr uint8_t kVariable = static_cast<uint8_t>(ObjectKind::kFirstOfTheWorld);
inline constexpr uint8_t kLockObject = kVariable + 1;
inline constexpr uint8_t kSet = kVariable + 2;
inline constexpr uint8_t kElementObject = kVariable + 3;
inline constexpr uint8_t kSignal = kVariable + 4;

// One execution of a program: a machine for it, made anew each time.
class Machine {
 public:
  // A task whose own memory is `bad` has failed.
  Machine(Engine& engine, const Program& program, int bad = -1)
      : engine_(engine), program_(program), bad_(bad) {}

  void Run() {
    for (size_t i = 0; i < program_.size(); ++i) {
      processes_.push_back(engine_.StartProcess(Label::Of("p" + std::to_string(i))));
      own_.push_back(1);
    }
    std::vector<TaskId> tasks;
    for (size_t i = 0; i < program_.size(); ++i) {
      tasks.push_back(engine_.Spawn(processes_[i], Label::Of("main"), [this, i] { Main(i); }));
    }
    // Both ways: the first two together, then the last one.
    engine_.JoinAll(std::span(tasks).first(2));
    for (const TaskId task : tasks) engine_.Join(task);
  }

  std::string State(const ExecutionResult& result) const {
    std::string state =
        std::string(EndName(result.end)) + " at " + std::to_string(result.time.nanos()) + ":";
    for (const int value : variables_) state += " " + std::to_string(value);
    for (const int value : own_) state += " own " + std::to_string(value);
    for (const int element : set_) state += " in " + std::to_string(element);
    return state;
  }

 private:
  void Main(size_t self) {
    const Label kStep = Label::Of("step");
    for (const Instruction& instruction : program_[self]) {
      if (engine_.Yield(kStep) == Wake::kCancelled) return;
      if (!Step(self, instruction)) return;
      if (own_[self] == bad_) engine_.Fail("what must not be");
    }
  }

  void Touch(uint8_t kind, int number, Access access) {
    engine_.Touch(ObjectOf(kind, static_cast<uint64_t>(number)), access);
  }

  // False: cancelled.
  bool Step(size_t self, const Instruction& instruction) {
    const int variable = instruction.argument % kVariables;
    const ProcessId other =
        processes_[(self + 1 +
                    static_cast<size_t>(instruction.argument) % (processes_.size() - 1)) %
                   processes_.size()];
    int& own = own_[self];
    switch (instruction.op) {
      case Op::kRead:
        Touch(kVariable, variable, Access::kRead);
        own = own * 3 + variables_[variable];
        return true;
      case Op::kWrite:
        Touch(kVariable, variable, Access::kWrite);
        variables_[variable] = static_cast<int>(self) + 5;
        return true;
      case Op::kAddOwn:
        Touch(kVariable, variable, Access::kWrite);
        variables_[variable] = variables_[variable] * 7 + own;
        return true;
      case Op::kLock:
        for (;;) {
          Touch(kLockObject, variable, Access::kWrite);
          if (!locked_[variable]) break;
          if (engine_.Wait(queues_[variable]) == Wake::kCancelled) return false;
        }
        locked_[variable] = true;
        return true;
      case Op::kUnlock:
        Touch(kLockObject, variable, Access::kWrite);
        locked_[variable] = false;
        engine_.NotifyAll(queues_[variable]);
        return true;
      case Op::kFault:
        own = own * 3 + static_cast<int>(Decide(ChoiceKind::kFault));
        return true;
      case Op::kWorkload:
        own = own * 3 + static_cast<int>(Decide(ChoiceKind::kWorkload));
        return true;
      case Op::kSpawn:
        engine_.Spawn(processes_[self], Label::Of("child"), [this, self, variable] {
          Touch(kVariable, variable, Access::kWrite);
          variables_[variable] = variables_[variable] * 7 + own_[self];
        });
        return true;
      case Op::kKill:
        engine_.Kill(other);
        return true;
      case Op::kPause:
        engine_.Pause(other);
        return true;
      case Op::kResume:
        engine_.Resume(other);
        return true;
      case Op::kSleep:
        return engine_.SleepFor(std::chrono::nanoseconds(1 + instruction.argument % 2)) !=
               Wake::kCancelled;
      case Op::kWait:
        Touch(kSignal, variable, Access::kPart);
        return engine_.WaitUntil(signals_[variable], engine_.Now() + std::chrono::nanoseconds(2)) !=
               Wake::kCancelled;
      case Op::kNotify:
        Touch(kSignal, variable, Access::kWrite);
        engine_.NotifyAll(signals_[variable]);
        return true;
      case Op::kElement:
        Touch(kSet, 0, Access::kPart);
        Touch(kElementObject, static_cast<int>(self), Access::kWrite);
        set_.insert(static_cast<int>(self) * 10 + variable);
        return true;
      case Op::kScan:
        Touch(kSet, 0, Access::kRead);
        own = own * 5 + static_cast<int>(set_.size());
        return true;
    }
    return true;
  }

  uint32_t Decide(ChoiceKind kind) {
    const Alternative alternatives[] = {
        {.name = Label::Of("ok")}, {.name = Label::Of("bad"), .fault = kind == ChoiceKind::kFault}};
    return engine_.Choose({kind, Label::Of("decide"), alternatives});
  }

  Engine& engine_;
  const Program& program_;
  const int bad_;
  std::vector<ProcessId> processes_;
  std::vector<int> own_;
  int variables_[kVariables] = {};
  bool locked_[kVariables] = {};
  std::deque<WaitQueue> queues_{kVariables};
  std::deque<WaitQueue> signals_{kVariables};
  std::set<int> set_;
};

// Two or three tasks of a few instructions.
inline rc::Gen<Program> Programs() {
  return rc::gen::exec([] {
    const int tasks = *rc::gen::inRange(2, 4);
    Program program;
    for (int i = 0; i < tasks; ++i) {
      program.push_back(*rc::gen::container<std::vector<Instruction>>(
          *rc::gen::inRange(1, tasks == 2 ? 5 : 4),
          rc::gen::construct<Instruction>(
              rc::gen::map(rc::gen::inRange(0, kOps), [](int op) { return static_cast<Op>(op); }),
              rc::gen::inRange(0, 4))));
    }
    return program;
  });
}

// Three activities, each two rounds of lock, increment, unlock; to wait for the lock is a step,
// too.
inline Program MutualExclusion(int activities, int rounds) {
  Program program(static_cast<size_t>(activities));
  for (auto& activity : program) {
    for (int i = 0; i < rounds; ++i) {
      activity.push_back({Op::kLock, 0});
      activity.push_back({Op::kAddOwn, 0});
      activity.push_back({Op::kUnlock, 0});
    }
  }
  return program;
}

}  // namespace fencepost::sim
