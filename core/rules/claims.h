// Creates and claims as pure functions, beside core/rules/request.h's Judge and Apply for
// transitions.
//
// The store knows which rows exist and how they are locked; what a new row and a claimed row look
// like is written once, here.
#pragma once

#include "absl/time/time.h"
#include "core/rules/replies.h"
#include "core/rules/transition.h"
#include "core/rules/worker.h"

namespace fencepost {

// The states that creates and claims lead to. A claim whose row has left them was overtaken.
inline constexpr StateSet kClaimedStates{WorkerState::kSpawning, WorkerState::kReserved};

// kCreateWarmSlot if the request names no org, else kCreateOrgSlot.
Operation OperationOf(const CreateRequest& request);

// True if the claim may take the row: its state and image fit, and its org is the asking one or,
// for an idle worker, none yet. A worker that does not belong to the org yet takes room under its
// cap.
bool IsWanted(Operation operation, const ClaimRequest& request, const WorkerRow& row);

// True if the claim may take a worker that no org has yet, which takes room under the org's cap.
bool TakesUnbound(Operation operation);

// The reply to a create or a claim that changed nothing.
ClaimReply RefusedClaim(ClaimOutcome why);
// Why a claim finds no row. `room`: the org's cap leaves room for another worker.
ClaimReply NoRowFits(bool room);

WorkerRow NewWorker(const CreateRequest& request, WorkerId id, absl::Time store_now);

// REQUIRES: IsWanted.
void ApplyClaim(Operation operation, const ClaimRequest& request, absl::Time store_now,
                WorkerRow& row);

}  // namespace fencepost
