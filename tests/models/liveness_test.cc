// Liveness on graphs whose answers are known, then on the protocol.
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

// 1 -> 2 is possible but owed by nobody, so a run may stay at 1.
TEST(Liveness, NobodyHasToTakeAnUnfairStep) {
  EXPECT_FALSE(Check(ToyModel{.edges = {{0, 1}, {1, 2}}, .pending = {1}}).holds());
  EXPECT_TRUE(Check(ToyModel{.edges = {{0, 1}, {1, 2, kLeave}}, .pending = {1}}).holds());
}

// 1 <-> 2 with a way out from both: weak fairness is enough.
TEST(Liveness, WeakFairnessLeavesACycleWhoseEveryStateHasTheWayOut) {
  const ToyModel model{
      .edges = {{0, 1}, {1, 2, kOther}, {2, 1, kOther}, {1, 3, kLeave}, {2, 3, kLeave}},
      .pending = {1, 2}};
  EXPECT_TRUE(Check(model).holds());
}

// 1 <-> 2 with a way out from 1 alone: a run passes by it again and again. Strong fairness takes
// it, weak fairness does not have to.
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

// The way out is strong and lies at 1; but 2 <-> 3 never passes by 1.
TEST(Liveness, AStrongActionIsNotOwedWhereTheRunKeepsAwayFromIt) {
  const ToyModel model{
      .edges = {{0, 1}, {1, 2, kOther}, {2, 3, kOther}, {3, 2, kOther}, {3, 1}, {1, 4, kLeave}},
      .pending = {1, 2, 3},
      .fairness = {Fairness::kStrong, Fairness::kWeak}};
  const auto result = Check(model);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].trap_states, 2U);
}

// Taking the action inside the cycle is fair, too.
TEST(Liveness, ACycleThatTakesWhatItOwesIsFair) {
  const ToyModel model{.edges = {{0, 1}, {1, 2, kLeave}, {2, 1, kLeave}, {1, 3, kLeave}},
                       .pending = {1, 2},
                       .fairness = {Fairness::kStrong, Fairness::kStrong}};
  EXPECT_FALSE(Check(model).holds());
}

// The cycle passes through 2, where nothing is pending.
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

class LivenessMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(LivenessMistakes, AreFound) {
  const Machine machine(Options{.epochs = 2, .mistake = GetParam()});
  const auto result = Check(machine);
  const auto info = std::find_if(AllMistakes().begin(), AllMistakes().end(),
                                 [](const MistakeInfo& i) { return i.mistake == GetParam(); });
  const auto liveness = machine.LivenessProperties();
  EXPECT_TRUE(std::any_of(result.findings.begin(), result.findings.end(), [&](const auto& finding) {
    return liveness[finding.property].name == info->breaks;
  }));
}

INSTANTIATE_TEST_SUITE_P(All, LivenessMistakes,
                         testing::Values(Mistake::kOrphansNotSwept, Mistake::kPodsNotReconciled));

// What nobody reconciles is also a deadlock: at rest, and not clean.
TEST(LivenessMistakes, PodsNotReconciledIsADeadlock) {
  const Machine machine(Options{.epochs = 2, .mistake = Mistake::kPodsNotReconciled});
  EXPECT_EQ(LivenessCheck<Machine>(machine, SearchOptions{}).Run().search.end,
            SearchEnd::kDeadlock);
}

}  // namespace
}  // namespace fencepost::models
