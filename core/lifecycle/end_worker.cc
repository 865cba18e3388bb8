#include "core/lifecycle/end_worker.h"

#include <utility>

namespace fencepost {

bool EndAsLost(WorkerLifecycle& lifecycle, LeaseCell::Checkout& checkout, std::string reason) {
  TransitionResult lost = lifecycle.MarkLost(checkout.lease(), std::move(reason));
  checkout.Drop();
  const bool landed = lost.fence.has_value();
  if (landed) lifecycle.ScheduleCleanup(*std::move(lost.fence));
  return landed;
}

}  // namespace fencepost
