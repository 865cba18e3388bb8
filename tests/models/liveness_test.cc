// Liveness on graphs with known answers, then on the protocol.
#include "models/checker/liveness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/lifecycle/machine.h"
#include "tests/models/toy_model.h"

namespace fencepost::models {
namespace {

template <Model M>
LivenessResult<typename M::State> Check(const M& model) {
  SearchOptions options;
  options.deadlocks = false;
  return LivenessCheck<M>(model, options).Run();
}

constexpr std::uint8_t kLeave = 0;
constexpr std::uint8_t kOther = 1;

TEST(Liveness, AStateThatNothingLeavesIsATrap) {
  const auto result = Check(ToyModel{.edges = {{0, 1}}, .pending = {1}});
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].entry, ToyModel::At(1));
  EXPECT_TRUE(result.findings[0].cycle.empty());
}

// 1 -> 2 is enabled but not fair, so a run may stay at 1.
TEST(Liveness, NobodyHasToTakeAnUnfairStep) {
  EXPECT_FALSE(Check(ToyModel{.edges = {{0, 1}, {1, 2}}, .pending = {1}}).holds());
  EXPECT_TRUE(Check(ToyModel{.edges = {{0, 1}, {1, 2, kLeave}}, .pending = {1}}).holds());
}

// 1 <-> 2 with an exit from both: weak fairness suffices.
TEST(Liveness, WeakFairnessLeavesACycleWhoseEveryStateHasTheWayOut) {
  const ToyModel model{
      .edges = {{0, 1}, {1, 2, kOther}, {2, 1, kOther}, {1, 3, kLeave}, {2, 3, kLeave}},
      .pending = {1, 2}};
  EXPECT_TRUE(Check(model).holds());
}

// 1 <-> 2 with an exit from 1 alone: the exit is enabled infinitely often, but not continuously. So
// strong fairness takes it, and weak fairness need not.
TEST(Liveness, OnlyStrongFairnessLeavesACycleWithOneWayOut) {
  ToyModel model{.edges = {{0, 1}, {1, 2, kOther}, {2, 1, kOther}, {1, 3, kLeave}},
                 .pending = {1, 2}};
  const auto weak = Check(model);
  ASSERT_EQ(weak.findings.size(), 1U);
  EXPECT_EQ(weak.findings[0].trap_states, 2U);
  EXPECT_EQ(weak.findings[0].cycle.size(), 2U);
  model.fairness = {Fairness::kStrong, Fairness::kWeak};
  EXPECT_TRUE(Check(model).holds());
}

// The exit is strongly fair and enabled at 1 only, and 2 <-> 3 avoids 1.
TEST(Liveness, AStrongActionIsNotOwedWhereTheRunKeepsAwayFromIt) {
  const ToyModel model{
      .edges = {{0, 1}, {1, 2, kOther}, {2, 3, kOther}, {3, 2, kOther}, {3, 1}, {1, 4, kLeave}},
      .pending = {1, 2, 3},
      .fairness = {Fairness::kStrong, Fairness::kWeak}};
  const auto result = Check(model);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].trap_states, 2U);
}

// A cycle that takes the action itself is fair.
TEST(Liveness, ACycleThatTakesWhatItOwesIsFair) {
  const ToyModel model{.edges = {{0, 1}, {1, 2, kLeave}, {2, 1, kLeave}, {1, 3, kLeave}},
                       .pending = {1, 2},
                       .fairness = {Fairness::kStrong, Fairness::kStrong}};
  EXPECT_FALSE(Check(model).holds());
}

// The cycle contains 2, where the property is not pending.
TEST(Liveness, ACycleThatIsDoneAgainAndAgainIsNoTrap) {
  const ToyModel model{.edges = {{0, 1, kOther}, {1, 2, kOther}, {2, 1, kOther}}, .pending = {1}};
  EXPECT_TRUE(Check(model).holds());
}

TEST(Liveness, ALoopIsNoWayOut) {
  const ToyModel model{.edges = {{0, 1}, {1, 1, kLeave}}, .pending = {1}};
  EXPECT_FALSE(Check(model).holds());
}

// 0 -> 1 -> … -> n -> 0 and chords: one component, whatever the order of the visit.
TEST(Liveness, FindsTheComponents) {
  const auto ring = Check(NumbersModel(5'000));
  EXPECT_EQ(ring.components, 1U);
  EXPECT_EQ(ring.largest_component, 5'000U);
  const auto chain =
      Check(ToyModel{.edges = {{0, 1}, {1, 2}, {2, 1}, {2, 3}, {3, 4}, {4, 3}, {0, 5}}});
  EXPECT_EQ(chain.components, 4U);
  EXPECT_EQ(chain.cyclic_components, 2U);
}

TEST(Liveness, HoldsForTheProtocol) {
  for (const Options& options :
       {Options{}, Options{.workers = 2, .epochs = 1, .secrets = false, .pauses = false}}) {
    const auto result = Check(Machine(options));
    EXPECT_TRUE(result.holds()) << options.Sentence();
    EXPECT_GT(result.cyclic_components, 0U);
  }
}

class LivenessPlantedBugs : public testing::TestWithParam<PlantedBug> {};

TEST_P(LivenessPlantedBugs, AreFound) {
  const Machine machine(Options{.epochs = 2, .planted_bug = GetParam()});
  const auto result = Check(machine);
  const auto info =
      std::find_if(AllPlantedBugs().begin(), AllPlantedBugs().end(),
                   [](const PlantedBugInfo& i) { return i.planted_bug == GetParam(); });
  const auto liveness = machine.LivenessProperties();
  EXPECT_TRUE(std::any_of(result.findings.begin(), result.findings.end(), [&](const auto& finding) {
    return liveness[finding.property].name == info->breaks;
  }));
}

INSTANTIATE_TEST_SUITE_P(All, LivenessPlantedBugs,
                         testing::Values(PlantedBug::kOrphansNotSwept,
                                         PlantedBug::kPodsNotReconciled));

// Without reconciliation the protocol stops in a state that still has a pod: a deadlock.
TEST(LivenessPlantedBugs, PodsNotReconciledIsADeadlock) {
  const Machine machine(Options{.epochs = 2, .planted_bug = PlantedBug::kPodsNotReconciled});
  EXPECT_EQ(LivenessCheck<Machine>(machine, SearchOptions{}).Run().search.end,
            SearchEnd::kDeadlock);
}

}  // namespace
}  // namespace fencepost::models
