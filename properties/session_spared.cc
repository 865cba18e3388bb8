#include "properties/session_spared.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void SessionSpared::Reset() {
  Property::Reset();
  ledger_.Reset();
  pod_died_.Clear();
}

void SessionSpared::On(const Event& event) {
  ledger_.On(event);
  if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    if (!deleted->by_request) pod_died_[deleted->worker] = true;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  }
}

// The fence decides about the pod, so the transition that grants it is judged, not the deletion.
void SessionSpared::OnCommit(const RowCommitted& commit) {
  if (commit.before == nullptr) return;
  const WorkerRow& before = *commit.before;
  const WorkerRow& after = commit.after;
  const std::string operation(OperationName(commit.operation));
  const bool spares =
      commit.request != nullptr && MustSpareSessions(AccountOf(commit.operation), *commit.request);
  if (spares) {
    const Ledger::Session* const live = ledger_.FindLiveSession(after.worker_id, after.updated_at);
    if (live != nullptr) {
      Broken(absl::StrCat(operation, " landed although live session ", live->id.token.text(),
                          " protects ", Describe(before)));
    }
  }
  if (!IsFenced(after.state) || IsFenced(before.state)) return;
  if (commit.operation == Operation::kMarkLost) return;  // the health checker's verdict
  if (const bool* died = pod_died_.Find(after.worker_id); died != nullptr && *died) return;
  const Ledger::Session* const active =
      ledger_.FindActiveSession(after.worker_id, after.updated_at);
  if (active == nullptr) return;
  Broken(absl::StrCat("session ", active->id.token.text(), " was active when ", operation,
                      " ended ", Describe(before)));
}

}  // namespace fencepost::properties
