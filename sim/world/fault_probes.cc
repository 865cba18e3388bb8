#include "sim/world/fault_probes.h"

#include <string>

namespace fencepost::sim {
namespace {

struct Names {
  std::array<std::string, kCallFaultCount> met;

  Names() {
    for (std::size_t i = 0; i < met.size(); ++i) {
      met[i] = "met " + std::string(CallFaultName(static_cast<CallFault>(i)));
    }
  }
};

}  // namespace

Probe Met(CallFault fault) {
  static const Names names;
  return Probe(names.met[static_cast<std::size_t>(fault)]);
}

FaultProbes::FaultProbes(Probes& probes) : probes_(probes) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    places_[i] = probes_.Register(Met(static_cast<CallFault>(i)).name());
  }
}

}  // namespace fencepost::sim
