#include "scenarios/run/referee.h"

#include <variant>

#include "absl/strings/str_replace.h"
#include "scenarios/run/run_report.h"

namespace fencepost {

Referee::Referee(sim::Engine& engine, sim::TimelineRecorder& timeline, const Scenario& scenario,
                 const Config& config, bool conform)
    : engine_(engine),
      timeline_(timeline),
      claim_(scenario.claim),
      conform_(conform),
      conformance_(scenario.drives_lifecycle_directly ? models::Judged::kRows
                                                      : models::Judged::kRowsAndProcesses) {
  properties_.Watch(&config);
}

void Referee::Reset() {
  properties_.Reset();
  conformance_.Reset();
}

void Referee::On(const Event& event) {
  if (violation().has_value()) return;
  properties_.On(event);
  if (conform_) JudgeConformance(event);
  EndIfBroken();
}

void Referee::AtRest(const RestView& rest) {
  properties_.AtRest(rest);
  EndIfBroken();
}

void Referee::ExpectationBroken(std::string_view sentence) {
  properties_.BreakStory(claim_, std::string(sentence));
  timeline_.AddBroken(std::string(sentence));
  engine_.Fail(std::string(sentence));
}

void Referee::JudgeConformance(const Event& event) {
  // What a process may do next depends on what the store says of its control plane.
  if (std::holds_alternative<ControlPlaneChanged>(event.body)) engine_.TouchEverything();
  conformance_.On(event);
  if (!conformance_.refusal().has_value()) return;
  properties_.Break({std::string(kConformanceProperty), "Every run is a run of the model.",
                     absl::StrReplaceAll(*conformance_.refusal(), {{"\n  ", " "}, {"\n", " "}})});
}

void Referee::EndIfBroken() {
  if (!violation().has_value()) return;
  timeline_.AddBroken(violation()->detail);
  engine_.Fail(violation()->sentence);
}

}  // namespace fencepost
