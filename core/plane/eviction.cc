#include "core/plane/eviction.h"

#include <vector>

#include "absl/time/time.h"

namespace fencepost {
namespace {

// Whether the end of the parked worker makes room for the request.
bool MakesRoom(const WorkerRow& parked, const Org& org, const Image& image, ClaimOutcome cap) {
  if (parked.org == org && parked.image == image) return false;  // the request can claim it
  return cap == ClaimOutcome::kGlobalCap || parked.org == org;
}

}  // namespace

absl::StatusOr<bool> EvictParked(Runtime& runtime, const Config& config, WorkerStore& store,
                                 WorkerLifecycle& lifecycle, const Org& org, const Image& image,
                                 ClaimOutcome cap) {
  constexpr WorkerState kParked = WorkerState::kHotIdle;
  const absl::StatusOr<std::vector<WorkerSnapshot>> oldest_first = runtime.Call(
      CallSite{CallTarget::kStore, "list_by_state_age", {}, kParked},
      [&] { return store.ListByStateAge(kParked, absl::ZeroDuration(), config.listing_limit); });
  if (!oldest_first.ok()) return oldest_first.status();
  for (const WorkerSnapshot& parked : *oldest_first) {
    if (!MakesRoom(parked.row(), org, image, cap)) continue;
    const TransitionResult ended = lifecycle.RetireIdleVariant(parked, "evicted");
    if (absl::IsCancelled(ended.error)) return ended.error;
    if (ended.landed()) return true;
  }
  return false;
}

}  // namespace fencepost
