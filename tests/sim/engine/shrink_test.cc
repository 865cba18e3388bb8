#include "sim/engine/replay/shrink.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/replay/inevitable.h"
#include "sim/engine/replay/lenient_replay.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/strategies/random_walk.h"
#include "tests/sim/engine/program.h"

namespace fencepost::sim {
namespace {

bool Always() { return true; }

// Trials of one program. A run fails if `failed` says so of it.
struct Laboratory {
  std::optional<FailingRun> operator()(Strategy& strategy) {
    const ExecutionResult result = engine.Execute(strategy, std::ref(program));
    ++executions;
    if (!failed(result)) return std::nullopt;
    const auto choices = engine.trace().choices();
    return FailingRun{{choices.begin(), choices.end()}, result.steps};
  }

  Trial trial() {
    return [this](Strategy& strategy) { return (*this)(strategy); };
  }

  // The first failing run under the seeds from `seed` on.
  FailingRun Find(uint64_t seed) {
    for (;; ++seed) {
      RandomWalk walk(seed);
      if (auto run = (*this)(walk)) return *run;
    }
  }

  Engine& engine;
  std::function<void()> program;
  std::function<bool(const ExecutionResult&)> failed;
  uint64_t executions = 0;
};

// Four tasks add to one counter in two steps each, among faults that change nothing. An update is
// lost if one task is preempted between its steps: one decision, and nothing else, is needed.
struct LostUpdate {
  explicit LostUpdate(Engine& engine_given) : engine(engine_given) {}

  void operator()() {
    int counter = 0;
    std::vector<TaskId> tasks;
    for (int i = 0; i < 4; ++i) {
      tasks.push_back(engine.Spawn(ProcessId{0}, Label::Of("adder"), [this, &counter] {
        const int seen = counter;
        engine.Yield(Label::Of("write"));
        const Alternative faults[] = {{.name = Label::Of("fine")},
                                      {.name = Label::Of("slow"), .fault = true}};
        if (engine.Choose({ChoiceKind::kFault, Label::Of("call"), faults}) == 1) {
          for (int steps = 0; steps < 10; ++steps) engine.Yield(Label::Of("slow"));
        }
        counter = seen + 1;
      }));
    }
    for (const TaskId task : tasks) engine.Join(task);
    if (!engine.Cancelled() && counter < 4) engine.Fail("an update was lost");
  }

  Engine& engine;
};

bool Failed(const ExecutionResult& result) { return result.end == End::kFailed; }

TEST(Shrink, LeavesTheOneDecisionThatMatters) {
  Engine engine;
  Laboratory laboratory{engine, LostUpdate(engine), Failed};
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const FailingRun found = laboratory.Find(seed);
    const ShrinkResult result = Shrink(found, laboratory.trial(), Always);
    EXPECT_TRUE(result.minimal);
    const FailureSize size = SizeOf(result.run.choices, result.run.steps);
    EXPECT_EQ(size.faults, 0U);
    EXPECT_EQ(size.deviations, 1U);
    EXPECT_FALSE(Smaller(SizeOf(found.choices, found.steps), size));
  }
}

// Fails if a call was broken anywhere, so that programs of all shapes can be shrunk. In a local
// minimum no single change of a choice gives a smaller failure.
RC_GTEST_PROP(Shrink, EndsInALocalMinimumThatCanBeReplayed, (uint64_t program_seed)) {
  Engine engine({.timer_race_weight = 1});
  RandomProgram program(engine, program_seed);
  const auto broken = [&engine](const ExecutionResult&) {
    return std::ranges::any_of(engine.trace().choices(), [](const Choice& choice) {
      return choice.chosen == Label::Of("broken");
    });
  };
  Laboratory laboratory{engine, std::ref(program), broken};
  std::optional<FailingRun> found;
  for (uint64_t seed = 0; seed < 50 && !found; ++seed) {
    RandomWalk walk(seed);
    found = laboratory(walk);
  }
  RC_CLASSIFY(found.has_value(), "shrunk");
  if (!found) return;

  const ShrinkResult result = Shrink(*found, laboratory.trial(), Always);
  RC_ASSERT(result.minimal);
  const FailureSize size = SizeOf(result.run.choices, result.run.steps);
  RC_ASSERT(!Smaller(SizeOf(found->choices, found->steps), size));
  RC_ASSERT(size.faults >= 1U);

  Replay replay(result.run.choices);
  RC_ASSERT(laboratory(replay).has_value());
  RC_ASSERT(!replay.parting().has_value());
  for (size_t i = 0; i < result.run.choices.size(); ++i) {
    std::vector<Choice> without = result.run.choices;
    without.erase(without.begin() + static_cast<ptrdiff_t>(i));
    std::vector<Choice> at_default = result.run.choices;
    at_default[i].chosen = Label();
    at_default[i].bits = 0;
    for (const std::vector<Choice>& plan : {without, at_default}) {
      LenientReplay strategy(plan);
      const auto run = laboratory(strategy);
      // Not within RC_ASSERT, which evaluates both sides.
      const bool smaller = run && Smaller(SizeOf(run->choices, run->steps), size);
      RC_ASSERT(!smaller);
    }
  }
}

TEST(Shrink, SaysWhenItWasEndedEarlyAndKeepsAFailure) {
  Engine engine;
  Laboratory laboratory{engine, LostUpdate(engine), Failed};
  const FailingRun found = laboratory.Find(1);
  for (int budget : {0, 1, 5}) {
    const ShrinkResult result =
        Shrink(found, laboratory.trial(), [left = budget]() mutable { return left-- > 0; });
    EXPECT_FALSE(result.minimal);
    EXPECT_EQ(result.executions, static_cast<uint64_t>(budget));
    Replay replay(result.run.choices);
    EXPECT_TRUE(laboratory(replay).has_value());
    EXPECT_FALSE(replay.parting().has_value());
  }
}

// Three turns, left or right. Which of them decides is said by `failed`.
class InevitableTest : public testing::Test {
 protected:
  std::optional<Inevitability> Find(const std::function<bool(const std::vector<uint32_t>&)>& failed,
                                    const std::function<bool()>& go_on = Always) {
    const auto run = [&](Strategy& strategy) {
      std::vector<uint32_t> turns;
      engine.Execute(strategy, [&] {
        const Alternative ways[] = {{.name = Label::Of("left")}, {.name = Label::Of("right")}};
        for (int i = 0; i < 3; ++i) {
          turns.push_back(engine.Choose({ChoiceKind::kWorkload, Label::Of("turn"), ways}));
        }
      });
      return failed(turns);
    };
    // A seed whose three turns are right: one in eight.
    for (uint64_t seed = 0;; ++seed) {
      RandomWalk walk(seed);
      bool all_right = false;
      engine.Execute(walk, [&] {
        const Alternative ways[] = {{.name = Label::Of("left")}, {.name = Label::Of("right")}};
        all_right = true;
        for (int i = 0; i < 3; ++i) {
          all_right &= engine.Choose({ChoiceKind::kWorkload, Label::Of("turn"), ways}) == 1;
        }
      });
      if (all_right) break;
    }
    const auto choices = engine.trace().choices();
    return FindInevitable({choices.begin(), choices.end()}, 50, run, go_on);
  }

  Engine engine;
};

// Of 50 continuations that toss a coin at the deciding turn, all fall on one side in 2^-49: the
// seeds are fixed, and the default continuation alone tells these apart.
TEST_F(InevitableTest, NamesTheDecidingChoice) {
  for (size_t decider = 0; decider < 3; ++decider) {
    const auto found = Find([decider](const auto& turns) { return turns[decider] == 1; });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->choices, decider + 1);
    EXPECT_EQ(found->continuations, 50U);
  }
}

// Here the default continuation fails and random ones tell.
TEST_F(InevitableTest, LooksBeyondTheDefaultContinuation) {
  const auto found =
      Find([](const auto& turns) { return turns[0] == 1 && (turns[1] == 1 || turns[2] == 0); });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->choices, 2U);
}

TEST_F(InevitableTest, IsFromTheStartIfEveryRunFails) {
  const auto found = Find([](const auto&) { return true; });
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->choices, 0U);
}

TEST_F(InevitableTest, IsUnknownIfTimeWasOver) {
  EXPECT_FALSE(Find([](const auto&) { return true; }, [] { return false; }).has_value());
}

}  // namespace
}  // namespace fencepost::sim
