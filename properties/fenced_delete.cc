#include "properties/fenced_delete.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void FencedDelete::Reset() {
  Property::Reset();
  workers_.Clear();
}

void FencedDelete::On(const Event& event) {
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit);
  if (const auto* started = std::get_if<PodStarted>(&event.body)) {
    Known* const known = workers_.Find(started->worker);
    if (known != nullptr && IsTerminal(known->state)) known->late = started->uid;
  }
  if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) OnDelete(*deleted);
}

void FencedDelete::OnCommit(const RowCommitted& commit) {
  Known& known = workers_[commit.after.worker_id];
  known.state = commit.after.state;
  if (known.pod_uid != commit.after.pod_uid) known.pod_uid = commit.after.pod_uid;
}

void FencedDelete::OnDelete(const PodDeleted& deleted) {
  if (!deleted.by_request) return;
  const Known* const known = workers_.Find(deleted.worker);
  if (known == nullptr) return;  // the row is absent, and a row exists before its pod
  if (!IsFenced(known->state)) {
    const std::string_view state = StateName(known->state);
    Broken(absl::StrCat("pod ", deleted.name.text(), " (", deleted.uid.text(),
                        ") was deleted while worker ", Number(deleted.worker), " was ",
                        absl::string_view(state.data(), state.size())));
  }
  // A deletion that names no pod is for a worker that was fenced before its pod was published, or
  // whose row is gone: it covers whatever pod that worker has. Of a worker that has ended, that can
  // be one whose creation came too late.
  if (deleted.named_uid.empty() && deleted.uid == known->late) return;
  const PodUid& meant = deleted.named_uid.empty() ? known->pod_uid : deleted.named_uid;
  if (!meant.empty() && meant != deleted.uid) {
    Broken(absl::StrCat("pod ", deleted.name.text(), " (", deleted.uid.text(),
                        ") was deleted, and the fence was for ", meant.text()));
  }
}

}  // namespace fencepost::properties
