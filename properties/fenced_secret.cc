#include "properties/fenced_secret.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void FencedSecret::Reset() {
  Property::Reset();
  states_.Clear();
}

void FencedSecret::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    states_[commit->after.worker_id] = commit->after.state;
    return;
  }
  const auto* const deleted = std::get_if<SecretDeleted>(&event.body);
  if (deleted == nullptr) return;
  const WorkerState* const state = states_.Find(deleted->worker);
  if (state == nullptr || IsFenced(*state)) return;
  Broken(absl::StrCat("the secret of worker ", Number(deleted->worker),
                      " was deleted while the worker was ", std::string(StateName(*state))));
}

}  // namespace fencepost::properties
