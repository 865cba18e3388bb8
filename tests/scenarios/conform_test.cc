// With RunOptions::conform a step that the model refuses ends the run as a broken property.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/runner.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/world/story.h"

namespace fencepost {
namespace {

// Each of the two steps is legal, but together they are no run: the worker was spawning, not
// reserved.
void SkipAStep(sim::Story& story) {
  const auto tell = [&story](const EventBody& body) {
    story.cluster().hub().On(Event{.source = "store", .activity = {}, .body = body});
  };
  WorkerRow spawning;
  spawning.worker_id = WorkerId{1};
  spawning.owner_cp = CpId("cp-1");
  spawning.owner_epoch = Epoch{1};
  spawning.revision = Revision{1};
  tell(RowCommitted{Operation::kCreateWarmSlot, {}, nullptr, nullptr, spawning, {}});
  WorkerRow reserved = spawning;
  reserved.state = WorkerState::kReserved;
  WorkerRow activating = reserved;
  activating.state = WorkerState::kActivating;
  activating.revision = Revision{2};
  TransitionRequest request;
  request.operation = Operation::kBeginActivation;
  request.worker = WorkerId{1};
  request.believed_owner = CpId("cp-1");
  request.believed_epoch = Epoch{1};
  request.target = WorkerState::kActivating;
  tell(RowCommitted{
      Operation::kBeginActivation, {BootId{1}, 2}, &request, &reserved, activating, {}});
}

RunReport RunOf(bool conform) {
  Scenario scenario{};
  scenario.name = "skips-a-step";
  scenario.claim = "None.";
  scenario.body = SkipAStep;
  scenario.parameters = {{kFaultBudget, 0, 0, 0, "none"}};
  RunOptions options;
  options.conform = conform;
  const auto runner = Runner::Create(scenario, options);
  EXPECT_TRUE(runner.ok()) << runner.status();
  sim::RandomWalk walk(1);
  return (*runner)->Run(walk);
}

TEST(Conform, IsJudgedWhenItIsAskedFor) {
  EXPECT_NE(RunOf(false).end, RunEnd::kPropertyBroken);
  const RunReport report = RunOf(true);
  ASSERT_EQ(report.end, RunEnd::kPropertyBroken);
  EXPECT_EQ(report.violation->property, kConformanceProperty);
  EXPECT_THAT(report.violation->detail, testing::HasSubstr("the row was in another state"));
}

// A run that conforms is the same run with and without the check.
TEST(Conform, ChangesNoRun) {
  const auto scenario = FindScenario("shutdown-vs-refresh");
  ASSERT_TRUE(scenario.ok());
  const auto hash = [&](bool conform) {
    RunOptions options;
    options.conform = conform;
    const auto runner = Runner::Create(**scenario, options);
    sim::RandomWalk walk(3);
    const RunReport report = (*runner)->Run(walk);
    EXPECT_EQ(report.end, RunEnd::kPassed);
    return report.hash;
  };
  EXPECT_EQ(hash(true), hash(false));
}

}  // namespace
}  // namespace fencepost
