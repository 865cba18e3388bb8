#include "properties/granted_lease.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {
namespace {

// A worker may be ended at any time, whatever its owner is doing.
bool MayBeCalled(std::string_view call, WorkerState state) {
  constexpr StateSet kRefreshed{WorkerState::kIdle, WorkerState::kHot, WorkerState::kHotIdle};
  if (IsFenced(state)) return true;
  if (call == "activate") return state == WorkerState::kActivating;
  if (call == "update_credentials") return kRefreshed.Has(state);
  return true;
}

}  // namespace

void GrantedLease::Reset() {
  Property::Reset();
  workers_.Clear();
}

void GrantedLease::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    workers_[commit->after.worker_id] = {commit->after.owner_epoch, commit->after.state};
  } else if (const auto* accepted = std::get_if<WorkerAccepted>(&event.body)) {
    OnAccepted(*accepted);
  }
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
  if (by_owner && !MayBeCalled(accepted.call, known->state)) {
    Broken(absl::StrCat(what(), " while it was ", std::string(StateName(known->state))));
  }
}

}  // namespace fencepost::properties
