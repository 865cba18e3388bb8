#include "properties/one_incarnation.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void OneIncarnation::Reset() {
  Property::Reset();
  pods_.clear();
  existing_.clear();
  recorded_.clear();
}

void OneIncarnation::On(const Event& event) {
  if (const auto* started = std::get_if<PodStarted>(&event.body)) {
    OnStarted(*started);
  } else if (const auto* gone = std::get_if<PodGone>(&event.body)) {
    const auto pod = pods_.find(gone->uid);
    if (pod == pods_.end()) return;
    const auto existing = existing_.find(pod->second.name);
    if (existing != existing_.end() && existing->second == gone->uid) existing_.erase(existing);
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  }
}

void OneIncarnation::OnStarted(const PodStarted& started) {
  if (!pods_.try_emplace(started.uid, Pod{started.worker, started.name}).second) {
    Broken(absl::StrCat("pod uid ", started.uid.text(), " was used again, for worker ",
                        Number(started.worker)));
  }
  const auto [existing, free] = existing_.try_emplace(started.name, started.uid);
  if (!free) {
    Broken(absl::StrCat("pods ", existing->second.text(), " and ", started.uid.text(),
                        " exist under the name ", started.name.text()));
  }
}

void OneIncarnation::OnCommit(const RowCommitted& commit) {
  const WorkerRow& row = commit.after;
  if (row.pod_uid.empty()) return;
  if (HasEnded(row.state)) {
    const auto held = recorded_.find(row.pod_uid);
    if (held != recorded_.end() && held->second == row.worker_id) recorded_.erase(held);
    return;
  }
  const auto [holder, free] = recorded_.try_emplace(row.pod_uid, row.worker_id);
  if (!free && holder->second != row.worker_id) {
    Broken(absl::StrCat("workers ", Number(holder->second), " and ", Number(row.worker_id),
                        " both have pod ", row.pod_uid.text()));
  }
  const auto pod = pods_.find(row.pod_uid);
  if (pod != pods_.end() && pod->second.worker != row.worker_id) {
    Broken(absl::StrCat(Describe(row), " records pod ", row.pod_uid.text(), ", which is worker ",
                        Number(pod->second.worker), "'s"));
  }
}

}  // namespace fencepost::properties
