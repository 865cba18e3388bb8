// Is what a running system does to its rows a run of the model? An observer of the event stream,
// for simulated runs and for production alike.
//
// Each change of a row, each refused transition and each deleted pod is a step that the model has
// to allow from where it stands, worker by worker. A step that it refuses is told with the guard
// that refused it, the model's state and the event. What the processes remember is not compared:
// events do not show it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/events/event.h"
#include "core/events/worker_table.h"
#include "core/rules/transition.h"
#include "models/lifecycle/row_rules.h"

namespace fencepost::models {

// How often each operation of the table landed and missed: the model's edges that runs have
// covered.
struct RowCoverage {
  std::array<std::uint64_t, kOperationCount> landed{};
  std::array<std::uint64_t, kTransitionOutcomeCount> outcomes{};

  // "park, take_over", in the table's order; empty when every operation has landed.
  std::string Uncovered() const;
};

class RowConformance : public EventObserver {
 public:
  void On(const Event& event) override;

  // Forgets the run, not the coverage.
  void Reset();

  // The first step that the model refused.
  const std::optional<std::string>& refusal() const { return refusal_; }
  // Of this run. A run without a step has shown nothing.
  std::uint64_t steps() const { return steps_; }
  const RowCoverage& coverage() const { return coverage_; }

 private:
  void OnCommitted(const RowCommitted& commit);
  void OnRefused(const RowRefused& refused);
  void OnPodDeleted(const PodDeleted& deleted);
  void Refuse(const std::string& event, const std::string& guard, const State& state);

  // The row as the model has it: its present owner is control plane 1, its present epoch 2, so that
  // whatever is believed of them is equal, older or somebody else's.
  WorkerTable<State> workers_;
  std::uint64_t steps_ = 0;
  std::optional<std::string> refusal_;
  RowCoverage coverage_;
};

}  // namespace fencepost::models
