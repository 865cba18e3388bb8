// What several clients did to a few workers at once, and whether one client could have done it.
//
// Every recorded call is about one worker and its sessions, so the histories of the workers are
// checked one by one. The model is core's own rules, run one call at a time. The store's clock
// stands still: time takes no part.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/rules/request.h"
#include "core/seams/worker_store.h"
#include "properties/linearizability.h"

namespace fencepost::store_differential {

inline constexpr absl::Duration kSessionTtl = absl::Hours(1);

struct RecordedCall {
  enum class What { kTransition, kClaim, kObserve, kOpen, kDisconnect, kReclaim, kClose };

  What what{};
  WorkerId worker{};
  properties::CallSpan span;

  std::optional<TransitionRequest> request;  // of a transition
  std::optional<WorkerLease> lease;          // of kOpen and kReclaim
  SessionHandle handle;                      // of the session calls
  CpId claimant;                             // of a claim

  TransitionOutcome outcome = TransitionOutcome::kStoreError;  // of transitions and sessions
  std::optional<WorkerRow> row;  // as the result showed it; of a claim: what was claimed
  std::optional<SessionRow> session;
};
std::string FullText(const RecordedCall& call);

// Empty: the calls of each worker are linearizable. Otherwise the longest order that fits, and the
// calls that do not. `initial` are the rows before the first call, without sessions.
std::string WhyNotLinearizable(const std::vector<RecordedCall>& history,
                               const std::vector<WorkerRow>& initial, absl::Time store_now);

}  // namespace fencepost::store_differential
