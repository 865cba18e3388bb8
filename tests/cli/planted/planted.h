// Small planted situations in the place of the real scenarios: each ends in one known way, so that
// every message and exit code of the command can be shown.
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/run/runner.h"
#include "sim/engine/engine.h"
#include "sim/world/timeline.h"

namespace fencepost::planted {

// What a planted body works with.
struct Stage {
  sim::Engine& engine;
  sim::TimelineRecorder& recorder;
  sim::Probes& probes;
  const ParameterValues& parameters;
  RunReport& report;

  // One event: in the hash, and in the timeline of `column`.
  void Event(std::string_view column, const std::string& text);
  void Fault(std::string_view column, const std::string& text);
  void Break(RunEnd end, std::string_view property, const std::string& detail);
  // The run has reached the place.
  void Sometimes(sim::Probe probe);
  // True if the strategy lets the fault `name` happen; one in eight.
  bool FaultHappens(std::string_view name);
};

using Body = void (*)(Stage& stage);
// Null for a name that is not planted.
Body BodyOf(std::string_view scenario);

}  // namespace fencepost::planted
