#include "models/lifecycle/check_machine.h"

#include <algorithm>
#include <utility>

#include "models/checker/liveness.h"
#include "models/checker/run_search.h"

namespace fencepost::models {
namespace {

void AddLiveness(const Machine& machine, const SearchOptions& options, MachineReport& report) {
  LivenessResult<State> live = LivenessCheck<Machine>(machine, options).Run();
  report.search = std::move(live.search);
  report.search.peak_bytes = std::max(report.search.peak_bytes, live.peak_bytes);
  report.components = live.components;
  report.cyclic_components = live.cyclic_components;
  report.largest_component = live.largest_component;
  report.liveness_checked = report.search.end == SearchEnd::kComplete;
  for (LivenessFinding<State>& finding : live.findings) {
    const auto path =
        ShortestPathTo(machine, false, [&](const State& state) { return state == finding.entry; });
    report.liveness_violations.push_back({.property = finding.property,
                                          .path = Follow(machine, path, false),
                                          .cycle = std::move(finding.cycle),
                                          .trap_states = finding.trap_states});
  }
}

}  // namespace

MachineReport CheckMachine(const Machine& machine, const SearchOptions& options, bool liveness) {
  MachineReport report;
  if (liveness) {
    AddLiveness(machine, options, report);
  } else {
    report.search = Search(machine, options);
  }
  if (report.search.found()) report.trace = TraceTo(machine, report.search, options.symmetry);
  return report;
}

}  // namespace fencepost::models
