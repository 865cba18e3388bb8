#include "campaign/shared/range_runner.h"

#include <algorithm>

#include "absl/status/status.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/shared/shape.h"
#include "campaign/shrink/shrink_finding.h"
#include "campaign/strategies.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/replay/replay_file.h"

namespace fencepost::campaign {
namespace {

// Empty if the finding does not repeat.
std::string ShapeOfRun(const ScenarioResult& result) {
  RunOptions options = result.options;
  options.record_timeline = true;
  const auto runner = Runner::Create(*result.scenario, options);
  if (!runner.ok()) return "";
  sim::Replay strategy(result.finding->replay.choices);
  const RunReport again = (*runner)->Run(strategy);
  if (strategy.parting() || again.hash != result.finding->report.hash) return "";
  return ShapeOf(again, (*runner)->timeline());
}

}  // namespace

absl::StatusOr<RangeRunner::Equipment*> RangeRunner::EquipmentOf(std::size_t scenario) {
  Equipment& equipment = equipment_.at(scenario);
  if (equipment.runner == nullptr) {
    const Subject& subject = running_.subjects.at(scenario);
    auto runner = Runner::Create(*subject.scenario, subject.options);
    if (!runner.ok()) return runner.status();
    equipment.runner = *std::move(runner);
    equipment.strategies.emplace(running_.strategy, *subject.scenario, subject.options);
  }
  // The counts of a range that was broken off are dropped.
  equipment.probes.Since(equipment.runner->probes());
  equipment.coverage.NewPoints(equipment.runner->probes());
  equipment.coverage.Forget();
  settled_.clear();
  return &equipment;
}

absl::StatusOr<std::optional<RangeResult>> RangeRunner::Run(const RangeClaim& claim,
                                                            const std::function<bool()>& go_on) {
  const auto equipment = EquipmentOf(claim.scenario);
  if (!equipment.ok()) return equipment.status();
  Runner& runner = *(*equipment)->runner;
  const Subject& subject = running_.subjects[claim.scenario];
  CrashNote note(CrashTextOf(*subject.scenario, subject.options, running_.strategy, running_.json));
  RangeResult result;
  for (std::uint64_t seed = claim.seeds.first;; ++seed) {
    if (!go_on()) return std::nullopt;
    note.SetSeed(seed);
    const auto strategy = (*equipment)->strategies->For(seed);
    const RunReport report = runner.Run(*strategy);
    if (report.end == RunEnd::kStoreFailed) return absl::UnavailableError(report.message);
    result.tally.Add(report);
    for (std::string& point : (*equipment)->coverage.NewPoints(runner.probes())) {
      result.coverage.insert(std::move(point));
    }
    const auto finding = FindingOf(runner, subject.options, report, running_.strategy, seed);
    if (finding) AddFailure(claim, *finding, result);
    if (seed == claim.seeds.last) break;
  }
  result.tally.probes = (*equipment)->probes.Since(runner.probes());
  return result;
}

// A property that breaks in every second execution mostly breaks in one way. So the first failure
// in a range whose shape is known ends the shrinking for that property: the others are only
// counted.
void RangeRunner::AddFailure(const RangeClaim& claim, const Finding& finding, RangeResult& result) {
  SharedFinding found;
  found.scenario = claim.scenario;
  found.property = NameOfEnd(finding.report);
  found.seed = *finding.seed;
  ++result.failures[found.property];
  if (settled_.contains(found.property)) return;

  ScenarioResult failed;
  failed.scenario = running_.subjects[claim.scenario].scenario;
  failed.options = running_.subjects[claim.scenario].options;
  failed.finding = finding;
  // A run without a verdict, or one that is not the same twice, stays as it was found.
  const auto shrunk = ShrinkFinding(failed, running_.shrink_time, Inevitable::kLeaveOut);
  const ScenarioResult& small = shrunk.ok() ? shrunk->result : failed;
  found.shape = ShapeOfRun(small);
  found.replay = sim::ReplayToJson(small.finding->replay);
  if (!known_.Add(found.scenario, found.property, found.shape)) settled_.insert(found.property);
  const auto same = std::find_if(
      result.findings.begin(), result.findings.end(), [&found](const SharedFinding& other) {
        return other.property == found.property && other.shape == found.shape;
      });
  if (same != result.findings.end()) {
    ++same->seen;
  } else {
    result.findings.push_back(std::move(found));
  }
}

}  // namespace fencepost::campaign
