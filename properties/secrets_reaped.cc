#include "properties/secrets_reaped.h"

#include "absl/strings/str_cat.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {

void SecretsReaped::Find(const RestView& rest, Findings& findings) const {
  for (const WorkerId worker : rest.secrets) {
    const WorkerRow* const row = rest.FindWorker(worker);
    if (row != nullptr && !HasEnded(row->state)) continue;
    findings.push_back(
        absl::StrCat("the secret of worker ", Number(worker), " is there, and ",
                     row == nullptr ? "the worker has no row" : "its row is " + Describe(*row)));
  }
}

}  // namespace fencepost::properties
