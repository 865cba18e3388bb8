// Creates and claims as pure functions, beside core/rules/request.h's Judge and Apply for
// transitions.
//
// Which rows there are and how they are locked is the store's; what a new or a claimed row looks
// like is written here once.
#pragma once

#include "absl/time/time.h"
#include "core/rules/replies.h"
#include "core/rules/transition.h"
#include "core/rules/worker.h"

namespace fencepost {

// Where creates and claims lead: a claim whose row is in another state by now has been overtaken.
inline constexpr StateSet kClaimedStates{WorkerState::kSpawning, WorkerState::kReserved};

// kCreateWarmSlot when no org asks, else kCreateOrgSlot.
Operation OperationOf(const CreateRequest& request);

// Of the kind that the claim wants: state, image, and an org that is the asking one or, for an
// idle worker, none yet. A worker that is not yet the org's takes room under its cap.
bool IsWanted(Operation operation, const ClaimRequest& request, const WorkerRow& row);

WorkerRow NewWorker(const CreateRequest& request, WorkerId id, absl::Time store_now);

// REQUIRES: IsWanted.
void ApplyClaim(Operation operation, const ClaimRequest& request, absl::Time store_now,
                WorkerRow& row);

}  // namespace fencepost
