#include "properties/convergence.h"

#include "absl/strings/str_join.h"

namespace fencepost::properties {

void Convergence::AtRest(const RestView& rest) {
  Findings findings;
  Find(rest, findings);
  if (!findings.empty()) Broken(absl::StrJoin(findings, "; "));
}

}  // namespace fencepost::properties
