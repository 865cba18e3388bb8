#include "core/lifecycle/lease_cell.h"

namespace fencepost {

LeaseCell::Checkout::~Checkout() {
  if (cell_ == nullptr) return;
  cell_->checked_out_ = false;
  cell_->returned_->NotifyAll();
}

absl::StatusOr<LeaseCell::Checkout> LeaseCell::CheckOut(absl::Time deadline) {
  while (checked_out_ && !dropped_) {
    if (absl::Status woken = returned_->WaitUntil(deadline); !woken.ok()) return woken;
  }
  if (dropped_) return absl::NotFoundError("the lease was dropped");
  checked_out_ = true;
  return Checkout(this);
}

void LeaseCell::Drop() {
  dropped_ = true;
  returned_->NotifyAll();
}

}  // namespace fencepost
