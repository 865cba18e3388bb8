#include "properties/one_owner.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void OneOwner::Reset() {
  Property::Reset();
  ledger_.Reset();
}

void OneOwner::On(const Event& event) {
  ledger_.On(event);
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  if (AccountOf(commit->operation).compares == Belief::kNothing) {
    OnGranted(*commit);
  } else {
    OnTransition(*commit);
  }
}

// A create or a claim.
void OneOwner::OnGranted(const RowCommitted& commit) {
  const ControlPlaneRow* const owner = ledger_.FindControlPlane(commit.after.owner_cp);
  if (owner == nullptr || owner->state == CpState::kActive) return;
  Broken(absl::StrCat(std::string(OperationName(commit.operation)), " gave ",
                      Describe(commit.after), " to a control plane that is ",
                      std::string(CpStateName(owner->state))));
}

void OneOwner::OnTransition(const RowCommitted& commit) {
  if (commit.before == nullptr) return;
  const WorkerRow& before = *commit.before;
  const OperationAccount& account = AccountOf(commit.operation);
  const std::string operation(OperationName(commit.operation));
  if (commit.request == nullptr) {
    return Broken(absl::StrCat(operation, " landed without a belief on ", Describe(before)));
  }
  const TransitionRequest& request = *commit.request;

  const bool right_lease =
      request.believed_owner == before.owner_cp && request.believed_epoch == before.owner_epoch;
  if (account.compares == Belief::kLease && !right_lease) {
    Broken(absl::StrCat(operation, " landed under a stale lease (owner ",
                        request.believed_owner.text(), ", epoch ", Number(request.believed_epoch),
                        ") on ", Describe(before)));
  }
  if (account.compares == Belief::kSnapshot && request.believed_revision != before.revision) {
    Broken(absl::StrCat(operation, " landed from a stale snapshot (revision ",
                        Number(request.believed_revision), ") on ", Describe(before)));
  }
  if (account.compares == Belief::kEpoch && request.believed_epoch != before.owner_epoch) {
    Broken(absl::StrCat(operation, " landed from a stale epoch (", Number(request.believed_epoch),
                        ") on ", Describe(before)));
  }
  std::optional<absl::Duration> grace;
  if (config() != nullptr) grace = config()->orphan_grace;
  if (!ledger_.OwnerIs(account.owner, before.owner_cp, grace, commit.after.updated_at)) {
    Broken(absl::StrCat(operation, " landed although the owner lives: ", Describe(before)));
  }
}

}  // namespace fencepost::properties
