#include "tests/store_differential/hands.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/store_contract/describe.h"

namespace fencepost::store_differential {
namespace {

using store_contract::FullText;

constexpr absl::Duration kTtl = absl::Seconds(60);
constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

Org OrgOf(const Command& command) { return Org(absl::StrCat("org-", command.name % 2)); }
Image ImageOf(const Command& command) { return Image(absl::StrCat("image-", command.amount % 2)); }
OperationId HolderOf(const Command& command) {
  return {BootId{77}, 1 + static_cast<std::uint64_t>(command.belief % 2)};
}
// Two tokens, which both orgs use.
std::vector<SessionId> AllSessions() {
  std::vector<SessionId> all;
  for (const char* org : {"org-0", "org-1"}) {
    for (const char* token : {"session-0", "session-1"}) {
      all.push_back({Org(org), SessionToken(token)});
    }
  }
  return all;
}
SessionHandle SessionOf(const Command& command) {
  return {{OrgOf(command), SessionToken(absl::StrCat("session-", command.name / 2 % 2))},
          HolderOf(command)};
}
PodUid UidOf(const Command& command) { return PodUid(absl::StrCat("uid-", command.amount)); }
absl::Duration AgeOf(const Command& command) { return absl::Seconds(30) * (command.amount % 4); }

}  // namespace

void Hands::Events::On(const Event& event) { absl::StrAppend(&text, FullText(event), "\n"); }

Hands::Hands(const store_contract::StoreFactory& factory)
    : name_(factory.name), store_(factory.make([this] { return now_; }, &events_)) {
  for (int i = 0; i < kControlPlanes; ++i) {
    const auto boot = static_cast<std::uint64_t>(i + 1);
    control_planes_[i] = std::make_unique<ControlPlane>(*store_, absl::StrCat("cp-", i), boot);
    control_planes_[i]->config.caps = {.per_org = 3, .global = 5};
  }
  store_->RegisterControlPlane(control_planes_[0]->id(), control_planes_[0]->boot()).IgnoreError();
}

Hands::Known* Hands::Of(const Command& command) {
  if (known_.empty()) return nullptr;
  auto place = known_.begin();
  std::advance(place, command.worker % std::ssize(known_));
  return &place->second;
}

const WorkerLease* Hands::Lease(const Command& command) {
  const Known* const known = Of(command);
  if (known == nullptr || known->leases.empty()) return nullptr;
  return &known->leases[known->leases.size() - 1 - command.belief % known->leases.size()];
}

const WorkerSnapshot* Hands::Snapshot(const Command& command) {
  const Known* const known = Of(command);
  if (known == nullptr || known->snapshots.empty()) return nullptr;
  return &known->snapshots[known->snapshots.size() - 1 - command.belief % known->snapshots.size()];
}

void Hands::Remember(const std::optional<WorkerSnapshot>& row,
                     const std::optional<WorkerLease>& lease) {
  if (row.has_value()) known_[row->row().worker_id].snapshots.push_back(*row);
  if (lease.has_value()) known_[lease->worker()].leases.push_back(*lease);
}

std::string Hands::Learn(const TransitionResult& result) {
  Remember(result.row, result.lease);
  return FullText(result);
}

std::string Hands::Learn(const ClaimResult& result) {
  Remember(result.row, result.lease);
  if (result.row.has_value()) last_claim_ = result.row->row().last_operation;
  return FullText(result);
}

std::string Hands::Run(const Command& command) {
  events_.text.clear();
  std::string text;
  if (command.what == Do::kAdvance) {
    now_ += absl::Seconds(20) * (command.amount % 5) + absl::Microseconds(command.amount);
  } else if (command.what == Do::kLoseNextReply) {
    Cp(command).LoseNextReply();
  } else if (command.what <= Do::kResign) {
    text = OnControlPlanes(command);
  } else if (command.what <= Do::kTakeOver || command.what == Do::kFindClaim) {
    text = OnClaims(command);
  } else if (command.what <= Do::kMarkLost) {
    const WorkerLease* const lease = Lease(command);
    if (lease != nullptr) text = UnderLease(command, WorkerLease(*lease));
  } else if (command.what < Do::kForgetWorkers) {
    const WorkerSnapshot* const seen = Snapshot(command);
    if (seen != nullptr) text = FromSnapshot(command, WorkerSnapshot(*seen));
  } else if (command.what == Do::kForgetWorkers) {
    text = FullText(store_->ForgetWorkers(AgeOf(command), 1 + command.amount % 3));
  } else {
    text = OnSessions(command);
  }
  return absl::StrCat(text, "\n", events_.text);
}

std::string Hands::OnControlPlanes(const Command& command) {
  const CpId& cp = Cp(command).id();
  switch (command.what) {
    case Do::kRegister: {
      const std::uint64_t boot = Number(Cp(command).boot()) + (command.amount % 8 == 7 ? 10 : 0);
      return FullText(store_->RegisterControlPlane(cp, BootId{boot}));
    }
    case Do::kHeartbeat:
      return FullText(store_->Heartbeat(cp, AgeOf(command)));
    case Do::kBeginDrain:
      return FullText(store_->BeginDrain(cp));
    case Do::kDeregister:
      return FullText(store_->DeregisterControlPlane(cp));
    case Do::kExpireControlPlanes:
      return FullText(store_->ExpireControlPlanes(AgeOf(command)));
    case Do::kExpireOverdueDrains:
      return FullText(store_->ExpireOverdueDrains(AgeOf(command)));
    case Do::kForgetControlPlanes:
      return FullText(store_->ForgetControlPlanes(AgeOf(command)));
    case Do::kLead: {
      const auto reply = store_->AcquireLeadership(cp, kTtl);
      if (reply.ok()) term_ = reply->term;
      return FullText(reply);
    }
    default:
      return FullText(store_->ResignLeadership(cp, Term{Number(term_) - command.belief % 2}));
  }
}

std::string Hands::OnClaims(const Command& command) {
  ControlPlane& cp = Cp(command);
  switch (command.what) {
    case Do::kCreateOrgSlot:
      return Learn(cp->CreateOrgSlot(OrgOf(command), ImageOf(command)));
    case Do::kCreateWarmSlot:
      return Learn(cp->CreateWarmSlot(ImageOf(command), 1 + command.belief % 2));
    case Do::kMakeHot:
      return MakeHot(command);
    case Do::kClaimIdle:
      return Learn(cp->ClaimIdle(OrgOf(command), ImageOf(command)));
    case Do::kClaimHotIdle:
      return Learn(
          cp->ClaimHotIdle(OrgOf(command), command.belief % 2 == 0 ? Image() : ImageOf(command)));
    case Do::kTakeOver: {
      const WorkerSnapshot* const seen = Snapshot(command);
      return seen == nullptr ? "" : Learn(cp->TakeOver(WorkerSnapshot(*seen)));
    }
    default:
      return FullText(store_->FindClaim(last_claim_));
  }
}

std::string Hands::MakeHot(const Command& command) {
  ControlPlane& cp = Cp(command);
  const ClaimResult slot = cp->CreateOrgSlot(OrgOf(command), ImageOf(command));
  std::string text = Learn(slot);
  if (!slot.claimed()) return text;
  text += Learn(cp->PublishReserved(*slot.lease, UidOf(command)));
  text += Learn(cp->BeginActivation(*slot.lease));
  return text + Learn(cp->FinishActivation(*slot.lease, now_ + kTtl));
}

std::string Hands::UnderLease(const Command& command, const WorkerLease& lease) {
  ControlPlane& cp = Cp(command);
  switch (command.what) {
    case Do::kPublishIdle:
      return Learn(cp->PublishIdle(lease, UidOf(command)));
    case Do::kPublishReserved:
      return Learn(cp->PublishReserved(lease, UidOf(command)));
    case Do::kBeginActivation:
      return Learn(cp->BeginActivation(lease));
    case Do::kFinishActivation:
      return Learn(cp->FinishActivation(lease, now_ + kTtl));
    case Do::kPark:
      return Learn(cp->Park(lease));
    case Do::kReturnIdle:
      return Learn(cp->ReturnIdle(lease));
    case Do::kReturnHotIdle:
      return Learn(cp->ReturnHotIdle(lease));
    case Do::kRefreshLease:
      return Learn(cp->RefreshLease(lease));
    case Do::kStampCredentials:
      return Learn(cp->StampCredentials(lease, now_ + absl::Nanoseconds(1500) * command.amount));
    case Do::kDrain:
      return Learn(cp->Drain(lease, SessionRule::kSpareSessions, "shutdown"));
    case Do::kDrainAnyway:
      return Learn(cp->Drain(lease, SessionRule::kIgnoreSessions, "shutdown"));
    case Do::kRetireDrained:
      return Learn(cp->RetireDrained(lease, "shutdown"));
    default:
      return Learn(cp->MarkLost(lease, "unhealthy"));
  }
}

std::string Hands::FromSnapshot(const Command& command, const WorkerSnapshot& seen) {
  ControlPlane& cp = Cp(command);
  cp.config.orphan_grace = AgeOf(command);
  switch (command.what) {
    case Do::kRetireFromSnapshot:
      return Learn(cp->RetireFromSnapshot(
          seen, command.amount % 2 == 0 ? WorkerState::kRetired : WorkerState::kLost, "stuck"));
    case Do::kRetireOrphan:
      return Learn(cp->RetireOrphan(seen, "orphan"));
    default:
      return Learn(cp->RetireIdleVariant(seen, "old image"));
  }
}

std::string Hands::OnSessions(const Command& command) {
  const SessionHandle session = SessionOf(command);
  const absl::Duration ttl = absl::Seconds(20) * (1 + command.amount % 3);
  const WorkerLease* const lease = Lease(command);
  switch (command.what) {
    case Do::kOpenSession:
      return lease == nullptr ? "" : FullText(store_->OpenSession(session, *lease, ttl));
    case Do::kDisconnectSession:
      return FullText(store_->DisconnectSession(session, ttl));
    case Do::kReclaimSession:
      return lease == nullptr ? "" : FullText(store_->ReclaimSession(session, *lease, ttl));
    case Do::kCloseSession:
      return FullText(store_->CloseSession(session));
    case Do::kRenewSessions: {
      std::vector<SessionHandle> all;
      for (const SessionId& id : AllSessions()) all.push_back({id, session.holder});
      return FullText(store_->RenewSessions(Cp(command).id(), all, ttl));
    }
    default:
      return FullText(store_->ExpireSessions());
  }
}

std::string Hands::Everything() {
  std::string text = FullText(store_->ListControlPlanes());
  for (const WorkerState state : kAllWorkerStates) {
    for (const std::int64_t limit : {kAll, std::int64_t{1}}) {
      absl::StrAppend(&text, FullText(store_->ListByStateAge(state, absl::Seconds(20), limit)));
    }
  }
  for (const auto& [worker, known] : known_) {
    absl::StrAppend(&text, FullText(store_->Observe(worker)),
                    FullText(store_->ListSessions(worker)));
  }
  for (const std::unique_ptr<ControlPlane>& cp : control_planes_) {
    absl::StrAppend(&text, FullText(store_->ListOwned(cp->id())));
  }
  for (const std::int64_t limit : {kAll, std::int64_t{1}}) {
    absl::StrAppend(&text, FullText(store_->ListOrphans(absl::Seconds(30), limit)),
                    FullText(store_->ListOtherImages({Image("image-0")}, limit)),
                    FullText(store_->ListParked(Org("org-0"), limit)));
  }
  for (const SessionId& id : AllSessions()) {
    absl::StrAppend(&text, FullText(store_->FindSession(id)));
  }
  return text;
}

}  // namespace fencepost::store_differential
