#include "properties/property.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

std::string Describe(const WorkerRow& row) {
  const std::string_view state = StateName(row.state);
  return absl::StrCat("worker ", Number(row.worker_id), " (",
                      absl::string_view(state.data(), state.size()), ", owner ",
                      row.owner_cp.text(), ", epoch ", Number(row.owner_epoch), ", revision ",
                      Number(row.revision), ")");
}

}  // namespace fencepost::properties
