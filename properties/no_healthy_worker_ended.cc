#include "properties/no_healthy_worker_ended.h"

#include "absl/strings/str_cat.h"
#include "core/rules/config.h"
#include "core/rules/state.h"
#include "properties/lifecycle_edges.h"

namespace fencepost::properties {
namespace {

constexpr StateSet kUnused{WorkerState::kIdle, WorkerState::kHotIdle};
constexpr StateSet kUnderWay{WorkerState::kReserved, WorkerState::kActivating};

// The store's clock may go back between the listing of an aged worker and its end, and then the
// worker seems younger than it was.
constexpr absl::Duration kClockMayGoBack = absl::Minutes(1);

}  // namespace

void NoHealthyWorkerEnded::Reset() {
  Property::Reset();
  workers_.Clear();
  owners_.clear();
  ledger_.Reset();
  demand_.Reset();
}

void NoHealthyWorkerEnded::On(const Event& event) {
  ledger_.On(event);
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit);
  if (config() != nullptr) demand_.On(event, config()->caps);  // after its commit was judged
  if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    return OnControlPlane(changed->row);
  }
  if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) {
    owners_.erase(removed->cp);
  } else if (const auto* started = std::get_if<PodStarted>(&event.body)) {
    Worker& worker = workers_[started->worker];
    worker.pod = started->uid;
    worker.lives = true;
    worker.ill = worker.was_ill = false;
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    Worker& worker = workers_[deleted->worker];
    if (worker.pod == deleted->uid) worker.lives = false;
  } else if (const auto* health = std::get_if<WorkerHealthChanged>(&event.body)) {
    Worker& worker = workers_[health->worker];
    if (worker.pod != health->uid) return;
    worker.ill = !health->healthy;
    worker.was_ill = worker.was_ill || worker.ill;
  } else if (const auto* ordered = std::get_if<EndOrdered>(&event.body)) {
    workers_[ordered->worker].end_ordered = true;
  }
}

void NoHealthyWorkerEnded::OnControlPlane(const ControlPlaneRow& row) {
  Owner& owner = owners_[row.cp_id];
  const bool ended_in_order =
      row.state == CpState::kExpired && row.expiry_cause != ExpiryCause::kMissedHeartbeat;
  owner.leaves = owner.leaves || row.state == CpState::kDraining || ended_in_order;
}

void NoHealthyWorkerEnded::OnCommit(const RowCommitted& commit) {
  const WorkerRow& after = commit.after;
  Worker& worker = workers_[after.worker_id];
  const WorkerRow* const before = commit.before;
  const bool ends = before != nullptr && IsFenced(after.state) && !IsFenced(before->state) &&
                    before->state != WorkerState::kSpawning;
  const bool healthy = ends && worker.lives && before->pod_uid == worker.pod && !worker.was_ill;
  if (healthy && config() != nullptr && !MayEnd(worker, commit)) {
    Broken(absl::StrCat(Describe(*before), " became ", std::string(StateName(after.state)), " by ",
                        std::string(OperationName(commit.operation)),
                        " although its pod lives and it is not ill"));
  }
  if (before != nullptr && before->state == after.state) return;
  worker.in_state_since = after.updated_at;
  worker.was_ill = worker.ill;
}

bool NoHealthyWorkerEnded::MayEnd(const Worker& worker, const RowCommitted& commit) const {
  const WorkerRow& before = *commit.before;
  const WorkerRow& after = commit.after;
  if (worker.end_ordered) return true;
  // A stop begins with drains, and may not have been able to tell the store of itself.
  const bool stops =
      commit.operation == Operation::kDrain && !InUse(before.worker_id, after.updated_at);
  if (stops) return true;
  const absl::Duration age = after.updated_at - worker.in_state_since + kClockMayGoBack;
  if (before.state == WorkerState::kHotIdle && age >= config()->hot_idle_ttl) return true;
  if (before.state == WorkerState::kHotIdle && demand_.AsksForRoomOf(before)) return true;
  if (kUnderWay.Has(before.state) && age >= config()->stuck_activating) return true;
  const auto& wanted = config()->warm_target;
  if (kUnused.Has(before.state) && !wanted.empty() && !wanted.contains(before.image)) return true;
  return OwnerLeaves(before, after.updated_at);
}

bool NoHealthyWorkerEnded::InUse(WorkerId worker, absl::Time now) const {
  return ledger_.FindLiveSession(worker, now) != nullptr;
}

bool NoHealthyWorkerEnded::OwnerLeaves(const WorkerRow& before, absl::Time now) const {
  if (InUse(before.worker_id, now)) return false;
  const auto owner = owners_.find(before.owner_cp);
  if (owner != owners_.end() && owner->second.leaves) return true;
  return ledger_.OwnerIs(OwnerMustBe::kGoneForGood, before.owner_cp, config()->orphan_grace, now);
}

}  // namespace fencepost::properties
