// Scheduling points: who is offered, in which order, what counts as a preemption.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/engine.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;

// Follows a list of indices, then takes 0; keeps what it was offered.
class Scripted : public Strategy {
 public:
  explicit Scripted(std::vector<uint32_t> answers = {}) : answers_(std::move(answers)) {}

  bool BeginExecution() override { return true; }
  uint32_t Choose(const ChoicePoint& point) override {
    std::string text = std::string(point.name.text()) + ":";
    for (const Alternative& alternative : point.alternatives) {
      text += " " + std::string(alternative.name.text());
      if (alternative.preemption) text += "!";
      if (!alternative.next.empty()) text += "(" + std::string(alternative.next.text()) + ")";
    }
    offered.push_back(text);
    return next_ < answers_.size() ? answers_[next_++] : 0;
  }
  uint64_t RandomBits(Label) override { return 42; }

  std::vector<std::string> offered;

 private:
  std::vector<uint32_t> answers_;
  size_t next_ = 0;
};

class SchedulingTest : public testing::Test {
 protected:
  ExecutionResult Run(TaskFunction root) {
    const ExecutionResult result = engine.Execute(strategy, std::move(root));
    EXPECT_EQ(result.end, End::kCompleted) << result.message;
    return result;
  }
  void Spawn(const char* name, TaskFunction body) {
    engine.Spawn(ProcessId{0}, Label::Of(name), std::move(body));
  }
  Wake Yield(const char* what) { return engine.Yield(Label::Of(what)); }

  Engine engine;
  Scripted strategy;
  std::string log;
};

TEST_F(SchedulingTest, TheCurrentTaskIsOfferedFirstThenTheOthersByTheirIds) {
  strategy = Scripted({2});
  Run([&] {
    Spawn("a", [&] { log += "a"; });
    Spawn("b", [&] {
      log += "b";
      Yield("half");
      log += "B";
    });
    Yield("go");
    log += "r";
  });
  EXPECT_EQ(log, "bBra");
  // When root has finished only `a` is left, which is no decision.
  EXPECT_THAT(strategy.offered,
              ElementsAre("go: root(go) a!(start) b!(start)", "half: b(half) root!(go) a!(start)",
                          "finish: root(go) a(start)"));
}

TEST_F(SchedulingTest, ATaskSpawnedDoesNotRunBeforeTheNextSchedulingPoint) {
  Run([&] {
    Spawn("a", [&] { log += "a"; });
    log += "r";
    WaitQueue queue;
    engine.NotifyAll(queue);
    log += "R";
  });
  EXPECT_EQ(log, "rRa");
}

TEST_F(SchedulingTest, TasksOfTheSameNameGetNamesOfTheirOwn) {
  Run([&] {
    const ProcessId process = engine.StartProcess(Label::Of("cp-1"));
    const TaskId first = engine.Spawn(process, Label::Of("janitor"), [] {});
    const TaskId second = engine.Spawn(process, Label::Of("janitor"), [] {});
    EXPECT_EQ(engine.task_name(first), "cp-1/janitor");
    EXPECT_EQ(engine.task_name(second), "cp-1/janitor#2");
    EXPECT_EQ(engine.task_name(engine.current_task()), "root");
    EXPECT_EQ(engine.process_name(engine.current_process()), "main");
    EXPECT_EQ(engine.process_name(process), "cp-1");
  });
}

TEST_F(SchedulingTest, NamesStartAgainInEachExecution) {
  for (int i = 0; i < 2; ++i) {
    Run([&] {
      EXPECT_EQ(engine.task_name(engine.Spawn(ProcessId{0}, Label::Of("a"), [] {})), "a");
      for (int k = 0; k < 300; ++k) {
        engine.Spawn(ProcessId{0}, Label::Of("n" + std::to_string(k)), [] {});
      }
      EXPECT_EQ(engine.task_name(engine.Spawn(ProcessId{0}, Label::Of("a"), [] {})), "a#2");
    });
  }
}

TEST_F(SchedulingTest, JoinWaitsForTheEndAndReturnsAtOnceAfterIt) {
  Run([&] {
    const TaskId a = engine.Spawn(ProcessId{0}, Label::Of("a"), [&] {
      Yield("1");
      log += "a";
    });
    EXPECT_EQ(engine.Join(a), Wake::kOk);
    log += "r";
    const uint64_t steps = engine.steps();
    EXPECT_EQ(engine.Join(a), Wake::kOk);
    EXPECT_EQ(engine.steps(), steps);
  });
  EXPECT_EQ(log, "ar");
}

TEST_F(SchedulingTest, NotifyAllWakesEveryWaiterAndOnlyThose) {
  WaitQueue queue(Label::Of("ready"));
  WaitQueue other;
  Run([&] {
    for (const char* name : {"a", "b"}) {
      Spawn(name, [&, name] {
        EXPECT_EQ(engine.Wait(queue), Wake::kOk);
        log += name;
      });
    }
    Spawn("c", [&] {
      EXPECT_EQ(engine.Wait(other), Wake::kOk);
      log += "c";
    });
    engine.SleepFor(std::chrono::seconds(1));
    EXPECT_FALSE(queue.empty());
    engine.NotifyAll(queue);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(log, "");
    engine.SleepFor(std::chrono::seconds(1));
    EXPECT_EQ(log, "ab");
    engine.NotifyAll(other);
  });
  EXPECT_EQ(log, "abc");
}

TEST_F(SchedulingTest, AFaultPointIsRecordedWithTheNameOfWhatWasChosen) {
  strategy = Scripted({1});
  Run([&] {
    const Alternative alternatives[] = {{.name = Label::Of("fine")},
                                        {.name = Label::Of("lost"), .fault = true}};
    EXPECT_EQ(engine.Choose({ChoiceKind::kFault, Label::Of("call"), alternatives}), 1u);
    EXPECT_EQ(engine.RandomBits(Label::Of("dice")), 42u);
  });
  const auto choices = engine.trace().choices();
  ASSERT_EQ(choices.size(), 2u);
  EXPECT_EQ(choices[0],
            (Choice{ChoiceKind::kFault, Label::Of("call"), Label::Of("lost"), 1, 2, 0}));
  EXPECT_EQ(choices[1], (Choice{ChoiceKind::kRandom, Label::Of("dice"), Label(), 0, 0, 42}));
}

TEST_F(SchedulingTest, APointWithOneEnabledAlternativeIsNotRecorded) {
  Run([&] {
    const Alternative alternatives[] = {{.name = Label::Of("off"), .weight = 0},
                                        {.name = Label::Of("on")}};
    EXPECT_EQ(engine.Choose({ChoiceKind::kWorkload, Label::Of("which"), alternatives}), 1u);
  });
  EXPECT_TRUE(engine.trace().choices().empty());
}

TEST_F(SchedulingTest, QuietTakesTheFirstAndRecordsNothing) {
  strategy = Scripted(std::vector<uint32_t>(50, 1));
  uint64_t bits[2] = {};
  for (uint64_t& value : bits) {
    log.clear();
    Run([&] {
      const Alternative alternatives[] = {{.name = Label::Of("fine")},
                                          {.name = Label::Of("lost"), .fault = true}};
      const Engine::Quiet quiet(engine);
      engine.set_timer_race_weight(1);
      Spawn("a", [&] { log += "a"; });
      Spawn("b", [&] { log += "b"; });
      Yield("setup");
      log += "r";
      EXPECT_EQ(engine.Choose({ChoiceKind::kFault, Label::Of("call"), alternatives}), 0u);
      value = engine.RandomBits(Label::Of("bits"));
      engine.SleepFor(std::chrono::seconds(1));
      EXPECT_EQ(log, "rab");
    });
    EXPECT_TRUE(engine.trace().choices().empty());
    EXPECT_FALSE(engine.quiet());
  }
  EXPECT_EQ(bits[0], bits[1]);
  EXPECT_TRUE(strategy.offered.empty());
}

TEST_F(SchedulingTest, AfterQuietChoicesAreRealAgain) {
  Run([&] {
    {
      const Engine::Quiet quiet(engine);
      Spawn("a", [] {});
      Yield("quiet");
    }
    Yield("loud");
  });
  EXPECT_THAT(strategy.offered, ElementsAre("loud: root(loud) a!(start)"));
}

}  // namespace
}  // namespace fencepost::sim
