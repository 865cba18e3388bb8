// Room under a cap: a parked worker that nobody waits for ends, so that somebody who waits is
// served.
#pragma once

#include "absl/status/statusor.h"
#include "core/lifecycle/lifecycle.h"
#include "core/rules/config.h"
#include "core/seams/runtime.h"
#include "core/seams/worker_store.h"

namespace fencepost {

// Retires the worker that has been parked for longest among those that fill `cap` and cannot serve
// a request of `org` for `image`: under kOrgCap the org's own workers of other images, under
// kGlobalCap all others. The retirement is fenced by what was listed, so a worker that is claimed
// meanwhile stays. Looks at the listing_limit oldest parked workers of the org or of the fleet.
// True if a worker was retired; an error of the listing, or Cancelled.
absl::StatusOr<bool> EvictParked(Runtime& runtime, const Config& config, WorkerStore& store,
                                 WorkerLifecycle& lifecycle, const Org& org, const Image& image,
                                 ClaimOutcome cap);

}  // namespace fencepost
