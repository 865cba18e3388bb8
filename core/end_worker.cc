#include "core/end_worker.h"

#include <utility>

namespace fencepost {

void EndAsLost(WorkerLifecycle& lifecycle, LeaseCell::Checkout& checkout, std::string reason) {
  TransitionResult lost = lifecycle.MarkLost(checkout.lease(), std::move(reason));
  checkout.Drop();
  if (lost.fence.has_value()) lifecycle.ScheduleCleanup(*std::move(lost.fence));
}

}  // namespace fencepost
