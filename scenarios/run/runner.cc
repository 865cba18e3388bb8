#include "scenarios/run/runner.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/rules/check.h"
#include "models/conformance/conformance.h"
#include "properties/event_coverage.h"
#include "properties/property_set.h"
#include "scenarios/run/run_store.h"
#include "sim/world/clock.h"
#include "sim/world/world.h"

namespace fencepost {
namespace {

using sim::VirtualTime;

// Ends the run at the first violation, which is also where its timeline ends.
class Referee : public EventObserver {
 public:
  Referee(sim::Engine& engine, properties::PropertySet& properties, sim::TimelineRecorder& timeline,
          models::Judged judged)
      : engine_(engine), properties_(properties), conformance_(judged), timeline_(timeline) {}

  void On(const Event& event) override {
    if (properties_.violation().has_value()) return;  // what follows is the clean-up of the run
    properties_.On(event);
    if (conform) JudgeConformance(event);
    if (!properties_.violation().has_value()) return;
    timeline_.AddBroken(properties_.violation()->detail);
    engine_.Fail(properties_.violation()->sentence);
  }

  void Reset() { conformance_.Reset(); }
  const models::Conformance& conformance() const { return conformance_; }

  bool conform = false;

 private:
  void JudgeConformance(const Event& event) {
    // What a process may do next depends on what the store says of it.
    if (std::holds_alternative<ControlPlaneChanged>(event.body)) engine_.TouchEverything();
    conformance_.On(event);
    if (!conformance_.refusal().has_value()) return;
    properties_.Break({std::string(kConformanceProperty), "Every run is a run of the model.",
                       absl::StrReplaceAll(*conformance_.refusal(), {{"\n  ", " "}, {"\n", " "}})});
  }

  sim::Engine& engine_;
  properties::PropertySet& properties_;
  models::Conformance conformance_;
  sim::TimelineRecorder& timeline_;
};

// Gives the timeline the time of each event.
class TimedTimeline : public EventObserver {
 public:
  explicit TimedTimeline(sim::Engine& engine) : engine_(engine) {}

  void On(const Event& event) override {
    if (!on) return;
    recorder.SetTime(engine_.Now());
    recorder.On(event);
  }

  bool on = false;
  sim::TimelineRecorder recorder;

 private:
  sim::Engine& engine_;
};

}  // namespace

std::string_view RunEndName(RunEnd end) {
  constexpr std::array<std::string_view, 8> kNames = {
      "passed",        "property-broken", "no-convergence", "crashed",
      "limit-reached", "parted",          "store-failed",   "exhausted"};
  return kNames[static_cast<std::size_t>(end)];
}

namespace {

sim::EngineOptions EngineOptionsOf(const RunOptions& options) {
  sim::EngineOptions engine{.step_limit = options.step_limit};
  if (NeedsLargeStacks(options.store)) engine.stack_bytes = sim::EngineOptions::kLargeStack;
  return engine;
}

}  // namespace

struct Runner::Impl {
  Impl(const Scenario& chosen, RunOptions given)
      : scenario(chosen),
        options(std::move(given)),
        engine(EngineOptionsOf(options)),
        hub(engine),
        lifecycle_probes(probes),
        timeline(engine),
        referee(engine, properties, timeline.recorder,
                chosen.by_hand ? models::Judged::kRows : models::Judged::kRowsAndProcesses),
        world(engine, hub, probes, Hooks()) {
    for (const std::string_view probe : scenario.probes) probes.Register(probe);
    timeline.on = options.record_timeline;
    referee.conform = options.conform;
    if (options.record_timeline) {
      hub.Add(&timeline);  // first, so that the broken step is drawn after what led to it
      world.set_timeline(&timeline.recorder);
    }
    hub.Add(&referee);
    hub.Add(&lifecycle_probes);
    if (options.record_coverage) hub.Add(&coverage);
    if (options.observer != nullptr) hub.Add(options.observer);
    properties.Watch(&world.config());
  }

  sim::WorldHooks Hooks();
  absl::Status OpenStore();
  void Play();
  void JudgeAtRest();
  RunReport Report(const sim::ExecutionResult& result, std::uint64_t state);

  const Scenario& scenario;
  RunOptions options;
  sim::Engine engine;
  sim::EventHub hub;
  sim::Probes probes;
  sim::LifecycleProbes lifecycle_probes;
  properties::EventCoverage coverage;
  properties::PropertySet properties;
  TimedTimeline timeline;
  Referee referee;
  sim::World world;
  std::unique_ptr<RunStore> store;  // reads the world's clock
  std::uint64_t final_state = 0;
};

sim::WorldHooks Runner::Impl::Hooks() {
  return {.unsettled = properties::PropertySet::Unsettled,
          .expectation_broken =
              [this](std::string_view sentence) {
                properties.BreakStory(scenario.claim, std::string(sentence));
                timeline.recorder.AddBroken(std::string(sentence));
                engine.Fail(std::string(sentence));
              },
          .remove_control_plane =
              [this](const CpId& cp) {
                const absl::Status gone = store->RemoveControlPlane(cp);
                if (!gone.ok()) world.StoreFailed(gone);
              },
          .parameter =
              [this](std::string_view name) {
                const auto found = options.parameters.find(name);
                Check(found != options.parameters.end(), "a parameter that the scenario has");
                return found->second;
              }};
}

absl::Status Runner::Impl::OpenStore() {
  auto opened = OpenRunStore(
      options.store, [this] { return world.StoreNow(); }, &hub);
  if (!opened.ok()) return opened.status();
  store = *std::move(opened);
  world.set_store(&store->store());
  return absl::OkStatus();
}

// The whole run, as its root task.
void Runner::Impl::Play() {
  sim::FaultMix mix = sim::FaultMix::All();
  if (options.swarm) {
    static const sim::Label kSwarm = sim::Label::Of("swarm");
    mix = sim::FaultMix::Drawn(engine.RandomBits(kSwarm));
  }
  for (std::size_t i = 0; i < sim::kCallFaultCount; ++i) {
    const auto fault = static_cast<sim::CallFault>(i);
    const auto& promised = scenario.faults;
    if (std::find(promised.begin(), promised.end(), fault) == promised.end()) mix.Forbid(fault);
  }
  mix.SpreadOver(scenario.fault_spread);
  world.injector().Begin(mix, world.Parameter(kFaultBudget));
  try {
    scenario.body(world);
  } catch (const sim::RunEnded&) {
    return;
  }
  if (engine.Cancelled()) return;
  JudgeAtRest();
  world.EndAll();
}

void Runner::Impl::JudgeAtRest() {
  const sim::Engine::Quiet quiet(engine);
  RestView rest;
  world.FillRestView(rest);
  properties.AtRest(rest);
  final_state = world.FinalStateHash();
  if (properties.violation().has_value()) {
    timeline.recorder.AddBroken(properties.violation()->detail);
    engine.Fail(properties.violation()->sentence);
  }
}

RunReport Runner::Impl::Report(const sim::ExecutionResult& result, std::uint64_t state) {
  RunReport report;
  report.hash = result.hash;
  report.final_state = state;
  report.steps = result.steps;
  report.events = hub.count();
  report.virtual_time = absl::Nanoseconds(result.time.nanos());
  report.message = result.message;
  if (options.record_timeline) {
    report.fault_mix = world.injector().mix().Describe();
    report.faults_hit = world.faults_hit();
  }
  if (!world.store_failure().ok()) {
    report.end = RunEnd::kStoreFailed;
    report.message = world.store_failure().ToString();
    return report;
  }
  switch (result.end) {
    case sim::End::kCompleted:
      report.end = RunEnd::kPassed;
      break;
    case sim::End::kFailed:
      report.violation = properties.violation();
      report.end = RunEnd::kNoConvergence;
      if (!report.violation.has_value()) {
        report.end = RunEnd::kCodeCrashed;  // the engine's own complaint: cancellation ignored
      } else if (!properties.convergence_broken()) {
        report.end = RunEnd::kPropertyBroken;
      }
      break;
    case sim::End::kDeadlock:
    case sim::End::kThrew:
      report.end = RunEnd::kCodeCrashed;
      break;
    case sim::End::kStepLimit:
    case sim::End::kTimeLimit:
      report.end = RunEnd::kLimitReached;
      break;
    case sim::End::kStopped:
      report.end = RunEnd::kParted;
      break;
    case sim::End::kExhausted:
      report.end = RunEnd::kExhausted;
      break;
  }
  return report;
}

Runner::Runner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Runner::~Runner() = default;

absl::StatusOr<std::unique_ptr<Runner>> Runner::Create(const Scenario& scenario,
                                                       RunOptions options) {
  absl::StatusOr<ParameterValues> complete = Complete(scenario, options.parameters);
  if (!complete.ok()) return complete.status();
  options.parameters = *std::move(complete);
  auto impl = std::make_unique<Impl>(scenario, std::move(options));
  if (absl::Status opened = impl->OpenStore(); !opened.ok()) return opened;
  return std::unique_ptr<Runner>(new Runner(std::move(impl)));
}

RunReport Runner::Run(sim::Strategy& strategy) {
  Impl& impl = *impl_;
  impl.world.Reset();
  if (const absl::Status empty = impl.store->Reset(); !empty.ok()) {
    RunReport report;
    report.end = RunEnd::kStoreFailed;
    report.message = empty.ToString();
    return report;
  }
  impl.hub.Reset();
  impl.properties.Reset();
  impl.referee.Reset();
  impl.coverage.Reset();
  impl.timeline.recorder.Clear();
  impl.final_state = 0;
  const sim::ExecutionResult result = impl.engine.Execute(strategy, [&impl] { impl.Play(); });
  return impl.Report(result, impl.final_state);
}

const Scenario& Runner::scenario() const { return impl_->scenario; }
const ParameterValues& Runner::parameters() const { return impl_->options.parameters; }
const sim::Trace& Runner::trace() const { return impl_->engine.trace(); }
const sim::Timeline& Runner::timeline() const { return impl_->timeline.recorder.timeline(); }
const sim::Probes& Runner::probes() const { return impl_->probes; }
const models::EdgeCounts& Runner::edges() const { return impl_->referee.conformance().edges(); }
std::vector<std::uint32_t> Runner::features() const { return impl_->coverage.Features(); }

}  // namespace fencepost
