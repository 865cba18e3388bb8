// Reduced searches against the plain one, on small random programs: the same end states, exactly
// one execution of each class of equivalent ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/engine/causal_recorder.h"
#include "sim/engine/engine.h"
#include "sim/engine/exhaustive.h"
#include "sim/engine/partial_order_reduction.h"
#include "sim/engine/search.h"
#include "sim/engine/state_caching.h"

namespace fencepost::sim {
namespace {

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
constexpr int kOps = 16;

struct Instruction {
  Op op;
  int argument;  // which variable, lock or process
};
std::ostream& operator<<(std::ostream& out, const Instruction& instruction) {
  return out << static_cast<int>(instruction.op) << "(" << instruction.argument << ")";
}
using Program = std::vector<std::vector<Instruction>>;  // by task

constexpr int kVariables = 2;
constexpr uint8_t kVariable = static_cast<uint8_t>(ObjectKind::kFirstOfTheWorld);
constexpr uint8_t kLockObject = kVariable + 1;
constexpr uint8_t kSet = kVariable + 2;
constexpr uint8_t kElementObject = kVariable + 3;
constexpr uint8_t kSignal = kVariable + 4;

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

// The plain search, and which class each execution is of.
class PlainSearch : public Exhaustive {
 public:
  using Exhaustive::Exhaustive;
  bool BeginExecution() override {
    recorder_.BeginExecution();
    return Exhaustive::BeginExecution();
  }
  uint32_t Choose(const ChoicePoint& point) override {
    const uint32_t chosen = Exhaustive::Choose(point);
    if (point.kind != ChoiceKind::kSchedule) recorder_.Decided(point, chosen);
    return chosen;
  }
  StepObserver* step_observer() override { return &recorder_; }
  HappensBefore::Name Class() {
    recorder_.FinishStep();
    return recorder_.order().Signature();
  }

 private:
  CausalRecorder recorder_;
};

struct Outcome {
  std::set<std::string> states;
  uint64_t executions = 0;
  uint64_t redundant = 0;
  bool complete = false;
};

template <class Search>
Outcome SearchAll(Search& search, const Program& program, uint32_t timer_race,
                  const std::function<bool()>& redundant,
                  const std::function<void(const std::string&)>& seen = {}) {
  EngineOptions options;
  options.timer_race_weight = timer_race;
  Engine engine(options);
  Outcome outcome;
  for (;;) {
    Machine machine(engine, program);
    const ExecutionResult result = engine.Execute(search, [&machine] { machine.Run(); });
    if (result.end == End::kExhausted) break;
    if (redundant()) continue;
    outcome.states.insert(machine.State(result));
    if (seen) seen(machine.State(result));
  }
  outcome.executions = search.report().executions;
  outcome.redundant = search.report().redundant;
  outcome.complete = search.report().complete_within_bounds();
  return outcome;
}

constexpr uint64_t kMostPlainExecutions = 30'000;

rc::Gen<Program> Programs() {
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

void CheckReductions(const Program& program, ExhaustiveBounds bounds, uint32_t timer_race) {
  bounds.max_executions = kMostPlainExecutions;
  PlainSearch plain(bounds);
  std::set<std::pair<uint64_t, uint64_t>> classes;
  std::map<std::pair<uint64_t, uint64_t>, std::string> state_of;
  const Outcome all = SearchAll(
      plain, program, timer_race, [] { return false; },
      [&](const std::string& state) {
        const auto name = plain.Class();
        const std::pair<uint64_t, uint64_t> key(name.high, name.low);
        classes.insert(key);
        // Equivalent executions end in the same state.
        const auto [known, first] = state_of.emplace(key, state);
        if (!first) RC_ASSERT(known->second == state);
      });
  RC_PRE(all.complete);

  PartialOrderReduction reduced(bounds);
  const Outcome few =
      SearchAll(reduced, program, timer_race, [&] { return reduced.last_was_redundant(); });
  RC_ASSERT(few.complete);
  RC_ASSERT(few.states == all.states);
  RC_ASSERT(few.executions == classes.size());

  StateCaching caching(bounds);
  const Outcome cached =
      SearchAll(caching, program, timer_race, [&] { return caching.last_was_redundant(); });
  RC_ASSERT(cached.complete);
  RC_ASSERT(cached.states == all.states);
  RC_ASSERT(cached.executions <= all.executions);
}

RC_GTEST_PROP(Reduction, ReachesWhatThePlainSearchReaches, ()) {
  CheckReductions(*Programs(), {}, 0);
}

RC_GTEST_PROP(Reduction, WithTimersThatRace, ()) { CheckReductions(*Programs(), {}, 1); }

RC_GTEST_PROP(Reduction, WithinABoundOnFaults, ()) {
  ExhaustiveBounds bounds;
  bounds.max_faults = *rc::gen::inRange<uint64_t>(0, 3);
  CheckReductions(*Programs(), bounds, 0);
}

RC_GTEST_PROP(Reduction, CachingWithinABoundOnPreemptions, ()) {
  const Program program = *Programs();
  ExhaustiveBounds bounds;
  bounds.max_executions = kMostPlainExecutions;
  bounds.max_preemptions = *rc::gen::inRange<uint64_t>(0, 4);
  Exhaustive plain(bounds);
  const Outcome all = SearchAll(plain, program, 0, [] { return false; });
  RC_PRE(all.complete);
  StateCaching caching(bounds);
  const Outcome cached =
      SearchAll(caching, program, 0, [&] { return caching.last_was_redundant(); });
  RC_ASSERT(cached.complete);
  RC_ASSERT(cached.states == all.states);
}

// Three activities, each two rounds of lock, increment, unlock; to wait for the lock is a step,
// too.
Program MutualExclusion(int activities, int rounds) {
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

TEST(Reduction, RunsEachPartialOrderOfAMutualExclusionOnce) {
  const Program program = MutualExclusion(2, 2);
  PlainSearch plain;
  std::set<std::pair<uint64_t, uint64_t>> classes;
  const Outcome all = SearchAll(
      plain, program, 0, [] { return false; },
      [&](const std::string&) { classes.emplace(plain.Class().high, plain.Class().low); });
  PartialOrderReduction reduced;
  const Outcome few = SearchAll(reduced, program, 0, [&] { return reduced.last_was_redundant(); });
  EXPECT_EQ(few.executions, classes.size());
  EXPECT_EQ(few.states, all.states);
  EXPECT_LT(few.executions * 10, all.executions);
  EXPECT_EQ(few.redundant, 0u);
}

// An undeclared access is what a reduction cannot see: the test above can fail.
TEST(Reduction, MissesWhatIsNotDeclared) {
  Engine engine;
  PartialOrderReduction search;
  std::set<int> results;
  for (;;) {
    int shared = 0;
    const ExecutionResult result = engine.Execute(search, [&] {
      std::vector<TaskId> tasks;
      for (int i = 1; i <= 2; ++i) {
        const ProcessId process = engine.StartProcess(Label::Of("p" + std::to_string(i)));
        tasks.push_back(engine.Spawn(process, Label::Of("main"), [&shared, i] { shared = i; }));
      }
      engine.JoinAll(tasks);
    });
    if (result.end == End::kExhausted) break;
    results.insert(shared);
  }
  EXPECT_EQ(results.size(), 1u);
}

TEST(Reduction, RefusesABoundOnPreemptions) {
  ExhaustiveBounds bounds;
  bounds.max_preemptions = 1;
  EXPECT_THAT(std::string(WhyUnsound(Reduction::kPartialOrder, bounds)),
              testing::HasSubstr("preemptions"));
  EXPECT_EQ(WhyUnsound(Reduction::kStates, bounds), "");
  EXPECT_EQ(WhyUnsound(Reduction::kNone, bounds), "");
  bounds.max_preemptions = ExhaustiveBounds::kNone;
  bounds.max_faults = 1;
  for (const Reduction reduction : kAllReductions) EXPECT_EQ(WhyUnsound(reduction, bounds), "");
}

// A failure ends an execution before the others have run: it must be found all the same.
RC_GTEST_PROP(Reduction, FindsAFailureIfThereIsOne, ()) {
  const Program program = *Programs();
  const int bad = *rc::gen::inRange(0, 40);
  const auto fails = [&](auto& search) {
    Engine engine;
    for (;;) {
      Machine machine(engine, program, bad);
      const ExecutionResult result = engine.Execute(search, [&machine] { machine.Run(); });
      if (result.end == End::kExhausted) return false;
      if (result.end == End::kFailed) return true;
    }
  };
  ExhaustiveBounds bounds;
  bounds.max_executions = kMostPlainExecutions;
  Exhaustive plain(bounds);
  const bool there_is_one = fails(plain);
  RC_PRE(there_is_one || plain.report().complete());
  RC_CLASSIFY(there_is_one);
  PartialOrderReduction reduced;
  RC_ASSERT(fails(reduced) == there_is_one);
  StateCaching caching;
  RC_ASSERT(fails(caching) == there_is_one);
}

}  // namespace
}  // namespace fencepost::sim
