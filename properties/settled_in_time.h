// What has to end is ended within a bound, by the loops of the control planes and not only in the
// end.
//
// At rest, the other convergence properties look at a fleet that has had hours to recover, in which
// one step repairs what another has forgotten. This property keeps an account of what each worker
// still owes: an orphan its retirement, an ended worker the deletion of its pod and its secret, a
// worker on its way the next state, a parked worker its end, an overdue session its expiry, a hot
// worker without a session its parking. The bounds are sums of settings. Time counts while some
// control plane runs its loops, by the clock that all events share.
//
// Judged at rest, because only then is it known which control planes a fault has hit, and since
// when there are no faults: a finding counts if no fault has hit any control plane that was there
// meanwhile, or if the time since the last fault alone is beyond the bound.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "core/events/worker_table.h"
#include "properties/ledger.h"
#include "properties/property.h"

namespace fencepost::properties {

class SettledInTime : public Property {
 public:
  SettledInTime()
      : Property(
            "settled-in-time",
            "While a control plane runs its loops, orphans, pods and secrets of ended workers, "
            "workers that are stuck, parked or unused, and overdue sessions are ended within "
            "their bounds.") {}

  void Reset() override;
  void On(const Event& event) override;
  void AtRest(const RestView& rest) override;
  bool convergence() const override { return true; }

 private:
  enum class Debt : std::uint8_t {
    kRetirement,
    kPod,
    kSecret,
    kState,
    kParked,
    kSession,
    kParking
  };
  static constexpr std::size_t kDebts = 7;

  struct Owed {
    absl::Time since;   // it may lie ahead
    WorkerState state;  // the worker's, then
  };
  struct Worker {
    WorkerState state = WorkerState::kSpawning;
    CpId owner;
    absl::Time in_state_since;
    absl::Time owned_since;
    absl::Time unused_since;   // its last session was closed
    std::vector<PodUid> pods;  // that are not dying
    absl::Time pod_since;      // the last of them was started
    std::optional<absl::Time> secret_since;
    std::array<std::optional<Owed>, kDebts> debts;
  };
  struct Process {
    CpId cp;
    absl::Time started;
    absl::Time ended = absl::InfiniteFuture();
  };
  struct Finding {
    absl::Time since;
    absl::Time until;
    absl::Duration bound;
    std::string what;
  };

  void OnCommit(const RowCommitted& commit);
  void OnSession(const SessionRow& session);
  void OnControlPlane(const ControlPlaneRow& row);
  void Joins(const CpId& cp);
  void Leaves(const CpId& cp);
  void Lost(const CpId& cp);
  // Brings the worker's debts up to date, and judges those that are settled.
  void Update(WorkerId id, Worker& worker);
  void UpdateWorkersOf(const CpId& owner);
  std::optional<absl::Time> Since(Debt debt, WorkerId id, const Worker& worker) const;
  absl::Duration BoundOf(Debt debt, const Owed& owed) const;
  void Judge(Debt debt, WorkerId id, const Owed& owed);
  void JudgeAll();
  // When the session ends, by the clock of the events.
  absl::Time EndOf(const Ledger::Session& session) const { return session.expires_at - skew_; }

  absl::Time now_ = absl::InfinitePast();
  absl::Duration skew_;  // how far the store's clock was ahead at the last commit
  Ledger ledger_;
  WorkerTable<Worker> workers_;
  std::array<std::int64_t, kDebts> open_{};  // how many are owed
  std::array<std::int64_t, kDebts> most_{};  // and were, at most
  absl::btree_map<CpId, absl::Time> lost_;   // owners that will not come back
  absl::btree_set<CpId> looping_;
  absl::btree_set<CpId> left_;  // their loops have ended
  absl::Time looped_since_ = absl::InfiniteFuture();
  std::vector<Process> processes_;
  std::vector<Finding> findings_;
};

}  // namespace fencepost::properties
