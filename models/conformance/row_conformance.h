// Checks that the changes of each row are a run of the model. An observer of the event stream, in
// simulation and in production.
//
// Each change of a row, each refused transition and each deleted pod must be a step that the model
// allows in the current state of that worker. A refusal names the guard, the model's state and the
// event. The memory of the processes is not compared, since events do not show it.
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

// How often each operation of the table landed, and how often each outcome occurred.
struct RowCoverage {
  std::array<std::uint64_t, kOperationCount> landed{};
  std::array<std::uint64_t, kTransitionOutcomeCount> outcomes{};

  // The operations that never landed, in the table's order: "park, take_over".
  std::string Uncovered() const;
};

class RowConformance : public EventObserver {
 public:
  void On(const Event& event) override;

  // Begins a new run. Keeps the coverage.
  void Reset();

  // The first step that the model refused.
  const std::optional<std::string>& refusal() const { return refusal_; }
  // The number of steps of this run. A run without a step proves nothing.
  std::uint64_t steps() const { return steps_; }
  const RowCoverage& coverage() const { return coverage_; }

 private:
  void OnCommitted(const RowCommitted& commit);
  void OnRefused(const RowRefused& refused);
  void OnPodDeleted(const PodDeleted& deleted);
  void Refuse(const std::string& event, const std::string& guard, const State& state);

  // The row in the encoding of the model. The current owner is control plane 1 and the current
  // epoch 2, so that a believed owner is equal or another, and a believed epoch equal, older or
  // newer.
  WorkerTable<State> workers_;
  std::uint64_t steps_ = 0;
  std::optional<std::string> refusal_;
  RowCoverage coverage_;
};

}  // namespace fencepost::models
