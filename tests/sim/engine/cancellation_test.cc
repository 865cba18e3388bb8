// Kill, pause and resume.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "sim/engine/engine.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {
namespace {

using std::chrono::seconds;

class CancellationTest : public testing::Test {
 protected:
  ExecutionResult Run(TaskFunction root) {
    const ExecutionResult result = engine.Execute(walk, std::move(root));
    EXPECT_EQ(result.end, End::kCompleted) << result.message;
    return result;
  }
  ProcessId Process(const char* name) { return engine.StartProcess(Label::Of(name)); }
  TaskId Spawn(ProcessId process, const char* name, TaskFunction body) {
    return engine.Spawn(process, Label::Of(name), std::move(body));
  }

  Engine engine;
  RandomWalk walk{5};
  std::string log;
};

TEST_F(CancellationTest, KillRunsTheTasksOfTheProcessToTheirEndTheYoungestFirst) {
  WaitQueue queue;
  Run([&] {
    const ProcessId victim = Process("victim");
    const ProcessId other = Process("other");
    Spawn(victim, "sleeper", [&] {
      EXPECT_EQ(engine.SleepFor(seconds(9)), Wake::kCancelled);
      EXPECT_TRUE(engine.Cancelled());
      log += "sleeper;";
    });
    Spawn(victim, "waiter", [&] {
      EXPECT_EQ(engine.Wait(queue), Wake::kCancelled);
      log += "waiter;";
    });
    const TaskId bystander = Spawn(other, "bystander", [&] {
      EXPECT_EQ(engine.SleepFor(seconds(9)), Wake::kOk);
      log += "bystander;";
    });
    Spawn(victim, "joiner", [&, bystander] {
      EXPECT_EQ(engine.Join(bystander), Wake::kCancelled);
      log += "joiner;";
    });
    engine.SleepFor(seconds(1));
    EXPECT_FALSE(engine.Killed(victim));
    engine.Kill(victim);
    EXPECT_EQ(log, "joiner;waiter;sleeper;");
    EXPECT_TRUE(engine.Killed(victim));
    EXPECT_FALSE(engine.Killed(other));
    EXPECT_TRUE(queue.empty());
  });
  EXPECT_EQ(log, "joiner;waiter;sleeper;bystander;");
  EXPECT_EQ(engine.Now(), VirtualTime(seconds(9)));
}

TEST_F(CancellationTest, ATaskStoppedAtAYieldIsCancelledThere) {
  Run([&] {
    const ProcessId victim = Process("victim");
    Spawn(victim, "worker", [&] {
      Wake wake = Wake::kOk;
      while (wake == Wake::kOk) wake = engine.Yield(Label::Of("work"));
      log += wake == Wake::kCancelled ? "cancelled" : "?";
    });
    for (int i = 0; i < 20; ++i) engine.Yield(Label::Of("go"));
    engine.Kill(victim);
    EXPECT_EQ(log, "cancelled");
  });
}

TEST_F(CancellationTest, CallsOfACancelledTaskAreNoDecisionPointsAndHaveNoEffect) {
  WaitQueue queue;
  Run([&] {
    const ProcessId victim = Process("victim");
    const ProcessId other = Process("other");
    Spawn(victim, "worker", [&, other] {
      engine.SleepFor(seconds(9));
      const size_t choices = engine.trace().choices().size();
      const uint64_t steps = engine.steps();
      const Alternative alternatives[] = {{.name = Label::Of("off"), .weight = 0},
                                          {.name = Label::Of("x")},
                                          {.name = Label::Of("y")}};
      EXPECT_EQ(engine.Yield(Label::Of("y")), Wake::kCancelled);
      EXPECT_EQ(engine.SleepFor(seconds(1)), Wake::kCancelled);
      EXPECT_EQ(engine.Wait(queue), Wake::kCancelled);
      EXPECT_EQ(engine.WaitUntil(queue, VirtualTime()), Wake::kCancelled);
      EXPECT_EQ(engine.Join(TaskId{0}), Wake::kCancelled);
      EXPECT_EQ(engine.Choose({ChoiceKind::kWorkload, Label::Of("c"), alternatives}), 1u);
      EXPECT_EQ(engine.RandomBits(Label::Of("b")), 0u);
      engine.Kill(other);
      EXPECT_FALSE(engine.Killed(other));
      engine.Pause(other);
      EXPECT_FALSE(engine.Paused(other));
      const TaskId refused = Spawn(other, "refused", [&] { log += "refused"; });
      EXPECT_EQ(engine.task_name(refused), "other/refused");
      EXPECT_EQ(engine.trace().choices().size(), choices);
      EXPECT_EQ(engine.steps(), steps);
      log += "worker;";
    });
    engine.SleepFor(seconds(1));
    engine.Kill(victim);
    log += "root;";
  });
  EXPECT_EQ(log, "worker;root;");
}

TEST_F(CancellationTest, AKilledProcessStartsNothing) {
  Run([&] {
    const ProcessId victim = Process("victim");
    engine.Kill(victim);
    engine.Kill(victim);
    const TaskId task = Spawn(victim, "late", [&] { log += "late"; });
    EXPECT_EQ(engine.Join(task), Wake::kOk);
  });
  EXPECT_EQ(log, "");
}

TEST_F(CancellationTest, ATaskNotYetStartedStartsCancelled) {
  Run([&] {
    const ProcessId victim = Process("victim");
    Spawn(victim, "late", [&] { log += engine.Cancelled() ? "cancelled" : "?"; });
    engine.Kill(victim);
    EXPECT_EQ(log, "cancelled");
  });
}

TEST_F(CancellationTest, KillingOnesOwnProcessCancelsOneselfAtOnceAndTheOthersAtTheNextPoint) {
  Run([&] {
    const ProcessId victim = Process("victim");
    Spawn(victim, "other", [&] {
      EXPECT_EQ(engine.SleepFor(seconds(9)), Wake::kCancelled);
      log += "other;";
    });
    engine.SleepFor(seconds(1));
    const TaskId killer = Spawn(victim, "killer", [&] {
      engine.Kill(engine.current_process());
      EXPECT_EQ(engine.Yield(Label::Of("after")), Wake::kCancelled);
      log += "killer;";
    });
    EXPECT_EQ(engine.Join(killer), Wake::kOk);
    EXPECT_EQ(log, "killer;other;");
  });
  EXPECT_EQ(engine.Now(), VirtualTime(seconds(1)));
}

TEST_F(CancellationTest, KillingTheLastProcessFromADaemonCompletes) {
  Run([&] {
    const ProcessId victim = Process("victim");
    Spawn(victim, "worker", [&] { engine.SleepFor(seconds(9)); });
    engine.SpawnDaemon(ProcessId{0}, Label::Of("daemon"), [&, victim] {
      engine.SleepFor(seconds(1));
      engine.Kill(victim);
      EXPECT_EQ(engine.SleepFor(seconds(1)), Wake::kCancelled);
    });
  });
  EXPECT_EQ(engine.Now(), VirtualTime(seconds(1)));
}

TEST_F(CancellationTest, CancelledTasksMayNotifyTheLiving) {
  WaitQueue queue;
  Run([&] {
    const ProcessId victim = Process("victim");
    Spawn(victim, "worker", [&] {
      engine.SleepFor(seconds(9));
      engine.NotifyAll(queue);
    });
    Spawn(ProcessId{0}, "waiter", [&] {
      EXPECT_EQ(engine.Wait(queue), Wake::kOk);
      log += "notified";
    });
    engine.SleepFor(seconds(1));
    engine.Kill(victim);
  });
  EXPECT_EQ(log, "notified");
}

TEST_F(CancellationTest, ATaskThatIgnoresItsCancellationIsReportedAndLeftBehind) {
  EngineOptions options;
  options.cancelled_call_limit = 50;
  Engine strict(options);
  auto captured = std::make_shared<int>(0);
  for (int i = 0; i < 3; ++i) {
    const ExecutionResult result = strict.Execute(walk, [&, captured] {
      const ProcessId victim = strict.StartProcess(Label::Of("victim"));
      strict.Spawn(victim, Label::Of("deaf"), [&, captured] {
        for (;;) strict.Yield(Label::Of("work"));
      });
      strict.Yield(Label::Of("go"));
      strict.Kill(victim);
      EXPECT_TRUE(strict.Cancelled());
      log += "r";
    });
    EXPECT_EQ(result.end, End::kFailed);
    EXPECT_THAT(result.message,
                testing::HasSubstr("task victim/deaf ignores cancellation: it made more than 50"));
  }
  EXPECT_EQ(captured.use_count(), 1);
  EXPECT_EQ(log, "rrr");
  EXPECT_EQ(strict.Execute(walk, [] {}).end, End::kCompleted);
}

TEST_F(CancellationTest, ARootThatIgnoresTheEndIsReported) {
  const ExecutionResult result = engine.Execute(walk, [&] {
    engine.SpawnDaemon(ProcessId{0}, Label::Of("deaf"), [&] {
      for (;;) engine.SleepFor(seconds(1));
    });
  });
  EXPECT_EQ(result.end, End::kFailed);
  EXPECT_THAT(result.message, testing::HasSubstr("deaf ignores cancellation"));
}

TEST_F(CancellationTest, APausedProcessDoesNotRunAndItsTimersExpireMeanwhile) {
  WaitQueue queue;
  Run([&] {
    const ProcessId zombie = Process("zombie");
    Spawn(zombie, "sleeper", [&] {
      EXPECT_EQ(engine.SleepUntil(VirtualTime(seconds(2))), Wake::kOk);
      EXPECT_EQ(engine.Now(), VirtualTime(seconds(10)));
      log += "sleeper;";
    });
    Spawn(zombie, "waiter", [&] {
      EXPECT_EQ(engine.WaitUntil(queue, VirtualTime(seconds(3))), Wake::kTimeout);
      EXPECT_EQ(engine.Now(), VirtualTime(seconds(10)));
      log += "waiter;";
    });
    engine.SleepUntil(VirtualTime(seconds(1)));
    engine.Pause(zombie);
    EXPECT_TRUE(engine.Paused(zombie));
    engine.SleepUntil(VirtualTime(seconds(10)));
    EXPECT_EQ(log, "");
    engine.Resume(zombie);
    EXPECT_FALSE(engine.Paused(zombie));
    log += "resumed;";
    engine.SleepFor(seconds(1));
    EXPECT_EQ(log.size(), std::string("resumed;sleeper;waiter;").size());
    EXPECT_TRUE(log.starts_with("resumed;"));
  });
}

TEST_F(CancellationTest, PausingOnesOwnProcessTakesEffectAtTheNextSchedulingPoint) {
  Run([&] {
    const ProcessId process = Process("p");
    Spawn(process, "self", [&, process] {
      engine.Pause(process);
      log += "still;";
      EXPECT_EQ(engine.Yield(Label::Of("paused here")), Wake::kOk);
      log += "back;";
    });
    engine.SleepFor(seconds(1));
    EXPECT_EQ(log, "still;");
    engine.Resume(process);
  });
  EXPECT_EQ(log, "still;back;");
}

TEST_F(CancellationTest, APausedProcessCanBeKilled) {
  Run([&] {
    const ProcessId process = Process("p");
    Spawn(process, "t",
          [&] { log += engine.SleepFor(seconds(9)) == Wake::kCancelled ? "c" : "?"; });
    engine.SleepFor(seconds(1));
    engine.Pause(process);
    engine.Kill(process);
    EXPECT_EQ(log, "c");
    engine.Resume(process);
  });
  EXPECT_EQ(log, "c");
}

}  // namespace
}  // namespace fencepost::sim
