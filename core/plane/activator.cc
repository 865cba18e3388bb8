#include "core/plane/activator.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/retry.h"
#include "core/plane/refresh_time.h"

namespace fencepost {

Activator::Activator(Runtime& runtime, const Config& config, EventSender& events,
                     CredentialIssuer& issuer, WorkerRpc& rpc, WorkerLifecycle& lifecycle,
                     OwnedWorkers& owned)
    : runtime_(runtime),
      config_(config),
      events_(events),
      issuer_(issuer),
      rpc_(rpc),
      lifecycle_(lifecycle),
      owned_(owned) {}

absl::Status Activator::Activate(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  const absl::Time deadline = runtime_.Now() + config_.activate_timeout;
  absl::Status status = Run(worker, checkout, deadline);
  if (status.ok() || absl::IsCancelled(status) || owned_.closed()) return status;
  events_.Note(worker.id, "activation_failed", status);
  if (!worker.cell.dropped()) EndAsLost(lifecycle_, checkout, "activation_failed");
  return status;
}

absl::Status Activator::Learn(ManagedWorker& worker, LeaseCell::Checkout& checkout,
                              const TransitionResult& result) {
  if (result.landed()) {
    worker.Learn(result.row->row());
    return absl::OkStatus();
  }
  // Memory and row disagree, or the state of the row is not known. If this control plane still owns
  // the worker, the upkeep finds it again.
  if (result.outcome != TransitionOutcome::kStoreError) checkout.Drop();
  if (!result.error.ok()) return result.error;
  return absl::FailedPreconditionError(
      absl::StrCat("the row moved: ", std::string(OutcomeName(result.outcome))));
}

absl::Status Activator::Run(ManagedWorker& worker, LeaseCell::Checkout& checkout,
                            absl::Time deadline) {
  const auto closed = [this] { return owned_.closed(); };
  const Patience patience{deadline, config_.delete_backoff, closed};

  if (worker.state == WorkerState::kReserved) {
    const TransitionResult begun = RetryTransition(
        runtime_, patience, [&] { return lifecycle_.BeginActivation(checkout.lease()); });
    if (absl::Status learned = Learn(worker, checkout, begun); !learned.ok()) return learned;
  }

  absl::StatusOr<Credentials> credentials = absl::UnknownError("not issued");
  absl::Status issued = RetryCall(runtime_, patience, [&] {
    credentials = runtime_.Call(CallSite{CallTarget::kSecrets, "issue_credentials", worker.id},
                                [this, org = worker.org] { return issuer_.Issue(org); });
    return credentials.status();
  });
  if (!issued.ok()) return issued;

  absl::Status activated = RetryCall(runtime_, patience, [&] {
    return runtime_.Call(
        CallSite{CallTarget::kWorker, "activate", worker.id},
        [this, lease = checkout.lease(), org = worker.org, &credentials = *credentials] {
          return rpc_.Activate(lease, org, credentials);
        });
  });
  if (!activated.ok()) return activated;

  const TransitionResult finished = RetryTransition(runtime_, patience, [&] {
    return lifecycle_.FinishActivation(checkout.lease(), credentials->expiry);
  });
  if (absl::Status learned = Learn(worker, checkout, finished); !learned.ok()) return learned;
  worker.refresh_at = RefreshTime(runtime_, config_, *credentials);
  return absl::OkStatus();
}

}  // namespace fencepost
