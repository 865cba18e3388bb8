#include "properties/one_owner.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void OneOwner::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr || commit->before == nullptr) return;
  const WorkerRow& before = *commit->before;
  const TransitionRule& rule = RuleOf(commit->operation);
  if (commit->request == nullptr) return;  // a claim: its own properties judge it
  const TransitionRequest& request = *commit->request;
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
  if (rule.guards.Has(Guard::kOwnerGone) && !commit->facts.owner_gone) {
    Broken(absl::StrCat(operation, " landed although the owner lives: ", Describe(before)));
  }
}

}  // namespace fencepost::properties
