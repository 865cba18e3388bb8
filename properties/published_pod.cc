#include "properties/published_pod.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void PublishedPod::Reset() {
  Property::Reset();
  started_.clear();
  published_.Clear();
}

void PublishedPod::On(const Event& event) {
  if (const auto* started = std::get_if<PodStarted>(&event.body)) {
    started_[started->uid] = started->worker;
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  }
}

void PublishedPod::OnCommit(const RowCommitted& commit) {
  const WorkerRow& row = commit.after;
  if (row.pod_uid.empty()) return;
  PodUid& published = published_[row.worker_id];
  if (published == row.pod_uid) return;
  published = row.pod_uid;
  const auto started = started_.find(row.pod_uid);
  if (started == started_.end()) {
    Broken(absl::StrCat(Describe(row), " names pod ", row.pod_uid.text(),
                        ", which was never started"));
  } else if (started->second != row.worker_id) {
    Broken(absl::StrCat(Describe(row), " names pod ", row.pod_uid.text(), ", which is worker ",
                        Number(started->second), "'s"));
  }
}

}  // namespace fencepost::properties
