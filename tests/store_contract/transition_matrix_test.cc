// Every operation of the lifecycle table from every state. What is to be expected is read from the
// table: 20 operations x 9 states, once more for an idle worker without an org, and twice where
// the request chooses the target.

#include "tests/store_contract/store_contract.h"

namespace fencepost::store_contract {
namespace {

using enum TransitionOutcome;

const PodUid kNewUid("uid-new");
constexpr char kReason[] = "the reason";

struct Cell {
  Operation operation;
  std::optional<WorkerState> target;  // as the request names it
  WorkerState state;
  bool bound;  // to an org
};

std::vector<Cell> AllCells() {
  std::vector<Cell> cells;
  for (const TransitionRule& rule : kLifecycle) {
    for (const WorkerState target : kAllWorkerStates) {
      if (!rule.to.Empty() && !rule.to.Has(target)) continue;
      for (const WorkerState state : kAllWorkerStates) {
        const auto asked = rule.to.Empty() ? std::nullopt : std::optional(target);
        cells.push_back({rule.operation, asked, state, true});
        if (state == WorkerState::kIdle) cells.push_back({rule.operation, asked, state, false});
      }
      if (rule.to.Empty()) break;  // one round: the state stays
    }
  }
  return cells;
}

std::string Title(const Cell& cell) {
  std::string title(OperationName(cell.operation));
  if (cell.target.has_value()) title += " to " + std::string(StateName(*cell.target));
  title += " from " + std::string(StateName(cell.state));
  return cell.bound ? title : title + " without an org";
}

// What came of it, in the words of transitions.
struct Told {
  TransitionOutcome outcome;
  std::optional<WorkerSnapshot> row;
  std::optional<WorkerLease> lease;
  bool fence = false;
};

Told FromTransition(TransitionResult result) {
  return {result.outcome, std::move(result.row), std::move(result.lease), result.fence.has_value()};
}

Told FromClaim(const ClaimResult& result) {
  EXPECT_TRUE(result.error.ok());
  if (!result.claimed()) {
    EXPECT_EQ(result.outcome, ClaimOutcome::kNoneAvailable);
  }
  return {result.claimed() ? kTransitioned : kFenceMissState, result.row, result.lease};
}

Told Attempt(const Cell& cell, const WorkerLease& lease, const WorkerSnapshot& seen,
             ControlPlane& owner, ControlPlane& other, const Org& org, const Image& image,
             absl::Time credentials_expiry) {
  switch (cell.operation) {
    case Operation::kCreateOrgSlot:
      return FromClaim(other->CreateOrgSlot(org, image));
    case Operation::kCreateWarmSlot:
      return FromClaim(other->CreateWarmSlot(image, 1'000'000));
    case Operation::kPublishIdle:
      return FromTransition(owner->PublishIdle(lease, kNewUid));
    case Operation::kPublishReserved:
      return FromTransition(owner->PublishReserved(lease, kNewUid));
    case Operation::kClaimIdle:
      return FromClaim(other->ClaimIdle(org, image));
    case Operation::kClaimHotIdle:
      return FromClaim(other->ClaimHotIdle(org, image));
    case Operation::kTakeOver:
      return FromTransition(other->TakeOver(seen));
    case Operation::kBeginActivation:
      return FromTransition(owner->BeginActivation(lease));
    case Operation::kFinishActivation:
      return FromTransition(owner->FinishActivation(lease, credentials_expiry));
    case Operation::kPark:
      return FromTransition(owner->Park(lease));
    case Operation::kRefreshLease:
      return FromTransition(owner->RefreshLease(lease));
    case Operation::kStampCredentials:
      return FromTransition(owner->StampCredentials(lease, credentials_expiry));
    case Operation::kDrain:
      return FromTransition(owner->Drain(lease, SessionRule::kSpareSessions, kReason));
    case Operation::kRetireDrained:
      return FromTransition(owner->RetireDrained(lease, kReason));
    case Operation::kMarkLost:
      return FromTransition(owner->MarkLost(lease, kReason));
    case Operation::kRetireFromSnapshot:
      return FromTransition(other->RetireFromSnapshot(seen, *cell.target, kReason));
    case Operation::kRetireOrphan:
      return FromTransition(other->RetireOrphan(seen, kReason));
    case Operation::kRetireIdleVariant:
      return FromTransition(other->RetireIdleVariant(seen, kReason));
    case Operation::kReturnIdle:
      return FromTransition(owner->ReturnIdle(lease));
    case Operation::kReturnHotIdle:
      return FromTransition(owner->ReturnHotIdle(lease));
  }
  ADD_FAILURE() << "an operation that the test does not know";
  return {kStoreError, {}, {}};
}

// The row as the table's effects make it.
WorkerRow Expected(const Cell& cell, const WorkerRow& before, const WorkerRow& after,
                   const CpId& new_owner, const Org& org, absl::Time now,
                   absl::Time credentials_expiry) {
  const EffectSet effects = RuleOf(cell.operation).effects;
  WorkerRow row = before;
  row.revision = Next(before.revision);
  row.updated_at = now;
  row.last_operation = after.last_operation;
  if (cell.target.has_value() && *cell.target != before.state) {
    row.state = *cell.target;
    row.state_since = now;
  }
  if (effects.Has(Effect::kRaiseEpoch)) row.owner_epoch = Next(before.owner_epoch);
  if (effects.Has(Effect::kSetOwner)) row.owner_cp = new_owner;
  if (effects.Has(Effect::kSetOrg)) row.org = org;
  if (effects.Has(Effect::kClearOrg)) row.org = Org();
  if (effects.Has(Effect::kRecordPodUid)) row.pod_uid = kNewUid;
  if (effects.Has(Effect::kRecordActivation)) row.activated_at = now;
  if (effects.Has(Effect::kRecordCredentials)) row.credentials_expiry = credentials_expiry;
  if (effects.Has(Effect::kRecordReason)) row.retire_reason = kReason;
  return row;
}

TEST_P(StoreContract, EveryOperationFromEveryStateDoesWhatTheTableSays) {
  int number = 0;
  int landed = 0;
  int missed = 0;
  for (const Cell& cell : AllCells()) {
    SCOPED_TRACE(Title(cell));
    const TransitionRule& rule = RuleOf(cell.operation);
    const std::string suffix = std::to_string(++number);
    ControlPlane& owner = Start("owner-" + suffix);
    ControlPlane& other = Start("other-" + suffix);
    const Org org("org-" + suffix);
    const Image image("image-" + suffix);
    const WorkerLease lease = cell.bound ? MakeWorker(owner, cell.state, org.text(), image.text())
                                         : MakeUnboundIdle(owner, image.text());
    const WorkerSnapshot seen = Look(lease);
    ASSERT_EQ(seen.row().state, cell.state);
    if (rule.guards.Has(Guard::kOwnerGone)) {
      ASSERT_TRUE(store.DeregisterControlPlane(owner.id()).ok());
      Advance(owner.config.orphan_grace);
    }
    Advance(absl::Seconds(1));

    const absl::Time expiry = now + absl::Minutes(17);
    const Told told = Attempt(cell, lease, seen, owner, other, org, image, expiry);

    const WorkerRow after = RowOf(lease);
    if (rule.from.Empty()) {  // a create: another row, this one untouched
      EXPECT_EQ(told.outcome, kTransitioned);
      EXPECT_EQ(after, seen.row());
      continue;
    }
    const bool bound_enough = cell.bound || !rule.guards.Has(Guard::kOrgBoundIfIdle);
    if (!EligibleStates(rule, cell.target).Has(cell.state) || !bound_enough) {
      ++missed;
      EXPECT_EQ(told.outcome, kFenceMissState);
      EXPECT_EQ(after, seen.row()) << "a miss changes nothing";
      EXPECT_FALSE(told.lease.has_value());
      EXPECT_FALSE(told.fence);
      if (rule.fence != FenceKind::kRowLock) {
        EXPECT_EQ(told.row->row(), seen.row());
      }
      continue;
    }
    ++landed;
    EXPECT_EQ(told.outcome, kTransitioned);
    EXPECT_EQ(after, Expected(cell, seen.row(), after, other.id(), org, now, expiry));
    EXPECT_NE(after.last_operation, seen.row().last_operation);
    EXPECT_EQ(told.row->row(), after);
    ASSERT_EQ(told.lease.has_value(), rule.grants_lease);
    if (rule.grants_lease) {
      EXPECT_EQ(told.lease->worker(), after.worker_id);
      EXPECT_EQ(told.lease->owner(), after.owner_cp);
      EXPECT_EQ(told.lease->epoch(), after.owner_epoch);
    }
  }
  // 18 operations on an existing row, one of them with two targets: 19 x 10 cells. Eligible are,
  // by the table: publish_idle 1, publish_reserved 1, claim_idle 2 (with and without an org),
  // claim_hot_idle 1, take_over 1, begin 1, finish 1, park 1, refresh 3, stamp 3, drain 7,
  // retire_drained 1, mark_lost 7, retire_from_snapshot 8 + 7, retire_orphan 8, idle variant 3,
  // return_idle 1, return_hot_idle 2.
  EXPECT_EQ(landed, 59);
  EXPECT_EQ(missed, 190 - 59);
}

TEST_P(StoreContract, AnOperationOnAWorkerThatIsNotThereMissesTheRow) {
  ControlPlane& cp = Start("cp-1");
  const WorkerLease lease = MakeWorker(cp, WorkerState::kRetired);
  const WorkerSnapshot seen = Look(lease);
  ASSERT_EQ(store.ForgetWorkers(absl::ZeroDuration(), 1).value(), 1);
  const TransitionResult by_lease = cp->Drain(lease, SessionRule::kIgnoreSessions, "");
  EXPECT_EQ(by_lease.outcome, kRowMissing);
  EXPECT_FALSE(by_lease.row.has_value());
  EXPECT_EQ(cp->RetireFromSnapshot(seen, WorkerState::kLost, "").outcome, kRowMissing);
  EXPECT_EQ(cp->TakeOver(seen).outcome, kRowMissing);
}

}  // namespace
}  // namespace fencepost::store_contract
