#include "properties/current_credentials.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void CurrentCredentials::Reset() {
  Property::Reset();
  accepted_.Clear();
}

void CurrentCredentials::On(const Event& event) {
  if (const auto* accepted = std::get_if<WorkerAccepted>(&event.body)) {
    const bool brings_credentials =
        accepted->call == "activate" || accepted->call == "update_credentials";
    if (brings_credentials) accepted_[accepted->worker] = accepted->epoch;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  }
}

void CurrentCredentials::OnCommit(const RowCommitted& commit) {
  if (!AccountOf(commit.operation).may_set_credentials) return;
  if (commit.request == nullptr || commit.before == nullptr) return;
  const std::string operation(OperationName(commit.operation));
  const TransitionRequest& request = *commit.request;
  const WorkerRow& before = *commit.before;
  if (request.believed_owner != before.owner_cp || request.believed_epoch != before.owner_epoch) {
    Broken(absl::StrCat(operation, " under epoch ", Number(request.believed_epoch), " of ",
                        request.believed_owner.text(), " stamped ", Describe(before)));
  }
  const Epoch* const accepted = accepted_.Find(before.worker_id);
  if (accepted == nullptr || *accepted != request.believed_epoch) {
    Broken(absl::StrCat(
        operation, " stamped ", Describe(before), " under epoch ", Number(request.believed_epoch),
        ", but the worker last took credentials ",
        accepted == nullptr ? "never" : absl::StrCat("under epoch ", Number(*accepted))));
  }
}

}  // namespace fencepost::properties
