// Runs executions of one scenario: builds the cluster, lets a strategy choose, and has every run
// judged.
//
// A runner is made to be used for millions of executions on one thread; several runners on several
// threads share nothing. Nothing of one execution reaches the next.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "models/conformance/edge_coverage.h"
#include "scenarios/run/run_options.h"
#include "scenarios/run/run_report.h"
#include "scenarios/scenario.h"
#include "sim/engine/strategy.h"
#include "sim/engine/trace.h"
#include "sim/world/probes.h"
#include "sim/world/timeline.h"

namespace fencepost {

class Runner {
 public:
  // Errors say what is wrong with the parameters or the store.
  static absl::StatusOr<std::unique_ptr<Runner>> Create(const Scenario& scenario,
                                                        RunOptions options);
  ~Runner();

  RunReport Run(sim::Strategy& strategy);

  const Scenario& scenario() const;
  const ParameterValues& parameters() const;  // complete
  const sim::Trace& trace() const;            // of the last run
  const sim::Timeline& timeline() const;      // of the last run; empty without record_timeline
  const sim::Probes& probes() const;          // over all runs
  // The model's edges that all runs have taken; empty without conform.
  const models::EdgeCounts& edges() const;
  // Where the last run went, in the numbers of EventCoverage; empty without record_coverage.
  std::vector<std::uint32_t> features() const;

 private:
  struct Impl;
  explicit Runner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fencepost
