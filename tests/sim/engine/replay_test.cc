#include "sim/engine/replay/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/strategies/random_walk.h"
#include "tests/sim/engine/program.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;

std::vector<Choice> Copy(const Trace& trace) {
  return {trace.choices().begin(), trace.choices().end()};
}

RC_GTEST_PROP(Replay, FollowingARecordingGivesTheSameRun, (uint64_t program_seed, uint64_t seed)) {
  Engine engine({.timer_race_weight = 1});
  RandomWalk walk(seed);
  RandomProgram program(engine, program_seed);
  const ExecutionResult recorded = engine.Execute(walk, std::ref(program));
  Replay replay(Copy(engine.trace()));
  for (int i = 0; i < 2; ++i) {
    const ExecutionResult followed = engine.Execute(replay, std::ref(program));
    RC_ASSERT(!replay.parting().has_value());
    RC_ASSERT(followed.hash == recorded.hash);
    RC_ASSERT(followed.end == recorded.end);
  }
}

// A program of three points: workload "size", random bits "dice", fault "call".
class PartingTest : public testing::Test {
 protected:
  ExecutionResult Run(Strategy& strategy) {
    return engine.Execute(strategy, [&] {
      const Alternative sizes[] = {{.name = Label::Of("small")}, {.name = Label::Of("large")}};
      const Alternative faults[] = {{.name = Label::Of("fine")},
                                    {.name = Label::Of("lost"), .fault = true},
                                    {.name = Label::Of("slow"), .weight = 0, .fault = true}};
      log = std::to_string(engine.Choose({ChoiceKind::kWorkload, Label::Of("size"), sizes}));
      log += "," + std::to_string(engine.RandomBits(Label::Of("dice")));
      log += "," + std::to_string(engine.Choose({ChoiceKind::kFault, Label::Of("call"), faults}));
    });
  }
  void ExpectParting(const Replay& replay, size_t step, const std::string& expected,
                     const std::string& found, const std::string& why) {
    ASSERT_TRUE(replay.parting().has_value());
    EXPECT_EQ(replay.parting()->step, step);
    EXPECT_THAT(replay.parting()->expected, HasSubstr(expected));
    EXPECT_THAT(replay.parting()->found, HasSubstr(found));
    EXPECT_THAT(replay.parting()->why, HasSubstr(why));
  }

  std::vector<Choice> recording = {
      {ChoiceKind::kWorkload, Label::Of("size"), Label::Of("large"), 1, 2, 0},
      {ChoiceKind::kRandom, Label::Of("dice"), Label(), 0, 0, 17},
      {ChoiceKind::kFault, Label::Of("call"), Label::Of("lost"), 1, 3, 0}};
  Engine engine;
  std::string log;
};

TEST_F(PartingTest, NoneIfTheRecordingFits) {
  Replay replay(recording);
  EXPECT_EQ(Run(replay).end, End::kCompleted);
  EXPECT_FALSE(replay.parting());
  EXPECT_EQ(log, "1,17,1");
}

TEST_F(PartingTest, ChoicesAreFollowedByNameNotByIndex) {
  recording[0].index = 0;
  recording[2].index = 7;
  Replay replay(recording);
  EXPECT_EQ(Run(replay).end, End::kCompleted);
  EXPECT_FALSE(replay.parting());
  EXPECT_EQ(log, "1,17,1");
}

TEST_F(PartingTest, AnotherPoint) {
  recording[2].point = Label::Of("write");
  Replay replay(recording);
  EXPECT_EQ(Run(replay).end, End::kStopped);
  ExpectParting(replay, 2, "fault \"write\": lost", "fault \"call\": one of fine lost",
                "another point");
}

TEST_F(PartingTest, AnotherKindOfPoint) {
  recording[2].kind = ChoiceKind::kWorkload;
  Replay replay(recording);
  Run(replay);
  ExpectParting(replay, 2, "workload \"call\"", "fault \"call\"", "another point");
}

TEST_F(PartingTest, AnAlternativeThatDoesNotExist) {
  recording[0].chosen = Label::Of("huge");
  Replay replay(recording);
  EXPECT_EQ(Run(replay).end, End::kStopped);
  ExpectParting(replay, 0, "size\": huge", "one of small large", "does not exist here");
}

TEST_F(PartingTest, AnAlternativeThatIsDisabled) {
  recording[2].chosen = Label::Of("slow");
  Replay replay(recording);
  Run(replay);
  ExpectParting(replay, 2, "slow", "one of fine lost", "disabled here");
}

TEST_F(PartingTest, OtherRandomBits) {
  recording[1].point = Label::Of("coin");
  Replay replay(recording);
  Run(replay);
  ExpectParting(replay, 1, "random bits \"coin\"", "random bits \"dice\"", "another point");
}

TEST_F(PartingTest, ARecordingThatEndsEarly) {
  recording.pop_back();
  Replay replay(recording);
  EXPECT_EQ(Run(replay).end, End::kStopped);
  ExpectParting(replay, 2, "the end of the recording", "fault \"call\"", "the run goes on");
}

TEST_F(PartingTest, ARecordingWithChoicesLeftOver) {
  recording.push_back(recording[0]);
  Replay replay(recording);
  EXPECT_EQ(Run(replay).end, End::kCompleted);
  ExpectParting(replay, 3, "workload \"size\": large", "the end of the execution: completed",
                "1 more choices");
}

TEST_F(PartingTest, AfterAPartingDefaultsAreTakenIfAsked) {
  recording[0].chosen = Label::Of("huge");
  Replay replay(recording, Replay::AfterParting::kContinueDefault);
  EXPECT_EQ(Run(replay).end, End::kCompleted);
  ExpectParting(replay, 0, "huge", "small", "does not exist");
  EXPECT_EQ(log, "0,0,0");
}

}  // namespace
}  // namespace fencepost::sim
