#include "properties/session_spared.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void SessionSpared::Reset() {
  Property::Reset();
  active_.clear();
  pod_died_.Clear();
}

void SessionSpared::On(const Event& event) {
  if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    OnSession(changed->session);
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    if (!deleted->by_request) pod_died_[deleted->worker] = true;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  }
}

void SessionSpared::OnSession(const SessionRow& session) {
  if (session.state == SessionState::kActive) {
    active_[session.worker_id][session.token] = session.expires_at;
    return;
  }
  const auto of_worker = active_.find(session.worker_id);
  if (of_worker == active_.end()) return;
  of_worker->second.erase(session.token);
  if (of_worker->second.empty()) active_.erase(of_worker);
}

// The fence decides about the pod, so the transition that grants it is judged, not the deletion.
void SessionSpared::OnCommit(const RowCommitted& commit) {
  const WorkerRow& after = commit.after;
  const bool guarded =
      commit.request != nullptr && commit.request->guards.Has(Guard::kNoLiveSession);
  if (guarded && commit.facts.live_session) {
    Broken(absl::StrCat(std::string(OperationName(commit.operation)),
                        " landed although a live session protects ", Describe(*commit.before)));
  }
  if (commit.before == nullptr || !kFencedStates.Has(after.state)) return;
  if (kFencedStates.Has(commit.before->state)) return;   // fenced before
  if (commit.operation == Operation::kMarkLost) return;  // the health checker's verdict
  if (const bool* died = pod_died_.Find(after.worker_id); died != nullptr && *died) return;
  const auto sessions = active_.find(after.worker_id);
  if (sessions == active_.end()) return;
  for (const auto& [token, expires_at] : sessions->second) {
    if (expires_at <= after.updated_at) continue;
    Broken(absl::StrCat("session ", token.text(), " was active when ",
                        std::string(OperationName(commit.operation)), " ended ",
                        Describe(*commit.before)));
  }
}

}  // namespace fencepost::properties
