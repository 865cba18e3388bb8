#include "properties/newer_epoch_only.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void NewerEpochOnly::Reset() {
  Property::Reset();
  seen_.clear();
}

void NewerEpochOnly::On(const Event& event) {
  const auto* accepted = std::get_if<WorkerAccepted>(&event.body);
  if (accepted == nullptr) return;
  Epoch& seen = seen_[accepted->uid];
  if (accepted->epoch < seen) {
    Broken(absl::StrCat("worker ", Number(accepted->worker), " accepted ",
                        std::string(accepted->call), " of epoch ", Number(accepted->epoch),
                        " after epoch ", Number(seen)));
  }
  seen = std::max(seen, accepted->epoch);
}

}  // namespace fencepost::properties
