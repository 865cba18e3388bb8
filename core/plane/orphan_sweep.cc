#include "core/plane/orphan_sweep.h"

#include <vector>

namespace fencepost {

absl::StatusOr<int> SweepOrphans(Runtime& runtime, const Config& config, WorkerStore& store,
                                 WorkerLifecycle& lifecycle) {
  absl::StatusOr<std::vector<WorkerSnapshot>> orphans =
      runtime.Call(CallSite{CallTarget::kStore, "list_orphans"},
                   [&] { return store.ListOrphans(config.orphan_grace, config.listing_limit); });
  if (!orphans.ok()) return orphans.status();
  int retired = 0;
  for (const WorkerSnapshot& orphan : *orphans) {
    const TransitionResult result = lifecycle.RetireOrphan(orphan, "orphan");
    if (absl::IsCancelled(result.error)) return result.error;
    if (result.landed()) ++retired;
  }
  return retired;
}

}  // namespace fencepost
