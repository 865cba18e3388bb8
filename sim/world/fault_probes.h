// The probes of the faults, which every run marks without its story's help: each fault that has
// hit.
#pragma once

#include <array>
#include <cstddef>

#include "sim/world/fault_mix.h"
#include "sim/world/probes.h"

namespace fencepost::sim {

Probe Met(CallFault fault);  // "met reply-lost"

class FaultProbes {
 public:
  // Registers all of them.
  explicit FaultProbes(Probes& probes);

  void Hit(CallFault fault) const { probes_.Hit(places_[static_cast<std::size_t>(fault)]); }

 private:
  Probes& probes_;
  std::array<std::size_t, kCallFaultCount> places_;
};

}  // namespace fencepost::sim
