#include "models/lifecycle/worker_changes.h"

namespace fencepost::models {

std::vector<WorkerChange> WorkerChangesOf(const State& before, const State& after, int worker) {
  std::vector<WorkerChange> changes;
  const auto add = [&](bool began, WorkerChange beginning, WorkerChange end) {
    changes.push_back(began ? beginning : end);
  };
  if (PodOf::Get(before, worker) != PodOf::Get(after, worker)) {
    add(PodOf::Get(after, worker) == Pod::kExists, WorkerChange::kPodCreated,
        WorkerChange::kPodDeleted);
  }
  if (SecretExists::Get(before, worker) != SecretExists::Get(after, worker)) {
    add(SecretExists::Get(after, worker), WorkerChange::kSecretCreated,
        WorkerChange::kSecretDeleted);
  }
  if (LiveSession::Get(before, worker) != LiveSession::Get(after, worker)) {
    add(LiveSession::Get(after, worker), WorkerChange::kSessionOpened, WorkerChange::kSessionEnded);
  }
  return changes;
}

}  // namespace fencepost::models
