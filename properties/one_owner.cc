#include "properties/one_owner.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void OneOwner::Reset() {
  Property::Reset();
  control_planes_.clear();
}

void OneOwner::On(const Event& event) {
  if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    control_planes_[changed->row.cp_id] = changed->row.state;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    commit->request == nullptr ? OnGranted(*commit) : OnTransition(*commit);
  }
}

// A create or a claim.
void OneOwner::OnGranted(const RowCommitted& commit) {
  const auto owner = control_planes_.find(commit.after.owner_cp);
  if (owner == control_planes_.end() || owner->second == CpState::kActive) return;
  Broken(absl::StrCat(std::string(OperationName(commit.operation)), " gave ",
                      Describe(commit.after), " to a control plane that is ",
                      std::string(CpStateName(owner->second))));
}

void OneOwner::OnTransition(const RowCommitted& commit) {
  if (commit.before == nullptr) return;
  const WorkerRow& before = *commit.before;
  const TransitionRule& rule = RuleOf(commit.operation);
  const TransitionRequest& request = *commit.request;
  const std::string operation(rule.name);

  const bool right_lease =
      request.believed_owner == before.owner_cp && request.believed_epoch == before.owner_epoch;
  if (rule.fence == FenceKind::kLease && !right_lease) {
    Broken(absl::StrCat(operation, " landed under a stale lease (owner ",
                        request.believed_owner.text(), ", epoch ", Number(request.believed_epoch),
                        ") on ", Describe(before)));
  }
  if (rule.fence == FenceKind::kSnapshot && request.believed_revision != before.revision) {
    Broken(absl::StrCat(operation, " landed from a stale snapshot (revision ",
                        Number(request.believed_revision), ") on ", Describe(before)));
  }
  if (rule.fence == FenceKind::kEpoch && request.believed_epoch != before.owner_epoch) {
    Broken(absl::StrCat(operation, " landed from a stale epoch (", Number(request.believed_epoch),
                        ") on ", Describe(before)));
  }
  if (rule.guards.Has(Guard::kOwnerGone) && !commit.facts.owner_gone) {
    Broken(absl::StrCat(operation, " landed although the owner lives: ", Describe(before)));
  }
}

}  // namespace fencepost::properties
