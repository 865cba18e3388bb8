// The current lease of one managed worker, checked out exclusively.
//
// A component that works under a lease holds it for the whole of a choreography: an epoch refresh
// puts the new lease into the cell before another component can check it out, so a refresh and a
// shutdown never interleave on one worker. Belongs to one control plane's strand.
#pragma once

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/seams/runtime.h"

namespace fencepost {

class LeaseCell {
 public:
  LeaseCell(Runtime& runtime, WorkerLease lease)
      : lease_(std::move(lease)), returned_(runtime.NewSignal()) {}
  LeaseCell(const LeaseCell&) = delete;
  LeaseCell& operator=(const LeaseCell&) = delete;

  // Sole use of the lease until it is destroyed. Must not outlive its cell.
  class Checkout {
   public:
    Checkout(Checkout&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
    Checkout& operator=(Checkout&&) = delete;
    ~Checkout();

    const WorkerLease& lease() const { return cell_->lease_; }
    // The worker is now held under this lease.
    void Renew(WorkerLease lease) { cell_->lease_ = std::move(lease); }
    // This control plane no longer owns the worker: the cell cannot be checked out again.
    void Drop() { cell_->dropped_ = true; }

   private:
    friend class LeaseCell;
    explicit Checkout(LeaseCell* cell) : cell_(cell) {}
    LeaseCell* cell_;
  };

  // Waits until no other component holds the lease. NotFound once the lease was dropped;
  // DeadlineExceeded; Cancelled.
  absl::StatusOr<Checkout> CheckOut(absl::Time deadline = absl::InfiniteFuture());

  // The lease as it is now; the component that holds it may be about to change it.
  const WorkerLease& last_known() const { return lease_; }
  bool checked_out() const { return checked_out_; }
  bool dropped() const { return dropped_; }
  // This control plane no longer owns the worker, even if a component holds the lease right now.
  void Drop();

 private:
  WorkerLease lease_;
  bool checked_out_ = false;
  bool dropped_ = false;
  std::unique_ptr<Signal> returned_;
};

}  // namespace fencepost
