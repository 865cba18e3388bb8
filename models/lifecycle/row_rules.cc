#include "models/lifecycle/row_rules.h"

#include "models/checker/model.h"
#include "models/lifecycle/properties.h"

namespace fencepost::models {
namespace {

using enum TransitionOutcome;

bool LeaseIsCurrent(const State& state, const Attempt& attempt) {
  return Owner::Get(state, attempt.worker) == attempt.cp &&
         OwnerEpoch::Get(state, attempt.worker) == attempt.epoch;
}

TransitionOutcome JudgeLease(const State& state, const Attempt& attempt, PlantedBug planted_bug) {
  if (planted_bug == PlantedBug::kLeaseNotCompared) return kTransitioned;
  if (Owner::Get(state, attempt.worker) != attempt.cp) return kFenceMissOwner;
  const bool ignores_epoch =
      planted_bug == PlantedBug::kDrainByOwnerOnly && attempt.operation == Operation::kDrain;
  if (!ignores_epoch && OwnerEpoch::Get(state, attempt.worker) != attempt.epoch) {
    return kFenceMissEpoch;
  }
  return kTransitioned;
}

TransitionOutcome JudgeFence(const State& state, const Attempt& attempt, FenceKind fence,
                             PlantedBug planted_bug) {
  switch (fence) {
    case FenceKind::kLease:
      return JudgeLease(state, attempt, planted_bug);
    case FenceKind::kEpoch:
      return OwnerEpoch::Get(state, attempt.worker) == attempt.epoch ? kTransitioned
                                                                     : kFenceMissEpoch;
    case FenceKind::kSnapshot:
      if (attempt.current) return kTransitioned;
      if (planted_bug == PlantedBug::kSnapshotFenceByClock) return kTransitioned;
      if (planted_bug == PlantedBug::kSnapshotFenceByState &&
          JanitorSeen::Get(state) == RowState::Get(state, attempt.worker)) {
        return kTransitioned;
      }
      return kFenceMissTouched;
    case FenceKind::kCaps:
    case FenceKind::kRowLock:
      break;  // the store chooses the row itself
  }
  return kTransitioned;
}

bool OwnerIsGone(const State& state, int worker) {
  return RegistrationOf::Get(state, Owner::Get(state, worker)) == Registration::kGone;
}

unsigned EpochAfter(unsigned epoch, const RowRule& rule, PlantedBug planted_bug) {
  const bool forgotten =
      planted_bug == PlantedBug::kEpochNotRaisedByClaim && rule.fence == FenceKind::kRowLock;
  return rule.raises_epoch && !forgotten ? epoch + 1 : epoch;
}

// A stale lease never becomes current again, so all stale leases are equivalent. They are stored as
// the oldest epoch, so that states which differ only by the age of a stale lease are equal.
unsigned Aged(unsigned lease, unsigned row_epoch) {
  return lease != 0 && (row_epoch == 0 || lease < row_epoch) ? 1 : lease;
}

void AgeLeases(State& state, int worker) {
  const unsigned epoch = OwnerEpoch::Get(state, worker);
  for (int cp = 0; cp < kMostControlPlanes; ++cp) {
    Cell::Set(state, cp, worker, Aged(Cell::Get(state, cp, worker), epoch));
    if (MainWorker::Get(state, cp) == worker) {
      MainLease::Set(state, Aged(MainLease::Get(state, cp), epoch), cp);
    }
    if (BackgroundWorker::Get(state, cp) == worker) {
      BackgroundLease::Set(state, Aged(BackgroundLease::Get(state, cp), epoch), cp);
    }
  }
}

}  // namespace

TransitionOutcome JudgeRow(const State& state, const Attempt& attempt, PlantedBug planted_bug) {
  const RowRule& rule = RowRuleFor(attempt.operation);
  const unsigned row = RowState::Get(state, attempt.worker);
  if (planted_bug == PlantedBug::kTakeOverOfAnything && attempt.operation == Operation::kTakeOver) {
    return Among(kTerminalCodes, row) ? kFenceMissState : kTransitioned;
  }
  if (!Among(rule.from, row)) return row == kNoRow ? kRowMissing : kFenceMissState;
  const TransitionOutcome fence = JudgeFence(state, attempt, rule.fence, planted_bug);
  if (fence != kTransitioned) return fence;
  const bool trusts_listing = planted_bug == PlantedBug::kOrphanOwnerNotLookedAtAgain &&
                              attempt.operation == Operation::kRetireOrphan;
  if (rule.owner_gone && !trusts_listing && !OwnerIsGone(state, attempt.worker)) {
    return kFenceMissCpRevived;
  }
  const bool ignores =
      planted_bug == PlantedBug::kDrainIgnoresSession && attempt.operation == Operation::kDrain;
  const bool spare = rule.no_session || (attempt.spare_sessions && !ignores);
  if (spare && LiveSession::Get(state, attempt.worker)) return kFenceMissSession;
  return kTransitioned;
}

std::uint8_t BrokenByLanding(const State& state, const Attempt& attempt, PlantedBug planted_bug) {
  const RowRule& rule = RowRuleFor(attempt.operation);
  const unsigned row = RowState::Get(state, attempt.worker);
  if (Among(kTerminalCodes, row)) return Index(Property::kTerminalAbsorbing);
  if (!Among(rule.from, row)) return Index(Property::kLegalTransition);
  const unsigned epoch = OwnerEpoch::Get(state, attempt.worker);
  if (EpochAfter(epoch, rule, planted_bug) < epoch) return Index(Property::kEpochMonotonic);
  const bool believed_wrongly =
      (rule.fence == FenceKind::kLease && !LeaseIsCurrent(state, attempt)) ||
      (rule.fence == FenceKind::kEpoch && epoch != attempt.epoch) ||
      (rule.fence == FenceKind::kSnapshot && !attempt.current);
  if (believed_wrongly) return Index(Property::kOneOwner);
  if (rule.owner_gone && !OwnerIsGone(state, attempt.worker)) return Index(Property::kOneOwner);
  return kNothingBroken;
}

void ApplyToRow(State& state, const Attempt& attempt, PlantedBug planted_bug) {
  const RowRule& rule = RowRuleFor(attempt.operation);
  const int worker = attempt.worker;
  if (rule.to != kNoRow) RowState::Set(state, rule.to, worker);
  OwnerEpoch::Set(state, EpochAfter(OwnerEpoch::Get(state, worker), rule, planted_bug), worker);
  if (rule.sets_owner) Owner::Set(state, attempt.cp, worker);
  if (rule.grants_fence) FenceLanded::Set(state, true, worker);
  if (Among(kTerminalCodes, rule.to)) {
    // No fence compares owner or epoch of a terminal row: every operation misses by the state
    // first.
    Owner::Set(state, 0, worker);
    OwnerEpoch::Set(state, 0, worker);
    // Ending an unhealthy worker also ends its session.
    if (attempt.operation == Operation::kMarkLost) LiveSession::Set(state, false, worker);
  }
  if (rule.raises_epoch || Among(kTerminalCodes, rule.to)) AgeLeases(state, worker);
  // The revision rises, so earlier snapshots become stale.
  const Janitor at = JanitorAt::Get(state);
  if (at >= Janitor::kOrphan && at <= Janitor::kIdle && JanitorWorker::Get(state) == worker) {
    const unsigned stale = static_cast<unsigned>(at) + 3;
    // Nothing lands under a stale snapshot, so the purpose of the snapshot can be forgotten.
    JanitorAt::Set(state, planted_bug == PlantedBug::kNone ? Janitor::kStaleStuck
                                                           : static_cast<Janitor>(stale));
  }
}

}  // namespace fencepost::models
