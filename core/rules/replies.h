// Requests to a store and its replies, as plain data: creates, claims, sessions, leadership,
// transitions. The calls themselves are in core/seams/worker_store.h.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"
#include "core/rules/outcome.h"
#include "core/rules/worker.h"

namespace fencepost {

// Limits on active workers (every state but the terminal ones), exact under concurrency.
struct Caps {
  std::int64_t per_org = std::numeric_limits<std::int64_t>::max();
  std::int64_t global = std::numeric_limits<std::int64_t>::max();
};

struct CreateRequest {
  OperationId id;
  CpId owner;
  Image image;
  Org org;  // empty: a warm slot
  Caps caps{};
  // For warm slots: how many unbound workers of this image, idle or being spawned by a living
  // owner, are enough.
  std::int64_t warm_target = 0;
};

struct ClaimRequest {
  OperationId id;
  CpId new_owner;
  Org org;
  // ClaimIdle takes workers of this image only. ClaimHotIdle: empty means any image.
  Image image;
  Caps caps{};  // per_org only: a claim makes no new worker
};

// Where several reasons hold at once, the first of kOwnerNotActive, kOrgCap, kGlobalCap,
// kWarmTargetMet, kNoneAvailable is told.
enum class ClaimOutcome : std::uint8_t {
  kClaimed,        // `lease` and `row` are set
  kNoneAvailable,  // every row of the wanted kind is locked by another claim, or there is none
  kOrgCap,         // for a claim: no room for another worker, and none that the org already has
  kGlobalCap,
  kWarmTargetMet,
  kOwnerNotActive,  // the asking control plane is draining, expired or unknown
};
std::string_view ClaimOutcomeName(ClaimOutcome outcome);

struct ClaimReply {
  ClaimOutcome outcome = ClaimOutcome::kNoneAvailable;
  std::optional<WorkerSnapshot> row;
  std::optional<WorkerLease> lease;
};

// A session call's outcome uses the words of transitions: kTransitioned when it took effect, else
// the reason why not. kFenceMissSession: another live session has the worker, or the session is
// not in a state that the call starts from.
struct SessionReply {
  TransitionOutcome outcome = TransitionOutcome::kStoreError;
  std::optional<SessionRow> session;
};

struct OwnedWorker {
  WorkerSnapshot row;
  WorkerLease lease;
};

struct LeadershipReply {
  bool leads = false;
  Term term{};  // the present leader's, whether or not it is the caller
  CpId leader;
  absl::Time until;  // store's clock
};

struct TransitionReply {
  TransitionOutcome outcome = TransitionOutcome::kStoreError;
  // The row after the change, or as it stood when the fence missed. Empty when it is missing.
  std::optional<WorkerSnapshot> row;
  // Set when the operation took effect and grants a lease.
  std::optional<WorkerLease> lease;
};

}  // namespace fencepost
