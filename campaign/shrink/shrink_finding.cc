#include "campaign/shrink/shrink_finding.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "campaign/strategies.h"
#include "sim/engine/replay/lenient_replay.h"
#include "sim/engine/replay/replay.h"

namespace fencepost::campaign {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kContinuations = 1000;
// The share of the time that shrinking may take; the rest is for what was inevitable.
constexpr double kShrinkingShare = 0.75;
// A run that goes on for many times as long as the failure does not help to understand it.
constexpr std::uint64_t kMostTimesLonger = 4;
constexpr std::uint64_t kLeastStepLimit = 10'000;

class FindingShrinker {
 public:
  FindingShrinker(const ScenarioResult& found, std::chrono::duration<double> time,
                  Inevitable inevitable)
      : name_(NameOfEnd(found.finding->report)),
        begin_(Clock::now()),
        time_(time),
        inevitable_(inevitable) {
    shrunk_.result = found;
    shrunk_.result.options.record_timeline = false;
    shrunk_.result.options.step_limit =
        std::min(shrunk_.result.options.step_limit,
                 std::max(kLeastStepLimit, kMostTimesLonger * found.finding->report.steps));
  }

  absl::StatusOr<Shrunk> Run() {
    auto runner = Runner::Create(*shrunk_.result.scenario, options());
    if (!runner.ok()) return runner.status();
    runner_ = *std::move(runner);
    sim::Replay again(finding().replay.choices);
    const auto found = Trial(*runner_, again);
    if (!found || again.parting()) {
      return absl::FailedPreconditionError("the failure did not happen again (" + name_ +
                                           " was recorded): there is nothing to shrink");
    }
    shrunk_.before = sim::SizeOf(found->choices, found->steps);
    Keep(*found);
    SmallerParameters();
    Choices();
    if (inevitable_ == Inevitable::kFind) FindInevitable();
    const std::uint64_t limit = RunOptions().step_limit;
    shrunk_.result.options.step_limit = limit;
    return std::move(shrunk_);
  }

 private:
  RunOptions& options() { return shrunk_.result.options; }
  Finding& finding() { return *shrunk_.result.finding; }

  std::function<bool()> Until(double share) const {
    return [this, share] { return Clock::now() - begin_ < time_ * share; };
  }

  std::optional<sim::FailingRun> Trial(Runner& runner, sim::Strategy& strategy) {
    report_ = runner.Run(strategy);
    if (VerdictOf(report_) == Verdict::kClean || NameOfEnd(report_) != name_) return std::nullopt;
    const auto choices = runner.trace().choices();
    return sim::FailingRun{{choices.begin(), choices.end()}, report_.steps};
  }

  void Keep(sim::FailingRun run) {
    shrunk_.after = sim::SizeOf(run.choices, run.steps);
    kept_ = std::move(run);
  }

  // Fewer actors: each parameter as low as it goes, the recorded choices followed where they fit.
  void SmallerParameters() {
    const auto go_on = Until(kShrinkingShare);
    for (const ScenarioParameter& parameter : shrunk_.result.scenario->parameters) {
      const std::string name(parameter.name);
      const std::int64_t given = options().parameters.at(name);
      for (std::int64_t value = parameter.least; value < given && go_on(); ++value) {
        RunOptions fewer = options();
        fewer.parameters[name] = value;
        auto runner = Runner::Create(*shrunk_.result.scenario, fewer);
        if (!runner.ok()) continue;  // this value does not go with the others
        ++shrunk_.executions;
        sim::LenientReplay strategy(kept_.choices);
        const auto run = Trial(**runner, strategy);
        if (!run || sim::Smaller(shrunk_.after, sim::SizeOf(run->choices, run->steps))) continue;
        Keep(*run);
        options() = fewer;
        runner_ = *std::move(runner);
        break;
      }
    }
  }

  void Choices() {
    const auto trial = [this](sim::Strategy& strategy) { return Trial(*runner_, strategy); };
    sim::ShrinkResult result = sim::Shrink(kept_, trial, Until(kShrinkingShare));
    Keep(std::move(result.run));
    shrunk_.executions += result.executions;
    shrunk_.minimal = result.minimal;
    sim::Replay again(kept_.choices);
    Trial(*runner_, again);
    finding().report = report_;
    finding().seed = std::nullopt;
    finding().replay = RecordingOf(*runner_, options(), report_, kShrunk, std::nullopt);
  }

  void FindInevitable() {
    const auto fails = [this](sim::Strategy& strategy) {
      return Trial(*runner_, strategy).has_value();
    };
    shrunk_.inevitable = sim::FindInevitable(kept_.choices, kContinuations, fails, Until(1));
  }

  const std::string name_;
  const Clock::time_point begin_;
  const std::chrono::duration<double> time_;
  const Inevitable inevitable_;
  std::unique_ptr<Runner> runner_;
  RunReport report_;  // of the last trial
  sim::FailingRun kept_;
  Shrunk shrunk_;
};

}  // namespace

absl::StatusOr<Shrunk> ShrinkFinding(const ScenarioResult& found,
                                     std::chrono::duration<double> time, Inevitable inevitable) {
  switch (VerdictOf(found.finding->report)) {
    case Verdict::kPropertyBroken:
    case Verdict::kNoConvergence:
    case Verdict::kCodeCrashed:
      return FindingShrinker(found, time, inevitable).Run();
    default:
      return absl::FailedPreconditionError(
          "only a broken property, missing convergence or a crash can be made smaller; this run "
          "ended otherwise: " +
          NameOfEnd(found.finding->report));
  }
}

}  // namespace fencepost::campaign
