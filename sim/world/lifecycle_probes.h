// The probes of the lifecycle, which every run marks without its story's help: each operation that
// landed, each outcome that the core was told, each origin of a fence.
#pragma once

#include <cstddef>
#include <vector>

#include "core/events/event.h"
#include "core/rules/authority.h"
#include "core/rules/transition.h"
#include "sim/world/probes.h"

namespace fencepost::sim {

Probe Landed(Operation operation);      // "landed drain"
Probe Told(TransitionOutcome outcome);  // "told fence_miss_owner"
Probe FenceFrom(FenceOrigin origin);    // "fence from absent_row"

// Hits them as the events of a run pass.
class LifecycleProbes : public EventObserver {
 public:
  // Registers all of them.
  explicit LifecycleProbes(Probes& probes);

  void On(const Event& event) override;

 private:
  Probes& probes_;
  std::vector<std::size_t> told_;     // by outcome
  std::vector<std::size_t> landed_;   // by operation
  std::vector<std::size_t> origins_;  // by origin
};

}  // namespace fencepost::sim
