// The arguments that every store refuses. A store calls these functions before it looks at any row,
// so that all stores refuse the same arguments, as InvalidArgument with the reason.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/replies.h"
#include "core/rules/transition.h"

namespace fencepost {

// `what` names the argument: "the age".
absl::Status CheckNotNegative(absl::Duration duration, std::string_view what);
absl::Status CheckTtl(absl::Duration ttl);
absl::Status CheckLimit(std::int64_t limit);
absl::Status CheckListing(absl::Duration age, std::int64_t limit);
absl::Status CheckCp(const CpId& cp);
absl::Status CheckSession(const SessionId& session);
absl::Status CheckSession(const SessionHandle& session);
absl::Status CheckSession(const SessionHandle& session, absl::Duration ttl);
absl::Status CheckRenewal(const CpId& owner, const std::vector<SessionHandle>& sessions,
                          absl::Duration ttl);
absl::Status CheckOperationId(OperationId id);
absl::Status CheckCreate(const CreateRequest& request);
// `operation` is kClaimIdle or kClaimHotIdle.
absl::Status CheckClaim(Operation operation, const ClaimRequest& request);

}  // namespace fencepost
