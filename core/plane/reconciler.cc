#include "core/plane/reconciler.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/btree_set.h"

namespace fencepost {
namespace {

// Cancelled, or OK: nothing else ends the pass.
absl::Status Judge(EventSender& events, WorkerLifecycle& lifecycle, WorkerId worker,
                   absl::StatusOr<std::optional<Fence>> fence) {
  if (!fence.ok()) {
    if (absl::IsCancelled(fence.status())) return fence.status();
    events.Note(worker, "reconcile_failed", fence.status());
    return absl::OkStatus();
  }
  if (!fence->has_value()) return absl::OkStatus();
  const absl::Status cleaned = lifecycle.CleanUp(**fence);
  return absl::IsCancelled(cleaned) ? cleaned : absl::OkStatus();
}

// What belongs to an active worker is passed over here, for many workers in one call: almost
// everything does, and one call for each pod of a big fleet would outlast the leadership. What is
// left is looked at again, one by one, where its fence is minted.
template <class Found>
absl::Status JudgeAll(
    Runtime& runtime, const Config& config, EventSender& events, WorkerStore& store,
    WorkerLifecycle& lifecycle, absl::FunctionRef<bool()> goes_on, const std::vector<Found>& found,
    absl::StatusOr<std::optional<Fence>> (WorkerLifecycle::*fence)(const Found&)) {
  const auto batch = static_cast<std::size_t>(config.listing_limit);
  for (std::size_t begin = 0; begin < found.size(); begin += batch) {
    const std::size_t end = std::min(found.size(), begin + batch);
    if (!goes_on()) return absl::OkStatus();
    std::vector<WorkerId> workers;
    for (std::size_t i = begin; i < end; ++i) workers.push_back(found[i].worker);
    const absl::StatusOr<std::vector<WorkerSnapshot>> rows =
        runtime.Call(CallSite{CallTarget::kStore, "observe_all"},
                     [&store, &workers] { return store.ObserveAll(workers); });
    if (!rows.ok()) return rows.status();
    absl::btree_set<WorkerId> active;
    for (const WorkerSnapshot& row : *rows) {
      if (!IsTerminal(row.row().state)) active.insert(row.row().worker_id);
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (active.contains(found[i].worker)) continue;
      if (!goes_on()) return absl::OkStatus();
      absl::Status judged = Judge(events, lifecycle, found[i].worker, (lifecycle.*fence)(found[i]));
      if (!judged.ok()) return judged;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReconcilePods(Runtime& runtime, const Config& config, EventSender& events,
                           WorkerStore& store, PodRuntime& pods, WorkerLifecycle& lifecycle,
                           absl::FunctionRef<bool()> goes_on) {
  absl::StatusOr<std::vector<PodInfo>> listed = runtime.CallOwning(
      CallSite{CallTarget::kPods, "list_pods"}, [&pods] { return pods.ListPods(); });
  if (!listed.ok()) return listed.status();
  std::erase_if(*listed, [](const PodInfo& pod) { return pod.phase == PodPhase::kTerminating; });
  return JudgeAll(runtime, config, events, store, lifecycle, goes_on, *listed,
                  &WorkerLifecycle::FenceStrandedPod);
}

absl::Status ReconcileSecrets(Runtime& runtime, const Config& config, EventSender& events,
                              WorkerStore& store, SecretStore& secrets, WorkerLifecycle& lifecycle,
                              absl::FunctionRef<bool()> goes_on) {
  absl::StatusOr<std::vector<SecretInfo>> listed = runtime.CallOwning(
      CallSite{CallTarget::kSecrets, "list_secrets"}, [&secrets] { return secrets.ListSecrets(); });
  if (!listed.ok()) return listed.status();
  return JudgeAll(runtime, config, events, store, lifecycle, goes_on, *listed,
                  &WorkerLifecycle::FenceStrandedSecret);
}

}  // namespace fencepost
