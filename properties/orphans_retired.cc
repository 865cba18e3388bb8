#include "properties/orphans_retired.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void OrphansRetired::Find(const RestView& rest, Findings& findings) const {
  for (const WorkerRow& row : rest.workers) {
    if (HasEnded(row.state) || rest.OwnerLives(row)) continue;
    const ControlPlaneRow* const owner = rest.FindControlPlane(row.owner_cp);
    const char* const why = owner == nullptr                    ? "has no row"
                            : owner->state == CpState::kExpired ? "is expired"
                                                                : "is dead";
    findings.push_back(absl::StrCat(Describe(row), ": its owner ", why,
                                    rest.HasLiveSession(row.worker_id)
                                        ? ", and a live session protects it"
                                        : ", and no session protects it"));
  }
}

}  // namespace fencepost::properties
