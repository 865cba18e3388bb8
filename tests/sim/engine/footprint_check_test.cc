// The footprint check finds an access that was not declared, and names the steps that make it.
#include "sim/engine/reduction/footprint_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/engine/engine.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;

// A lock with a mistake that is easily made: waiting for the lock and freeing it are declared, but
// finding it free is not.
class Lock {
 public:
  Lock(Engine& engine, bool declared) : engine_(engine), declared_(declared) {}

  bool Acquire() {
    if (declared_) Touch();
    while (locked_) {
      Touch();
      if (engine_.Wait(free_) == Wake::kCancelled) return false;
      Touch();
    }
    locked_ = true;
    return true;
  }
  void Release() {
    Touch();
    locked_ = false;
    engine_.NotifyAll(free_);
  }

 private:
  void Touch() { engine_.Touch(ObjectOf(ObjectKind::kFirstOfTheWorld, 7), Access::kWrite); }

  Engine& engine_;
  const bool declared_;
  bool locked_ = false;
  WaitQueue free_;
};

// Two tasks append their letters under the lock.
ProgramRun Appending(Engine& engine, bool declared) {
  return [&engine, declared](Strategy& strategy) -> std::optional<std::string> {
    Lock lock(engine, declared);
    std::string letters;
    const ExecutionResult result = engine.Execute(strategy, [&] {
      for (const char* letter : {"a", "b"}) {
        engine.Spawn(engine.StartProcess(Label::Of(letter)), Label::Of("main"), [&, letter] {
          if (engine.Yield(Label::Of("acquire")) == Wake::kCancelled || !lock.Acquire()) return;
          letters += letter;
          if (engine.Yield(Label::Of("release")) == Wake::kCancelled) return;
          lock.Release();
        });
      }
    });
    if (result.end == End::kExhausted) return std::nullopt;
    return std::string(EndName(result.end)) + " " + letters;
  };
}

TEST(FootprintCheck, PassesWhereEverythingIsDeclared) {
  Engine engine;
  const FootprintCheck check = CheckFootprints(Appending(engine, true), {});
  EXPECT_TRUE(check.passed()) << check.Text();
  EXPECT_EQ(check.ends, 2u);
  EXPECT_EQ(check.reduced.size(), 2u);
  EXPECT_THAT(check.Text(), HasSubstr("no undeclared dependency\n"));
}

TEST(FootprintCheck, NamesTheStepsWhoseAccessIsNotDeclared) {
  Engine engine;
  const FootprintCheck check = CheckFootprints(Appending(engine, false), {});
  EXPECT_FALSE(check.passed());
  ASSERT_TRUE(check.dependency.has_value()) << check.Text();
  EXPECT_NE(check.dependency->first.task, check.dependency->second.task);
  EXPECT_EQ(check.dependency->first.what, "release");
  EXPECT_EQ(check.dependency->second.what, "acquire");
  EXPECT_NE(check.dependency->end, check.dependency->other_end);
  EXPECT_THAT(check.dependency->first.touched, testing::Contains(HasSubstr("writes object 7")));
  EXPECT_THAT(check.dependency->second.touched, testing::Each(HasSubstr("process")));
  EXPECT_THAT(check.Text(), HasSubstr("a/main at \"acquire\" reads whether process 1 lives"));
  EXPECT_THAT(check.Text(), HasSubstr("UNDECLARED DEPENDENCY"));
}

TEST(FootprintCheck, DoesNotPassIfItsBoundCutIt) {
  Engine engine;
  ExhaustiveBounds bounds;
  bounds.max_executions = 3;
  const FootprintCheck check = CheckFootprints(Appending(engine, true), bounds);
  EXPECT_FALSE(check.passed());
  EXPECT_FALSE(check.dependency.has_value());
  EXPECT_THAT(check.Text(), HasSubstr("in the executions that were compared"));
}

// What a step decides and when time passes comes with it when it changes places.
TEST(FootprintCheck, ExchangesStepsThatDecide) {
  Engine engine;
  const ProgramRun run = [&engine](Strategy& strategy) -> std::optional<std::string> {
    std::string letters;
    const ExecutionResult result = engine.Execute(strategy, [&] {
      for (const char* letter : {"a", "b"}) {
        engine.Spawn(engine.StartProcess(Label::Of(letter)), Label::Of("main"), [&, letter] {
          if (engine.SleepFor(std::chrono::seconds(1)) == Wake::kCancelled) return;
          const Alternative alternatives[] = {{.name = Label::Of("none")},
                                              {.name = Label::Of("one")}};
          const ChoicePoint point{ChoiceKind::kWorkload, Label::Of("how many"), alternatives};
          if (engine.Choose(point) == 1) letters += letter;
        });
      }
    });
    if (result.end == End::kExhausted) return std::nullopt;
    return letters;
  };
  const FootprintCheck check = CheckFootprints(run, {});
  ASSERT_TRUE(check.dependency.has_value()) << check.Text();
  EXPECT_EQ(check.dependency->first.what, "sleep");
  EXPECT_EQ(check.dependency->end.size(), 2u);
  EXPECT_EQ(check.dependency->other_end.size(), 2u);
}

}  // namespace
}  // namespace fencepost::sim
