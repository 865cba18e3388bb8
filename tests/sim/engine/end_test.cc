// The ends of an execution, and that nothing survives any of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/engine/engine.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class EndTest : public testing::Test {
 protected:
  ExecutionResult Run(TaskFunction root) { return Run(engine, std::move(root)); }
  ExecutionResult Run(Engine& which, TaskFunction root) {
    return which.Execute(walk, std::move(root));
  }
  TaskId Spawn(const char* name, TaskFunction body) {
    return engine.Spawn(ProcessId{0}, Label::Of(name), std::move(body));
  }

  Engine engine;
  RandomWalk walk{3};
  std::string log;
};

TEST_F(EndTest, CompletedWhenTheLastTaskHasFinished) {
  const ExecutionResult result = Run([&] {
    Spawn("late", [&] {
      engine.SleepFor(seconds(5));
      log += "late";
    });
  });
  EXPECT_EQ(result.end, End::kCompleted);
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(result.time, VirtualTime(seconds(5)));
  EXPECT_EQ(log, "late");
}

TEST_F(EndTest, DaemonsDoNotKeepTheExecutionAliveAndAreRunToTheirEnd) {
  const ExecutionResult result = Run([&] {
    engine.SpawnDaemon(ProcessId{0}, Label::Of("daemon"), [&] {
      while (engine.SleepFor(seconds(1)) == Wake::kOk) log += ".";
      log += "cancelled";
    });
    engine.SleepUntil(VirtualTime(seconds(3) + std::chrono::milliseconds(1)));
  });
  EXPECT_EQ(result.end, End::kCompleted);
  EXPECT_EQ(log, "...cancelled");
}

TEST_F(EndTest, FailEndsTheExecutionFromAnyTaskAndTheFirstCounts) {
  const ExecutionResult result = Run([&] {
    Spawn("judge", [&] {
      engine.Fail("a pod died unfenced");
      EXPECT_TRUE(engine.Cancelled());
      engine.Fail("something else");
      EXPECT_EQ(engine.Yield(Label::Of("after")), Wake::kCancelled);
      log += "judge;";
    });
    EXPECT_EQ(engine.SleepFor(seconds(1)), Wake::kCancelled);
    log += "root;";
  });
  EXPECT_EQ(result.end, End::kFailed);
  EXPECT_EQ(result.message, "a pod died unfenced");
  EXPECT_EQ(log, "judge;root;");
}

TEST_F(EndTest, DeadlockNamesWhoWaitsForWhat) {
  WaitQueue never(Label::Of("never notified"));
  const ExecutionResult result = Run([&] {
    const TaskId waiter = Spawn("waiter", [&] {
      EXPECT_EQ(engine.Wait(never), Wake::kCancelled);
      log += "waiter;";
    });
    EXPECT_EQ(engine.Join(waiter), Wake::kCancelled);
    log += "root;";
  });
  EXPECT_EQ(result.end, End::kDeadlock);
  EXPECT_THAT(result.message, HasSubstr("root waits for waiter to finish"));
  EXPECT_THAT(result.message, HasSubstr("waiter waits in \"never notified\""));
  EXPECT_TRUE(never.empty());
  EXPECT_THAT(log, testing::AnyOf("root;waiter;", "waiter;root;"));
}

TEST_F(EndTest, AProcessPausedForEverIsADeadlock) {
  const ExecutionResult result = Run([&] {
    const ProcessId process = engine.StartProcess(Label::Of("cp"));
    engine.Pause(process);
    engine.Spawn(process, Label::Of("worker"), [] {});
  });
  EXPECT_EQ(result.end, End::kDeadlock);
  EXPECT_THAT(result.message, HasSubstr("cp/worker is at \"start\" (paused)"));
}

TEST_F(EndTest, StepLimit) {
  EngineOptions options;
  options.step_limit = 100;
  Engine limited(options);
  int turns = 0;
  const ExecutionResult result = Run(limited, [&] {
    while (limited.Yield(Label::Of("spin")) == Wake::kOk) ++turns;
  });
  EXPECT_EQ(result.end, End::kStepLimit);
  EXPECT_EQ(turns, 100);
  EXPECT_THAT(result.message, HasSubstr("root is at \"spin\""));
}

TEST_F(EndTest, StepLimitAlsoCountsChoicesWithoutASchedulingPoint) {
  EngineOptions options;
  options.step_limit = 100;
  Engine limited(options);
  const Alternative alternatives[] = {{.name = Label::Of("x")}, {.name = Label::Of("y")}};
  const ExecutionResult result = Run(limited, [&] {
    while (!limited.Cancelled()) {
      limited.Choose({ChoiceKind::kWorkload, Label::Of("which"), alternatives});
    }
  });
  EXPECT_EQ(result.end, End::kStepLimit);
  EXPECT_EQ(limited.trace().choices().size(), 100u);
}

TEST_F(EndTest, TimeLimit) {
  EngineOptions options;
  options.time_limit = VirtualTime(seconds(10));
  options.timer_race_weight = 1;
  Engine limited(options);
  const ExecutionResult result = Run(limited, [&] {
    while (limited.SleepFor(seconds(3)) == Wake::kOk) log += ".";
  });
  EXPECT_EQ(result.end, End::kTimeLimit);
  EXPECT_EQ(result.time, VirtualTime(seconds(9)));
  EXPECT_EQ(log, "...");
}

TEST_F(EndTest, AnUncaughtExceptionIsReportedWithItsTask) {
  const ExecutionResult result = Run([&] {
    Spawn("thrower", [] { throw std::runtime_error("no such row"); });
    EXPECT_EQ(engine.SleepFor(seconds(1)), Wake::kCancelled);
  });
  EXPECT_EQ(result.end, End::kThrew);
  EXPECT_EQ(result.message, "task thrower threw: no such row");
  EXPECT_EQ(Run([] { throw 1; }).end, End::kThrew);
}

TEST_F(EndTest, ADaemonThatThrowsWhenCancelledSpoilsTheCompletion) {
  const ExecutionResult result = Run([&] {
    engine.SpawnDaemon(ProcessId{0}, Label::Of("daemon"), [&] {
      if (engine.SleepFor(seconds(9)) == Wake::kCancelled) throw std::runtime_error("late");
    });
    engine.SleepFor(seconds(1));
  });
  EXPECT_EQ(result.end, End::kThrew);
}

TEST_F(EndTest, NothingIsLeftBehindByAnyEnd) {
  auto witness = std::make_shared<int>(0);
  for (int kind = 0; kind < 4; ++kind) {
    Run([&, kind] {
      for (int i = 0; i < 5; ++i) {
        engine.Spawn(engine.StartProcess(Label::Of("p")), Label::Of("t"), [&, witness] {
          WaitQueue queue;
          const auto copy = witness;
          engine.Wait(queue);
        });
      }
      engine.Spawn(ProcessId{0}, Label::Of("never started"), [witness] {});
      if (kind == 0) engine.Fail("failed");
      if (kind == 1) throw std::runtime_error("threw");
      if (kind == 2) engine.SleepFor(seconds(1));
    });
    EXPECT_EQ(witness.use_count(), 1) << kind;
  }
  EXPECT_EQ(Run([] {}).end, End::kCompleted);
}

TEST_F(EndTest, EventsAfterTheEndDoNotChangeTheHash) {
  const auto program = [&](uint64_t late) {
    return Run([&, late] {
             engine.Observe(1);
             engine.Fail("end");
             engine.Observe(late);
           })
        .hash;
  };
  EXPECT_EQ(program(5), program(6));
}

}  // namespace
}  // namespace fencepost::sim
