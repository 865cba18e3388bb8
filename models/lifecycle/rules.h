// The rules of the abstract protocol, by name, and the fair actions of its actors.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/rules/outcome.h"
#include "core/rules/transition.h"
#include "models/checker/model.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

// The result of a step: its effect, and whether its actor learns of it. kSpared: a session protects
// the worker.
enum class StepResult : std::uint8_t { kDone, kMissed, kReplyLost, kSpared };
constexpr bool HasLanded(StepResult result) {
  return result == StepResult::kDone || result == StepResult::kReplyLost;
}

enum class Rule : std::uint16_t {
  // The process.
  kCrash,
  kHeartbeatMissed,
  kGracePassed,
  kRevived,
  kLearnExpired,
  kShutdownBegins,
  kDrainBegins,
  kDeregister,
  // Choreographies of a control plane.
  kCreate,
  kSpawnSecret,
  kSpawnPod,
  kPublishIdle,
  kPublishReserved,
  kGiveUp,
  kYieldToShutdown,
  kClaimIdle,
  kClaimHotIdle,
  kTakeOver,
  kStartActivation,
  kBeginActivation,
  kFinishActivation,
  kReturnIdle,
  kReturnHotIdle,
  kLeaveToUpkeep,
  kOpenSession,
  kCancelOpen,
  kPark,
  kUnhealthy,
  kReceiveReply,
  kStartRefresh,
  kCancelRefresh,
  kRefreshLease,
  kStampCredentials,
  kTakeUp,
  kForget,
  kDrain,
  kDeleteDrainedPod,
  kDeleteDrainedSecret,
  kRetireDrained,
  kRetireListed,
  kDeletePod,
  kDeleteSecret,
  kCallFails,
  // The janitor.
  kListOrphan,
  kListStuck,
  kListIdle,
  kRetireOrphan,
  kRetireStuck,
  kRetireIdle,
  kReconcile,
  kReapPod,
  kReapSecret,
  kJanitorChanges,
  // The client.
  kSessionEnds,
};
inline constexpr std::size_t kRuleCount = static_cast<std::size_t>(Rule::kSessionEnds) + 1;

std::string_view RuleName(Rule rule);
// The operation of the lifecycle table that the rule attempts; nullopt if it changes no row. The
// rule that creates a slot stands for both kinds of slots.
std::optional<Operation> OperationOf(Rule rule);
// The operation that stands for `operation` in the rules, which have one kind of slot.
constexpr Operation ModelOperation(Operation operation) {
  return operation == Operation::kCreateOrgSlot ? Operation::kCreateWarmSlot : operation;
}
// "reply_lost".
std::string_view StepResultName(StepResult result);

// The fair actions, for each control plane or each worker. All are strongly fair: a fault may
// disable an action between any two steps, and with weak fairness a run in which that happens each
// time would be fair.
enum class FairAction : std::uint8_t {
  // For each control plane.
  kExpiry,
  kHeartbeat,
  kMainStep,
  kBackgroundStep,
  kUpkeep,
  kShutdown,
  // For each worker.
  kListOrphan,
  kListStuck,
  kRetire,
  kReconcile,
  kReapPod,
  kReapSecret,
  kSessionEnd,
};
inline constexpr int kFairPerControlPlane = 6;
inline constexpr int kFairPerWorker = 7;

constexpr std::uint8_t FairIndex(FairAction action, int cp_or_worker) {
  return static_cast<std::uint8_t>(static_cast<int>(action) * 3 + cp_or_worker);
}
static_assert((kFairPerControlPlane + kFairPerWorker) * 3 <= kMostFairActions);

// Encodes the actor, the worker and the result of a step. `miss` is the store's reason for kMissed.
constexpr std::uint16_t DetailOf(int cp, int worker, StepResult result,
                                 TransitionOutcome miss = {}) {
  return static_cast<std::uint16_t>(cp | (worker << 2) | (static_cast<int>(result) << 4) |
                                    (static_cast<int>(miss) << 8));
}
constexpr int ControlPlaneOf(std::uint16_t detail) { return detail & 3; }
constexpr int WorkerOf(std::uint16_t detail) { return (detail >> 2) & 3; }
constexpr StepResult ResultOf(std::uint16_t detail) {
  return static_cast<StepResult>((detail >> 4) & 15);
}
constexpr TransitionOutcome MissOf(std::uint16_t detail) {
  return static_cast<TransitionOutcome>(detail >> 8);
}
inline constexpr int kNoControlPlane = 3;
inline constexpr int kNoWorker = 3;

// "cp-1", "janitor" or "client".
std::string ActorName(std::uint16_t rule, std::uint16_t detail);
// "cp-1 refreshes the lease of worker 2: it lands, the reply is lost".
std::string DescribeStep(std::uint16_t rule, std::uint16_t detail);
// The whole state, a few lines.
std::string DescribeState(const State& state, int control_planes, int workers);

}  // namespace fencepost::models
