#include "properties/pods_reaped.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void PodsReaped::Find(const RestView& rest, Findings& findings) const {
  for (const PodInfo& pod : rest.pods) {
    if (pod.phase == PodPhase::kTerminating) continue;  // the pod will be gone by itself
    const WorkerRow* const row = rest.FindWorker(pod.worker);
    const auto found = [&](std::string_view why) {
      findings.push_back(absl::StrCat("pod ", pod.name.text(), " (", pod.uid.text(), ") is there, ",
                                      std::string(why)));
    };
    if (row == nullptr) {
      found("and its worker has no row");
    } else if (HasEnded(row->state)) {
      found("and its row is " + Describe(*row));
    }
  }
}

}  // namespace fencepost::properties
