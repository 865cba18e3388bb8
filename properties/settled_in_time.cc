#include "properties/settled_in_time.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "core/rules/config.h"
#include "properties/lifecycle_edges.h"
#include "properties/loop_bounds.h"

namespace fencepost::properties {
namespace {

constexpr std::size_t Place(auto debt) { return static_cast<std::size_t>(debt); }

}  // namespace

void SettledInTime::Reset() {
  Property::Reset();
  now_ = absl::InfinitePast();
  skew_ = absl::ZeroDuration();
  ledger_.Reset();
  workers_.Clear();
  open_ = {};
  most_ = {};
  lost_.clear();
  looping_.clear();
  left_.clear();
  looped_since_ = absl::InfiniteFuture();
  processes_.clear();
  findings_.clear();
}

void SettledInTime::On(const Event& event) {
  // Without settings and without a clock that all senders share there is nothing to judge by.
  if (config() == nullptr || event.at == absl::InfinitePast()) return;
  now_ = event.at;
  ledger_.On(event);
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) return OnCommit(*commit);
  if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    return OnSession(changed->session);
  }
  if (const auto* passed = std::get_if<LoopPassed>(&event.body)) {
    if (passed->loop == "janitor") Joins(CpId(std::string(event.source)));
    return;
  }
  if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    return OnControlPlane(changed->row);
  }
  if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) {
    Lost(removed->cp);
  } else if (const auto* started = std::get_if<ProcessStarted>(&event.body)) {
    processes_.push_back({started->cp, now_});
  } else if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) {
    for (Process& process : processes_) {
      if (process.cp == ended->cp) process.ended = std::min(process.ended, now_);
    }
    Lost(ended->cp);
  } else if (const auto* paused = std::get_if<ProcessPaused>(&event.body)) {
    Leaves(paused->cp);
  } else if (const auto* started = std::get_if<PodStarted>(&event.body)) {
    Worker& worker = workers_[started->worker];
    worker.pods.push_back(started->uid);
    worker.pod_since = now_;
    Update(started->worker, worker);
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    Worker& worker = workers_[deleted->worker];
    std::erase(worker.pods, deleted->uid);
    Update(deleted->worker, worker);
  } else if (const auto* created = std::get_if<SecretCreated>(&event.body)) {
    Worker& worker = workers_[created->worker];
    worker.secret_since = now_;
    Update(created->worker, worker);
  } else if (const auto* deleted = std::get_if<SecretDeleted>(&event.body)) {
    Worker& worker = workers_[deleted->worker];
    worker.secret_since.reset();
    Update(deleted->worker, worker);
  }
}

// ---- What happens to workers -------------------------------------------------------------------

void SettledInTime::OnCommit(const RowCommitted& commit) {
  const WorkerRow& row = commit.after;
  skew_ = row.updated_at - now_;
  Worker& worker = workers_[row.worker_id];
  if (commit.before == nullptr || commit.before->state != row.state) worker.in_state_since = now_;
  worker.state = row.state;
  if (worker.owner != row.owner_cp) {
    worker.owner = row.owner_cp;
    worker.owned_since = now_;
  }
  Update(row.worker_id, worker);
}

void SettledInTime::OnSession(const SessionRow& session) {
  Worker& worker = workers_[session.worker_id];
  if (ledger_.OpenSessions(session.worker_id).empty()) worker.unused_since = now_;
  Update(session.worker_id, worker);
}

// ---- Who is there ------------------------------------------------------------------------------

void SettledInTime::OnControlPlane(const ControlPlaneRow& row) {
  if (row.state == CpState::kExpired) return Lost(row.cp_id);
  if (row.state == CpState::kDraining) Leaves(row.cp_id);
  const bool process_is_there =
      std::none_of(processes_.begin(), processes_.end(), [&](const Process& process) {
        return process.cp == row.cp_id && process.ended != absl::InfiniteFuture();
      });
  if (process_is_there && lost_.erase(row.cp_id) > 0) UpdateWorkersOf(row.cp_id);
}

void SettledInTime::Joins(const CpId& cp) {
  if (looping_.contains(cp) || left_.contains(cp)) return;
  if (looping_.empty()) looped_since_ = now_;
  looping_.insert(cp);
}

void SettledInTime::Leaves(const CpId& cp) {
  left_.insert(cp);
  if (!looping_.contains(cp)) return;
  JudgeAll();
  looping_.erase(cp);
  UpdateWorkersOf(cp);
  if (looping_.empty()) looped_since_ = absl::InfiniteFuture();
}

void SettledInTime::Lost(const CpId& cp) {
  Leaves(cp);
  if (lost_.try_emplace(cp, now_).second) UpdateWorkersOf(cp);
}

// ---- What is owed ------------------------------------------------------------------------------

std::optional<absl::Time> SettledInTime::Since(Debt debt, WorkerId id, const Worker& worker) const {
  const bool known = !worker.owner.empty();
  const bool ended = known && HasEnded(worker.state);
  const bool active = known && !ended;
  const Ledger::Sessions& sessions = ledger_.OpenSessions(id);
  switch (debt) {
    case Debt::kRetirement: {
      const auto lost = lost_.find(worker.owner);
      if (!active || lost == lost_.end()) return std::nullopt;
      absl::Time since = std::max(lost->second, worker.owned_since);
      since = std::max(since, worker.unused_since);
      for (const Ledger::Session& session : sessions) since = std::max(since, EndOf(session));
      return since;
    }
    case Debt::kPod:
      if (!ended || worker.pods.empty()) return std::nullopt;
      return std::max(worker.in_state_since, worker.pod_since);
    case Debt::kSecret:
      if (!ended || !worker.secret_since.has_value()) return std::nullopt;
      return std::max(worker.in_state_since, *worker.secret_since);
    case Debt::kState: {
      constexpr StateSet kOnTheWay{WorkerState::kSpawning, WorkerState::kReserved,
                                   WorkerState::kActivating, WorkerState::kDraining};
      if (!known || !kOnTheWay.Has(worker.state)) return std::nullopt;
      return worker.in_state_since;
    }
    case Debt::kParked:
      if (!known || worker.state != WorkerState::kHotIdle) return std::nullopt;
      return worker.in_state_since;
    case Debt::kSession: {
      if (!active || sessions.empty()) return std::nullopt;
      absl::Time first = absl::InfiniteFuture();
      for (const Ledger::Session& session : sessions) first = std::min(first, EndOf(session));
      return first;
    }
    case Debt::kParking:
      // Only its owner parks a worker.
      if (!known || worker.state != WorkerState::kHot || !sessions.empty() ||
          !looping_.contains(worker.owner)) {
        return std::nullopt;
      }
      return std::max(std::max(worker.in_state_since, worker.unused_since), worker.owned_since);
  }
  return std::nullopt;
}

// The last leader's leadership has to run out, and the pass under way to end, before the next one
// begins. A listing gives a pass no more rows than its limit.
absl::Duration SettledInTime::BoundOf(Debt debt, const Owed& owed) const {
  const Config& settings = *config();
  if (debt == Debt::kParking) return 2 * LongestPass(settings, "upkeep");
  const std::int64_t passes = 2 + most_[Place(debt)] / settings.listing_limit;
  const absl::Duration reached =
      settings.leadership_ttl + passes * LongestPass(settings, "janitor");
  switch (debt) {
    case Debt::kRetirement:
      // Its owner has to be expired in one pass before its workers are orphans in a later one.
      return settings.cp_expiry + LongestPass(settings, "janitor") + settings.orphan_grace +
             reached;
    case Debt::kState:
      if (owed.state == WorkerState::kSpawning) return settings.stuck_spawning + reached;
      if (owed.state == WorkerState::kDraining) return settings.overdue_drain + reached;
      return settings.stuck_activating + reached;
    case Debt::kParked:
      return settings.hot_idle_ttl + reached;
    default:
      return reached;
  }
}

void SettledInTime::Update(WorkerId id, Worker& worker) {
  for (std::size_t place = 0; place < kDebts; ++place) {
    const auto debt = static_cast<Debt>(place);
    std::optional<Owed>& owed = worker.debts[place];
    const std::optional<absl::Time> since = Since(debt, id, worker);
    const bool unchanged =
        owed.has_value() == since.has_value() &&
        (!owed.has_value() || (owed->since == *since && owed->state == worker.state));
    if (unchanged) continue;
    if (owed.has_value()) Judge(debt, id, *owed);
    open_[place] += (since.has_value() ? 1 : 0) - (owed.has_value() ? 1 : 0);
    most_[place] = std::max(most_[place], open_[place]);
    owed.reset();
    if (since.has_value()) owed = Owed{*since, worker.state};
  }
}

void SettledInTime::UpdateWorkersOf(const CpId& owner) {
  workers_.ForEach([&](WorkerId id, Worker& worker) {
    if (worker.owner == owner) Update(id, worker);
  });
}

void SettledInTime::Judge(Debt debt, WorkerId id, const Owed& owed) {
  const absl::Time since = std::max(owed.since, looped_since_);
  const absl::Duration late = now_ - since;
  const absl::Duration bound = BoundOf(debt, owed);
  if (late <= bound) return;
  constexpr std::array<std::string_view, kDebts> kOwed = {
      "had no owner any more and was not retired",
      "had ended and its pod was not deleted",
      "had ended and its secret was not deleted",
      "was left half-way",
      "was parked",
      "had an overdue session",
      "was hot without a session",
  };
  findings_.push_back(
      {since, now_, bound,
       absl::StrCat("worker ", Number(id), " (", std::string(StateName(owed.state)), ") ",
                    std::string(kOwed[Place(debt)]), " for ", absl::FormatDuration(late))});
}

void SettledInTime::JudgeAll() {
  workers_.ForEach([&](WorkerId id, Worker& worker) {
    for (std::size_t place = 0; place < kDebts; ++place) {
      if (worker.debts[place].has_value()) {
        Judge(static_cast<Debt>(place), id, *worker.debts[place]);
      }
    }
  });
}

void SettledInTime::AtRest(const RestView& rest) {
  if (config() == nullptr) return;
  if (!looping_.empty()) JudgeAll();
  for (const Finding& finding : findings_) {
    const bool late_in_calm =
        finding.until - std::max(finding.since, rest.calm_since) > finding.bound;
    const bool disturbed =
        std::any_of(processes_.begin(), processes_.end(), [&](const Process& process) {
          const bool was_there = process.started <= finding.until && finding.since <= process.ended;
          return was_there && !rest.IsUndisturbed(process.cp);
        });
    if (late_in_calm || !disturbed) Broken(finding.what);
  }
}

}  // namespace fencepost::properties
