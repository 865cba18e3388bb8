#include "core/events/rest_view.h"

#include <algorithm>

namespace fencepost {

const WorkerRow* RestView::FindWorker(WorkerId worker) const {
  const auto found =
      std::lower_bound(workers.begin(), workers.end(), worker,
                       [](const WorkerRow& row, WorkerId id) { return row.worker_id < id; });
  return found != workers.end() && found->worker_id == worker ? &*found : nullptr;
}

const ControlPlaneRow* RestView::FindControlPlane(const CpId& cp) const {
  const auto found =
      std::lower_bound(control_planes.begin(), control_planes.end(), cp,
                       [](const ControlPlaneRow& row, const CpId& id) { return row.cp_id < id; });
  return found != control_planes.end() && found->cp_id == cp ? &*found : nullptr;
}

bool RestView::OwnerLives(const WorkerRow& row) const {
  const ControlPlaneRow* const owner = FindControlPlane(row.owner_cp);
  return owner != nullptr && owner->state != CpState::kExpired &&
         std::find(dead.begin(), dead.end(), row.owner_cp) == dead.end();
}

bool RestView::IsUndisturbed(const CpId& cp) const {
  return std::find(undisturbed.begin(), undisturbed.end(), cp) != undisturbed.end();
}

bool RestView::HasLiveSession(WorkerId worker) const {
  auto session =
      std::lower_bound(sessions.begin(), sessions.end(), worker,
                       [](const SessionRow& row, WorkerId id) { return row.worker_id < id; });
  for (; session != sessions.end() && session->worker_id == worker; ++session) {
    if (IsLive(*session, store_now)) return true;
  }
  return false;
}

}  // namespace fencepost
