#include "campaign/shared/schema.h"

#include <fmt/format.h>

namespace fencepost::cli {

absl::Status CheckCorpusVersion(const std::string& place, std::int64_t version) {
  if (version == kCorpusVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format(
      "the corpus {} has version {}, made by {} program; this one knows version {}: "
      "use that program, or another corpus",
      place, version, version > kCorpusVersion ? "a newer" : "an older", kCorpusVersion));
}

}  // namespace fencepost::cli
