#include "core/plane/worker_pool.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/retry.h"
#include "core/lifecycle/stale_lease.h"
#include "core/plane/eviction.h"

namespace fencepost {
namespace {

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
      line_(config),
      line_changed_(runtime.NewSignal()) {}

// ---- Waiting -----------------------------------------------------------------------------------

absl::StatusOr<Acquired> WorkerPool::Await(const TicketPtr& ticket, absl::Duration patience) {
  if (owned_.closed()) return NoNewWork();
  if (patience <= absl::ZeroDuration()) patience = config_.acquire_timeout;
  ticket->deadline = runtime_.Now() + patience;
  ticket->done = runtime_.NewSignal();
  if (absl::Status joined = line_.Join(ticket); !joined.ok()) return joined;
  GiveTurns();
  while (!ticket->answer.has_value()) {
    const absl::Status woken = ticket->done->WaitUntil(ticket->deadline);
    if (woken.ok() || ticket->answer.has_value()) continue;
    ticket->abandoned = true;
    line_.Leave(ticket);
    GiveTurns();  // the next one may be the first now
    return absl::IsCancelled(woken) ? woken : PatienceEnded(ticket->reason);
  }
  if (ticket->answer->ok() && !sessions_.Serves((*ticket->answer)->session)) {
    return absl::AbortedError("the session was lost before the client heard of it");
  }
  return *std::move(ticket->answer);
}

void WorkerPool::GiveTurns() {
  while (TicketPtr next = line_.TakeNext(runtime_.Now())) {
    runtime_.Spawn(next->name, [this, next] { Serve(next); });
  }
  if (line_.empty()) return;
  if (!watched_) {
    watched_ = true;
    runtime_.Spawn("waiting-line", [this] { WatchLine(); });
  } else if (line_.NextTime(runtime_.Now()) < watched_until_) {
    line_changed_->NotifyAll();
  }
}

void WorkerPool::Serve(const TicketPtr& ticket) {
  Attempt attempt = ticket->serve(*ticket);
  const bool answered = attempt.result.ok() || attempt.next == Attempt::Next::kAnswer;
  const absl::Time now = runtime_.Now();
  if (answered || ticket->abandoned || now >= ticket->deadline) {
    line_.Finish(*ticket);
    Answer(*ticket, answered ? std::move(attempt.result) : PatienceEnded(attempt.result.status()));
  } else {
    ticket->reason = attempt.result.status();
    const absl::Time next = std::max(now + config_.acquire_poll, attempt.not_before);
    line_.Return(ticket, std::min(next, ticket->deadline),
                 attempt.next == Attempt::Next::kWaitForCapacity);
  }
  GiveTurns();
}

void WorkerPool::Answer(Ticket& ticket, absl::StatusOr<Acquired> answer) {
  ticket.answer = std::move(answer);
  ticket.done->NotifyAll();
}

void WorkerPool::WatchLine() {
  GiveTurns();  // capacity may have become free before this activity could hear of it
  while (!line_.empty()) {
    watched_until_ = line_.NextTime(runtime_.Now());
    const absl::Status woken = line_changed_->WaitUntil(watched_until_);
    if (absl::IsCancelled(woken)) break;
    if (owned_.closed()) {
      for (const TicketPtr& ticket : line_.TakeAll()) Answer(*ticket, NoNewWork());
    }
    for (const TicketPtr& ticket : line_.TakeExpired(runtime_.Now())) {
      Answer(*ticket, PatienceEnded(ticket->reason));
    }
    GiveTurns();
  }
  watched_ = false;
}

// ---- Acquiring ---------------------------------------------------------------------------------

absl::StatusOr<Acquired> WorkerPool::Acquire(const AcquireRequest& request) {
  if (request.org.empty() || request.image.empty()) {
    return absl::InvalidArgumentError("to acquire a worker takes an org and an image");
  }
  auto ticket = std::make_shared<Ticket>();
  ticket->name = "acquire";
  ticket->org = request.org;
  ticket->image = request.image;
  ticket->session = {request.org, request.token.empty() ? NewToken() : request.token};
  ticket->serve = [this, request](Ticket& served) { return ServeAcquire(request, served); };
  return Await(ticket, request.patience);
}

Attempt WorkerPool::ServeAcquire(const AcquireRequest& request, Ticket& ticket) {
  if (owned_.closed()) return {NoNewWork()};
  const bool backs_off = backoff_.NextTurn(request.org) != absl::InfinitePast();
  if (absl::Status turn = backoff_.TakeTurn(request.org); !turn.ok()) {
    const absl::Time next = backoff_.NextTurn(request.org);
    if (next >= ticket.deadline) return {turn};
    return {turn, Attempt::Next::kRest, next};
  }
  const absl::StatusOr<ManagedWorkerPtr> worker = Obtain(request, ticket);
  if (absl::IsCancelled(worker.status())) return {worker.status()};
  if (absl::IsResourceExhausted(worker.status())) {
    if (absl::Status made = MakeRoom(request, ticket); !made.ok()) return {made};
    return {worker.status(), Attempt::Next::kWaitForCapacity};
  }
  if (!worker.ok()) return {worker.status(), Attempt::Next::kRest};
  absl::StatusOr<Acquired> acquired = BeginSession(*worker, &SessionDesk::Open, ticket);
  // If its session failed to begin, the worker was parked, which frees capacity. Two such requests
  // that waited for capacity would wake each other without a pause.
  if (acquired.ok() && backs_off) line_.TryAgain(request.org);
  if (acquired.ok() || absl::IsCancelled(acquired.status())) return {std::move(acquired)};
  return {std::move(acquired), Attempt::Next::kRest, AfterAnAttemptInVain(ticket)};
}

absl::Time WorkerPool::AfterAnAttemptInVain(Ticket& ticket) {
  constexpr int kDoublings = 4;
  if (ticket.in_vain++ == 0) return runtime_.Now() + config_.acquire_poll;
  const absl::Duration longest =
      config_.acquire_poll * (1 << std::min(ticket.in_vain - 1, kDoublings));
  return runtime_.Now() + (0.5 + RandomShare(runtime_) / 2) * longest;
}

absl::Status WorkerPool::MakeRoom(const AcquireRequest& request, const Ticket& ticket) {
  const ClaimOutcome cap = ticket.store_said;
  const bool full = cap == ClaimOutcome::kOrgCap || cap == ClaimOutcome::kGlobalCap;
  if (!full || ticket.abandoned) return absl::OkStatus();
  const absl::StatusOr<bool> evicted =
      EvictParked(runtime_, config_, store_, lifecycle_, request.org, request.image, cap);
  if (absl::IsCancelled(evicted.status())) return evicted.status();
  if (evicted.ok() && *evicted) CapacityFreed();
  return absl::OkStatus();
}

absl::StatusOr<ManagedWorkerPtr> WorkerPool::Obtain(const AcquireRequest& request, Ticket& ticket) {
  ticket.store_said = ClaimOutcome::kNoneAvailable;
  const auto claimed = [this, &ticket] {
    line_.Claimed(ticket);
    GiveTurns();
  };
  const auto claim_parked = [&] { return lifecycle_.ClaimHotIdle(request.org, request.image); };
  const auto claim_idle = [&] { return lifecycle_.ClaimIdle(request.org, request.image); };
  const std::initializer_list<absl::FunctionRef<ClaimResult()>> claims = {claim_parked, claim_idle};
  for (const auto& claim : claims) {
    const ClaimResult result = claim();
    if (result.claimed()) {
      ManagedWorkerPtr worker = owned_.Adopt(*result.lease, result.row->row());
      claimed();
      return worker;
    }
    if (result.error.ok()) ticket.store_said = result.outcome;
    // The next claim is tried only when the store says that there is no such worker.
    if (!result.error.ok() || result.outcome != ClaimOutcome::kNoneAvailable) {
      return result.status();
    }
  }
  bool began = false;
  absl::StatusOr<ManagedWorkerPtr> spawned =
      spawner_.SpawnFor(request.org, request.image, [&](ClaimOutcome outcome) {
        ticket.store_said = outcome;
        began = outcome == ClaimOutcome::kClaimed;
        if (began) claimed();
      });
  if (began) CapacityFreed();  // the turn to spawn
  // What a spawn that has begun ran into is no lack of capacity.
  if (began && absl::IsResourceExhausted(spawned.status())) {
    return absl::UnavailableError(spawned.status().message());
  }
  return spawned;
}

// Nobody can guess it, so that a client who knows the token was told it.
SessionToken WorkerPool::NewToken() {
  const std::uint64_t high = runtime_.Random();
  return SessionToken(absl::StrCat(absl::Hex(high, absl::kZeroPad16),
                                   absl::Hex(runtime_.Random(), absl::kZeroPad16)));
}

absl::StatusOr<Acquired> WorkerPool::BeginSession(const ManagedWorkerPtr& worker, Begin begin,
                                                  const Ticket& ticket) {
  const bool opens = begin == &SessionDesk::Open;
  absl::StatusOr<SessionHandle> session;
  absl::Status status;
  Epoch epoch{};
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    if (absl::IsNotFound(checkout.status())) {
      // The session itself may still be live.
      return absl::AbortedError("this control plane no longer owns the worker");
    }
    if (!checkout.ok()) return checkout.status();
    if (kToBeActivated.Has(worker->state)) {
      status = activator_.Activate(*worker, *checkout);
    } else if (worker->state != WorkerState::kHot) {
      status = absl::AbortedError("the worker no longer serves an org");
    }
    if (status.ok() && !ticket.abandoned) {
      session = (sessions_.*begin)(worker, *checkout, ticket.session);
      status = session.status();
      epoch = checkout->lease().epoch();
    }
    // The client gave up while its session was being opened. A client that reconnects has a session
    // from before: it gave up this attempt only and may still come back.
    if (status.ok() && ticket.abandoned) {
      if (session.ok()) opens ? sessions_.Close(*session) : sessions_.Disconnect(*session);
      status = PatienceEnded(absl::OkStatus());
    }
    // A hot worker without a session is parked at once, so that the next attempt takes it and does
    // not spawn another one.
    const bool unused = !status.ok() && !absl::IsCancelled(status) && !worker->cell.dropped();
    if (unused && worker->state == WorkerState::kHot) Park(*worker, *checkout);
    if (unused && kGivenBack.Has(worker->state)) CapacityFreed();
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
  if (!status.ok()) return status;
  return Acquired{worker->id, worker->pod_name, worker->pod_uid, epoch, *std::move(session)};
}

// ---- Coming back -------------------------------------------------------------------------------

absl::StatusOr<Acquired> WorkerPool::Reconnect(const SessionId& session, absl::Duration patience) {
  if (session.org.empty() || session.token.empty()) {
    return absl::InvalidArgumentError("to reconnect takes the org and the token of a session");
  }
  auto ticket = std::make_shared<Ticket>();
  ticket->name = "reconnect";
  ticket->org = session.org;
  ticket->session = session;
  ticket->serve = [this](Ticket& served) { return ServeReconnect(served); };
  return Await(ticket, patience);
}

Attempt WorkerPool::ServeReconnect(Ticket& ticket) {
  if (owned_.closed()) return {NoNewWork()};
  const absl::StatusOr<ManagedWorkerPtr> worker = TakeOver(ticket.session);
  absl::Status reason = worker.status();
  if (absl::IsNotFound(reason)) return {reason};
  absl::Time next = runtime_.Now() + config_.acquire_poll;
  if (worker.ok()) {
    absl::StatusOr<Acquired> acquired = BeginSession(*worker, &SessionDesk::Reclaim, ticket);
    if (acquired.ok()) return {std::move(acquired)};
    reason = acquired.status();
    next = std::max(AfterAnAttemptInVain(ticket), backoff_.NextTurn((*worker)->org));
  }
  if (absl::IsCancelled(reason)) return {reason};
  const bool last = next >= ticket.deadline;
  // At the end of its patience the client is told the reason itself: it may name the control plane
  // that serves its session.
  if (last && !ticket.abandoned) return {reason};
  return {reason, Attempt::Next::kRest, next};
}

absl::StatusOr<ManagedWorkerPtr> WorkerPool::TakeOver(const SessionId& wanted) {
  absl::StatusOr<std::optional<SessionRow>> session = runtime_.Call(
      CallSite{CallTarget::kStore, "find_session"}, [&] { return store_.FindSession(wanted); });
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
  if (owned_.closed()) return NoNewWork();
  const TransitionResult taken = lifecycle_.TakeOver(**seen);
  if (taken.landed()) return owned_.Adopt(*taken.lease, taken.row->row());
  if (!taken.error.ok()) return taken.error;
  return absl::UnavailableError(
      absl::StrCat("control plane ", row.owner_cp.text(),
                   " serves this session: ", std::string(OutcomeName(taken.outcome))));
}

// ---- Going -------------------------------------------------------------------------------------

void WorkerPool::CapacityFreed() {
  line_.CapacityFreed();
  if (watched_) line_changed_->NotifyAll();
}

void WorkerPool::Park(ManagedWorker& worker, LeaseCell::Checkout& checkout) {
  const TransitionResult parked = lifecycle_.Park(checkout.lease());
  if (parked.landed()) {
    worker.Learn(parked.row->row());
    sessions_.Forget(worker,
                     absl::NotFoundError("the session had ended when its worker was parked"));
    CapacityFreed();
  } else if (parked.outcome == TransitionOutcome::kInDoubt ||
             LeaseIsStale(parked, checkout.lease())) {
    checkout.Drop();
  }
}

absl::Status WorkerPool::Release(const SessionHandle& session) {
  const ManagedWorkerPtr worker = sessions_.Close(session);
  if (worker == nullptr) return absl::OkStatus();
  absl::Status status;
  {
    absl::StatusOr<LeaseCell::Checkout> checkout = worker->cell.CheckOut();
    status = checkout.status();
    if (checkout.ok() && worker->state == WorkerState::kHot) Park(*worker, *checkout);
  }
  if (worker->cell.dropped()) owned_.Forget(worker);
  CapacityFreed();
  return absl::IsCancelled(status) ? status : absl::OkStatus();
}

absl::Status WorkerPool::Disconnect(const SessionHandle& session) {
  sessions_.Disconnect(session);
  return absl::OkStatus();
}

}  // namespace fencepost
