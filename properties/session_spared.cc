#include "properties/session_spared.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void SessionSpared::Reset() {
  Property::Reset();
  sessions_.clear();
  pod_died_.Clear();
}

void SessionSpared::On(const Event& event) {
  if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    const SessionRow& session = changed->session;
    sessions_[session.token] = {session.worker_id, session.state, session.expires_at};
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    if (!deleted->by_request) pod_died_[deleted->worker] = true;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  }
}

// The fence decides over the pod, so it is judged where it lands.
void SessionSpared::OnCommit(const RowCommitted& commit) {
  const WorkerRow& after = commit.after;
  const bool guarded =
      commit.request != nullptr && commit.request->guards.Has(Guard::kNoLiveSession);
  if (guarded && commit.facts.live_session) {
    Broken(absl::StrCat(std::string(OperationName(commit.operation)),
                        " landed although a live session protects ", Describe(*commit.before)));
  }
  if (commit.before == nullptr || !kFencedStates.Has(after.state)) return;
  if (kFencedStates.Has(commit.before->state)) return;   // it was fenced already
  if (commit.operation == Operation::kMarkLost) return;  // the health checker's verdict
  if (const bool* died = pod_died_.Find(after.worker_id); died != nullptr && *died) return;
  for (const auto& [token, session] : sessions_) {
    if (session.worker != after.worker_id || session.state != SessionState::kActive) continue;
    if (session.expires_at <= after.updated_at) continue;
    Broken(absl::StrCat("session ", token.text(), " was active when ",
                        std::string(OperationName(commit.operation)), " ended ",
                        Describe(*commit.before)));
  }
}

}  // namespace fencepost::properties
