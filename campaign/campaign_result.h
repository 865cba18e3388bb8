// What a campaign of many executions has found, whichever strategy chose them. Filled by the
// campaigns over seeds and by the exhaustive search, shown by one set of reports.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/exit_code.h"
#include "scenarios/run/runner.h"
#include "sim/engine/replay/replay_file.h"
#include "sim/engine/trace.h"

namespace fencepost::cli {

using ProbeHits = std::map<std::string, std::uint64_t, std::less<>>;  // by name
ProbeHits HitsOf(const sim::Probes& probes);

// Sums over executions.
struct Tally {
  std::uint64_t executions = 0;
  absl::Duration virtual_time;
  ProbeHits probes;
  // Of the hashes of all runs, in their order: two campaigns with the same digest ran the same.
  std::uint64_t digest = 0;

  void Add(const RunReport& report) {
    ++executions;
    digest = sim::MixHash(digest, report.hash);
    virtual_time += report.virtual_time;
  }
  void Add(const Tally& other) {
    executions += other.executions;
    digest = sim::MixHash(digest, other.digest);
    virtual_time += other.virtual_time;
    for (const auto& [name, hits] : other.probes) probes[name] += hits;
  }
};

struct Divergence;

// One execution that did not pass, with all that is needed to run it again.
struct Finding {
  RunReport report;
  std::optional<std::uint64_t> seed;  // of a random strategy
  std::uint64_t execution = 0;        // the n-th of its scenario in this campaign
  sim::ReplayFile replay;
  // Set if another process came to another run: that is the finding, whatever this one came to.
  std::shared_ptr<const Divergence> divergence;
};

// Why a campaign over seeds ended.
enum class StopReason : std::uint8_t {
  kCount,    // all its seeds were run
  kTime,     // time was over
  kPlateau,  // nothing new was reached for a while
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
  // Of the model; null unless conformance was judged.
  std::shared_ptr<const models::EdgeCounts> edges;
  // So many executions that a probe without a hit is no accident.
  bool should_reach_probes = false;
};

// Nothing if the run passed and something happened in it. Otherwise what the runner has just run.
std::optional<Finding> FindingOf(const Runner& runner, const RunOptions& options,
                                 const RunReport& report, std::string_view strategy,
                                 std::optional<std::uint64_t> seed);

// The replay file of the runner's last run.
sim::ReplayFile RecordingOf(const Runner& runner, const RunOptions& options,
                            const RunReport& report, std::string_view strategy,
                            std::optional<std::uint64_t> seed);

// What was not as it should be, in a name: the property's, or that of the end ("crashed").
std::string NameOfEnd(const RunReport& report);
std::string NameOf(const Finding& finding);
ExitCode ExitCodeOf(const Finding& finding);

// The probes that were hit and those that the scenario must reach, the rarest first.
struct ProbeCount {
  std::string_view scenario;
  std::string probe;
  std::uint64_t hits = 0;
};
std::vector<ProbeCount> ProbesOf(const std::vector<ScenarioResult>& results);

}  // namespace fencepost::cli
