// The two accounts of the lifecycle agree: the edge list by which the properties judge, and the
// core's table. A change of the lifecycle has to be written in both.

#include "properties/lifecycle_edges.h"

#include <gtest/gtest.h>

#include "core/rules/transition.h"

namespace fencepost::properties {
namespace {

// From which states the operation may lead to `to`, by the edge list. An empty `to` asks for the
// edges that keep the state.
StateSet From(const OperationAccount& account, std::optional<WorkerState> to) {
  std::uint16_t bits = 0;
  for (const LifecycleEdge& edge : account.edges) {
    if (edge.to == to) bits |= edge.from.bits();
  }
  return StateSet::FromBits(bits);
}

bool Creates(const OperationAccount& account, WorkerState to) {
  return Leads(account, std::nullopt, to);
}

Belief BeliefOf(FenceKind fence) {
  switch (fence) {
    case FenceKind::kLease:
      return Belief::kLease;
    case FenceKind::kEpoch:
      return Belief::kEpoch;
    case FenceKind::kSnapshot:
      return Belief::kSnapshot;
    case FenceKind::kCaps:
    case FenceKind::kRowLock:
      break;
  }
  return Belief::kNothing;
}

class TwoAccounts : public testing::TestWithParam<TransitionRule> {
 protected:
  const TransitionRule& rule_ = GetParam();
  const OperationAccount& account_ = AccountOf(rule_.operation);
};

TEST_P(TwoAccounts, HaveTheSameEdges) {
  EXPECT_EQ(From(account_, std::nullopt), rule_.to.Empty() ? rule_.from : StateSet());
  for (const WorkerState to : kAllWorkerStates) {
    const bool leads = rule_.to.Has(to);
    EXPECT_EQ(Creates(account_, to), leads && rule_.from.Empty()) << StateName(to);
    EXPECT_EQ(From(account_, to), leads ? EligibleStates(rule_, to) : StateSet()) << StateName(to);
  }
}

TEST_P(TwoAccounts, HaveTheSameConditions) {
  EXPECT_EQ(account_.compares, BeliefOf(rule_.fence));
  EXPECT_EQ(account_.owner != OwnerMustBe::kAnything, rule_.guards.Has(Guard::kOwnerGone));
  EXPECT_EQ(account_.sessions == SessionsMustBe::kNotLive, rule_.guards.Has(Guard::kNoLiveSession));
  EXPECT_EQ(account_.sessions == SessionsMustBe::kNotLiveIfAsked, rule_.may_spare_sessions);
  EXPECT_EQ(account_.only_of_an_org, rule_.guards.Has(Guard::kOrgBoundIfIdle));
  EXPECT_EQ(account_.only_never_activated, rule_.guards.Has(Guard::kNeverActivated));
}

TEST_P(TwoAccounts, AllowTheSameChanges) {
  EXPECT_EQ(account_.raises_epoch, rule_.effects.Has(Effect::kRaiseEpoch));
  EXPECT_EQ(account_.raises_epoch, rule_.grants_lease);
  EXPECT_EQ(account_.may_set_owner, rule_.effects.Has(Effect::kSetOwner));
  EXPECT_EQ(account_.may_set_org, rule_.effects.Has(Effect::kSetOrg));
  EXPECT_EQ(account_.may_clear_org, rule_.effects.Has(Effect::kClearOrg));
  EXPECT_EQ(account_.may_set_pod_uid, rule_.effects.Has(Effect::kRecordPodUid));
  EXPECT_EQ(account_.may_set_activation, rule_.effects.Has(Effect::kRecordActivation));
  EXPECT_EQ(account_.may_set_credentials, rule_.effects.Has(Effect::kRecordCredentials));
  EXPECT_EQ(account_.may_set_reason, rule_.effects.Has(Effect::kRecordReason));
}

INSTANTIATE_TEST_SUITE_P(Lifecycle, TwoAccounts, testing::ValuesIn(kLifecycle),
                         [](const auto& rule) { return std::string(rule.param.name); });

TEST(TwoAccountsOfStates, AgreeOnWhatIsOver) {
  for (const WorkerState state : kAllWorkerStates) {
    EXPECT_EQ(HasEnded(state), kTerminalStates.Has(state)) << StateName(state);
    EXPECT_EQ(IsFenced(state), kFencedStates.Has(state)) << StateName(state);
  }
}

}  // namespace
}  // namespace fencepost::properties
