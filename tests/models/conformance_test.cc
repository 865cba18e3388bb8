// Every simulated run of the real core is a run of the model, row by row; and what is none is
// refused, with the guard that refused it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/conformance/row_conformance.h"
#include "scenarios/runner.h"
#include "sim/engine/random_walk.h"

namespace fencepost::models {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kSeeds = 300;

class Conforms : public testing::TestWithParam<const Scenario*> {};

TEST_P(Conforms, InEveryRun) {
  RowConformance conformance;
  RunOptions options;
  options.observer = &conformance;
  const auto runner = Runner::Create(*GetParam(), options);
  ASSERT_TRUE(runner.ok()) << runner.status();
  std::uint64_t steps = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    conformance.Reset();
    sim::RandomWalk walk(seed);
    ASSERT_EQ((*runner)->Run(walk).end, RunEnd::kPassed) << "seed " << seed;
    ASSERT_FALSE(conformance.refusal().has_value())
        << "seed " << seed << ": " << *conformance.refusal();
    steps += conformance.steps();
  }
  EXPECT_GT(steps, kSeeds / 2) << "runs without a step show nothing";
}

std::vector<const Scenario*> Scenarios() {
  std::vector<const Scenario*> scenarios;
  for (const Scenario& scenario : AllScenarios()) scenarios.push_back(&scenario);
  return scenarios;
}
INSTANTIATE_TEST_SUITE_P(Scenarios, Conforms, testing::ValuesIn(Scenarios()),
                         [](const auto& tested) {
                           std::string name(tested.param->name);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

// 20 seeds of each scenario reach every operation of the table.
TEST(Coverage, EveryOperationLandsInSomeRun) {
  RowConformance conformance;
  RunOptions options;
  options.observer = &conformance;
  for (const Scenario& scenario : AllScenarios()) {
    const auto runner = Runner::Create(scenario, options);
    ASSERT_TRUE(runner.ok()) << runner.status();
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      conformance.Reset();
      sim::RandomWalk walk(seed);
      static_cast<void>((*runner)->Run(walk));
    }
  }
  EXPECT_EQ(conformance.coverage().Uncovered(), "");
  for (const TransitionOutcome outcome :
       {TransitionOutcome::kFenceMissState, TransitionOutcome::kFenceMissOwner,
        TransitionOutcome::kFenceMissEpoch, TransitionOutcome::kFenceMissTouched,
        TransitionOutcome::kFenceMissCpRevived, TransitionOutcome::kFenceMissSession}) {
    EXPECT_GT(conformance.coverage().outcomes[static_cast<std::size_t>(outcome)], 0U)
        << OutcomeName(outcome);
  }
}

// ---- What is refused ---------------------------------------------------------------------------

WorkerRow HotRow() {
  WorkerRow row;
  row.worker_id = WorkerId{1};
  row.state = WorkerState::kHot;
  row.owner_cp = CpId("cp-1");
  row.owner_epoch = Epoch{4};
  row.revision = Revision{9};
  return row;
}

TransitionRequest DrainUnder(Epoch epoch) {
  TransitionRequest request;
  request.operation = Operation::kDrain;
  request.worker = WorkerId{1};
  request.believed_owner = CpId("cp-1");
  request.believed_epoch = epoch;
  request.target = WorkerState::kDraining;
  return request;
}

std::string RefusalOf(const EventBody& body) {
  RowConformance conformance;
  conformance.On(Event{.source = "store", .activity = {}, .body = body});
  return conformance.refusal().value_or("");
}

TEST(Refusal, NamesTheGuardOfAStaleLease) {
  const WorkerRow before = HotRow();
  WorkerRow after = before;
  after.state = WorkerState::kDraining;
  const TransitionRequest current = DrainUnder(Epoch{4});
  const TransitionRequest stale = DrainUnder(Epoch{3});
  EXPECT_EQ(RefusalOf(RowCommitted{Operation::kDrain, {}, &current, &before, after, {}}), "");
  EXPECT_THAT(RefusalOf(RowCommitted{Operation::kDrain, {}, &stale, &before, after, {}}),
              HasSubstr("fence_miss_epoch; it stands at\n  worker 1: hot"));
}

TEST(Refusal, OfAWrongMissAndAWrongEffect) {
  const WorkerRow row = HotRow();
  const TransitionRequest current = DrainUnder(Epoch{4});
  EXPECT_THAT(RefusalOf(RowRefused{current, TransitionOutcome::kFenceMissEpoch, &row, {}}),
              HasSubstr("drain was refused: fence_miss_epoch: transitioned"));
  WorkerRow after = row;
  after.state = WorkerState::kRetired;
  EXPECT_THAT(RefusalOf(RowCommitted{Operation::kDrain, {}, &current, &row, after, {}}),
              HasSubstr("it leads to another state"));
  after.state = WorkerState::kDraining;
  after.owner_epoch = Epoch{5};
  EXPECT_THAT(RefusalOf(RowCommitted{Operation::kDrain, {}, &current, &row, after, {}}),
              HasSubstr("it does not raise the epoch"));
}

TEST(Refusal, OfADeletionWithoutAFence) {
  RowConformance conformance;
  const auto tell = [&](const EventBody& body) {
    conformance.On(Event{.source = "world", .activity = {}, .body = body});
  };
  WorkerRow row = HotRow();
  row.state = WorkerState::kSpawning;
  tell(RowCommitted{Operation::kCreateWarmSlot, {}, nullptr, nullptr, row, {}});
  const PodName name("fencepost-worker-1");
  const PodUid uid("uid-1");
  tell(PodDeleted{WorkerId{1}, name, uid, /*by_request=*/false});
  EXPECT_FALSE(conformance.refusal().has_value());
  tell(PodDeleted{WorkerId{1}, name, uid, /*by_request=*/true});
  EXPECT_THAT(conformance.refusal().value_or(""), HasSubstr("no fence has landed"));
}

}  // namespace
}  // namespace fencepost::models
