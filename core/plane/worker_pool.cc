#include "core/plane/worker_pool.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/stale_lease.h"

namespace fencepost {
namespace {

constexpr StateSet kClaimed{WorkerState::kReserved, WorkerState::kActivating};
constexpr StateSet kGivenBack{WorkerState::kIdle, WorkerState::kHotIdle};

absl::Status NoNewWork() { return absl::UnavailableError("the control plane takes no new work"); }

absl::Status PatienceEnded(const absl::Status& reason) {
  if (reason.ok()) return absl::DeadlineExceededError("the client's patience has ended");
  return absl::DeadlineExceededError(
      absl::StrCat("the client's patience has ended: ", reason.message()));
}

}  // namespace

WorkerPool::WorkerPool(Runtime& runtime, const Config& config, WorkerStore& store,
                       WorkerLifecycle& lifecycle, OwnedWorkers& owned, Spawner& spawner,
                       Activator& activator, SessionDesk& sessions, OrgBackoff& backoff)
    : runtime_(runtime),
      config_(config),
      store_(store),
      lifecycle_(lifecycle),
      owned_(owned),
      spawner_(spawner),
      activator_(activator),
      sessions_(sessions),
      backoff_(backoff),
      capacity_freed_(runtime.NewSignal()) {}

// ---- Waiting for an activity of one's own ------------------------------------------------------

absl::StatusOr<Acquired> WorkerPool::Await(std::string_view name, absl::Duration patience,
                                           Service service) {
  if (owned_.closed()) return NoNewWork();
  if (patience <= absl::ZeroDuration()) patience = config_.acquire_timeout;
  auto ticket = std::make_shared<Ticket>();
  ticket->deadline = runtime_.Now() + patience;
  ticket->done = runtime_.NewSignal();
  ++under_way_;
  runtime_.Spawn(name, [this, ticket, service = std::move(service)] {
    ticket->result = service(*ticket);
    --under_way_;
    ticket->done->NotifyAll();
  });
  while (!ticket->result.has_value()) {
    const absl::Status woken = ticket->done->WaitUntil(ticket->deadline);
    if (woken.ok() || ticket->result.has_value()) continue;
    ticket->abandoned = true;
    return absl::IsCancelled(woken) ? woken : PatienceEnded(absl::OkStatus());
  }
  return *std::move(ticket->result);
}

// ---- Acquiring ---------------------------------------------------------------------------------

absl::StatusOr<Acquired> WorkerPool::Acquire(const AcquireRequest& request) {
  if (request.org.empty() || request.image.empty() || request.token.empty()) {
    return absl::InvalidArgumentError("to acquire a worker takes an org, an image and a token");
  }
  return Await("acquire", request.patience,
               [this, request](const Ticket& ticket) { return ServeAcquire(request, ticket); });
}

absl::StatusOr<Acquired> WorkerPool::ServeAcquire(const AcquireRequest& request,
                                                  const Ticket& ticket) {
  for (;;) {
    if (owned_.closed()) return NoNewWork();
    const absl::Status turn = backoff_.AwaitTurn(request.org, ticket.deadline);
    if (!turn.ok()) return turn;
    const absl::StatusOr<ManagedWorkerPtr> worker = Obtain(request, ticket.deadline);
    absl::Status reason = worker.status();
    if (worker.ok()) {
      absl::StatusOr<Acquired> acquired =
          BeginSession(*worker, &SessionDesk::Open, request.token, ticket);
      if (acquired.ok()) return acquired;
      reason = acquired.status();
    }
    if (absl::IsCancelled(reason)) return reason;
    if (ticket.abandoned || runtime_.Now() >= ticket.deadline) return PatienceEnded(reason);
    const absl::Time next = std::min(runtime_.Now() + config_.acquire_poll, ticket.deadline);
    // If there was a worker, its session failed to begin, and the worker was parked, which frees
    // capacity. Two such attempts that waited for capacity would wake each other without a pause.
    const absl::Status woken =
        worker.ok() ? runtime_.SleepUntil(next) : capacity_freed_->WaitUntil(next);
    if (absl::IsCancelled(woken)) return woken;
  }
}

absl::StatusOr<ManagedWorkerPtr> WorkerPool::Obtain(const AcquireRequest& request,
                                                    absl::Time deadline) {
  const auto claim_parked = [&] { return lifecycle_.ClaimHotIdle(request.org, request.image); };
  const auto claim_idle = [&] { return lifecycle_.ClaimIdle(request.org, request.image); };
  const std::initializer_list<absl::FunctionRef<ClaimResult()>> claims = {claim_parked, claim_idle};
  for (const auto& claim : claims) {
    const ClaimResult result = claim();
    if (result.claimed()) return owned_.Adopt(*result.lease, result.row->row());
    // The next claim is tried only when the store says that there is no such worker.
    if (!result.error.ok() || result.outcome != ClaimOutcome::kNoneAvailable) {
      return result.status();
    }
  }
  return spawner_.SpawnFor(request.org, request.image, deadline);
}

absl::StatusOr<Acquired> WorkerPool::BeginSession(const ManagedWorkerPtr& worker, Begin begin,
                                                  const SessionToken& token, const Ticket& ticket) {
  const bool opens = begin == &SessionDesk::Open;
  bool begun = false;
  absl::Status status;
  Epoch epoch{};
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (absl::IsNotFound(checkout.status())) {
      // The session itself may still be live.
      return absl::AbortedError("this control plane no longer owns the worker");
    }
    if (!checkout.ok()) return checkout.status();
    if (kClaimed.Has(worker->state)) {
      status = activator_.Activate(*worker, *checkout);
    } else if (worker->state != WorkerState::kHot) {
      status = absl::AbortedError("the worker no longer serves an org");
    }
    if (status.ok() && !ticket.abandoned) {
      status = (sessions_.*begin)(worker, *checkout, token);
      begun = status.ok();
      epoch = checkout->lease().epoch();
    }
    // The client gave up while its session was being opened. A client that reconnects has a session
    // from before: it gave up this attempt only and may still come back.
    if (status.ok() && ticket.abandoned) {
      if (begun) opens ? sessions_.Close(token) : sessions_.Disconnect(token);
      status = PatienceEnded(absl::OkStatus());
    }
    // A hot worker without a session is parked at once, so that the next attempt takes it and does
    // not spawn another one.
    const bool unused = !status.ok() && !absl::IsCancelled(status) && !worker->cell.dropped();
    if (unused && worker->state == WorkerState::kHot) Park(*worker, *checkout);
    if (unused && kGivenBack.Has(worker->state)) capacity_freed_->NotifyAll();
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
  if (!status.ok()) return status;
  return Acquired{worker->id, worker->pod_name, worker->pod_uid, epoch, token};
}

// ---- Coming back -------------------------------------------------------------------------------

absl::StatusOr<Acquired> WorkerPool::Reconnect(const SessionToken& token, absl::Duration patience) {
  if (token.empty()) return absl::InvalidArgumentError("to reconnect takes a session's token");
  return Await("reconnect", patience,
               [this, token](const Ticket& ticket) { return ServeReconnect(token, ticket); });
}

absl::StatusOr<Acquired> WorkerPool::ServeReconnect(const SessionToken& token,
                                                    const Ticket& ticket) {
  for (;;) {
    if (owned_.closed()) return NoNewWork();
    const absl::StatusOr<ManagedWorkerPtr> worker = TakeOver(token);
    absl::Status reason = worker.status();
    if (absl::IsNotFound(reason)) return reason;
    if (worker.ok()) {
      absl::StatusOr<Acquired> acquired =
          BeginSession(*worker, &SessionDesk::Reclaim, token, ticket);
      if (acquired.ok()) return acquired;
      reason = acquired.status();
    }
    if (absl::IsCancelled(reason)) return reason;
    absl::Time next = runtime_.Now() + config_.acquire_poll;
    if (worker.ok()) next = std::max(next, backoff_.NextTurn((*worker)->org));
    if (ticket.abandoned || next > ticket.deadline) {
      if (worker.ok()) LetExpire(token);
      return ticket.abandoned ? PatienceEnded(reason) : reason;
    }
    if (absl::Status slept = runtime_.SleepUntil(next); !slept.ok()) return slept;
  }
}

void WorkerPool::LetExpire(const SessionToken& token) {
  if (!sessions_.Serves(token)) sessions_.Disconnect(token);
}

absl::StatusOr<ManagedWorkerPtr> WorkerPool::TakeOver(const SessionToken& token) {
  absl::StatusOr<std::optional<SessionRow>> session = runtime_.Call(
      CallSite{CallTarget::kStore, "find_session"}, [&] { return store_.FindSession(token); });
  if (!session.ok()) return session.status();
  const bool open = session->has_value() && ((*session)->state == SessionState::kActive ||
                                             (*session)->state == SessionState::kReconnecting);
  if (!open) return absl::NotFoundError("there is no such session any more");
  const WorkerId id = (*session)->worker_id;
  if (ManagedWorkerPtr own = owned_.Find(id)) return own;

  absl::StatusOr<std::optional<WorkerSnapshot>> seen = runtime_.Call(
      CallSite{CallTarget::kStore, "observe", id}, [this, id] { return store_.Observe(id); });
  if (!seen.ok()) return seen.status();
  if (!seen->has_value()) return absl::NotFoundError("the session's worker is gone");
  const WorkerRow& row = (*seen)->row();
  if (kFencedStates.Has(row.state)) return absl::NotFoundError("the session's worker has ended");
  const TransitionResult taken = lifecycle_.TakeOver(**seen);
  if (taken.landed()) return owned_.Adopt(*taken.lease, taken.row->row());
  if (!taken.error.ok()) return taken.error;
  return absl::UnavailableError(
      absl::StrCat("control plane ", row.owner_cp.text(),
                   " serves this session: ", std::string(OutcomeName(taken.outcome))));
}

// ---- Going -------------------------------------------------------------------------------------

void WorkerPool::Park(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  const TransitionResult parked = lifecycle_.Park(checkout.lease());
  if (parked.landed()) {
    worker.Learn(parked.row->row());
    sessions_.Forget(worker);
    capacity_freed_->NotifyAll();
  } else if (parked.outcome == TransitionOutcome::kInDoubt ||
             LeaseIsStale(parked, checkout.lease())) {
    checkout.Drop();
  }
}

absl::Status WorkerPool::Release(const SessionToken& token) {
  const ManagedWorkerPtr worker = sessions_.Close(token);
  if (worker == nullptr) return absl::OkStatus();
  absl::Status status;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    status = checkout.status();
    if (checkout.ok() && worker->state == WorkerState::kHot) Park(*worker, *checkout);
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
  capacity_freed_->NotifyAll();
  return absl::IsCancelled(status) ? status : absl::OkStatus();
}

absl::Status WorkerPool::Disconnect(const SessionToken& token) {
  sessions_.Disconnect(token);
  return absl::OkStatus();
}

}  // namespace fencepost
