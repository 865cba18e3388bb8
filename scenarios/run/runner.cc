#include "scenarios/run/runner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/rules/check.h"
#include "properties/event_coverage.h"
#include "properties/property_set.h"
#include "scenarios/run/referee.h"
#include "scenarios/run/run_store.h"
#include "scenarios/run/run_timeline.h"
#include "scenarios/run/run_work.h"
#include "sim/world/cluster.h"
#include "sim/world/fault_probes.h"
#include "sim/world/lifecycle_probes.h"
#include "sim/world/story.h"

namespace fencepost {
namespace {

sim::EngineOptions EngineOptionsOf(const RunOptions& options) {
  sim::EngineOptions engine{.step_limit = options.step_limit};
  if (NeedsLargeStacks(options.store)) engine.stack_bytes = sim::EngineOptions::kLargeStack;
  return engine;
}

// Without a violation by the referee, a run that ended in one of these ways says so itself.
RunEnd EndOf(sim::End end) {
  switch (end) {
    case sim::End::kCompleted:
      return RunEnd::kPassed;
    case sim::End::kFailed:  // the engine's own complaint: cancellation ignored
    case sim::End::kDeadlock:
    case sim::End::kThrew:
      return RunEnd::kCodeCrashed;
    case sim::End::kStepLimit:
    case sim::End::kTimeLimit:
      return RunEnd::kLimitReached;
    case sim::End::kStopped:
      return RunEnd::kParted;
    case sim::End::kExhausted:
      return RunEnd::kExhausted;
  }
  return RunEnd::kCodeCrashed;
}

}  // namespace

struct Runner::Impl {
  Impl(const Scenario& chosen, RunOptions given)
      : scenario(chosen),
        options(std::move(given)),
        engine(EngineOptionsOf(options)),
        hub(engine),
        lifecycle_probes(probes),
        fault_probes(probes),
        timeline(engine),
        cluster(engine, hub),
        referee(engine, timeline.recorder(), chosen, cluster.config(), options.conform),
        story(cluster, probes, Hooks()) {
    for (const sim::Probe& probe : scenario.probes) probes.Register(probe.name());
    cluster.set_fault_probes(&fault_probes);
    if (options.record_timeline) {
      hub.Add(&timeline);  // first, so that the broken step is drawn after what led to it
      cluster.set_timeline(&timeline.recorder());
    }
    hub.Add(&referee);
    hub.Add(&lifecycle_probes);
    hub.Add(&work);
    if (options.record_coverage) hub.Add(&coverage);
    if (options.observer != nullptr) hub.Add(options.observer);
  }

  sim::StoryHooks Hooks();
  absl::Status OpenStore();
  absl::Status Reset();
  sim::FaultMix DrawMix();
  void Play();
  RunReport Report(const sim::ExecutionResult& result);

  const Scenario& scenario;
  RunOptions options;
  sim::Engine engine;
  sim::EventHub hub;
  sim::Probes probes;
  sim::LifecycleProbes lifecycle_probes;
  sim::FaultProbes fault_probes;
  WorkMeter work;
  properties::EventCoverage coverage;
  RunTimeline timeline;
  sim::Cluster cluster;
  Referee referee;
  sim::Story story;
  std::unique_ptr<RunStore> store;  // reads the cluster's clock
  std::uint64_t final_state = 0;
};

sim::StoryHooks Runner::Impl::Hooks() {
  return {.unsettled = properties::PropertySet::Unsettled,
          .expectation_broken =
              [this](std::string_view sentence) { referee.ExpectationBroken(sentence); },
          .remove_control_plane =
              [this](const CpId& cp) {
                const absl::Status gone = store->RemoveControlPlane(cp);
                if (!gone.ok()) cluster.StoreFailed(gone);
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
      options.store, [this] { return cluster.StoreNow(); }, &hub);
  if (!opened.ok()) return opened.status();
  store = *std::move(opened);
  cluster.set_store(&store->store());
  return absl::OkStatus();
}

absl::Status Runner::Impl::Reset() {
  story.Reset();
  cluster.Reset();
  if (absl::Status emptied = store->Reset(); !emptied.ok()) return emptied;
  hub.Reset();
  referee.Reset();
  work.Reset();
  coverage.Reset();
  timeline.recorder().Clear();
  final_state = 0;
  return absl::OkStatus();
}

// The faults of this run: those that the scenario promises to survive.
sim::FaultMix Runner::Impl::DrawMix() {
  sim::FaultMix mix = sim::FaultMix::All();
  if (options.swarm) {
    static const sim::Label kSwarm = sim::Label::Of("swarm");
    mix = sim::FaultMix::Drawn(engine.RandomBits(kSwarm));
  }
  const auto& promised = scenario.faults;
  for (std::size_t i = 0; i < sim::kCallFaultCount; ++i) {
    const auto fault = static_cast<sim::CallFault>(i);
    if (std::find(promised.begin(), promised.end(), fault) == promised.end()) mix.Forbid(fault);
  }
  mix.DivideRates(scenario.fault_rate_divisor);
  return mix;
}

// The whole run, as its root task.
void Runner::Impl::Play() {
  cluster.injector().Begin(DrawMix(), story.Parameter(kFaultBudget));
  try {
    scenario.body(story);
  } catch (const sim::RunEnded&) {
    return;
  }
  if (engine.Cancelled()) return;
  {
    const sim::Engine::Quiet quiet(engine);
    const RestView rest = story.truth().AtRest();
    final_state = story.truth().Hash();
    referee.AtRest(rest);
  }
  cluster.KillAll();
}

RunReport Runner::Impl::Report(const sim::ExecutionResult& result) {
  RunReport report;
  report.hash = result.hash;
  report.final_state = final_state;
  report.steps = result.steps;
  report.events = hub.count();
  report.work = work.work();
  report.virtual_time = absl::Nanoseconds(result.time.nanos());
  report.message = result.message;
  if (options.record_timeline) {
    report.fault_mix = cluster.injector().mix().Describe();
    report.faults_hit = cluster.faults_hit();
  }
  if (!cluster.store_failure().ok()) {
    report.end = RunEnd::kStoreFailed;
    report.message = cluster.store_failure().ToString();
    return report;
  }
  report.end = EndOf(result.end);
  if (result.end == sim::End::kFailed && referee.violation().has_value()) {
    report.violation = referee.violation();
    report.end = referee.convergence_broken() ? RunEnd::kNoConvergence : RunEnd::kPropertyBroken;
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
  if (const absl::Status reset = impl_->Reset(); !reset.ok()) {
    RunReport report;
    report.end = RunEnd::kStoreFailed;
    report.message = reset.ToString();
    return report;
  }
  return impl_->Report(impl_->engine.Execute(strategy, [this] { impl_->Play(); }));
}

const Scenario& Runner::scenario() const { return impl_->scenario; }
const ParameterValues& Runner::parameters() const { return impl_->options.parameters; }
const sim::Trace& Runner::trace() const { return impl_->engine.trace(); }
const sim::Timeline& Runner::timeline() const { return impl_->timeline.timeline(); }
const sim::Probes& Runner::probes() const { return impl_->probes; }
const models::EdgeCounts& Runner::edges() const { return impl_->referee.edges(); }
std::vector<std::uint32_t> Runner::features() const { return impl_->coverage.Features(); }

}  // namespace fencepost
