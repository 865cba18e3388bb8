// Each law of the lifecycle fires: a table that breaks it, and one operation that does.
#include "core/rules/transition_laws.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fencepost {
namespace {

using enum Operation;

// A change of one operation's rule that breaks a law.
struct Broken {
  std::string_view law;
  Operation operation;
  std::function<void(TransitionRule&)> change;
};

const std::vector<Broken>& BrokenTables() {
  static const std::vector<Broken> broken = {
      {"NeverStartsFromATerminalState", kRetireDrained,
       [](TransitionRule& rule) {
         rule.from = StateSet(WorkerState::kDraining, WorkerState::kRetired);
       }},
      {"NeverStartsFromATerminalState", kMarkLost,
       [](TransitionRule& rule) {
         rule.from_to_lost = StateSet(WorkerState::kHot, WorkerState::kLost);
       }},
      {"NeverLeadsBackIntoService", kRetireDrained,
       [](TransitionRule& rule) { rule.to = StateSet(WorkerState::kIdle); }},
      {"NeverLeadsBackIntoService", kRefreshLease,
       [](TransitionRule& rule) {
         rule.from = StateSet(WorkerState::kHot, WorkerState::kDraining);
       }},
      {"StartsFromNoRowExactlyIfItCreates", kPark,
       [](TransitionRule& rule) { rule.from = StateSet(); }},
      {"StartsFromNoRowExactlyIfItCreates", kCreateOrgSlot,
       [](TransitionRule& rule) { rule.to = StateSet(WorkerState::kIdle); }},
      {"NamesWhatMayBeLost", kRetireFromSnapshot,
       [](TransitionRule& rule) { rule.from_to_lost = StateSet(); }},
      {"NamesWhatMayBeLost", kRetireOrphan,
       [](TransitionRule& rule) { rule.from_to_lost = StateSet(WorkerState::kHot); }},
      {"LeavesAChoiceOfTerminalStatesOnly", kDrain,
       [](TransitionRule& rule) {
         rule.to = StateSet(WorkerState::kDraining, WorkerState::kRetired);
       }},
      {"GrantsAFenceExactlyWhereItFences", kDrain,
       [](TransitionRule& rule) { rule.grants_fence = false; }},
      {"GrantsAFenceExactlyWhereItFences", kPark,
       [](TransitionRule& rule) { rule.grants_fence = true; }},
      {"RecordsAReasonExactlyIfItFences", kDrain,
       [](TransitionRule& rule) { rule.effects = EffectSet(); }},
      {"RecordsAReasonExactlyIfItFences", kPark,
       [](TransitionRule& rule) { rule.effects = EffectSet(Effect::kRecordReason); }},
      {"SparesOnlyWhatItFences", kPark,
       [](TransitionRule& rule) { rule.may_spare_sessions = true; }},
      {"SparesOnlyWhatItFences", kRetireOrphan,
       [](TransitionRule& rule) { rule.may_spare_sessions = true; }},
      {"NeverGrantsLeaseAndFence", kMarkLost,
       [](TransitionRule& rule) { rule.grants_lease = true; }},
      {"RaisesTheEpochExactlyIfItGrantsALease", kRefreshLease,
       [](TransitionRule& rule) { rule.grants_lease = false; }},
      {"RaisesTheEpochExactlyIfItGrantsALease", kPark,
       [](TransitionRule& rule) { rule.grants_lease = true; }},
      {"GivesANewOwnerALease", kTakeOver,
       [](TransitionRule& rule) { rule.effects = EffectSet(Effect::kSetOwner); }},
      {"GivesANewOwnerALease", kTakeOver, [](TransitionRule& rule) { rule.grants_lease = false; }},
      {"SetsTheOwnerExactlyIfItGrantsALeaseToAnother", kRefreshLease,
       [](TransitionRule& rule) {
         rule.effects = EffectSet(Effect::kRaiseEpoch, Effect::kSetOwner);
       }},
      {"SetsTheOwnerExactlyIfItGrantsALeaseToAnother", kTakeOver,
       [](TransitionRule& rule) { rule.effects = EffectSet(Effect::kRaiseEpoch); }},
      {"ASnapshotGrantsNoLease", kRetireOrphan,
       [](TransitionRule& rule) { rule.grants_lease = true; }},
      {"ASnapshotGrantsNoLease", kPark,
       [](TransitionRule& rule) { rule.fence = FenceKind::kSnapshot; }},
      {"AnEpochAloneNeedsAGoneOwner", kTakeOver,
       [](TransitionRule& rule) { rule.guards = GuardSet(); }},
      {"AsksForAGoneOwnerOnlyOfAnothersWorker", kPark,
       [](TransitionRule& rule) { rule.guards = GuardSet(Guard::kOwnerGone); }},
      {"SetsTheOrgExactlyInCreatesAndClaims", kClaimIdle,
       [](TransitionRule& rule) {
         rule.effects = EffectSet(Effect::kRaiseEpoch, Effect::kSetOwner);
       }},
      {"SetsTheOrgExactlyInCreatesAndClaims", kTakeOver,
       [](TransitionRule& rule) { rule.effects = rule.effects.With(Effect::kSetOrg); }},
      {"ClaimsReserveWhatIsIdle", kClaimIdle,
       [](TransitionRule& rule) { rule.from = StateSet(WorkerState::kIdle, WorkerState::kHot); }},
      {"ClaimsReserveWhatIsIdle", kClaimHotIdle,
       [](TransitionRule& rule) { rule.to = StateSet(WorkerState::kHot); }},
      {"RecordsThePodExactlyWhenItIsPublished", kPublishIdle,
       [](TransitionRule& rule) { rule.effects = EffectSet(); }},
      {"RecordsThePodExactlyWhenItIsPublished", kFinishActivation,
       [](TransitionRule& rule) { rule.effects = rule.effects.With(Effect::kRecordPodUid); }},
      {"RecordsActivationExactlyWhenItBegins", kBeginActivation,
       [](TransitionRule& rule) { rule.effects = EffectSet(); }},
      {"RecordsActivationExactlyWhenItBegins", kPark,
       [](TransitionRule& rule) { rule.effects = EffectSet(Effect::kRecordActivation); }},
      {"RecordsCredentialsOfAnOrgsWorkerOnly", kStampCredentials,
       [](TransitionRule& rule) { rule.guards = GuardSet(); }},
      {"RecordsCredentialsOfAnOrgsWorkerOnly", kClaimHotIdle,
       [](TransitionRule& rule) { rule.effects = rule.effects.With(Effect::kRecordCredentials); }},
      {"AsksForAnOrgOnlyOfIdleWorkers", kPark,
       [](TransitionRule& rule) {
         rule.guards = GuardSet(Guard::kNoLiveSession, Guard::kOrgBoundIfIdle);
       }},
      {"ParksOnlyWithoutASession", kPark, [](TransitionRule& rule) { rule.guards = GuardSet(); }},
      {"ClearsTheOrgOnlyOfAnUntouchedWorker", kReturnIdle,
       [](TransitionRule& rule) { rule.guards = GuardSet(Guard::kNoLiveSession); }},
      {"ClearsTheOrgOnlyOfAnUntouchedWorker", kReturnIdle,
       [](TransitionRule& rule) { rule.guards = GuardSet(Guard::kNeverActivated); }},
      {"ClearsTheOrgOnlyOfAnUntouchedWorker", kReturnHotIdle,
       [](TransitionRule& rule) { rule.effects = EffectSet(Effect::kClearOrg); }},
      {"ClearsTheOrgOnlyOfAnUntouchedWorker", kReturnIdle,
       [](TransitionRule& rule) { rule.effects = EffectSet(); }},
      {"ChangesSomething", kStampCredentials,
       [](TransitionRule& rule) { rule.effects = EffectSet(); }},
  };
  return broken;
}

const lifecycle_laws::Law* Find(std::string_view name) {
  for (const lifecycle_laws::Law& law : lifecycle_laws::kLaws) {
    if (law.name == name) return &law;
  }
  return nullptr;
}

TEST(LifecycleLaws, EachFiresAndNamesTheOperation) {
  std::set<std::string_view> fired;
  for (const Broken& broken : BrokenTables()) {
    SCOPED_TRACE(std::string(broken.law) + " by " + std::string(OperationName(broken.operation)));
    LifecycleTable table = kLifecycle;
    broken.change(table[static_cast<std::size_t>(broken.operation)]);
    const lifecycle_laws::Law* law = Find(broken.law);
    ASSERT_NE(law, nullptr);
    EXPECT_EQ(BreakerOf(*law, table), broken.operation);
    EXPECT_EQ(BreakerOf(*law, kLifecycle), std::nullopt);
    fired.insert(broken.law);
  }
  EXPECT_EQ(fired.size(), lifecycle_laws::kLaws.size()) << "a law without a table that breaks it";
}

TEST(LifecycleLaws, EachOperationStandsAtItsPlaceUnderANameOfItsOwn) {
  EXPECT_TRUE(lifecycle_laws::AllStandAtTheirPlaces(kLifecycle));
  LifecycleTable swapped = kLifecycle;
  std::swap(swapped[3], swapped[4]);
  EXPECT_FALSE(lifecycle_laws::AllStandAtTheirPlaces(swapped));
  LifecycleTable twice = kLifecycle;
  twice[4].name = twice[3].name;
  EXPECT_FALSE(lifecycle_laws::AllStandAtTheirPlaces(twice));
}

TEST(LifecycleLaws, EveryStateIsReachable) {
  EXPECT_TRUE(lifecycle_laws::EveryStateIsReachable(kLifecycle));
  LifecycleTable table = kLifecycle;
  table[static_cast<std::size_t>(kFinishActivation)].to = StateSet(WorkerState::kActivating);
  EXPECT_FALSE(lifecycle_laws::EveryStateIsReachable(table));
}

TEST(LifecycleLaws, EveryActiveStateCanBeEndedBySight) {
  EXPECT_TRUE(lifecycle_laws::EveryActiveStateCanBeEndedBySight(kLifecycle));
  LifecycleTable table = kLifecycle;
  TransitionRule& retire = table[static_cast<std::size_t>(kRetireFromSnapshot)];
  retire.from = retire.from.Without(WorkerState::kDraining);
  EXPECT_FALSE(lifecycle_laws::EveryActiveStateCanBeEndedBySight(table));
}

}  // namespace
}  // namespace fencepost
