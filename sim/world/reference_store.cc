#include "sim/world/reference_store.h"

#include <algorithm>
#include <utility>

#include "core/claim_rules.h"
#include "core/store_arguments.h"

namespace fencepost::sim {

void ReferenceStore::Reset() {
  workers_.clear();
  last_worker_id_ = 0;
  control_planes_.clear();
  sessions_.clear();
  leader_ = CpId();
  term_ = Term{};
  leads_until_ = absl::InfinitePast();
}

// ---- Looking up --------------------------------------------------------------------------------

WorkerRow* ReferenceStore::FindWorker(WorkerId worker) {
  const auto found =
      std::lower_bound(workers_.begin(), workers_.end(), worker,
                       [](const WorkerRow& row, WorkerId id) { return row.worker_id < id; });
  return found != workers_.end() && found->worker_id == worker ? &*found : nullptr;
}

bool ReferenceStore::HasLiveSession(WorkerId worker) const {
  const absl::Time now = clock_();
  return std::any_of(sessions_.begin(), sessions_.end(), [&](const SessionRow& session) {
    return session.worker_id == worker && IsLive(session, now);
  });
}

GuardFacts ReferenceStore::FactsOf(const WorkerRow& row, absl::Duration orphan_grace) {
  return {.owner_gone = OwnerIsGone(FindControlPlane(row.owner_cp), orphan_grace, clock_()),
          .live_session = !sessions_.empty() && HasLiveSession(row.worker_id)};
}

// ---- Transitions -------------------------------------------------------------------------------

absl::StatusOr<TransitionReply> ReferenceStore::Transition(const TransitionRequest& request) {
  TransitionReply reply;
  WorkerRow* const row = FindWorker(request.worker);
  const GuardFacts facts = row == nullptr ? GuardFacts{} : FactsOf(*row, request.orphan_grace);
  reply.outcome = Judge(request, row, facts);
  if (reply.outcome != TransitionOutcome::kTransitioned) {
    events_.Refused(request, reply.outcome, row, facts);
  } else if (!AlreadyApplied(request, *row)) {
    const WorkerRow before = *row;
    Apply(request, clock_(), *row);
    events_.Committed(request.operation, request.id, &request, &before, *row, facts);
    if (request.guards.Has(Guard::kNoLiveSession)) ExpireLapsed(row->worker_id);
  }
  if (row != nullptr) reply.row = MintSnapshot(*row);
  const bool granted = reply.outcome == TransitionOutcome::kTransitioned;
  if (granted && RuleOf(request.operation).grants_lease) reply.lease = MintLease(*row);
  return reply;
}

// ---- Observing ---------------------------------------------------------------------------------

absl::StatusOr<std::optional<WorkerSnapshot>> ReferenceStore::Observe(WorkerId worker) {
  const WorkerRow* const row = FindWorker(worker);
  if (row == nullptr) return std::nullopt;
  return MintSnapshot(*row);
}

absl::StatusOr<ClaimReply> ReferenceStore::FindClaim(OperationId id) {
  if (absl::Status valid = CheckOperationId(id); !valid.ok()) return valid;
  for (const WorkerRow& row : workers_) {
    if (kClaimedStates.Has(row.state) && row.last_operation == id) return Granted(row);
  }
  return ClaimReply{};
}

absl::StatusOr<std::vector<OwnedWorker>> ReferenceStore::ListOwned(const CpId& owner) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  std::vector<OwnedWorker> owned;
  for (const WorkerRow& row : workers_) {
    if (IsTerminal(row.state) || row.owner_cp != owner) continue;
    owned.push_back({MintSnapshot(row), MintLease(row)});
  }
  return owned;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListOrphans(absl::Duration grace,
                                                                        std::int64_t limit) {
  if (absl::Status valid = CheckListing(grace, limit); !valid.ok()) return valid;
  std::vector<WorkerSnapshot> orphans;
  for (const WorkerRow& row : workers_) {
    if (std::ssize(orphans) == limit) break;
    if (IsTerminal(row.state)) continue;
    const GuardFacts facts = FactsOf(row, grace);
    if (facts.owner_gone && !facts.live_session) orphans.push_back(MintSnapshot(row));
  }
  return orphans;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListByStateAge(WorkerState state,
                                                                           absl::Duration age,
                                                                           std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  const absl::Time latest = clock_() - age;
  std::vector<const WorkerRow*> aged;
  for (const WorkerRow& row : workers_) {
    if (row.state == state && row.state_since <= latest) aged.push_back(&row);
  }
  std::stable_sort(aged.begin(), aged.end(), [](const WorkerRow* a, const WorkerRow* b) {
    return a->state_since < b->state_since;
  });
  std::vector<WorkerSnapshot> listed;
  for (const WorkerRow* row : aged) {
    if (std::ssize(listed) == limit) break;
    listed.push_back(MintSnapshot(*row));
  }
  return listed;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListOtherImages(
    const std::vector<Image>& wanted, std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  std::vector<WorkerSnapshot> other;
  for (const WorkerRow& row : workers_) {
    if (std::ssize(other) == limit) break;
    if (row.state != WorkerState::kIdle && row.state != WorkerState::kHotIdle) continue;
    if (std::find(wanted.begin(), wanted.end(), row.image) != wanted.end()) continue;
    other.push_back(MintSnapshot(row));
  }
  return other;
}

// ---- Retention ---------------------------------------------------------------------------------

absl::StatusOr<std::int64_t> ReferenceStore::ForgetWorkers(absl::Duration age, std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  std::vector<WorkerSnapshot> dead;
  for (const WorkerState state : {WorkerState::kRetired, WorkerState::kLost}) {
    absl::StatusOr<std::vector<WorkerSnapshot>> listed = ListByStateAge(state, age, limit);
    dead.insert(dead.end(), listed->begin(), listed->end());
  }
  std::stable_sort(dead.begin(), dead.end(), [](const auto& a, const auto& b) {
    return std::pair(a.row().state_since, a.row().worker_id) <
           std::pair(b.row().state_since, b.row().worker_id);
  });
  if (std::ssize(dead) > limit) dead.erase(dead.begin() + limit, dead.end());
  for (const WorkerSnapshot& snapshot : dead) {
    const WorkerId worker = snapshot.row().worker_id;
    std::erase_if(workers_, [&](const WorkerRow& row) { return row.worker_id == worker; });
    std::erase_if(sessions_, [&](const SessionRow& row) { return row.worker_id == worker; });
  }
  return std::ssize(dead);
}

// ---- Leadership --------------------------------------------------------------------------------

absl::StatusOr<LeadershipReply> ReferenceStore::AcquireLeadership(const CpId& cp,
                                                                  absl::Duration ttl) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (absl::Status valid = CheckTtl(ttl); !valid.ok()) return valid;
  const absl::Time now = clock_();
  const bool own = leader_ == cp && now < leads_until_;
  if (!own && now < leads_until_) {
    return LeadershipReply{.leads = false, .term = term_, .leader = leader_, .until = leads_until_};
  }
  if (!own) term_ = Term{Number(term_) + 1};
  leader_ = cp;
  leads_until_ = now + ttl;
  return LeadershipReply{.leads = true, .term = term_, .leader = leader_, .until = leads_until_};
}

absl::Status ReferenceStore::ResignLeadership(const CpId& cp, Term term) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (leader_ == cp && term_ == term) leads_until_ = absl::InfinitePast();
  return absl::OkStatus();
}

}  // namespace fencepost::sim
