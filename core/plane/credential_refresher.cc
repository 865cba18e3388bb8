#include "core/plane/credential_refresher.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/lifecycle/parallel.h"
#include "core/lifecycle/retry.h"
#include "core/lifecycle/stale_lease.h"
#include "core/plane/refresh_time.h"

namespace fencepost {
namespace {

// An issuer that refuses, or a worker that does not answer, is asked less and less often, and not
// by all of the fleet at the same moment.
void Postpone(Runtime& runtime, const Config& config, ManagedWorker& worker) {
  constexpr int kDoublings = 4;
  const absl::Duration longest =
      config.refresh_tick * (1 << std::min(worker.refresh_failures++, kDoublings));
  worker.refresh_at = runtime.Now() + (0.5 + RandomShare(runtime) / 2) * longest;
}

}  // namespace

CredentialRefresher::CredentialRefresher(Runtime& runtime, const Config& config,
                                         EventSender& events, CredentialIssuer& issuer,
                                         WorkerRpc& rpc, WorkerLifecycle& lifecycle,
                                         OwnedWorkers& owned)
    : runtime_(runtime),
      config_(config),
      events_(events),
      issuer_(issuer),
      rpc_(rpc),
      lifecycle_(lifecycle),
      owned_(owned),
      one_ended_(runtime.NewSignal()) {}

void CredentialRefresher::Refresh(const ManagedWorkerPtr& worker) {
  if (stopped_) return;
  ++under_way_;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    // If it was stopped while it waited, the worker is left to the shutdown.
    if (checkout.ok() && !stopped_) RefreshUnderLease(*worker, *checkout);
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
  --under_way_;
  one_ended_->NotifyAll();
}

void CredentialRefresher::RefreshUnderLease(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  TransitionResult renewed = lifecycle_.RefreshLease(checkout.lease());
  if (!renewed.landed()) {
    // In doubt, this process does not know which epoch the row has now. It drops the entry, and the
    // upkeep finds the worker again among those that the store lists for this control plane.
    const bool unknown = renewed.outcome == TransitionOutcome::kInDoubt;
    if (unknown || LeaseIsStale(renewed, checkout.lease())) checkout.Drop();
    if (!absl::IsCancelled(renewed.error)) {
      events_.Note(worker.id, "refresh_gave_up", renewed.error);
    }
    return;
  }
  checkout.Renew(*std::move(renewed.lease));
  worker.Learn(renewed.row->row());

  const Org org = worker.org;
  absl::StatusOr<Credentials> credentials =
      runtime_.CallOwning(CallSite{CallTarget::kSecrets, "issue_credentials", worker.id},
                          [&issuer = issuer_, org] { return issuer.Issue(org); });
  if (!credentials.ok()) return events_.Note(worker.id, "issue_failed", credentials.status());

  absl::Status updated =
      runtime_.CallOwning(CallSite{CallTarget::kWorker, "update_credentials", worker.id},
                          [&rpc = rpc_, lease = checkout.lease(), credentials = *credentials] {
                            return rpc.UpdateCredentials(lease, credentials);
                          });
  if (!updated.ok()) return events_.Note(worker.id, "update_credentials_failed", updated);

  TransitionResult stamped = lifecycle_.StampCredentials(checkout.lease(), credentials->expiry);
  if (stamped.landed()) {
    worker.Learn(stamped.row->row());
    worker.refresh_at = RefreshTime(runtime_, config_, *credentials);
    return;
  }
  if (LeaseIsStale(stamped, checkout.lease())) checkout.Drop();
}

bool CredentialRefresher::IsDue(const ManagedWorker& worker) const {
  constexpr StateSet kBound{WorkerState::kIdle, WorkerState::kHot, WorkerState::kHotIdle};
  return !worker.org.empty() && kBound.Has(worker.state) && !worker.cell.checked_out() &&
         worker.refresh_at <= runtime_.Now();
}

absl::Status CredentialRefresher::RefreshDue() {
  auto due = std::make_shared<std::vector<ManagedWorkerPtr>>();
  for (ManagedWorkerPtr& worker : owned_.Workers()) {
    if (IsDue(*worker)) due->push_back(std::move(worker));
  }
  const auto parallelism = static_cast<std::size_t>(config_.refresh_parallelism);
  return ForEachBounded(runtime_, "refresh", due->size(), parallelism, [this, due](std::size_t i) {
    // It may have been claimed again while the others were refreshed.
    const ManagedWorkerPtr& worker = (*due)[i];
    if (stopped_ || !IsDue(*worker)) return;
    Refresh(worker);
    if (worker->refresh_at > runtime_.Now()) {
      worker->refresh_failures = 0;
    } else {
      Postpone(runtime_, config_, *worker);
    }
  });
}

absl::Status CredentialRefresher::Stop() {
  stopped_ = true;
  while (under_way_ > 0) {
    if (absl::Status woken = one_ended_->WaitUntil(absl::InfiniteFuture()); !woken.ok()) {
      return woken;
    }
  }
  return absl::OkStatus();
}

}  // namespace fencepost
