#include "tests/store_differential/command.h"

namespace fencepost::store_differential {

std::string_view DoName(Do what) {
  switch (what) {
    case Do::kRegister:
      return "kRegister";
    case Do::kHeartbeat:
      return "kHeartbeat";
    case Do::kBeginDrain:
      return "kBeginDrain";
    case Do::kDeregister:
      return "kDeregister";
    case Do::kExpireControlPlanes:
      return "kExpireControlPlanes";
    case Do::kExpireOverdueDrains:
      return "kExpireOverdueDrains";
    case Do::kForgetControlPlanes:
      return "kForgetControlPlanes";
    case Do::kLead:
      return "kLead";
    case Do::kResign:
      return "kResign";
    case Do::kCreateOrgSlot:
      return "kCreateOrgSlot";
    case Do::kCreateWarmSlot:
      return "kCreateWarmSlot";
    case Do::kMakeHot:
      return "kMakeHot";
    case Do::kClaimIdle:
      return "kClaimIdle";
    case Do::kClaimHotIdle:
      return "kClaimHotIdle";
    case Do::kTakeOver:
      return "kTakeOver";
    case Do::kPublishIdle:
      return "kPublishIdle";
    case Do::kPublishReserved:
      return "kPublishReserved";
    case Do::kBeginActivation:
      return "kBeginActivation";
    case Do::kFinishActivation:
      return "kFinishActivation";
    case Do::kPark:
      return "kPark";
    case Do::kReturnIdle:
      return "kReturnIdle";
    case Do::kReturnHotIdle:
      return "kReturnHotIdle";
    case Do::kRefreshLease:
      return "kRefreshLease";
    case Do::kStampCredentials:
      return "kStampCredentials";
    case Do::kDrain:
      return "kDrain";
    case Do::kDrainAnyway:
      return "kDrainAnyway";
    case Do::kRetireDrained:
      return "kRetireDrained";
    case Do::kMarkLost:
      return "kMarkLost";
    case Do::kRetireFromSnapshot:
      return "kRetireFromSnapshot";
    case Do::kRetireOrphan:
      return "kRetireOrphan";
    case Do::kRetireIdleVariant:
      return "kRetireIdleVariant";
    case Do::kForgetWorkers:
      return "kForgetWorkers";
    case Do::kOpenSession:
      return "kOpenSession";
    case Do::kDisconnectSession:
      return "kDisconnectSession";
    case Do::kReclaimSession:
      return "kReclaimSession";
    case Do::kCloseSession:
      return "kCloseSession";
    case Do::kRenewSessions:
      return "kRenewSessions";
    case Do::kExpireSessions:
      return "kExpireSessions";
    case Do::kFindClaim:
      return "kFindClaim";
    case Do::kLoseNextReply:
      return "kLoseNextReply";
    case Do::kAdvance:
      return "kAdvance";
  }
  return "";
}

std::ostream& operator<<(std::ostream& out, const Command& command) {
  return out << "{Do::" << DoName(command.what) << ", " << command.cp << ", " << command.worker
             << ", " << command.belief << ", " << command.name << ", " << command.amount << "}";
}

}  // namespace fencepost::store_differential
