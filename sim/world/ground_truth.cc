#include "sim/world/ground_truth.h"

#include <algorithm>
#include <limits>

#include "sim/world/clock.h"
#include "sim/world/cluster.h"
#include "sim/world/event_hash.h"
#include "sim/world/world_objects.h"

namespace fencepost::sim {

std::optional<WorkerRow> GroundTruth::RowOf(WorkerId worker) const {
  TouchWhatIsCalled(cluster_.engine(), {CallTarget::kStore, "observe", worker});
  const std::optional<WorkerSnapshot> seen = cluster_.Read(cluster_.store().Observe(worker));
  if (!seen.has_value()) return std::nullopt;
  return seen->row();
}

std::vector<WorkerRow> GroundTruth::Rows() const {
  cluster_.engine().TouchEverything();
  // Listed from far ahead in time, because a store's clock that has jumped back would hide rows
  // that are younger than its present.
  const absl::Duration skew = cluster_.ExchangeStoreSkew(absl::Hours(1'000'000));
  std::vector<WorkerRow> rows;
  for (const WorkerState state : kAllWorkerStates) {
    for (const WorkerSnapshot& snapshot : cluster_.Read(cluster_.store().ListByStateAge(
             state, absl::ZeroDuration(), std::numeric_limits<std::int64_t>::max()))) {
      rows.push_back(snapshot.row());
    }
  }
  cluster_.ExchangeStoreSkew(skew);
  std::sort(rows.begin(), rows.end(),
            [](const WorkerRow& a, const WorkerRow& b) { return a.worker_id < b.worker_id; });
  return rows;
}

bool GroundTruth::Is(WorkerId worker, WorkerState state) const {
  const std::optional<WorkerRow> row = RowOf(worker);
  return row.has_value() && row->state == state;
}

int GroundTruth::LiveSessions(WorkerId worker) const {
  cluster_.engine().TouchEverything();
  const std::vector<SessionRow> sessions = cluster_.Read(cluster_.store().ListSessions(worker));
  return static_cast<int>(std::count_if(
      sessions.begin(), sessions.end(),
      [this](const SessionRow& session) { return IsLive(session, cluster_.StoreNow()); }));
}

std::optional<absl::Time> GroundTruth::DrainingSince(const CpId& cp) const {
  cluster_.engine().TouchEverything();
  for (const ControlPlaneRow& row : cluster_.Read(cluster_.store().ListControlPlanes())) {
    if (row.cp_id == cp && row.draining_since != absl::InfiniteFuture()) return row.draining_since;
  }
  return std::nullopt;
}

RestView GroundTruth::AtRest() const {
  RestView rest;
  rest.store_now = cluster_.StoreNow();
  rest.workers = Rows();
  rest.config = &cluster_.config();
  rest.control_planes = cluster_.Read(cluster_.store().ListControlPlanes());
  for (const WorkerRow& row : rest.workers) {
    if (IsTerminal(row.state)) continue;
    const std::vector<SessionRow> sessions =
        cluster_.Read(cluster_.store().ListSessions(row.worker_id));
    rest.sessions.insert(rest.sessions.end(), sessions.begin(), sessions.end());
  }
  rest.pods = cluster_.pods().ListPods().value();
  const std::vector<SecretInfo> secrets = cluster_.secrets().ListSecrets().value();
  for (const SecretInfo& secret : secrets) rest.secrets.push_back(secret.worker);
  if (const auto stopped = cluster_.injector().stopped_at()) rest.calm_since = ToTime(*stopped);
  for (const auto& process : cluster_.processes()) {
    if (!process->disturbed()) rest.undisturbed.push_back(process->cp());
    if (!process->ended()) continue;
    rest.dead.push_back(process->cp());
    if (!process->disturbed()) rest.ended_undisturbed.push_back(process->cp());
  }
  return rest;
}

std::uint64_t GroundTruth::Hash() const {
  ContentHash hash;
  const VirtualTime now = cluster_.engine().Now();
  for (const WorkerRow& row : Rows()) {
    hash.Add(Number(row.worker_id));
    hash.Add(static_cast<std::uint64_t>(row.state));
    hash.Add(Number(row.owner_epoch));
    hash.Add(std::string_view(row.owner_cp.text()));
    hash.Add(std::string_view(row.org.text()));
    hash.Add(std::string_view(row.retire_reason));
  }
  for (const SimPod& pod : cluster_.pods().pods()) {
    hash.Add(std::string_view(pod.uid.text()));
    hash.Add(static_cast<std::uint64_t>(pod.Exists(now)));
    hash.Add(Number(pod.highest_epoch));
  }
  return hash.value();
}

}  // namespace fencepost::sim
