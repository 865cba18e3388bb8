#include "properties/warm_target_met.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void WarmTargetMet::Find(const RestView& rest, Findings& findings) const {
  const bool somebody_serves =
      std::any_of(rest.control_planes.begin(), rest.control_planes.end(),
                  [](const ControlPlaneRow& row) { return row.state == CpState::kActive; });
  if (!somebody_serves) return;
  const auto active = std::count_if(rest.workers.begin(), rest.workers.end(),
                                    [](const WorkerRow& row) { return !HasEnded(row.state); });
  for (const auto& [image, target] : rest.config->warm_target) {
    const auto warm = std::count_if(rest.workers.begin(), rest.workers.end(),
                                    [&, &wanted = image](const WorkerRow& row) {
                                      return row.state == WorkerState::kIdle && row.org.empty() &&
                                             row.image == wanted && rest.OwnerLives(row);
                                    });
    if (warm >= target || active >= rest.config->caps.global) continue;
    findings.push_back(absl::StrCat("of image ", image.text(), " ", warm, " workers are idle, ",
                                    target, " are wanted, and ", active, " workers are active"));
  }
}

}  // namespace fencepost::properties
