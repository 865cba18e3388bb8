#include "properties/granted_lease.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void GrantedLease::Reset() {
  Property::Reset();
  workers_.Clear();
}

void GrantedLease::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(commit->after);
  } else if (const auto* accepted = std::get_if<WorkerAccepted>(&event.body)) {
    OnAccepted(*accepted);
  }
}

void GrantedLease::OnCommit(const WorkerRow& row) {
  Known& known = workers_[row.worker_id];
  if (known.epoch != row.owner_epoch) known.activation_begun = false;
  known.epoch = row.owner_epoch;
  known.state = row.state;
  if (row.state == WorkerState::kActivating) known.activation_begun = true;
}

// A worker may be ended at any time, whatever its owner is doing.
bool GrantedLease::MayBeCalled(std::string_view call, const Known& known) {
  constexpr StateSet kRefreshed{WorkerState::kIdle, WorkerState::kHot, WorkerState::kHotIdle};
  if (IsFenced(known.state)) return true;
  if (call == "activate") return known.activation_begun;
  if (call == "update_credentials") return kRefreshed.Has(known.state);
  return true;
}

void GrantedLease::OnAccepted(const WorkerAccepted& accepted) {
  const Known* const known = workers_.Find(accepted.worker);
  if (known == nullptr) return;  // the stream begins in the middle
  const auto what = [&] {
    return absl::StrCat("worker ", Number(accepted.worker), " accepted ",
                        std::string(accepted.call), " under epoch ", Number(accepted.epoch));
  };
  if (accepted.epoch > known->epoch) {
    return Broken(
        absl::StrCat(what(), ", but no lease after epoch ", Number(known->epoch), " was granted"));
  }
  const bool by_owner = accepted.epoch == known->epoch;
  if (by_owner && !MayBeCalled(accepted.call, *known)) {
    Broken(absl::StrCat(what(), " while it was ", std::string(StateName(known->state))));
  }
}

}  // namespace fencepost::properties
