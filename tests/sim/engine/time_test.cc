// Virtual time: it moves only when nothing can run, or when moving it is chosen.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

#include "sim/engine/engine.h"
#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

VirtualTime At(VirtualDuration since_start) { return VirtualTime(since_start); }

class TimeTest : public testing::Test {
 protected:
  void Run(TaskFunction root) {
    const ExecutionResult result = engine.Execute(walk, std::move(root));
    EXPECT_EQ(result.end, End::kCompleted) << result.message;
  }

  // Every log that some interleaving of the program leaves.
  std::set<std::string> AllLogs(TaskFunction (*program)(TimeTest&)) {
    Exhaustive search;
    std::set<std::string> logs;
    for (;;) {
      log.clear();
      const ExecutionResult result = engine.Execute(search, program(*this));
      if (result.end == End::kExhausted) break;
      EXPECT_EQ(result.end, End::kCompleted) << result.message;
      logs.insert(log);
    }
    EXPECT_TRUE(search.report().complete()) << search.report().Sentence();
    return logs;
  }

 public:
  Engine engine;
  RandomWalk walk{1};
  std::string log;
};

TEST_F(TimeTest, StartsAtZeroInEachExecutionAndJumpsToTheEarliestTimer) {
  for (int i = 0; i < 2; ++i) {
    Run([&] {
      EXPECT_EQ(engine.Now(), VirtualTime());
      EXPECT_EQ(engine.SleepFor(hours(1000)), Wake::kOk);
      EXPECT_EQ(engine.Now(), At(hours(1000)));
      EXPECT_EQ(engine.SleepUntil(At(hours(1))), Wake::kOk);
      EXPECT_EQ(engine.Now(), At(hours(1000)));
    });
  }
}

TEST_F(TimeTest, TimersFireInTheOrderOfTheirDeadlines) {
  Run([&] {
    for (int delay : {5, 3, 9, 1, 7, 8, 2, 6, 4}) {
      engine.Spawn(ProcessId{0}, Label::Of("sleeper"), [&, delay] {
        engine.SleepFor(seconds(delay));
        EXPECT_EQ(engine.Now(), At(seconds(delay)));
        log += std::to_string(delay);
      });
    }
  });
  EXPECT_EQ(log, "123456789");
}

TEST_F(TimeTest, TimeStandsStillWhileATaskCanRun) {
  Run([&] {
    engine.Spawn(ProcessId{0}, Label::Of("sleeper"), [&] { engine.SleepFor(seconds(1)); });
    for (int i = 0; i < 100; ++i) {
      engine.Yield(Label::Of("busy"));
      EXPECT_EQ(engine.Now(), VirtualTime());
    }
  });
}

TEST_F(TimeTest, AWaitEndsByNotificationOrByItsDeadline) {
  WaitQueue queue;
  Run([&] {
    engine.Spawn(ProcessId{0}, Label::Of("waiter"), [&] {
      EXPECT_EQ(engine.WaitUntil(queue, At(seconds(2))), Wake::kOk);
      EXPECT_EQ(engine.Now(), At(seconds(1)));
      EXPECT_EQ(engine.WaitUntil(queue, At(seconds(2))), Wake::kTimeout);
      EXPECT_EQ(engine.Now(), At(seconds(2)));
      EXPECT_TRUE(queue.empty());
      EXPECT_EQ(engine.WaitUntil(queue, At(seconds(1))), Wake::kTimeout);
      EXPECT_EQ(engine.Now(), At(seconds(2)));
      log += "done";
    });
    engine.SleepFor(seconds(1));
    engine.NotifyAll(queue);
  });
  EXPECT_EQ(log, "done");
}

TEST_F(TimeTest, AWaitEndedByNotificationLeavesNoTimerBehind) {
  WaitQueue queue;
  Run([&] {
    engine.Spawn(ProcessId{0}, Label::Of("waiter"), [&] { engine.WaitUntil(queue, At(hours(1))); });
    engine.SleepFor(seconds(1));
    engine.NotifyAll(queue);
  });
  EXPECT_EQ(engine.Now(), At(seconds(1)));
}

TaskFunction TwoSleepersAndARunner(TimeTest& test, uint32_t race, int second_delay) {
  return [&test, race, second_delay] {
    Engine& engine = test.engine;
    engine.set_timer_race_weight(race);
    engine.Spawn(ProcessId{0}, Label::Of("a"), [&test] {
      test.engine.SleepFor(seconds(1));
      test.log += "a";
    });
    engine.Spawn(ProcessId{0}, Label::Of("b"), [&test, second_delay] {
      test.engine.SleepFor(seconds(second_delay));
      test.log += "b";
    });
    engine.Yield(Label::Of("run"));
    test.log += "r";
  };
}

TEST_F(TimeTest, TimersDueAtTheSameTimeRace) {
  EXPECT_EQ(AllLogs([](TimeTest& test) { return TwoSleepersAndARunner(test, 0, 1); }),
            (std::set<std::string>{"rab", "rba"}));
}

TEST_F(TimeTest, WithoutTheTimerRaceARunningTaskIsNeverLate) {
  EXPECT_EQ(AllLogs([](TimeTest& test) { return TwoSleepersAndARunner(test, 0, 2); }),
            (std::set<std::string>{"rab"}));
}

// With the race, `r` and even a woken `a` may be slower than any timer.
TEST_F(TimeTest, WithTheTimerRaceARunningTaskMayBeArbitrarilySlow) {
  EXPECT_EQ(AllLogs([](TimeTest& test) { return TwoSleepersAndARunner(test, 1, 2); }),
            (std::set<std::string>{"rab", "arb", "abr", "rba", "bra", "bar"}));
}

TEST_F(TimeTest, AdvancingTimeFirstCountsAsAPreemption) {
  ExhaustiveBounds bounds;
  bounds.max_preemptions = 0;
  Exhaustive search(bounds);
  while (engine.Execute(search, TwoSleepersAndARunner(*this, 1, 2)).end != End::kExhausted) {
    EXPECT_EQ(log.substr(log.size() - 3), "rab");
  }
  EXPECT_GT(search.report().preemption_cuts, 0u);
}

TEST_F(TimeTest, TheRaceWeightOfTheOptionsIsBackInEachExecution) {
  Run([&] { engine.set_timer_race_weight(7); });
  Run([&] { EXPECT_EQ(engine.timer_race_weight(), 0u); });
}

}  // namespace
}  // namespace fencepost::sim
