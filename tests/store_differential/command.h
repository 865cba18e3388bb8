// One call on a store, as data: what the differential test draws, shrinks and prints as code.
#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

namespace fencepost::store_differential {

enum class Do : std::uint8_t {
  // ---- Control planes
  kRegister,
  kHeartbeat,
  kBeginDrain,
  kDeregister,
  kExpireControlPlanes,
  kExpireOverdueDrains,
  kForgetControlPlanes,
  kLead,
  kResign,
  // ---- Becoming the owner
  kCreateOrgSlot,
  kCreateWarmSlot,
  kMakeHot,  // a slot, published and activated: otherwise few sequences get there
  kClaimIdle,
  kClaimHotIdle,
  kTakeOver,
  // ---- As the owner
  kPublishIdle,
  kPublishReserved,
  kBeginActivation,
  kFinishActivation,
  kPark,
  kReturnIdle,
  kReturnHotIdle,
  kRefreshLease,
  kStampCredentials,
  kDrain,
  kDrainAnyway,
  kRetireDrained,
  kMarkLost,
  // ---- From a snapshot
  kRetireFromSnapshot,
  kRetireOrphan,
  kRetireIdleVariant,
  kForgetWorkers,
  // ---- Sessions
  kOpenSession,
  kDisconnectSession,
  kReclaimSession,
  kCloseSession,
  kRenewSessions,
  kExpireSessions,
  // ---- The rest
  kFindClaim,
  kLoseNextReply,  // of the next transition or claim
  kAdvance,        // the clock
};
inline constexpr int kDoCount = static_cast<int>(Do::kAdvance) + 1;
// "kRegister"
std::string_view DoName(Do what);

// Small numbers that each kind of call uses as it needs them: a worker is one of those that were
// made, a belief one of the leases or snapshots that were seen of it, 0 the latest.
struct Command {
  Do what = Do::kAdvance;
  int cp = 0;
  int worker = 0;
  int belief = 0;
  int name = 0;  // of an org, an image or a session
  int amount = 0;

  friend bool operator==(const Command&, const Command&) = default;
};

// As C++: "{Do::kPark, 0, 1, 0, 0, 0}".
std::ostream& operator<<(std::ostream& out, const Command& command);

}  // namespace fencepost::store_differential
