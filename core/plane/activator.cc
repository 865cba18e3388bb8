#include "core/plane/activator.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/end_worker.h"
#include "core/lifecycle/retry.h"
#include "core/lifecycle/worker_pod.h"
#include "core/plane/refresh_time.h"

namespace fencepost {
namespace {

// The worker refuses what it was given for the org, and says nothing of itself.
bool RefusesCredentials(const absl::Status& refused) {
  return absl::IsPermissionDenied(refused) || absl::IsUnauthenticated(refused) ||
         absl::IsInvalidArgument(refused);
}

}  // namespace

Activator::Activator(Runtime& runtime, const Config& config, EventSender& events, PodRuntime& pods,
                     CredentialIssuer& issuer, WorkerRpc& rpc, WorkerLifecycle& lifecycle,
                     OwnedWorkers& owned, OrgBackoff& backoff)
    : runtime_(runtime),
      config_(config),
      events_(events),
      pods_(pods),
      issuer_(issuer),
      rpc_(rpc),
      lifecycle_(lifecycle),
      owned_(owned),
      backoff_(backoff) {}

absl::Status Activator::Activate(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  const Org org = worker.org;
  const Outcome outcome = Run(worker, checkout, runtime_.Now() + config_.activate_timeout);
  const absl::Status& status = outcome.status;
  if (status.ok()) backoff_.Succeeded(org);
  if (status.ok() || absl::IsCancelled(status) || owned_.closed()) return status;
  events_.Note(worker.id, "activation_failed", status);
  if (outcome.fault == Fault::kOrgs) backoff_.Failed(org, status);
  if (worker.cell.dropped()) return status;
  if (outcome.fault == Fault::kWorkers) {
    EndAsLost(lifecycle_, checkout, "activation_failed");
  } else {
    GiveBack(worker, checkout);
  }
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

Activator::Outcome Activator::Run(ManagedWorker& worker, LeaseCell::Checkout& checkout,
                                  absl::Time deadline) {
  const auto closed = [this] { return owned_.closed(); };
  const Patience patience{deadline, config_.delete_backoff, closed};

  // Credentials come first: an org whose credentials are refused leaves the worker untouched.
  absl::StatusOr<Credentials> credentials = absl::UnknownError("not issued");
  absl::Status issued = RetryCall(runtime_, patience, [&] {
    credentials =
        runtime_.CallOwning(CallSite{CallTarget::kSecrets, "issue_credentials", worker.id},
                            [&issuer = issuer_, org = worker.org] { return issuer.Issue(org); });
    return credentials.status();
  });
  if (!issued.ok()) return {issued, Fault::kOrgs};

  if (worker.state == WorkerState::kReserved) {
    const TransitionResult begun = RetryTransition(
        runtime_, patience, [&] { return lifecycle_.BeginActivation(checkout.lease()); });
    if (absl::Status learned = Learn(worker, checkout, begun); !learned.ok()) return {learned};
  }

  // A worker whose pod has ended will never answer. To insist on it would cost the client its
  // patience although another worker may stand ready.
  Fault fault = Fault::kNobodys;
  absl::Status activated = RetryCall(runtime_, patience, [&] {
    absl::Status answer = runtime_.CallOwning(
        CallSite{CallTarget::kWorker, "activate", worker.id},
        [&rpc = rpc_, lease = checkout.lease(), org = worker.org, credentials = *credentials] {
          return rpc.Activate(lease, org, credentials);
        });
    if (answer.ok()) return answer;
    fault = FaultOf(worker, answer);
    const bool ended = fault == Fault::kWorkers && IsTransient(answer);
    return ended ? absl::FailedPreconditionError("its pod has ended") : answer;
  });
  if (!activated.ok()) return {activated, fault};

  const TransitionResult finished = RetryTransition(runtime_, patience, [&] {
    return lifecycle_.FinishActivation(checkout.lease(), credentials->expiry);
  });
  if (absl::Status learned = Learn(worker, checkout, finished); !learned.ok()) return {learned};
  worker.refresh_at = RefreshTime(runtime_, config_, *credentials);
  return {absl::OkStatus()};
}

Activator::Fault Activator::FaultOf(const ManagedWorker& worker, const absl::Status& refused) {
  if (absl::IsCancelled(refused) || owned_.closed()) return Fault::kNobodys;
  if (RefusesCredentials(refused)) return Fault::kOrgs;
  if (!IsTransient(refused)) return Fault::kWorkers;
  // The worker did not answer. Only the platform can tell whether the worker or the way to it has
  // failed; when the platform does not answer either, there is no evidence against the worker.
  const absl::StatusOr<std::optional<PodInfo>> found = FindPod(runtime_, pods_, worker);
  if (!found.ok()) return Fault::kNobodys;
  const bool serves =
      found->has_value() && (*found)->uid == worker.pod_uid && (*found)->phase == PodPhase::kReady;
  return serves ? Fault::kNobodys : Fault::kWorkers;
}

void Activator::GiveBack(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  const bool untouched = worker.state == WorkerState::kReserved && !worker.activated;
  const TransitionResult returned = untouched ? lifecycle_.ReturnIdle(checkout.lease())
                                              : lifecycle_.ReturnHotIdle(checkout.lease());
  if (returned.landed()) return worker.Learn(returned.row->row());
  const bool stays = returned.outcome == TransitionOutcome::kFenceMissSession ||
                     returned.outcome == TransitionOutcome::kStoreError;
  if (!stays) checkout.Drop();
}

}  // namespace fencepost
