#include "core/plane/org_backoff.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/retry.h"

namespace fencepost {

absl::Status OrgBackoff::TakeTurn(const Org& org) {
  const auto found = failing_.find(org);
  if (found == failing_.end()) return absl::OkStatus();
  Failing& failing = found->second;
  if (failing.until > runtime_.Now()) {
    return absl::UnavailableError(
        absl::StrCat("org ", org.text(), " backs off: ", failing.why.message()));
  }
  failing.until = runtime_.Now() + Delay(failing.failures);
  return absl::OkStatus();
}

absl::Time OrgBackoff::NextTurn(const Org& org) const {
  const auto found = failing_.find(org);
  return found == failing_.end() ? absl::InfinitePast() : found->second.until;
}

void OrgBackoff::Failed(const Org& org, const absl::Status& why) {
  const absl::Time now = runtime_.Now();
  // An org that has not asked for as long as the longest back-off begins anew.
  absl::erase_if(failing_, [&](const auto& entry) {
    return entry.first != org && entry.second.until + config_.org_backoff_limit <= now;
  });
  Failing& failing = failing_[org];
  ++failing.failures;
  failing.until = now + Delay(failing.failures);
  failing.why = why;
}

void OrgBackoff::Succeeded(const Org& org) { failing_.erase(org); }

// Between half and the whole of the doubled back-off, so that orgs that failed together do not come
// back together.
absl::Duration OrgBackoff::Delay(int failures) {
  absl::Duration longest = config_.org_backoff;
  for (int i = 1; i < failures && longest < config_.org_backoff_limit; ++i) longest *= 2;
  longest = std::min(longest, config_.org_backoff_limit);
  return longest * (0.5 + RandomShare(runtime_) / 2);
}

}  // namespace fencepost
