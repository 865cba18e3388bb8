// What a campaign of many executions has found, whichever strategy chose them. Filled by the
// campaigns over seeds and by the exhaustive search, shown by one set of reports.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "campaign/verdict.h"
#include "scenarios/run/runner.h"
#include "sim/engine/replay/replay_file.h"
#include "sim/engine/trace.h"

namespace fencepost::campaign {

using ProbeHits = std::map<std::string, std::uint64_t, std::less<>>;  // by name
ProbeHits HitsOf(const sim::Probes& probes);

// What the runs of a scenario did, by the names of RunWork.
struct WorkDone {
  std::uint64_t in_all = 0;
  std::uint64_t most = 0;  // in one run
};
using Work = std::map<std::string, WorkDone, std::less<>>;

// Sums over the executions of one scenario.
struct Tally {
  std::uint64_t executions = 0;
  absl::Duration virtual_time;
  ProbeHits probes;
  Work work;
  // Over the hashes of all runs in the order of seeds: two campaigns with the same digest have run
  // the same executions.
  std::uint64_t digest = 0;

  void Add(const RunReport& report) {
    ++executions;
    digest = sim::MixHash(digest, report.hash);
    virtual_time += report.virtual_time;
    for (const auto& [name, count] : report.work) AddWork(name, {count, count});
  }
  void Add(const Tally& other) {
    executions += other.executions;
    digest = sim::MixHash(digest, other.digest);
    virtual_time += other.virtual_time;
    for (const auto& [name, hits] : other.probes) probes[name] += hits;
    for (const auto& [name, done] : other.work) AddWork(name, done);
  }
  void AddWork(const std::string& name, const WorkDone& other) {
    WorkDone& done = work[name];
    done.in_all += other.in_all;
    done.most = std::max(done.most, other.most);
  }
};

// Two processes came to different runs under one seed (campaign/determinism/).
struct Divergence;
inline constexpr std::string_view kNotDeterministic = "not-deterministic";

// One execution that did not pass, with all that is needed to run it again.
struct Finding {
  RunReport report;
  std::optional<std::uint64_t> seed;  // if the seed alone repeats it
  std::uint64_t execution = 0;        // the n-th of its scenario in this campaign
  sim::ReplayFile replay;
  // Set if another process came to another run. That is the finding then, whatever this process
  // came to.
  std::shared_ptr<const Divergence> divergence;
};

// Why a campaign over seeds ended.
enum class StopReason : std::uint8_t {
  kCount,    // all its seeds were run
  kTime,     // its time was over
  kPlateau,  // no new coverage was reached for a while
  kFinding,  // an execution was not clean
};
std::string_view StopReasonName(StopReason reason);

struct ScenarioResult {
  const Scenario* scenario = nullptr;
  RunOptions options;  // parameters complete
  Tally tally;
  double seconds = 0;
  std::optional<Finding> finding;     // it ended the campaign
  std::optional<StopReason> stopped;  // of a campaign over seeds
  // The edges of the model that its runs covered; null unless conformance was judged.
  std::shared_ptr<const models::EdgeCounts> edges;
  // Why an exhaustive search did not run all that it was asked to run; empty: it did run all of it,
  // or the strategy is another one.
  std::string cut_short;
  // It had so many executions that a probe without a hit is no accident.
  bool should_reach_probes = false;
};

// What the runner has just run, as a finding; nullopt if the verdict on it is clean.
std::optional<Finding> FindingOf(const Runner& runner, const RunOptions& options,
                                 const RunReport& report, std::string_view strategy,
                                 std::optional<std::uint64_t> seed);

// The replay file of the runner's last run.
sim::ReplayFile RecordingOf(const Runner& runner, const RunOptions& options,
                            const RunReport& report, std::string_view strategy,
                            std::optional<std::uint64_t> seed);

// What was not as it should be, in a name: that of the property, or that of the end ("crashed").
std::string NameOfEnd(const RunReport& report);
std::string NameOf(const Finding& finding);
Verdict VerdictOf(const Finding& finding);

// The probes that were hit and those that the scenario must reach, the rarest first.
struct ProbeCount {
  std::string_view scenario;
  std::string probe;
  std::uint64_t hits = 0;
};
std::vector<ProbeCount> ProbesOf(const std::vector<ScenarioResult>& results);

}  // namespace fencepost::campaign
