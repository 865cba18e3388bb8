#include "properties/tenant_isolation.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void TenantIsolation::Reset() {
  Property::Reset();
  bound_.Clear();
  activated_.Clear();
  serving_.clear();
}

void TenantIsolation::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit);
  if (const auto* accepted = std::get_if<WorkerAccepted>(&event.body)) OnAccepted(*accepted);
}

void TenantIsolation::OnCommit(const RowCommitted& commit) {
  Org& org = bound_[commit.after.worker_id];
  // A worker that has never accepted an org's credentials may go back to nobody.
  const bool may_be_cleared = commit.after.org.empty() && !activated_[commit.after.worker_id];
  if (!org.empty() && org != commit.after.org && !may_be_cleared) {
    Broken(absl::StrCat(Describe(commit.after), " was ", org.text(), "'s and was given to ",
                        commit.after.org.empty() ? "nobody" : commit.after.org.text()));
  }
  if (org != commit.after.org) org = commit.after.org;
}

void TenantIsolation::OnAccepted(const WorkerAccepted& accepted) {
  if (accepted.org == nullptr) return;
  activated_[accepted.worker] = true;
  const Org* const bound = bound_.Find(accepted.worker);
  if (bound != nullptr && *bound != *accepted.org) {
    Broken(absl::StrCat("worker ", Number(accepted.worker), " belongs to ", bound->text(),
                        " and was activated for ", accepted.org->text()));
  }
  const auto [serving, first] = serving_.try_emplace(accepted.uid, *accepted.org);
  if (!first && serving->second != *accepted.org) {
    Broken(absl::StrCat("pod ", accepted.uid.text(), " has served ", serving->second.text(),
                        " and was activated for ", accepted.org->text()));
  }
}

}  // namespace fencepost::properties
