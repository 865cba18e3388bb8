// What a runner is asked for: parameters, store, faults, and what to record and judge.
#pragma once

#include <cstdint>
#include <string>

#include "core/events/event.h"
#include "scenarios/scenario.h"

namespace fencepost {

struct RunOptions {
  ParameterValues parameters;
  // "sim", "sqlite:PATH" or a PostgreSQL connection URI.
  std::string store = "sim";
  // True: each run draws its own subset of faults and their rates. False: every fault that the
  // scenario promises to survive is always on offer, as an exhaustive search wants it.
  bool swarm = true;
  // The limit for one run. A run of a small scenario takes some hundred steps; the standard limit
  // is far beyond any scenario that converges.
  std::uint64_t step_limit = 20'000'000;
  bool record_timeline = false;  // costs time: for runs that are shown to a person
  bool record_coverage = false;  // costs time: for a search that learns from it
  // Also judges whether each run is a run of the model: a refused step is a violation of
  // kConformanceProperty.
  bool conform = false;
  // Sees every event of every run after the properties have; may be null.
  EventObserver* observer = nullptr;
};

}  // namespace fencepost
