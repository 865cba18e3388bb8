#include "cli/report/campaign_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>

#include "campaign/text.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using campaign::ProbeCount;
using campaign::ScenarioResult;
using campaign::StopReason;
using campaign::Verdict;

constexpr std::size_t kProbesShown = 20;
constexpr std::size_t kScenariosNamed = 3;

bool HasStandardParameters(const ScenarioResult& result) {
  return std::all_of(result.scenario->parameters.begin(), result.scenario->parameters.end(),
                     [&result](const ScenarioParameter& parameter) {
                       const auto value = result.options.parameters.find(parameter.name);
                       return value == result.options.parameters.end() ||
                              value->second == parameter.standard;
                     });
}

bool MustReachProbes(const ScenarioResult& result, bool require_probes) {
  return require_probes || (result.should_reach_probes && HasStandardParameters(result));
}

// The probes without a hit of the results whose probes are judged, or of the others.
std::vector<ProbeCount> Unreached(const std::vector<ScenarioResult>& results, bool require_probes,
                                  bool judged) {
  std::vector<ScenarioResult> chosen;
  for (const ScenarioResult& result : results) {
    if (MustReachProbes(result, require_probes) == judged) chosen.push_back(result);
  }
  std::vector<ProbeCount> unreached = campaign::ProbesOf(chosen);
  std::erase_if(unreached, [](const ProbeCount& probe) { return probe.hits > 0; });
  return unreached;
}

CampaignEnd EndByFinding(const ScenarioResult& result) {
  const campaign::Finding& finding = *result.finding;
  const std::string place = finding.divergence
                                ? fmt::format("seed {}", *finding.seed)
                                : fmt::format("execution {}", Grouped(finding.execution));
  return {
      campaign::VerdictOf(finding),
      {},
      fmt::format("failed: {} in scenario {}, {}", NameOf(finding), result.scenario->name, place)};
}

CampaignEnd NoVerdict(const std::string& why) {
  return {Verdict::kNoVerdict, {}, "no verdict: " + why};
}

}  // namespace

CampaignEnd EndOf(const std::vector<ScenarioResult>& results, bool require_probes) {
  for (const ScenarioResult& result : results) {
    if (result.finding) return EndByFinding(result);
  }
  for (const ScenarioResult& result : results) {
    if (!result.cut_short.empty()) return NoVerdict(result.cut_short);
    if (result.tally.executions > 0) continue;
    return NoVerdict(fmt::format("there was no time for a single execution of scenario {}",
                                 result.scenario->name));
  }
  std::vector<ProbeCount> unreached = Unreached(results, require_probes, /*judged=*/true);
  if (!unreached.empty()) {
    CampaignEnd end = NoVerdict("never reached:");
    for (const ProbeCount& probe : unreached) {
      end.sentence += fmt::format(" {} ({})", probe.probe, probe.scenario);
    }
    end.unreached = std::move(unreached);
    return end;
  }
  CampaignEnd end;
  end.sentence =
      fmt::format("clean: no property was broken in {} executions", Grouped(ExecutionsOf(results)));
  const std::size_t missed = Unreached(results, require_probes, /*judged=*/false).size();
  if (missed > 0) {
    end.sentence += fmt::format("; {} {} not reached, which a campaign of this kind need not",
                                missed, missed == 1 ? "probe was" : "probes were");
  }
  return end;
}

std::string SummaryTable(const std::vector<ScenarioResult>& results) {
  std::vector<std::vector<std::string>> rows = {
      {"scenario", "executions", "executions/s", "failures", "virtual time", "digest"}};
  for (const ScenarioResult& result : results) {
    const double pace = PerSecond(result.tally.executions, result.seconds);
    rows.push_back({std::string(result.scenario->name), Grouped(result.tally.executions),
                    Grouped(static_cast<std::uint64_t>(pace)), result.finding ? "1" : "0",
                    campaign::DurationText(result.tally.virtual_time),
                    campaign::HashText(result.tally.digest)});
  }
  return Table(rows, 1);
}

std::string ProbeTable(const std::vector<ScenarioResult>& results) {
  const std::vector<ProbeCount> probes = campaign::ProbesOf(results);
  if (probes.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"probe", "scenario", "hits"}};
  const std::size_t shown = std::min(probes.size(), kProbesShown);
  for (const ProbeCount& probe : std::span(probes).first(shown)) {
    rows.push_back({probe.probe, std::string(probe.scenario),
                    probe.hits == 0 ? "never hit" : Grouped(probe.hits)});
  }
  if (shown == probes.size()) return Table(rows, 2);
  return Table(rows, 2) + fmt::format("and {} more, each hit {} times or more (--json has all)\n",
                                      probes.size() - shown, Grouped(probes[shown].hits));
}

std::string WorkTable(const std::vector<ScenarioResult>& results) {
  struct Row {
    campaign::WorkDone done;
    std::string_view scenario;  // the one that did most
  };
  std::map<std::string, Row, std::less<>> work;
  for (const ScenarioResult& result : results) {
    for (const auto& [name, done] : result.tally.work) {
      Row& row = work[name];
      row.done.in_all += done.in_all;
      if (done.most <= row.done.most) continue;
      row.done.most = done.most;
      row.scenario = result.scenario->name;
    }
  }
  if (work.empty()) return "";
  std::vector<std::vector<std::string>> rows = {{"work", "most of it in", "in one run", "in all"}};
  for (const auto& [name, row] : work) {
    rows.push_back(
        {name, std::string(row.scenario), Grouped(row.done.most), Grouped(row.done.in_all)});
  }
  return Table(rows, 2);
}

std::string StopText(const std::vector<ScenarioResult>& results) {
  std::map<StopReason, std::vector<std::string_view>> by_reason;
  for (const ScenarioResult& result : results) {
    if (result.stopped) by_reason[*result.stopped].push_back(result.scenario->name);
  }
  std::string text;
  for (const auto& [reason, scenarios] : by_reason) {
    text += fmt::format("{}{}", text.empty() ? "stopped by " : "; by ", StopReasonName(reason));
    if (by_reason.size() == 1) continue;
    text += scenarios.size() <= kScenariosNamed ? fmt::format(" ({})", fmt::join(scenarios, ", "))
                                                : fmt::format(" ({} scenarios)", scenarios.size());
  }
  return text.empty() ? text : text + "\n";
}

std::uint64_t ExecutionsOf(const std::vector<ScenarioResult>& results) {
  std::uint64_t executions = 0;
  for (const ScenarioResult& result : results) executions += result.tally.executions;
  return executions;
}

double PerSecond(std::uint64_t executions, double seconds) {
  return seconds > 0 ? static_cast<double>(executions) / seconds : 0;
}

}  // namespace fencepost::cli
