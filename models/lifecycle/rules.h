// The names of everything that can happen in the abstract protocol, and who owes which of it.
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

// How one step went: the effect, and whether its actor was told.
enum class Ending : std::uint8_t { kDone, kMissed, kReplyLost, kSpared };
constexpr bool HasLanded(Ending ending) {
  return ending == Ending::kDone || ending == Ending::kReplyLost;
}

enum class Rule : std::uint16_t {
  // The process.
  kCrash,
  kHeartbeatMissed,
  kGracePassed,
  kRevived,
  kLearnedGone,
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
  kLeaveToShutdown,
  kClaimIdle,
  kClaimHotIdle,
  kTakeOver,
  kStartActivation,
  kBeginActivation,
  kFinishActivation,
  kOpenSession,
  kLeaveUnopened,
  kPark,
  kUnhealthy,
  kLearnClaim,
  kStartRefresh,
  kLeaveUnrefreshed,
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
// The operation of the lifecycle table that the rule attempts; empty when it changes no row. One
// that creates a slot stands for both kinds of slots.
std::optional<Operation> OperationOf(Rule rule);
// An operation as the rules have it, which know one kind of slot.
constexpr Operation InTheRules(Operation operation) {
  return operation == Operation::kCreateOrgSlot ? Operation::kCreateWarmSlot : operation;
}
// "reply_lost".
std::string_view EndingName(Ending ending);

// Fair actions: what some actor owes, for each control plane or each worker. All are strong: a
// fault may come between any two steps, and a run in which it always comes just in time is no
// excuse.
enum class FairAction : std::uint8_t {
  // Of a control plane.
  kExpiry,
  kHeartbeat,
  kMainStep,
  kAsideStep,
  kUpkeep,
  kShutdown,
  // Of a worker.
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

// Whose step it is and how it went. `miss` is why the store refused what is kMissed.
constexpr std::uint16_t DetailOf(int cp, int worker, Ending ending, TransitionOutcome miss = {}) {
  return static_cast<std::uint16_t>(cp | (worker << 2) | (static_cast<int>(ending) << 4) |
                                    (static_cast<int>(miss) << 8));
}
constexpr int ControlPlaneOf(std::uint16_t detail) { return detail & 3; }
constexpr int WorkerOf(std::uint16_t detail) { return (detail >> 2) & 3; }
constexpr Ending EndingOf(std::uint16_t detail) { return static_cast<Ending>((detail >> 4) & 15); }
constexpr TransitionOutcome MissOf(std::uint16_t detail) {
  return static_cast<TransitionOutcome>(detail >> 8);
}
inline constexpr int kNobodysControlPlane = 3;
inline constexpr int kNobodysWorker = 3;

// "cp-1", "janitor" or "client".
std::string ActorName(std::uint16_t rule, std::uint16_t detail);
// "cp-1 refreshes the lease of worker 2: it lands, the reply is lost".
std::string DescribeStep(std::uint16_t rule, std::uint16_t detail);
// The whole state, a few lines.
std::string DescribeState(const State& state, int control_planes, int workers);

}  // namespace fencepost::models
