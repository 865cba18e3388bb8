#include "properties/legal_transition.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {
namespace {

std::string Named(Operation operation) { return std::string(OperationName(operation)); }

// What no operation but the ones that say so may change.
const char* ForbiddenChange(const OperationAccount& account, const WorkerRow& before,
                            const WorkerRow& after) {
  if (before.worker_id != after.worker_id) return "the worker's id";
  if (before.pod_name != after.pod_name) return "the pod's name";
  if (before.image != after.image) return "the image";
  if (before.created_at != after.created_at) return "the time of creation";
  const bool clears = account.may_clear_org && after.org.empty();
  if (before.org != after.org && !account.may_set_org && !clears) return "the org";
  if (before.owner_cp != after.owner_cp && !account.may_set_owner) return "the owner";
  if (before.pod_uid != after.pod_uid && !account.may_set_pod_uid) return "the pod uid";
  if (before.credentials_expiry != after.credentials_expiry && !account.may_set_credentials) {
    return "the credentials' expiry";
  }
  if (before.activated_at != after.activated_at && !account.may_set_activation) {
    return "the time of activation";
  }
  if (before.retire_reason != after.retire_reason && !account.may_set_reason) return "the reason";
  if (before.state == after.state && before.state_since != after.state_since) {
    return "the age of the state";
  }
  return nullptr;
}

}  // namespace

void LegalTransition::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  if (commit->before == nullptr) {
    OnCreate(*commit);
  } else {
    OnChange(*commit);
  }
}

void LegalTransition::OnCreate(const RowCommitted& commit) {
  if (commit.after.state != WorkerState::kSpawning) {
    return Broken("a new row does not begin as spawning: " + Describe(commit.after));
  }
  if (!Leads(AccountOf(commit.operation), std::nullopt, commit.after.state)) {
    return Broken(Named(commit.operation) + " made a new row: " + Describe(commit.after));
  }
  const bool for_an_org = commit.operation == Operation::kCreateOrgSlot;
  if (for_an_org == commit.after.org.empty()) {
    Broken(absl::StrCat(Named(commit.operation), " made ", Describe(commit.after), " for ",
                        for_an_org ? "no org" : commit.after.org.text()));
  }
}

void LegalTransition::OnChange(const RowCommitted& commit) {
  const OperationAccount& account = AccountOf(commit.operation);
  const WorkerRow& before = *commit.before;
  const WorkerRow& after = commit.after;
  if (!StartsFrom(account, before.state, std::nullopt)) {
    return Broken(Named(commit.operation) + " started from " + Describe(before));
  }
  const bool unbound = before.state == WorkerState::kIdle && before.org.empty();
  if (account.only_of_an_org && unbound) {
    return Broken(Named(commit.operation) + " of a worker that no org has: " + Describe(before));
  }
  const bool activated = before.activated_at != absl::InfinitePast();
  if (account.only_never_activated && activated) {
    return Broken(Named(commit.operation) + " of a worker that was activated: " + Describe(before));
  }
  if (!Leads(account, before.state, after.state)) {
    return Broken(
        absl::StrCat(Named(commit.operation), " led ", Describe(before), " to ", Describe(after)));
  }
  if (const char* what = ForbiddenChange(account, before, after)) {
    Broken(absl::StrCat(Named(commit.operation), " changed ", what, " of ", Describe(before)));
  }
}

}  // namespace fencepost::properties
