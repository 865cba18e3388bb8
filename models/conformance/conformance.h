// Is what a running system does a run of the model? An observer of the event stream, for simulated
// runs and for production alike: the rows are judged one by one, and what every process does is
// judged by all that it may remember.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/conformance/edge_coverage.h"
#include "models/conformance/memory_conformance.h"
#include "models/conformance/row_conformance.h"

namespace fencepost::models {

enum class Judged : std::uint8_t {
  // For a system that calls the lifecycle itself and not through a control plane: no choreography
  // of the model says what it does next.
  kRows,
  kRowsAndProcesses,
};

class Conformance : public EventObserver {
 public:
  explicit Conformance(Judged judged = Judged::kRowsAndProcesses) : judged_(judged) {}

  void On(const Event& event) override;

  // Forgets the run, and not what was covered.
  void Reset();

  // The first step that the model refused.
  const std::optional<std::string>& refusal() const {
    return rows_.refusal().has_value() ? rows_.refusal() : memories_.refusal();
  }
  // What was refused is a step of a process; the rows allow it.
  bool refused_a_process() const {
    return !rows_.refusal().has_value() && memories_.refusal().has_value();
  }
  // Of this run. A run without a step has shown nothing.
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
