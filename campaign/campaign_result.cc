#include "campaign/campaign_result.h"

#include <algorithm>

#include "campaign/replay_parameters.h"
#include "campaign/revision.h"

namespace fencepost::campaign {

ProbeHits HitsOf(const sim::Probes& probes) {
  ProbeHits hits;
  for (const auto& entry : probes.entries()) hits[entry.name] = entry.hits;
  return hits;
}

sim::ReplayFile RecordingOf(const Runner& runner, const RunOptions& options,
                            const RunReport& report, std::string_view strategy,
                            std::optional<std::uint64_t> seed) {
  sim::ReplayFile file;
  file.scenario = runner.scenario().name;
  file.store = options.store;
  file.parameters = ToReplayParameters(options);
  file.strategy = strategy;
  file.seed = seed;
  if (report.violation) file.property = report.violation->property;
  file.conform = options.conform;
  file.revision = Revision();
  file.SetTrace(runner.trace());
  return file;
}

std::optional<Finding> FindingOf(const Runner& runner, const RunOptions& options,
                                 const RunReport& report, std::string_view strategy,
                                 std::optional<std::uint64_t> seed) {
  if (VerdictOf(report) == Verdict::kClean) return std::nullopt;
  Finding finding;
  finding.report = report;
  finding.seed = seed;
  finding.replay = RecordingOf(runner, options, report, strategy, seed);
  return finding;
}

std::string NameOfEnd(const RunReport& report) {
  if (NothingHappened(report)) return "nothing-happened";
  if (report.violation) return std::string(report.violation->property);
  return std::string(RunEndName(report.end));
}

std::string NameOf(const Finding& finding) {
  return finding.divergence ? std::string(kNotDeterministic) : NameOfEnd(finding.report);
}

Verdict VerdictOf(const Finding& finding) {
  return finding.divergence ? Verdict::kPropertyBroken : VerdictOf(finding.report);
}

std::string_view StopReasonName(StopReason reason) {
  switch (reason) {
    case StopReason::kCount:
      return "count";
    case StopReason::kTime:
      return "time";
    case StopReason::kPlateau:
      return "plateau";
    case StopReason::kFinding:
      return "finding";
  }
  return "";
}

std::vector<ProbeCount> ProbesOf(const std::vector<ScenarioResult>& results) {
  std::vector<ProbeCount> counts;
  for (const ScenarioResult& result : results) {
    ProbeHits hits = result.tally.probes;
    const std::vector<std::string_view> declared = ProbeNames(*result.scenario);
    for (const std::string_view probe : declared) hits.try_emplace(std::string(probe));
    for (const auto& [probe, count] : hits) {
      const bool wanted = std::find(declared.begin(), declared.end(), probe) != declared.end();
      if (wanted || count > 0) counts.push_back({result.scenario->name, probe, count});
    }
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const ProbeCount& a, const ProbeCount& b) { return a.hits < b.hits; });
  return counts;
}

}  // namespace fencepost::campaign
