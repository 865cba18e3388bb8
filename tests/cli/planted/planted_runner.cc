// The Runner of scenarios/run/runner.h over planted bodies: the real engine, no world.
#include <functional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "properties/event_coverage.h"
#include "sim/engine/engine.h"
#include "tests/cli/planted/planted.h"

namespace fencepost {
namespace planted {

void Stage::Event(std::string_view column, const std::string& text) {
  ++report.events;
  engine.Observe(sim::HashText(text));
  recorder.SetTime(engine.Now());
  recorder.Add(column, sim::TimelineMark::kStep, text);
}

void Stage::Fault(std::string_view column, const std::string& text) {
  report.faults_hit.push_back(text);
  recorder.SetTime(engine.Now());
  recorder.AddFault(column, text);
}

void Stage::Break(RunEnd end, std::string_view property, const std::string& detail) {
  report.end = end;
  properties::Violation violation;
  violation.property = property;
  violation.sentence = "This planted property does not hold.";
  violation.detail = detail;
  report.violation = violation;
  recorder.AddBroken(std::string(property));
  engine.Fail(detail);
}

void Stage::Sometimes(sim::Probe probe) { probes.Hit(probes.Register(probe.name())); }

bool Stage::FaultHappens(std::string_view name) {
  const sim::Alternative alternatives[] = {
      {.name = sim::Label::Of("none"), .weight = 7},
      {.name = sim::Label::Of(name), .weight = 1, .fault = true}};
  return engine.Choose({sim::ChoiceKind::kFault, sim::Label::Of("fault"), alternatives}) == 1;
}

}  // namespace planted

struct Runner::Impl {
  Impl(const Scenario& scenario_given, RunOptions options_given)
      : scenario(scenario_given), options(std::move(options_given)) {}

  const Scenario& scenario;
  RunOptions options;
  sim::Engine engine{sim::EngineOptions{.step_limit = 1000}};
  sim::TimelineRecorder recorder;
  sim::Probes probes;
};

Runner::Runner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Runner::~Runner() = default;

absl::StatusOr<std::unique_ptr<Runner>> Runner::Create(const Scenario& scenario,
                                                       RunOptions options) {
  auto complete = Complete(scenario, options.parameters);
  if (!complete.ok()) return complete.status();
  if (options.store != "sim") {
    return absl::InvalidArgumentError("there is no store \"" + options.store + "\"");
  }
  options.parameters = *std::move(complete);
  auto impl = std::make_unique<Impl>(scenario, std::move(options));
  return std::unique_ptr<Runner>(new Runner(std::move(impl)));
}

RunReport Runner::Run(sim::Strategy& strategy) {
  RunReport report;
  impl_->recorder.Clear();
  planted::Stage stage{impl_->engine, impl_->recorder, impl_->probes, impl_->options.parameters,
                       report};
  const auto result =
      impl_->engine.Execute(strategy, [&] { planted::BodyOf(impl_->scenario.name)(stage); });
  switch (result.end) {
    case sim::End::kCompleted:
    case sim::End::kFailed:
      break;  // Break has said how
    case sim::End::kExhausted:
      report.end = RunEnd::kExhausted;
      break;
    case sim::End::kStopped:
      report.end = RunEnd::kParted;
      break;
    case sim::End::kStepLimit:
    case sim::End::kTimeLimit:
      report.end = RunEnd::kLimitReached;
      break;
    case sim::End::kDeadlock:
    case sim::End::kThrew:
      report.end = RunEnd::kCodeCrashed;
      break;
  }
  report.message = result.message;
  report.hash = result.hash;
  report.final_state = static_cast<std::uint64_t>(report.end);
  report.steps = result.steps;
  report.virtual_time = absl::FromChrono(result.time.since_start());
  report.fault_mix = "planted 12.5%";
  return report;
}

const Scenario& Runner::scenario() const { return impl_->scenario; }
const ParameterValues& Runner::parameters() const { return impl_->options.parameters; }
const sim::Trace& Runner::trace() const { return impl_->engine.trace(); }
const sim::Timeline& Runner::timeline() const { return impl_->recorder.timeline(); }
const sim::Probes& Runner::probes() const { return impl_->probes; }
const models::EdgeCounts& Runner::edges() const {
  static const models::EdgeCounts kNone;  // a planted story has no workers
  return kNone;
}
std::vector<std::uint32_t> Runner::features() const {
  std::set<std::uint32_t> features;
  for (const auto& entry : impl_->recorder.timeline()) {
    features.insert(static_cast<std::uint32_t>(sim::HashText(entry.text) %
                                               properties::EventCoverage::kFeatures));
  }
  return {features.begin(), features.end()};
}

}  // namespace fencepost
