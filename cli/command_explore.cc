// fencepost explore: every execution of one scenario, within bounds.
#include <fmt/format.h>

#include <optional>

#include "absl/status/status.h"
#include "campaign/exhaustive_campaign.h"
#include "campaign/footprint_campaign.h"
#include "campaign/run_setup.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/report/explore_report.h"
#include "cli/report/report_failure.h"
#include "cli/report/terminal_progress.h"

namespace fencepost::cli {
namespace {

using sim::ExhaustiveBounds;

RunOptions WithEveryFault() {
  RunOptions options;
  options.swarm = false;
  return options;
}

struct ExploreOptions {
  std::string scenario;
  RunOptions requested = WithEveryFault();
  std::optional<std::uint64_t> max_preemptions;
  std::uint64_t max_faults = ExhaustiveBounds::kNone;
  std::uint64_t max_executions = ExhaustiveBounds::kNone;
  std::optional<sim::Reduction> reduction;
  bool deepen = false;
  bool check_footprints = false;
  std::optional<absl::Duration> time;
  CampaignOutput how = DefaultCampaignOutput();
};

absl::StatusOr<campaign::ExhaustiveCampaign> CampaignOf(const ExploreOptions& options) {
  campaign::ExhaustiveCampaign search;
  search.deepen = options.deepen;
  search.time = options.time;
  search.json = options.how.output.json;
  if (options.deepen && options.max_preemptions) {
    return BadUsage(
        "--deepen raises the bound on preemptions by itself: leave out --max-preemptions");
  }
  search.bounds.max_preemptions =
      options.deepen ? 0 : options.max_preemptions.value_or(ExhaustiveBounds::kNone);
  search.bounds.max_faults = options.max_faults;
  search.bounds.max_executions = options.max_executions;
  const bool bounded = search.bounds.max_preemptions != ExhaustiveBounds::kNone;
  search.reduction =
      options.reduction.value_or(bounded ? sim::Reduction::kStates : sim::Reduction::kPartialOrder);
  if (const auto why = sim::WhyUnsound(search.reduction, search.bounds); !why.empty()) {
    return BadUsage(
        fmt::format("--reduction {} cannot be combined with --max-preemptions: {}; take "
                    "--reduction states",
                    sim::ReductionName(search.reduction), why));
  }
  return search;
}

absl::StatusOr<ExitCode> CheckFootprintsAndShow(const campaign::ExhaustiveCampaign& search,
                                                const Output& output) {
  const auto check = campaign::CheckFootprints(search.subject, search.bounds, search.time);
  if (!check.ok()) return check.status();
  ShowFootprintCheck(*check, output);
  return ExitCodeOf(campaign::VerdictOf(*check));
}

absl::StatusOr<ExitCode> ExploreAndShow(const ExploreOptions& options) {
  auto search = CampaignOf(options);
  if (!search.ok()) return search.status();
  auto subject = campaign::SubjectOf(options.scenario, options.requested);
  if (!subject.ok()) return subject.status();
  search->subject = *std::move(subject);
  if (options.check_footprints) return CheckFootprintsAndShow(*search, options.how.output);
  absl::Status directory = CheckReplayDirectory(options.how.replay_directory);
  if (!directory.ok()) return directory;
  TerminalProgress progress(/*quiet=*/options.how.output.json);
  const auto explored = campaign::Explore(*search, progress);
  if (!explored.ok()) return explored.status();
  return ExitCodeOf(ShowExplored(*explored, search->reduction, options.how));
}

// "none" or a number. REQUIRES: the member is a number or an optional one.
template <class Bound>
Setter<ExploreOptions> SetBound(Bound ExploreOptions::*member) {
  return [member](ExploreOptions& options, std::string_view option,
                  const std::string& text) -> absl::Status {
    const auto bound = ParseBound(option, text, ExhaustiveBounds::kNone);
    if (bound.ok()) options.*member = *bound;
    return bound.status();
  };
}

absl::Status SetReduction(ExploreOptions& options, std::string_view option,
                          const std::string& text) {
  options.reduction = sim::ReductionNamed(text);
  if (options.reduction) return absl::OkStatus();
  std::vector<std::string_view> names;
  for (const sim::Reduction one : sim::kAllReductions) names.push_back(sim::ReductionName(one));
  return BadUsage(
      fmt::format("{} needs one of {}, not \"{}\"", option, fmt::join(names, ", "), text));
}

}  // namespace

Command ExploreCommand() {
  using Options = ExploreOptions;
  CommandTable<Options> table;
  table.info = {
      .name = "explore",
      .sentence =
          "Run every execution of a scenario that the bounds allow, or one of each class that a "
          "reduction tells apart, and say whether that was all. A search that is cut, by time or "
          "by the number of executions, has no verdict. One that nothing has cut must have reached "
          "all probes of the scenario.",
      .positional = "SCENARIO",
      .positional_meaning = "which scenario",
      .least_names = 1,
      .most_names = 1};
  table.set_names = OneName(&Options::scenario);
  table.parameters = ParametersOf(&Options::requested);
  table.options = {
      {{"--reduction", "R",
        "none: every execution; dpor (default): one of those that differ in the order of "
        "independent steps; states (default with --max-preemptions): on from each state once"},
       SetReduction},
      {{"--max-preemptions", "N", "in one execution; a number or none (default none)"},
       SetBound(&Options::max_preemptions)},
      {{"--deepen", "", "with 0 preemptions, then 1, 2, ... until that bound cuts nothing"},
       Set(&Options::deepen)},
      {{"--max-faults", "N", "in one execution; a number or none (default none)"},
       SetBound(&Options::max_faults)},
      {{"--max-executions", "N", "stop after N executions; a number or none (default none)"},
       SetBound(&Options::max_executions)},
      {{"--time", "T", "stop after T (60s, 5m)"}, Set(&Options::time)},
      {{"--check-footprints", "",
        "run plainly, with dpor and with states, and name two steps whose order matters although "
        "they declare nothing in common"},
       Set(&Options::check_footprints)},
      {kConform, Set(&Options::requested, &RunOptions::conform)},
      {kStore, SetStore<Options>(&Options::requested, &RunOptions::store)},
      {kReplayDir, Set(&Options::how, &CampaignOutput::replay_directory)},
      {kRequireProbes, Set(&Options::how, &CampaignOutput::require_probes)},
      {kJson, Set(&Options::how, &CampaignOutput::output, &Output::json)},
      {kAscii, Set(&Options::how, &CampaignOutput::output, &Output::ascii)}};
  table.run = ExploreAndShow;
  return MakeCommand(std::move(table));
}

}  // namespace fencepost::cli
