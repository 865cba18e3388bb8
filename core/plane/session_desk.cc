#include "core/plane/session_desk.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/retry.h"
#include "core/rules/effect.h"

namespace fencepost {

// ---- Beginning ---------------------------------------------------------------------------------

absl::Status SessionDesk::Begin(std::string_view site, Take take, const ManagedWorkerPtr& worker,
                                const LeaseCell::Checkout& checkout, const SessionToken& token) {
  TransitionOutcome outcome = TransitionOutcome::kStoreError;
  bool in_doubt = false;
  int attempts = 0;
  const auto give_up = [&] { return attempts >= config_.settle_attempts; };
  absl::Status status =
      RetryCall(runtime_, {absl::InfiniteFuture(), config_.settle_backoff, give_up}, [&] {
        ++attempts;
        absl::StatusOr<SessionReply> reply = runtime_.Call(
            CallSite{CallTarget::kStore, site, worker->id},
            [this, take, &token, lease = checkout.lease(), ttl = config_.session_ttl] {
              return (store_.*take)(token, lease, ttl);
            });
        if (reply.ok()) outcome = reply->outcome;
        in_doubt = in_doubt || (!reply.ok() && MayHaveApplied(reply.status()));
        return reply.status();
      });
  if (status.ok() && outcome == TransitionOutcome::kTransitioned) {
    open_[token] = worker;
    ending_.erase(token);
    return absl::OkStatus();
  }
  if (in_doubt && !absl::IsCancelled(status)) ending_[token] = Ending::kClose;
  if (!status.ok()) return status;
  return absl::FailedPreconditionError(
      absl::StrCat("no session: ", std::string(OutcomeName(outcome))));
}

absl::Status SessionDesk::Open(const ManagedWorkerPtr& worker, const LeaseCell::Checkout& checkout,
                               const SessionToken& token) {
  return Begin("open_session", &WorkerStore::OpenSession, worker, checkout, token);
}

absl::Status SessionDesk::Reclaim(const ManagedWorkerPtr& worker,
                                  const LeaseCell::Checkout& checkout, const SessionToken& token) {
  return Begin("reclaim_session", &WorkerStore::ReclaimSession, worker, checkout, token);
}

// ---- Ending ------------------------------------------------------------------------------------

absl::Status SessionDesk::WriteEnding(const SessionToken& token, Ending ending) {
  const CallSite site{CallTarget::kStore,
                      ending == Ending::kClose ? "close_session" : "disconnect_session"};
  return runtime_
      .Call(site,
            [this, &token, ending, ttl = config_.reconnect_ttl] {
              return ending == Ending::kClose ? store_.CloseSession(token)
                                              : store_.DisconnectSession(token, ttl);
            })
      .status();
}

// Forgets the pending ending, unless another one was requested while this one was written.
void SessionDesk::Ended(const SessionToken& token, Ending ending) {
  const auto found = ending_.find(token);
  if (found != ending_.end() && found->second == ending) ending_.erase(found);
}

ManagedWorkerPtr SessionDesk::End(const SessionToken& token, Ending ending) {
  ManagedWorkerPtr worker;
  if (const auto found = open_.find(token); found != open_.end()) {
    worker = found->second;
    open_.erase(found);
  }
  ending_[token] = ending;
  const absl::Status written = WriteEnding(token, ending);
  if (written.ok()) {
    Ended(token, ending);
  } else if (!absl::IsCancelled(written)) {
    events_.Note(WorkerId{}, "session_ending_delayed", written);
  }
  return worker;
}

ManagedWorkerPtr SessionDesk::Close(const SessionToken& token) {
  return End(token, Ending::kClose);
}

ManagedWorkerPtr SessionDesk::Disconnect(const SessionToken& token) {
  return End(token, Ending::kDisconnect);
}

bool SessionDesk::Serves(const SessionToken& token) const {
  const auto found = open_.find(token);
  return found != open_.end() && !found->second->cell.dropped();
}

absl::Status SessionDesk::EndPending() {
  absl::erase_if(open_, [](const auto& session) { return session.second->cell.dropped(); });
  const std::vector<std::pair<SessionToken, Ending>> pending(ending_.begin(), ending_.end());
  for (const auto& [token, ending] : pending) {
    const auto still = ending_.find(token);
    if (still == ending_.end() || still->second != ending) continue;  // ended or reopened meanwhile
    const absl::Status written = WriteEnding(token, ending);
    if (absl::IsCancelled(written)) return written;
    if (!written.ok()) continue;
    Ended(token, ending);
  }
  return absl::OkStatus();
}

void SessionDesk::Forget(const ManagedWorker& worker) {
  absl::erase_if(open_, [&worker](const auto& session) { return session.second.get() == &worker; });
}

}  // namespace fencepost
