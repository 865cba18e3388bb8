// Checks that a run of the system is a run of the model. An observer of the event stream, in
// simulation and in production: RowConformance judges the changes of rows, and MemoryConformance
// judges the steps of each process by the states that its memory may be in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/conformance/edge_coverage.h"
#include "models/conformance/memory_conformance.h"
#include "models/conformance/row_conformance.h"

namespace fencepost::models {

enum class Judged : std::uint8_t {
  // For a system that calls the lifecycle directly. Its sequence of calls is no choreography of the
  // model.
  kRows,
  kRowsAndProcesses,
};

class Conformance : public EventObserver {
 public:
  explicit Conformance(Judged judged = Judged::kRowsAndProcesses) : judged_(judged) {}

  void On(const Event& event) override;

  // Begins a new run. Keeps the coverage.
  void Reset();

  // The first step that the model refused.
  const std::optional<std::string>& refusal() const {
    return rows_.refusal().has_value() ? rows_.refusal() : memories_.refusal();
  }
  // Whether the refused step is one that the rows allow and the process may not take.
  bool refused_a_process() const {
    return !rows_.refusal().has_value() && memories_.refusal().has_value();
  }
  // The number of steps of this run. A run without a step proves nothing.
  std::uint64_t steps() const { return rows_.steps(); }
  const RowCoverage& operations() const { return rows_.coverage(); }
  const EdgeCounts& edges() const { return edges_.counts(); }

 private:
  Judged judged_;
  RowConformance rows_;
  MemoryConformance memories_;
  EdgeCoverage edges_;
};

}  // namespace fencepost::models
