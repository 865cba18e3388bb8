// Runs executions of one scenario: builds the world, lets a strategy choose, judges every property.
//
// A runner is made to be used for millions of executions on one thread; several runners on several
// threads do not know of each other. What one execution left behind never reaches the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "models/conformance/edge_coverage.h"
#include "properties/property.h"
#include "scenarios/scenario.h"
#include "sim/engine/strategy.h"
#include "sim/engine/trace.h"
#include "sim/world/probes.h"
#include "sim/world/timeline.h"

namespace fencepost {

enum class RunEnd : std::uint8_t {
  kPassed,
  kPropertyBroken,  // safety
  kNoConvergence,   // faults had stopped, and something was still pending after the bound
  kCodeCrashed,     // an exception, a deadlock, cancellation ignored
  kLimitReached,    // too many steps or too much virtual time: says nothing about the properties
  kParted,          // a replay could not be followed
  kStoreFailed,     // a real store did: says nothing about the properties
  kExhausted,       // the strategy had no further execution: nothing was run
};
std::string_view RunEndName(RunEnd end);

inline constexpr std::string_view kConformanceProperty = "conformance";

struct RunOptions {
  ParameterValues parameters;
  // "sim", "sqlite:PATH" or a PostgreSQL connection URI.
  std::string store = "sim";
  // True: each run draws its own subset of faults and their rates. False: every fault that the
  // scenario promises to survive is always on offer, as an exhaustive search wants it.
  bool swarm = true;
  // Of one run. A run of a small scenario takes some hundred steps; the standard limit is far
  // beyond any scenario that converges.
  std::uint64_t step_limit = 20'000'000;
  bool record_timeline = false;  // costs time: for runs that are shown to a person
  bool record_coverage = false;  // costs time: for a search that learns from it
  // Judge too whether the run is a run of the model: a refused step is a violation of
  // kConformanceProperty.
  bool conform = false;
  // Sees every event of every run after the properties have; may be null.
  EventObserver* observer = nullptr;
};

struct RunReport {
  RunEnd end = RunEnd::kPassed;
  std::optional<properties::Violation> violation;  // for kPropertyBroken and kNoConvergence
  std::string message;                             // for the ends without a violation
  std::uint64_t hash = 0;                          // over choices and events
  std::uint64_t final_state = 0;  // a hash of where the world ended: equal ends have equal hashes
  std::uint64_t steps = 0;
  std::uint64_t events = 0;
  absl::Duration virtual_time;
  std::string fault_mix;  // what could go wrong in this run: "reply-lost 2%, crash 1%"
  std::vector<std::string> faults_hit;  // what did, in order: "reply-lost at store.drain"
};

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
  const sim::Timeline& timeline() const;      // of the last run, with record_timeline
  const sim::Probes& probes() const;          // over all runs
  // Of the model, by all runs; with conform.
  const models::EdgeCounts& edges() const;
  // Where the last run went, as EventCoverage says; with record_coverage.
  std::vector<std::uint32_t> features() const;

 private:
  struct Impl;
  explicit Runner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fencepost
