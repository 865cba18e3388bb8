// What is true of the cluster, read past every control plane and without any fault.
//
// Reading is not a call of the simulated system: it takes no time and is no decision point.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "core/events/rest_view.h"
#include "core/rules/ids.h"
#include "core/rules/worker.h"

namespace fencepost::sim {

class Cluster;

class GroundTruth {
 public:
  explicit GroundTruth(Cluster& cluster) : cluster_(cluster) {}

  // Empty when there is no such row.
  std::optional<WorkerRow> RowOf(WorkerId worker) const;
  // Every row that there is, in the order of ids.
  std::vector<WorkerRow> Rows() const;
  // False when there is no such row.
  bool Is(WorkerId worker, WorkerState state) const;
  int LiveSessions(WorkerId worker) const;
  // Empty when the control plane does not drain or has no row.
  std::optional<absl::Time> DrainingSince(const CpId& cp) const;

  // Everything that the convergence properties look at.
  RestView AtRest() const;
  // A hash of rows and pods without times and operation ids: equal ends have equal hashes.
  std::uint64_t Hash() const;

 private:
  Cluster& cluster_;
};

}  // namespace fencepost::sim
