#include "core/lifecycle/managed_worker.h"

#include <utility>

namespace fencepost {

ManagedWorker::ManagedWorker(Runtime& runtime, WorkerLease lease, const WorkerRow& row)
    : id(row.worker_id),
      pod_name(row.pod_name),
      image(row.image),
      org(row.org),
      pod_uid(row.pod_uid),
      state(row.state),
      revision(row.revision),
      activated(row.activated_at != absl::InfinitePast()),
      cell(runtime, std::move(lease)) {}

void ManagedWorker::Learn(const WorkerRow& row) {
  if (row.revision < revision) return;
  revision = row.revision;
  org = row.org;
  pod_uid = row.pod_uid;
  state = row.state;
  activated = row.activated_at != absl::InfinitePast();
}

}  // namespace fencepost
