#include "core/credential_refresher.h"

#include <utility>

#include "core/stale_lease.h"

namespace fencepost {

CredentialRefresher::CredentialRefresher(WorkerLifecycle& lifecycle, WorkerPool& pool,
                                         CredentialIssuer& issuer, WorkerRpc& rpc)
    : lifecycle_(lifecycle),
      pool_(pool),
      issuer_(issuer),
      rpc_(rpc),
      one_ended_(lifecycle.runtime().NewSignal()) {}

void CredentialRefresher::Refresh(const ManagedWorkerPtr& worker) {
  if (stopping_) return;
  ++under_way_;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    // Stopped while waiting: what follows is the shutdown's.
    if (checkout.ok() && !stopping_) RefreshUnderLease(*worker, *checkout);
  }
  if (worker->cell.dropped()) pool_.Forget(worker);
  --under_way_;
  one_ended_->NotifyAll();
}

void CredentialRefresher::RefreshUnderLease(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  TransitionResult renewed = lifecycle_.RefreshLease(checkout.lease());
  if (!renewed.landed()) {
    // In doubt, the epoch that the row has now is not known here. The entry is dropped, and the
    // worker is found again among those that the store lists as this control plane's own.
    const bool unknown = renewed.outcome == TransitionOutcome::kInDoubt;
    if (unknown || LeaseIsStale(renewed, checkout.lease())) checkout.Drop();
    if (!absl::IsCancelled(renewed.error)) {
      lifecycle_.Note(worker.id, "refresh_gave_up", renewed.error);
    }
    return;
  }
  checkout.Renew(*std::move(renewed.lease));
  worker.Learn(renewed.row->row());

  const Org org = worker.org;
  absl::StatusOr<Credentials> credentials =
      lifecycle_.runtime().Call(CallSite{CallTarget::kSecrets, "issue_credentials", worker.id},
                                [this, &org] { return issuer_.Issue(org); });
  if (!credentials.ok()) return lifecycle_.Note(worker.id, "issue_failed", credentials.status());

  absl::Status updated = lifecycle_.runtime().Call(
      CallSite{CallTarget::kWorker, "update_credentials", worker.id},
      [&] { return rpc_.UpdateCredentials(checkout.lease(), *credentials); });
  if (!updated.ok()) return lifecycle_.Note(worker.id, "update_credentials_failed", updated);

  TransitionResult stamped = lifecycle_.StampCredentials(checkout.lease(), credentials->expiry);
  if (stamped.landed()) return worker.Learn(stamped.row->row());
  if (LeaseIsStale(stamped, checkout.lease())) checkout.Drop();
}

absl::Status CredentialRefresher::Stop() {
  stopping_ = true;
  while (under_way_ > 0) {
    if (absl::Status woken = one_ended_->WaitUntil(absl::InfiniteFuture()); !woken.ok()) {
      return woken;
    }
  }
  return absl::OkStatus();
}

}  // namespace fencepost
