// One compare-and-set on a worker's row: what the caller believes, and what is to be written.
//
// Judge and Apply are the meaning of the lifecycle table, as pure functions. A store that can run
// C++ inside its atomic step calls them; a store that speaks SQL must agree with them, which the
// contract and differential tests compare.
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "core/rules/worker.h"

namespace fencepost {

struct TransitionRequest {
  Operation operation{};
  OperationId id;
  WorkerId worker{};

  // What the caller believes. A lease names owner and epoch; a snapshot all four; a take-over
  // compares the epoch alone.
  CpId believed_owner;
  Epoch believed_epoch{};
  WorkerState believed_state{};
  Revision believed_revision{};

  // What must hold besides, and what is written.
  GuardSet guards;                    // the rule's, and those that the caller may add
  absl::Duration orphan_grace;        // with kOwnerGone: an owner expired for less may revive
  std::optional<WorkerState> target;  // empty: the state stays
  CpId new_owner;                     // with Effect::kSetOwner
  PodUid pod_uid;                     // with Effect::kRecordPodUid
  absl::Time credentials_expiry;      // with Effect::kRecordCredentials
  std::string reason;                 // with Effect::kRecordReason
};

// What the store knows besides the row, read in the same atomic step.
struct GuardFacts {
  bool owner_gone = false;  // by the request's grace
  bool live_session = false;
};

// True if the owner counts as gone for this request. A null `owner` has no row.
bool OwnerIsGone(const ControlPlaneRow* owner, absl::Duration orphan_grace, absl::Time store_now);

// The outcome of `request` on `row`; a null `row` does not exist. On kTransitioned the caller calls
// Apply, unless AlreadyApplied says that this operation has taken effect before.
TransitionOutcome Judge(const TransitionRequest& request, const WorkerRow* row,
                        const GuardFacts& facts);

// True if this operation was the row's last change: repeating it changes nothing and succeeds.
bool AlreadyApplied(const TransitionRequest& request, const WorkerRow& row);

// REQUIRES: Judge gave kTransitioned.
void Apply(const TransitionRequest& request, absl::Time store_now, WorkerRow& row);

}  // namespace fencepost
