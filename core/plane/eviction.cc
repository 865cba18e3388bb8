#include "core/plane/eviction.h"

#include <vector>

#include "absl/time/time.h"

namespace fencepost {
namespace {

// The parked workers that fill the cap, longest parked first.
absl::StatusOr<std::vector<WorkerSnapshot>> ParkedUnder(ClaimOutcome cap, Runtime& runtime,
                                                        const Config& config, WorkerStore& store,
                                                        const Org& org) {
  constexpr WorkerState kParked = WorkerState::kHotIdle;
  if (cap == ClaimOutcome::kOrgCap) {
    return runtime.Call(CallSite{CallTarget::kStore, "list_parked", {}, kParked},
                        [&] { return store.ListParked(org, config.listing_limit); });
  }
  return runtime.Call(CallSite{CallTarget::kStore, "list_by_state_age", {}, kParked}, [&] {
    return store.ListByStateAge(kParked, absl::ZeroDuration(), config.listing_limit);
  });
}

}  // namespace

absl::StatusOr<bool> EvictParked(Runtime& runtime, const Config& config, WorkerStore& store,
                                 WorkerLifecycle& lifecycle, const Org& org, const Image& image,
                                 ClaimOutcome cap) {
  const absl::StatusOr<std::vector<WorkerSnapshot>> oldest_first =
      ParkedUnder(cap, runtime, config, store, org);
  if (!oldest_first.ok()) return oldest_first.status();
  for (const WorkerSnapshot& parked : *oldest_first) {
    if (parked.row().org == org && parked.row().image == image) continue;  // can be claimed
    const TransitionResult ended = lifecycle.RetireIdleVariant(parked, "evicted");
    if (absl::IsCancelled(ended.error)) return ended.error;
    if (ended.landed()) return true;
  }
  return false;
}

}  // namespace fencepost
