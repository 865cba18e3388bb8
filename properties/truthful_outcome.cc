#include "properties/truthful_outcome.h"

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {
namespace {

using enum TransitionOutcome;

std::string Name(TransitionOutcome outcome) { return std::string(OutcomeName(outcome)); }

// The first reason in the documented order that the row gives; kTransitioned when it gives none.
TransitionOutcome ReasonOfRow(const TransitionRequest& request, const WorkerRow& row) {
  const OperationAccount& account = AccountOf(request.operation);
  const bool snapshot = account.compares == Belief::kSnapshot;
  const bool lease = account.compares == Belief::kLease;
  const bool changed = snapshot && row.revision != request.believed_revision;
  const bool unbound = row.state == WorkerState::kIdle && row.org.empty();
  const bool activated = row.activated_at != absl::InfinitePast();
  if (!StartsFrom(account, row.state, request.target) || (account.only_of_an_org && unbound) ||
      (account.only_never_activated && activated) ||
      (changed && row.state != request.believed_state)) {
    return kFenceMissState;
  }
  const bool compares_owner = lease || changed;
  if (compares_owner && row.owner_cp != request.believed_owner) return kFenceMissOwner;
  const bool compares_epoch = compares_owner || account.compares == Belief::kEpoch;
  if (compares_epoch && row.owner_epoch != request.believed_epoch) return kFenceMissEpoch;
  const bool overtaken = lease && row.last_operation.boot == request.id.boot &&
                         row.last_operation.sequence > request.id.sequence;
  return changed || overtaken ? kFenceMissTouched : kTransitioned;
}

}  // namespace

void TruthfulOutcome::Reset() {
  Property::Reset();
  ledger_.Reset();
  truths_.Clear();
}

void TruthfulOutcome::On(const Event& event) {
  ledger_.On(event);
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    truths_[commit->id].landed = true;
  }
  if (const auto* refusal = std::get_if<RowRefused>(&event.body)) OnRefusal(*refusal);
  if (const auto* told = std::get_if<TransitionTold>(&event.body)) OnTold(*told);
  if (const auto* told = std::get_if<ClaimTold>(&event.body)) OnClaimTold(*told);
}

// Whether an expired owner counts as gone, and a session as live, depends on the store's time,
// which a refusal does not tell. Where both can be, the store is believed.
TransitionOutcome TruthfulOutcome::TrueReason(const RowRefused& refusal) const {
  if (refusal.row == nullptr) return kRowMissing;
  const WorkerRow& row = *refusal.row;
  const TransitionOutcome of_row = ReasonOfRow(refusal.request, row);
  if (of_row != kTransitioned) return of_row;
  const OperationAccount& account = AccountOf(refusal.request.operation);
  if (!ledger_.OwnerMayBe(account.owner, row.owner_cp)) return kFenceMissCpRevived;
  const bool owner_fits = ledger_.OwnerSurelyIs(account.owner, row.owner_cp);
  if (!owner_fits && refusal.outcome == kFenceMissCpRevived) return kFenceMissCpRevived;
  const bool may_protect =
      MustSpareSessions(account, refusal.request) && !ledger_.OpenSessions(row.worker_id).empty();
  return may_protect ? kFenceMissSession : kTransitioned;
}

void TruthfulOutcome::OnRefusal(const RowRefused& refusal) {
  const TransitionOutcome reason = TrueReason(refusal);
  truths_[refusal.request.id].refused = reason;
  if (reason != refusal.outcome) {
    Broken(absl::StrCat("the store refused ", std::string(OperationName(refusal.request.operation)),
                        " with ", Name(refusal.outcome), ", but the reason was ", Name(reason)));
  }
}

void TruthfulOutcome::OnTold(const TransitionTold& told) {
  const Truth truth = truths_[told.request.id];
  const std::string what = absl::StrCat(std::string(OperationName(told.request.operation)),
                                        " of worker ", Number(told.request.worker));
  if (told.outcome == kInDoubt) return;  // whatever happened, nothing false was said
  if (told.outcome == kTransitioned) {
    if (!truth.landed) Broken(what + " was told to have landed, and did not");
    return;
  }
  if (truth.landed) {
    return Broken(absl::StrCat(what, " landed, and its caller was told ", Name(told.outcome)));
  }
  if (told.outcome == kStoreError) return;
  if (!truth.refused.has_value()) {
    return Broken(absl::StrCat(what, " was told ", Name(told.outcome),
                               " although it never reached the store"));
  }
  if (*truth.refused != told.outcome) {
    Broken(absl::StrCat(what, " missed by ", Name(*truth.refused), ", and its caller was told ",
                        Name(told.outcome)));
  }
}

void TruthfulOutcome::OnClaimTold(const ClaimTold& told) {
  const bool landed = truths_[told.id].landed;
  const std::string what(OperationName(told.operation));
  if (!told.reply.ok()) {
    if (landed && !MayHaveApplied(told.reply.status())) {
      Broken(what + " landed, and its caller was told that nothing was applied");
    }
    return;
  }
  const bool claimed = told.reply->lease.has_value();
  if (claimed && !landed) Broken(what + " gave a lease without having taken effect");
  if (!claimed && landed) Broken(what + " landed, and its caller was told that it did not");
}

}  // namespace fencepost::properties
