// fencepost explore: every execution of one scenario, within bounds.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/crash_note.h"
#include "campaign/run_setup.h"
#include "campaign/strategies.h"
#include "cli/arguments.h"
#include "cli/check_footprints.h"
#include "cli/commands.h"
#include "cli/report/campaign_output.h"
#include "cli/report/json_report.h"
#include "cli/report/progress.h"
#include "cli/report/terminal.h"
#include "cli/report/text.h"
#include "sim/engine/reduction/search.h"

namespace fencepost::cli {
namespace {

using Clock = std::chrono::steady_clock;
using sim::ExhaustiveBounds;

struct Plan {
  ExhaustiveBounds bounds;
  sim::Reduction reduction = sim::Reduction::kPartialOrder;
  bool deepens = false;  // the bound on preemptions grows from 0
  std::optional<absl::Duration> time;
};

struct BoundOption {
  std::string_view option;
  std::uint64_t ExhaustiveBounds::*bound;
};
constexpr BoundOption kBoundOptions[] = {
    {"--max-preemptions", &ExhaustiveBounds::max_preemptions},
    {"--max-faults", &ExhaustiveBounds::max_faults},
    {"--max-executions", &ExhaustiveBounds::max_executions},
};

absl::StatusOr<Plan> PlanOf(const GivenArguments& given) {
  Plan search;
  for (const auto& [option, bound] : kBoundOptions) {
    const std::string* text = given.Find(option);
    if (text == nullptr) continue;
    const auto value = ParseBound(option, *text, ExhaustiveBounds::kNone);
    if (!value.ok()) return value.status();
    search.bounds.*bound = *value;
  }
  search.deepens = given.Has("--deepen");
  if (search.deepens) {
    if (given.Find("--max-preemptions") != nullptr) {
      return absl::InvalidArgumentError(
          "--deepen raises the bound on preemptions by itself: leave out --max-preemptions");
    }
    search.bounds.max_preemptions = 0;
  }
  const bool bounded = search.bounds.max_preemptions != ExhaustiveBounds::kNone;
  if (const std::string* name = given.Find("--reduction")) {
    const auto reduction = sim::ReductionNamed(*name);
    if (!reduction) {
      return absl::InvalidArgumentError(
          fmt::format("--reduction {}: there are none, dpor and states", *name));
    }
    search.reduction = *reduction;
  } else if (bounded) {
    search.reduction = sim::Reduction::kStates;
  }
  if (const auto why = sim::WhyUnsound(search.reduction, search.bounds); !why.empty()) {
    return absl::InvalidArgumentError(
        fmt::format("--reduction {} cannot be combined with --max-preemptions: {}; take "
                    "--reduction states",
                    sim::ReductionName(search.reduction), why));
  }
  if (const std::string* text = given.Find("--time")) {
    const auto time = ParseDuration("--time", *text);
    if (!time.ok()) return time.status();
    search.time = *time;
  }
  return search;
}

std::string BoundText(std::uint64_t bound) {
  return bound == ExhaustiveBounds::kNone ? "none" : std::to_string(bound);
}

// The command that searches in the same order and so finds the same.
std::string ExploreCommandText(const Subject& subject, const Plan& search) {
  std::string command = fmt::format("fencepost explore {} --reduction {}", subject.scenario->name,
                                    sim::ReductionName(search.reduction));
  for (const auto& [option, bound] : kBoundOptions) {
    command += fmt::format(" {} {}", option, BoundText(search.bounds.*bound));
  }
  return command + OptionsText(*subject.scenario, subject.options);
}

struct Explored {
  ScenarioResult result;
  sim::ExhaustiveReport report;
  std::uint64_t distinct_end_states = 0;
  std::uint64_t distinct_states = 0;  // 0: not counted
  bool out_of_time = false;

  // Whether that was all, in one sentence.
  std::string Completeness() const {
    const std::string count = Grouped(result.tally.executions) + " executions";
    if (result.finding) return "not complete: stopped at the failure, after " + count;
    if (out_of_time) return "not complete: time was over after " + count;
    return report.Sentence();
  }
};

absl::StatusOr<Explored> Explore(const Subject& subject, const Plan& search, bool json) {
  auto runner = Runner::Create(*subject.scenario, subject.options);
  if (!runner.ok()) return runner.status();
  Progress progress(!json && IsTerminal(STDERR_FILENO));
  Progress::Budget budget;
  if (search.time) budget.time = std::chrono::duration<double>(absl::ToDoubleSeconds(*search.time));
  progress.Begin(std::string(subject.scenario->name), budget);
  CrashNote note({std::string(subject.scenario->name), ExploreCommandText(subject, search), "",
                  /*has_seed=*/false, json});

  Explored explored;
  explored.result.scenario = subject.scenario;
  explored.result.options = subject.options;
  Tally& tally = explored.result.tally;
  const std::unique_ptr<sim::Search> found = sim::MakeSearch(search.reduction, search.bounds);
  absl::flat_hash_set<std::uint64_t> end_states;
  const Clock::time_point begin = Clock::now();
  Clock::time_point shown = begin;
  while (!explored.result.finding) {
    const Clock::time_point now = Clock::now();
    explored.out_of_time = search.time && absl::FromChrono(now - begin) >= *search.time;
    if (explored.out_of_time) break;
    if (now - shown >= Progress::kInterval) {
      progress.Show(tally.executions);
      shown = now;
    }
    const RunReport report = (*runner)->Run(found->strategy());
    if (report.end == RunEnd::kExhausted) break;
    if (found->last_was_redundant()) continue;
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
  explored.report = found->report();
  explored.distinct_states = found->distinct_states();
  // A smaller story than the standard one need not reach all that the standard one does.
  explored.result.should_reach_probes =
      explored.report.complete() && (*runner)->parameters() == *Complete(*subject.scenario, {});
  explored.distinct_end_states = end_states.size();
  return explored;
}

Json FieldsOf(const Explored& explored, const Plan& search) {
  Json fields;
  fields["strategy"] = kExhaustive;
  fields["complete"] = explored.report.complete();
  fields["complete_within_bounds"] = explored.report.complete_within_bounds();
  fields["completeness"] = explored.Completeness();
  fields["reduction"] = sim::ReductionName(search.reduction);
  fields["redundant_executions"] = explored.report.redundant;
  fields["distinct_states"] =
      explored.distinct_states == 0 ? Json() : Json(explored.distinct_states);
  fields["distinct_end_states"] = explored.distinct_end_states;
  Json& bounds = fields["bounds"] = Json::object();
  const auto or_null = [](std::uint64_t bound) {
    return bound == ExhaustiveBounds::kNone ? Json() : Json(bound);
  };
  bounds["max_preemptions"] = or_null(search.bounds.max_preemptions);
  bounds["max_faults"] = or_null(search.bounds.max_faults);
  bounds["max_executions"] = or_null(search.bounds.max_executions);
  bounds["seconds"] = search.time ? Json(absl::ToDoubleSeconds(*search.time)) : Json();
  return fields;
}

std::string LinesOf(const Explored& explored, const Plan& search) {
  return fmt::format(
      "{}{} distinct end states\nreduction: {}\nbounds: preemptions {}, faults {}, executions {}, "
      "time {}\n{}\n",
      explored.distinct_states == 0 ? "" : Grouped(explored.distinct_states) + " distinct states, ",
      Grouped(explored.distinct_end_states), sim::ReductionName(search.reduction),
      BoundText(search.bounds.max_preemptions), BoundText(search.bounds.max_faults),
      BoundText(search.bounds.max_executions), search.time ? DurationText(*search.time) : "none",
      explored.Completeness());
}

// Iterative deepening: failures with few preemptions come first, and are found as such. The bound
// rises until nothing is cut by it any more, or something else ends the search.
absl::StatusOr<Explored> ExploreDeeper(const Subject& subject, Plan& search, bool json) {
  const std::optional<absl::Duration> time = search.time;
  double seconds = 0;
  for (;; ++search.bounds.max_preemptions) {
    auto explored = Explore(subject, search, json);
    if (!explored.ok()) return explored;
    seconds += explored->result.seconds;
    explored->result.seconds = seconds;
    const bool only_bounded =
        explored->report.complete_within_bounds() && explored->report.preemption_cuts > 0;
    if (explored->result.finding || explored->out_of_time || !only_bounded) return explored;
    if (time) search.time = std::max(absl::Milliseconds(1), *time - absl::Seconds(seconds));
  }
}

absl::StatusOr<ExitCode> ExploreAndShow(const GivenArguments& given) {
  auto search = PlanOf(given);
  if (!search.ok()) return search.status();
  const auto subject = SubjectOf(given.names.front(), given, /*swarm=*/false);
  if (!subject.ok()) return subject.status();
  if (given.Has("--check-footprints")) {
    return CheckFootprintsAndShow(*subject, search->bounds, search->time, given.Has("--json"));
  }
  if (absl::Status status = CheckReplayDirectory(ReplayDirectory(given)); !status.ok()) {
    return status;
  }
  const auto explored = search->deepens ? ExploreDeeper(*subject, *search, given.Has("--json"))
                                        : Explore(*subject, *search, given.Has("--json"));
  if (!explored.ok()) return explored.status();
  return ShowCampaign({explored->result}, given,
                      {FieldsOf(*explored, *search), LinesOf(*explored, *search),
                       explored->result.seconds, ExploreCommandText(*subject, *search)});
}

}  // namespace

CommandSpec ExploreCommand() {
  CommandSpec spec;
  spec.name = "explore";
  spec.sentence =
      "Run every execution of a scenario that the bounds allow, or one of each class that a "
      "reduction tells apart, and say whether that was all. "
      "If it was, all probes of the scenario must have been reached.";
  spec.positional = "SCENARIO";
  spec.positional_meaning = "which scenario";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.takes_parameters = true;
  spec.options = {
      {"--reduction", "R",
       "none: every execution; dpor (default): one of those that differ in the order of "
       "independent steps; states (default with --max-preemptions): on from each state "
       "once"},
      {"--max-preemptions", "N", "in one execution; a number or none (default none)"},
      {"--deepen", "", "with 0 preemptions, then 1, 2, ... until that bound cuts nothing"},
      {"--max-faults", "N", "in one execution; a number or none (default none)"},
      {"--max-executions", "N", "stop after so many; a number or none (default none)"},
      {"--time", "T", "stop after T (60s, 5m)"},
      {"--check-footprints", "",
       "run plainly and with dpor and states, and name two steps whose order matters though they "
       "declare nothing in common"},
      kConform,
      kStore,
      kReplayDir,
      kRequireProbes,
      kJson,
      kAscii};
  spec.execute = ExploreAndShow;
  return spec;
}

}  // namespace fencepost::cli
