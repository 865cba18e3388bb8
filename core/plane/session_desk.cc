#include "core/plane/session_desk.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/retry.h"
#include "core/rules/effect.h"

namespace fencepost {

SessionDesk::SessionDesk(CpId cp, BootId boot, Runtime& runtime, const Config& config,
                         EventSender& events, WorkerStore& store, SessionListener* listener)
    : cp_(std::move(cp)),
      boot_(boot),
      runtime_(runtime),
      config_(config),
      events_(events),
      store_(store),
      listener_(listener) {}

// ---- Beginning ---------------------------------------------------------------------------------

absl::StatusOr<SessionHandle> SessionDesk::Begin(std::string_view site, Take take,
                                                 Ending if_in_doubt, const ManagedWorkerPtr& worker,
                                                 const LeaseCell::Checkout& checkout,
                                                 const SessionId& session) {
  const SessionHandle handle{session, OperationId{boot_, ++last_holder_}};
  TransitionOutcome outcome = TransitionOutcome::kStoreError;
  bool in_doubt = false;
  int attempts = 0;
  const auto give_up = [&] { return attempts >= config_.settle_attempts; };
  absl::Status status =
      RetryCall(runtime_, {absl::InfiniteFuture(), config_.settle_backoff, give_up}, [&] {
        ++attempts;
        absl::StatusOr<SessionReply> reply = runtime_.Call(
            CallSite{CallTarget::kStore, site, worker->id},
            [this, take, handle, lease = checkout.lease(), ttl = config_.session_ttl] {
              return (store_.*take)(handle, lease, ttl);
            });
        if (reply.ok()) outcome = reply->outcome;
        in_doubt = in_doubt || (!reply.ok() && MayHaveApplied(reply.status()));
        return reply.status();
      });
  if (status.ok() && outcome == TransitionOutcome::kTransitioned) {
    const auto former = clients_.find(session);
    if (former != clients_.end()) {
      Lose({session, former->second.holder},
           absl::AbortedError("the session has been reclaimed by another client"));
    }
    Add(handle, worker);
    return handle;
  }
  if (in_doubt && !absl::IsCancelled(status)) ending_[handle] = if_in_doubt;
  if (!status.ok()) return status;
  return absl::FailedPreconditionError(
      absl::StrCat("no session: ", std::string(OutcomeName(outcome))));
}

absl::StatusOr<SessionHandle> SessionDesk::Open(const ManagedWorkerPtr& worker,
                                                const LeaseCell::Checkout& checkout,
                                                const SessionId& session) {
  return Begin("open_session", &WorkerStore::OpenSession, Ending::kClose, worker, checkout,
               session);
}

// A client that reconnects has a session from before: it may come back to it after a failure.
absl::StatusOr<SessionHandle> SessionDesk::Reclaim(const ManagedWorkerPtr& worker,
                                                   const LeaseCell::Checkout& checkout,
                                                   const SessionId& session) {
  return Begin("reclaim_session", &WorkerStore::ReclaimSession, Ending::kDisconnect, worker,
               checkout, session);
}

// ---- Renewing ----------------------------------------------------------------------------------

absl::StatusOr<std::vector<SessionHandle>> SessionDesk::RenewSome(
    const std::vector<SessionHandle>& sessions) {
  return runtime_.Call(CallSite{CallTarget::kStore, "renew_sessions"},
                       [this, sessions, cp = cp_, ttl = config_.session_ttl] {
                         return store_.RenewSessions(cp, sessions, ttl);
                       });
}

absl::Status SessionDesk::Renew() {
  std::vector<SessionHandle> sessions;
  sessions.reserve(clients_.size());
  for (const auto& [id, client] : clients_) sessions.push_back({id, client.holder});
  const auto batch = static_cast<std::size_t>(config_.listing_limit);
  for (std::size_t begin = 0; begin < sessions.size(); begin += batch) {
    const std::size_t end = std::min(begin + batch, sessions.size());
    const absl::StatusOr<std::vector<SessionHandle>> lost =
        RenewSome({sessions.begin() + static_cast<std::ptrdiff_t>(begin),
                   sessions.begin() + static_cast<std::ptrdiff_t>(end)});
    if (absl::IsCancelled(lost.status())) return lost.status();
    if (!lost.ok()) {
      events_.Note(WorkerId{}, "renew_sessions_failed", lost.status());
      continue;
    }
    for (const SessionHandle& session : *lost) {
      Lose(session, absl::NotFoundError("the session has ended, or is held elsewhere"));
    }
  }
  return absl::OkStatus();
}

// ---- Losing ------------------------------------------------------------------------------------

const SessionDesk::Client* SessionDesk::Find(const SessionHandle& session) const {
  const auto found = clients_.find(session.id);
  const bool present = found != clients_.end() && found->second.holder == session.holder;
  return present ? &found->second : nullptr;
}

void SessionDesk::Add(const SessionHandle& session, const ManagedWorkerPtr& worker) {
  clients_[session.id] = {session.holder, worker};
  on_workers_.insert({worker->id, session.id});
}

ManagedWorkerPtr SessionDesk::Remove(const SessionHandle& session) {
  const Client* const client = Find(session);
  if (client == nullptr) return nullptr;
  ManagedWorkerPtr worker = client->worker;
  on_workers_.erase({worker->id, session.id});
  clients_.erase(session.id);
  return worker;
}

void SessionDesk::Lose(const SessionHandle& session, const absl::Status& why) {
  const ManagedWorkerPtr worker = Remove(session);
  if (worker == nullptr) return;  // the client has left meanwhile
  events_.Note(worker->id, "session_lost", why);
  if (listener_ != nullptr) listener_->OnSessionLost(session, why);
}

void SessionDesk::Forget(const ManagedWorker& worker, const absl::Status& why) {
  std::vector<SessionHandle> lost;
  for (auto at = on_workers_.lower_bound({worker.id, SessionId()});
       at != on_workers_.end() && at->first == worker.id; ++at) {
    const Client& client = clients_.find(at->second)->second;
    if (client.worker.get() == &worker) lost.push_back({at->second, client.holder});
  }
  for (const SessionHandle& session : lost) Lose(session, why);
}

bool SessionDesk::Serves(const SessionHandle& session) const {
  const Client* const client = Find(session);
  return client != nullptr && !client->worker->cell.dropped();
}

absl::btree_set<const ManagedWorker*> SessionDesk::Workers() const {
  absl::btree_set<const ManagedWorker*> workers;
  for (const auto& [id, client] : clients_) workers.insert(client.worker.get());
  return workers;
}

// ---- Ending ------------------------------------------------------------------------------------

absl::Status SessionDesk::WriteEnding(const SessionHandle& session, Ending ending) {
  const CallSite site{CallTarget::kStore,
                      ending == Ending::kClose ? "close_session" : "disconnect_session"};
  return runtime_
      .Call(site,
            [this, session, ending, ttl = config_.reconnect_ttl] {
              return ending == Ending::kClose ? store_.CloseSession(session)
                                              : store_.DisconnectSession(session, ttl);
            })
      .status();
}

ManagedWorkerPtr SessionDesk::End(const SessionHandle& session, Ending ending) {
  const ManagedWorkerPtr worker = Remove(session);
  ending_[session] = ending;
  const absl::Status written = WriteEnding(session, ending);
  if (written.ok()) {
    Ended(session, ending);
  } else if (!absl::IsCancelled(written)) {
    events_.Note(WorkerId{}, "session_ending_delayed", written);
  }
  return worker;
}

// Forgets the pending ending, unless another one was requested while this one was written.
void SessionDesk::Ended(const SessionHandle& session, Ending ending) {
  const auto found = ending_.find(session);
  if (found != ending_.end() && found->second == ending) ending_.erase(found);
}

ManagedWorkerPtr SessionDesk::Close(const SessionHandle& session) {
  return End(session, Ending::kClose);
}

ManagedWorkerPtr SessionDesk::Disconnect(const SessionHandle& session) {
  return End(session, Ending::kDisconnect);
}

absl::Status SessionDesk::EndPending() {
  const std::vector<std::pair<SessionHandle, Ending>> pending(ending_.begin(), ending_.end());
  for (const auto& [session, ending] : pending) {
    const auto still = ending_.find(session);
    if (still == ending_.end() || still->second != ending) continue;  // ended meanwhile
    const absl::Status written = WriteEnding(session, ending);
    if (absl::IsCancelled(written)) return written;
    if (written.ok()) Ended(session, ending);
  }
  return absl::OkStatus();
}

}  // namespace fencepost
