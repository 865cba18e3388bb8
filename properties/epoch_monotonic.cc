#include "properties/epoch_monotonic.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void EpochMonotonic::Reset() {
  Property::Reset();
  last_.Clear();
}

void EpochMonotonic::On(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  Last& last = last_[commit->after.worker_id];
  const bool raises = AccountOf(commit->operation).raises_epoch;
  const Epoch epoch = raises ? Next(last.epoch) : last.epoch;
  if (commit->after.owner_epoch != epoch || commit->after.revision != Next(last.revision)) {
    Broken(absl::StrCat(std::string(OperationName(commit->operation)), " took epoch ",
                        Number(last.epoch), " and revision ", Number(last.revision), " to ",
                        Describe(commit->after)));
  }
  last = {commit->after.owner_epoch, commit->after.revision};
}

}  // namespace fencepost::properties
