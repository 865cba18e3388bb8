#include "campaign/exhaustive_campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "absl/container/flat_hash_set.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/strategies.h"

namespace fencepost::campaign {
namespace {

using Clock = std::chrono::steady_clock;
using sim::ExhaustiveBounds;

std::string CommandOf(const ExhaustiveCampaign& campaign) {
  const Subject& subject = campaign.subject;
  return fmt::format(
      "fencepost explore {} --reduction {} --max-preemptions {} --max-faults {} --max-executions "
      "{}{}",
      subject.scenario->name, sim::ReductionName(campaign.reduction),
      BoundText(campaign.bounds.max_preemptions), BoundText(campaign.bounds.max_faults),
      BoundText(campaign.bounds.max_executions), OptionsText(*subject.scenario, subject.options));
}

absl::StatusOr<Explored> ExploreOnce(const ExhaustiveCampaign& campaign, Progress& progress) {
  const Subject& subject = campaign.subject;
  auto runner = Runner::Create(*subject.scenario, subject.options);
  if (!runner.ok()) return runner.status();
  Progress::Budget budget;
  if (campaign.time) {
    budget.time = std::chrono::duration<double>(absl::ToDoubleSeconds(*campaign.time));
  }
  progress.Begin(std::string(subject.scenario->name), budget);
  Explored explored;
  explored.bounds = campaign.bounds;
  explored.time = campaign.time;
  explored.command = CommandOf(campaign);
  const CrashNote note({std::string(subject.scenario->name), explored.command, "",
                        /*has_seed=*/false, campaign.json});

  explored.result.scenario = subject.scenario;
  explored.result.options = subject.options;
  Tally& tally = explored.result.tally;
  const std::unique_ptr<sim::Search> search = sim::MakeSearch(campaign.reduction, campaign.bounds);
  absl::flat_hash_set<std::uint64_t> end_states;
  const Clock::time_point begin = Clock::now();
  Clock::time_point shown = begin;
  while (!explored.result.finding) {
    const Clock::time_point now = Clock::now();
    explored.out_of_time = campaign.time && absl::FromChrono(now - begin) >= *campaign.time;
    if (explored.out_of_time) break;
    if (now - shown >= Progress::kInterval) {
      progress.Show(tally.executions);
      shown = now;
    }
    const RunReport report = (*runner)->Run(search->strategy());
    if (report.end == RunEnd::kExhausted) break;
    if (search->last_was_redundant()) continue;
    tally.Add(report);
    end_states.insert(report.final_state);
    auto& finding = explored.result.finding;
    finding = FindingOf(**runner, subject.options, report, kExhaustive, std::nullopt);
    if (finding) finding->execution = tally.executions;
  }
  progress.End();
  explored.result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  tally.probes = HitsOf((*runner)->probes());
  if (subject.options.conform) {
    explored.result.edges = std::make_shared<models::EdgeCounts>((*runner)->edges());
  }
  explored.report = search->report();
  explored.distinct_states = search->distinct_states();
  explored.result.should_reach_probes = explored.report.complete();
  explored.distinct_end_states = end_states.size();
  return explored;
}

absl::StatusOr<Explored> ExploreDeeper(ExhaustiveCampaign campaign, Progress& progress) {
  const std::optional<absl::Duration> time = campaign.time;
  campaign.bounds.max_preemptions = 0;
  double seconds = 0;
  for (;; ++campaign.bounds.max_preemptions) {
    auto explored = ExploreOnce(campaign, progress);
    if (!explored.ok()) return explored;
    seconds += explored->result.seconds;
    explored->result.seconds = seconds;
    const bool only_bounded =
        explored->report.complete_within_bounds() && explored->report.preemption_cuts > 0;
    if (explored->result.finding || explored->out_of_time || !only_bounded) return explored;
    if (time) campaign.time = std::max(absl::Milliseconds(1), *time - absl::Seconds(seconds));
  }
}

}  // namespace

std::string BoundText(std::uint64_t bound) {
  return bound == ExhaustiveBounds::kNone ? "none" : std::to_string(bound);
}

std::string Explored::Completeness() const {
  const std::uint64_t executions = result.tally.executions;
  if (result.finding) {
    return fmt::format("not complete: stopped at the failure, after {} executions", executions);
  }
  if (out_of_time) {
    return fmt::format("not complete: time was over after {} executions", executions);
  }
  return report.Sentence();
}

absl::StatusOr<Explored> Explore(const ExhaustiveCampaign& campaign, Progress& progress) {
  auto explored =
      campaign.deepen ? ExploreDeeper(campaign, progress) : ExploreOnce(campaign, progress);
  if (!explored.ok()) return explored;
  ScenarioResult& result = explored->result;
  if (!result.finding && !explored->complete_within_bounds()) {
    result.cut_short = explored->Completeness();
  }
  return explored;
}

}  // namespace fencepost::campaign
