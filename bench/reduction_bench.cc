// How much the reductions save, and how fast they are, on a toy that every paper has: activities
// that each do rounds of lock, increment, unlock. To find the lock taken and to wait is a step,
// too.
//
//   reduction_bench [SECONDS]    at most so long for each search (default 60)
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/reduction/causal_recorder.h"
#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/reduction/search.h"

namespace fencepost::sim {
namespace {

using Clock = std::chrono::steady_clock;

struct Toy {
  int activities;
  int rounds;
};

void Play(Engine& engine, const Toy& toy) {
  static const Label kLock = Label::Of("lock");
  static const Label kIncrement = Label::Of("increment");
  static const Label kUnlock = Label::Of("unlock");
  static const Label kActivity = Label::Of("activity");
  static const Label kProcesses[] = {Label::Of("a"), Label::Of("b"), Label::Of("c"), Label::Of("d"),
                                     Label::Of("e")};
  const ObjectId lock_object = ObjectOf(ObjectKind::kFirstOfTheWorld, 1);
  const ObjectId counter_object = ObjectOf(ObjectKind::kFirstOfTheWorld, 2);
  bool locked = false;
  int counter = 0;
  WaitQueue free;
  std::vector<TaskId> activities;
  for (int i = 0; i < toy.activities; ++i) {
    const ProcessId process = engine.StartProcess(kProcesses[i]);
    activities.push_back(engine.Spawn(process, kActivity, [&] {
      for (int round = 0; round < toy.rounds; ++round) {
        if (engine.Yield(kLock) == Wake::kCancelled) return;
        for (;;) {
          engine.Touch(lock_object, Access::kWrite);
          if (!locked) break;
          if (engine.Wait(free) == Wake::kCancelled) return;
        }
        locked = true;
        if (engine.Yield(kIncrement) == Wake::kCancelled) return;
        engine.Touch(counter_object, Access::kWrite);
        ++counter;
        if (engine.Yield(kUnlock) == Wake::kCancelled) return;
        engine.Touch(lock_object, Access::kWrite);
        locked = false;
        engine.NotifyAll(free);
      }
    }));
  }
  engine.JoinAll(activities);
  if (counter != toy.activities * toy.rounds && !engine.Cancelled())
    engine.Fail("an increment was lost");
}

// The plain search that also counts partial orders.
class Counting : public Exhaustive {
 public:
  bool BeginExecution() override {
    recorder_.BeginExecution();
    return Exhaustive::BeginExecution();
  }
  void EndExecution(End end) override {
    recorder_.FinishStep();
    orders_.insert(recorder_.order().Signature());
    Exhaustive::EndExecution(end);
  }
  StepObserver* step_observer() override { return &recorder_; }
  size_t orders() const { return orders_.size(); }

 private:
  CausalRecorder recorder_;
  absl::flat_hash_set<HappensBefore::Name> orders_;
};

struct Ran {
  bool complete;
  double seconds;
};

Ran RunAll(Strategy& strategy, const Toy& toy, double seconds) {
  Engine engine;
  const auto begin = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  for (;;) {
    const ExecutionResult result = engine.Execute(strategy, [&] { Play(engine, toy); });
    if (result.end == End::kExhausted) return {true, passed()};
    if (result.end == End::kFailed) {
      fmt::print(stderr, "{}\n", result.message);
      std::exit(1);
    }
    if (passed() > seconds) return {false, passed()};
  }
}

void Measure(const Toy& toy, double seconds) {
  const std::string name = fmt::format("{} x {}", toy.activities, toy.rounds);
  Counting plain;
  const Ran all = RunAll(plain, toy, seconds);
  fmt::print("| {} | none | {}{} | 0 | {}{} | {:.2f} | {:.0f} |\n", name, all.complete ? "" : "> ",
             plain.report().executions, all.complete ? "" : "> ", plain.orders(), all.seconds,
             static_cast<double>(plain.report().executions) / all.seconds);
  for (const Reduction reduction : {Reduction::kPartialOrder, Reduction::kStates}) {
    const auto search = MakeSearch(reduction, {});
    const Ran ran = RunAll(search->strategy(), toy, seconds);
    const ExhaustiveReport& report = search->report();
    fmt::print("| {} | {} | {}{} | {} | | {:.2f} | {:.0f} |\n", name, ReductionName(reduction),
               ran.complete ? "" : "> ", report.executions, report.redundant, ran.seconds,
               static_cast<double>(report.executions + report.redundant) / ran.seconds);
  }
}

}  // namespace
}  // namespace fencepost::sim

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::strtod(arguments[1], nullptr) : 60;
  if (seconds <= 0) {
    fmt::print(stderr, "reduction_bench: {}: give seconds, more than 0\n", arguments[1]);
    return 2;
  }
  fmt::print(
      "| activities x rounds | reduction | executions | cut | partial orders | seconds | a second "
      "|\n");
  fmt::print("| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
  using fencepost::sim::Toy;
  for (const Toy toy : {Toy{2, 1}, Toy{3, 1}, Toy{2, 2}, Toy{4, 1}, Toy{3, 2}}) {
    fencepost::sim::Measure(toy, seconds);
  }
}
