// The lifecycle table against a second, hand-written account of the lifecycle. A change of the
// table that is meant has to be made here as well.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "core/rules/transition.h"

namespace fencepost {
namespace {

constexpr const char* kAllButDraining = "spawning idle reserved activating hot hot_idle";
constexpr const char* kActive = "spawning idle reserved activating hot hot_idle draining";
constexpr const char* kSame = "";

struct Account {
  const char* name;
  FenceKind fence;
  const char* from;
  const char* to;       // "": stays
  const char* to_lost;  // from where it may lead to `lost`
  const char* guards;   // "spare": the caller may ask for no_live_session
  const char* writes;
  const char* grants;
};

const std::vector<Account>& Accounts() {
  using enum FenceKind;
  static const std::vector<Account> accounts = {
      {"create_org_slot", kCaps, "", "spawning", "", "", "epoch owner org", "lease"},
      {"create_warm_slot", kCaps, "", "spawning", "", "", "epoch owner org", "lease"},
      {"publish_idle", kLease, "spawning", "idle", "", "", "pod_uid", ""},
      {"publish_reserved", kLease, "spawning", "reserved", "", "", "pod_uid", ""},
      {"claim_idle", kRowLock, "idle", "reserved", "", "", "epoch owner org", "lease"},
      {"claim_hot_idle", kRowLock, "hot_idle", "reserved", "", "", "epoch owner org", "lease"},
      {"take_over", kEpoch, "hot", "reserved", "", "owner_gone", "epoch owner", "lease"},
      {"begin_activation", kLease, "reserved", "activating", "", "", "activation", ""},
      {"finish_activation", kLease, "activating", "hot", "", "", "credentials", ""},
      {"park", kLease, "hot", "hot_idle", "", "no_live_session", "", ""},
      {"refresh_lease", kLease, "idle hot hot_idle", kSame, "", "org_bound_if_idle", "epoch",
       "lease"},
      {"stamp_credentials", kLease, "idle hot hot_idle", kSame, "", "org_bound_if_idle",
       "credentials", ""},
      {"drain", kLease, kAllButDraining, "draining", "", "spare", "reason", "fence"},
      {"retire_drained", kLease, "draining", "retired", "", "", "reason", "fence"},
      {"mark_lost", kLease, kAllButDraining, "lost", kAllButDraining, "", "reason", "fence"},
      {"retire_from_snapshot", kSnapshot, kActive, "retired lost", kAllButDraining, "spare",
       "reason", "fence"},
      {"retire_orphan", kSnapshot, kActive, "retired", "", "owner_gone no_live_session", "reason",
       "fence"},
      {"retire_idle_variant", kSnapshot, "idle hot_idle", "retired", "", "", "reason", "fence"},
      {"return_idle", kLease, "reserved", "idle", "", "no_live_session never_activated",
       "clear_org", ""},
      {"return_hot_idle", kLease, "reserved activating", "hot_idle", "", "no_live_session", "", ""},
  };
  return accounts;
}

std::string Join(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

std::string Text(StateSet states) {
  std::vector<std::string> words;
  for (const WorkerState state : kAllWorkerStates) {
    if (states.Has(state)) words.emplace_back(StateName(state));
  }
  return Join(words);
}

std::string Guards(const TransitionRule& rule) {
  std::vector<std::string> words;
  if (rule.guards.Has(Guard::kOwnerGone)) words.emplace_back("owner_gone");
  if (rule.guards.Has(Guard::kNoLiveSession)) words.emplace_back("no_live_session");
  if (rule.guards.Has(Guard::kOrgBoundIfIdle)) words.emplace_back("org_bound_if_idle");
  if (rule.guards.Has(Guard::kNeverActivated)) words.emplace_back("never_activated");
  if (rule.may_spare_sessions) words.emplace_back("spare");
  return Join(words);
}

std::string Writes(const TransitionRule& rule) {
  std::vector<std::string> words;
  if (rule.effects.Has(Effect::kRaiseEpoch)) words.emplace_back("epoch");
  if (rule.effects.Has(Effect::kSetOwner)) words.emplace_back("owner");
  if (rule.effects.Has(Effect::kSetOrg)) words.emplace_back("org");
  if (rule.effects.Has(Effect::kRecordPodUid)) words.emplace_back("pod_uid");
  if (rule.effects.Has(Effect::kRecordActivation)) words.emplace_back("activation");
  if (rule.effects.Has(Effect::kRecordCredentials)) words.emplace_back("credentials");
  if (rule.effects.Has(Effect::kRecordReason)) words.emplace_back("reason");
  if (rule.effects.Has(Effect::kClearOrg)) words.emplace_back("clear_org");
  return Join(words);
}

std::string Grants(const TransitionRule& rule) {
  std::vector<std::string> words;
  if (rule.grants_lease) words.emplace_back("lease");
  if (rule.grants_fence) words.emplace_back("fence");
  return Join(words);
}

TEST(Table, IsTheLifecycleAsItWasMeant) {
  ASSERT_EQ(Accounts().size(), kLifecycle.size());
  for (std::size_t i = 0; i < kLifecycle.size(); ++i) {
    const TransitionRule& rule = kLifecycle[i];
    const Account& account = Accounts()[i];
    SCOPED_TRACE(account.name);
    EXPECT_EQ(rule.name, account.name);
    EXPECT_EQ(rule.operation, static_cast<Operation>(i));
    EXPECT_EQ(rule.fence, account.fence);
    EXPECT_EQ(Text(rule.from), account.from);
    EXPECT_EQ(Text(rule.to), account.to);
    EXPECT_EQ(Text(rule.from_to_lost), account.to_lost);
    EXPECT_EQ(Guards(rule), account.guards);
    EXPECT_EQ(Writes(rule), account.writes);
    EXPECT_EQ(Grants(rule), account.grants);
  }
}

TEST(Table, NeverLeadsOutOfATerminalStateOrBackFromDraining) {
  for (const TransitionRule& rule : kLifecycle) {
    for (const WorkerState state : kAllWorkerStates) {
      if (IsTerminal(state)) {
        EXPECT_FALSE(rule.from.Has(state)) << rule.name;
        EXPECT_FALSE(rule.from_to_lost.Has(state)) << rule.name;
      }
    }
    if (rule.from.Has(WorkerState::kDraining)) {
      EXPECT_TRUE(rule.to.Has(WorkerState::kRetired)) << rule.name;
      EXPECT_FALSE(rule.from_to_lost.Has(WorkerState::kDraining)) << rule.name;
    }
  }
}

TEST(Table, GrantsAFenceExactlyWhereTheWorkerIsDeadAfterwards) {
  for (const TransitionRule& rule : kLifecycle) {
    bool always_dead = !rule.to.Empty();
    for (const WorkerState state : kAllWorkerStates) {
      if (rule.to.Has(state) && !kFencedStates.Has(state)) always_dead = false;
    }
    EXPECT_EQ(rule.grants_fence, always_dead) << rule.name;
    EXPECT_EQ(rule.grants_lease, rule.effects.Has(Effect::kRaiseEpoch)) << rule.name;
  }
}

TEST(Table, OffersEachOperationItsEligibleStates) {
  const TransitionRule& retire = RuleOf(Operation::kRetireFromSnapshot);
  EXPECT_EQ(EligibleStates(retire, WorkerState::kRetired), kActiveStates);
  EXPECT_EQ(EligibleStates(retire, WorkerState::kLost),
            kActiveStates.Without(WorkerState::kDraining));
  EXPECT_EQ(EligibleStates(RuleOf(Operation::kRefreshLease), std::nullopt),
            StateSet(WorkerState::kIdle, WorkerState::kHot, WorkerState::kHotIdle));
  EXPECT_TRUE(EligibleStates(RuleOf(Operation::kRetireOrphan), WorkerState::kLost).Empty());
}

TEST(Table, KnowsTheOnlyTarget) {
  EXPECT_EQ(OnlyTarget(RuleOf(Operation::kPark)), WorkerState::kHotIdle);
  EXPECT_EQ(OnlyTarget(RuleOf(Operation::kMarkLost)), WorkerState::kLost);
  EXPECT_EQ(OnlyTarget(RuleOf(Operation::kRefreshLease)), std::nullopt);        // stays
  EXPECT_EQ(OnlyTarget(RuleOf(Operation::kRetireFromSnapshot)), std::nullopt);  // chosen
}

TEST(Names, OfOperationsAreDistinctAndParsedBack) {
  std::set<std::string_view> names;
  for (const TransitionRule& rule : kLifecycle) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_EQ(OperationName(rule.operation), rule.name);
    EXPECT_EQ(ParseOperation(rule.name), rule.operation);
  }
  for (const char* garbage : {"", "Drain", "drain ", " drain", "drai", "transitioned"}) {
    EXPECT_EQ(ParseOperation(garbage), std::nullopt) << garbage;
  }
}

TEST(Names, OfOutcomesAreDistinctAndParsedBack) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const auto outcome = static_cast<TransitionOutcome>(i);
    EXPECT_TRUE(names.insert(OutcomeName(outcome)).second);
    EXPECT_EQ(ParseOutcome(OutcomeName(outcome)), outcome);
  }
  for (const char* garbage : {"", "fence_miss", "Transitioned", "drain"}) {
    EXPECT_EQ(ParseOutcome(garbage), std::nullopt) << garbage;
  }
}

TEST(Outcomes, AreMissesUnlessTheStoreGaveNoAnswerOrItLanded) {
  using enum TransitionOutcome;
  for (const TransitionOutcome miss :
       {kRowMissing, kFenceMissState, kFenceMissOwner, kFenceMissEpoch, kFenceMissTouched,
        kFenceMissCpRevived, kFenceMissSession}) {
    EXPECT_TRUE(IsMiss(miss)) << OutcomeName(miss);
  }
  for (const TransitionOutcome other : {kTransitioned, kStoreError, kInDoubt}) {
    EXPECT_FALSE(IsMiss(other)) << OutcomeName(other);
  }
}

}  // namespace
}  // namespace fencepost
