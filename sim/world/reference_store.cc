#include "sim/world/reference_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/rules/claims.h"
#include "core/rules/store_arguments.h"

namespace fencepost::sim {

void ReferenceStore::Reset() {
  workers_.clear();
  index_.Clear();
  last_worker_id_ = 0;
  control_planes_.clear();
  sessions_.Clear();
  leader_ = CpId();
  term_ = Term{};
  leads_until_ = absl::InfinitePast();
}

// ---- Looking up --------------------------------------------------------------------------------

WorkerRow* ReferenceStore::FindWorker(WorkerId worker) {
  if (workers_.empty()) return nullptr;
  // A worker's place follows from its id for as long as no row has been forgotten.
  const std::int64_t place = Number(worker) - Number(workers_.front().worker_id);
  if (place < 0) return nullptr;
  if (place < std::ssize(workers_) && workers_[place].worker_id == worker) return &workers_[place];
  const auto found =
      std::lower_bound(workers_.begin(), workers_.end(), worker,
                       [](const WorkerRow& row, WorkerId id) { return row.worker_id < id; });
  return found != workers_.end() && found->worker_id == worker ? &*found : nullptr;
}

void ReferenceStore::Changed(const WorkerRow& before, const WorkerRow& after) {
  index_.Change(before, after);
}

bool ReferenceStore::HasLiveSession(WorkerId worker) const {
  const SessionTable::Rows& open = sessions_.OpenOfWorker(worker);
  if (open.empty()) return false;
  const absl::Time now = clock_();
  return std::any_of(open.begin(), open.end(),
                     [now](const SessionRow* session) { return IsLive(*session, now); });
}

GuardFacts ReferenceStore::FactsOf(const WorkerRow& row, absl::Duration orphan_grace) {
  return {.owner_gone = OwnerIsGone(FindControlPlane(row.owner_cp), orphan_grace, clock_()),
          .live_session = HasLiveSession(row.worker_id)};
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
    Changed(before, *row);
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

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ObserveAll(
    const std::vector<WorkerId>& workers) {
  std::vector<WorkerSnapshot> seen;
  for (const WorkerId worker : std::set<WorkerId>(workers.begin(), workers.end())) {
    if (const WorkerRow* const row = FindWorker(worker)) seen.push_back(MintSnapshot(*row));
  }
  return seen;
}

absl::StatusOr<ClaimReply> ReferenceStore::FindClaim(OperationId id) {
  if (absl::Status valid = CheckOperationId(id); !valid.ok()) return valid;
  for (const WorkerState state : kAllWorkerStates) {
    if (!kClaimedStates.Has(state)) continue;
    for (const auto& [since, worker] : index_.InState(state)) {
      const WorkerRow& row = *FindWorker(worker);
      if (row.last_operation == id) return Granted(row);
    }
  }
  return ClaimReply{};
}

absl::StatusOr<std::vector<OwnedWorker>> ReferenceStore::ListOwned(const CpId& owner) {
  if (absl::Status valid = CheckCp(owner); !valid.ok()) return valid;
  std::vector<OwnedWorker> owned;
  for (const WorkerId worker : index_.OfOwner(owner)) {
    const WorkerRow& row = *FindWorker(worker);
    owned.push_back({MintSnapshot(row), MintLease(row)});
  }
  return owned;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListOrphans(absl::Duration grace,
                                                                        std::int64_t limit) {
  if (absl::Status valid = CheckListing(grace, limit); !valid.ok()) return valid;
  const absl::Time now = clock_();
  std::vector<WorkerId> left;
  for (const auto& [owner, workers] : index_.owners()) {
    if (!OwnerIsGone(FindControlPlane(owner), grace, now)) continue;
    left.insert(left.end(), workers.begin(), workers.end());
  }
  std::sort(left.begin(), left.end());
  std::vector<WorkerSnapshot> orphans;
  for (const WorkerId worker : left) {
    if (std::ssize(orphans) == limit) break;
    if (!HasLiveSession(worker)) orphans.push_back(MintSnapshot(*FindWorker(worker)));
  }
  return orphans;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListByStateAge(WorkerState state,
                                                                           absl::Duration age,
                                                                           std::int64_t limit) {
  if (absl::Status valid = CheckListing(age, limit); !valid.ok()) return valid;
  const absl::Time latest = clock_() - age;
  const WorkerIndex::ByAge& in_state = index_.InState(state);
  const auto young = std::find_if(in_state.begin(), in_state.end(),
                                  [&](const auto& entry) { return entry.first > latest; });
  const std::int64_t count = std::min<std::int64_t>(limit, young - in_state.begin());
  std::vector<WorkerSnapshot> listed;
  listed.reserve(static_cast<std::size_t>(count));
  for (auto entry = in_state.begin(); entry != in_state.begin() + count; ++entry) {
    listed.push_back(MintSnapshot(*FindWorker(entry->second)));
  }
  return listed;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListParked(const Org& org,
                                                                       std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  std::vector<WorkerSnapshot> parked;
  for (const auto& [since, worker] : index_.InState(WorkerState::kHotIdle)) {
    if (std::ssize(parked) == limit) break;
    const WorkerRow& row = *FindWorker(worker);
    if (row.org == org) parked.push_back(MintSnapshot(row));
  }
  return parked;
}

absl::StatusOr<std::vector<WorkerSnapshot>> ReferenceStore::ListOtherImages(
    const std::vector<Image>& wanted, std::int64_t limit) {
  if (absl::Status valid = CheckLimit(limit); !valid.ok()) return valid;
  std::vector<WorkerId> unwanted;
  for (const WorkerState state : {WorkerState::kIdle, WorkerState::kHotIdle}) {
    for (const auto& [since, worker] : index_.InState(state)) {
      const Image& image = FindWorker(worker)->image;
      const bool is_wanted = std::find(wanted.begin(), wanted.end(), image) != wanted.end();
      if (!is_wanted) unwanted.push_back(worker);
    }
  }
  std::sort(unwanted.begin(), unwanted.end());
  std::vector<WorkerSnapshot> other;
  for (const WorkerId worker : unwanted) {
    if (std::ssize(other) == limit) break;
    other.push_back(MintSnapshot(*FindWorker(worker)));
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
    const WorkerRow& row = *FindWorker(snapshot.row().worker_id);
    sessions_.WorkerForgotten(row.worker_id);
    index_.Remove(row);
    workers_.erase(workers_.begin() + (&row - workers_.data()));
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
  leads_until_ = StoredTime(now + ttl);
  return LeadershipReply{.leads = true, .term = term_, .leader = leader_, .until = leads_until_};
}

absl::Status ReferenceStore::ResignLeadership(const CpId& cp, Term term) {
  if (absl::Status valid = CheckCp(cp); !valid.ok()) return valid;
  if (leader_ == cp && term_ == term) leads_until_ = absl::InfinitePast();
  return absl::OkStatus();
}

}  // namespace fencepost::sim
