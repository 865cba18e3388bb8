// Judges each run: every property at every event and at rest, the expectations of the story, and on
// request whether the run is a run of the model.
//
// The first violation ends the run and its timeline. What a run does after that is its clean-up,
// which is not judged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/events/event.h"
#include "core/events/rest_view.h"
#include "core/rules/config.h"
#include "models/conformance/conformance.h"
#include "models/conformance/edge_coverage.h"
#include "properties/property_set.h"
#include "scenarios/scenario.h"
#include "sim/engine/engine.h"
#include "sim/world/timeline.h"

namespace fencepost {

class Referee : public EventObserver {
 public:
  // `config` holds the settings that the system runs with. `conform`: judge by the model, too.
  Referee(sim::Engine& engine, sim::TimelineRecorder& timeline, const Scenario& scenario,
          const Config& config, bool conform);

  // Forgets the last run.
  void Reset();
  void On(const Event& event) override;
  // Once, when faults are over and the system has had its time to recover.
  void AtRest(const RestView& rest);
  // The story's own expectation does not hold.
  void ExpectationBroken(std::string_view sentence);

  // The first of this run.
  const std::optional<properties::Violation>& violation() const { return properties_.violation(); }
  bool convergence_broken() const { return properties_.convergence_broken(); }
  // The model's edges that all runs have taken; empty without `conform`.
  const models::EdgeCounts& edges() const { return conformance_.edges(); }

 private:
  void JudgeConformance(const Event& event);
  // Ends the run if a property is broken.
  void EndIfBroken();

  sim::Engine& engine_;
  sim::TimelineRecorder& timeline_;
  const std::string_view claim_;
  const bool conform_;
  properties::PropertySet properties_;
  models::Conformance conformance_;
};

}  // namespace fencepost
