#include "campaign/shared/schema.h"

#include <fmt/format.h>

namespace fencepost::campaign {

absl::Status CheckSchemaVersion(const std::string& place, std::int64_t version) {
  if (version == kSchemaVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "the shared campaign {} has version {}, made by {} program; this one knows version {}: "
      "use that program, or another place",
      place, version, version > kSchemaVersion ? "a newer" : "an older", kSchemaVersion));
}

}  // namespace fencepost::campaign
