// Makes a finding into something that a person can act on: a replay file, the commands that repeat
// it, and the drawn sequence.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "campaign/campaign_result.h"
#include "cli/report/draw_timeline.h"

namespace fencepost::cli {

struct FailureReport {
  std::string path;                   // of the replay file
  absl::Status written;               // whether the file could be written
  std::vector<std::string> commands;  // each repeats the failure; the first is the surest
  // The run was the same when it was repeated to draw it. False: the code is not deterministic.
  bool repeated = false;
  RunReport run;  // as it was repeated, with its faults by name; else as it was found
  sim::Timeline timeline;
};

// Replay files can be written to the directory, or it can be made. Nothing is left there yet.
absl::Status CheckReplayDirectory(const std::string& directory);

// Writes the replay file and runs the finding once more, recorded. REQUIRES: result.finding.
FailureReport ReportFailure(const campaign::ScenarioResult& result,
                            const std::string& replay_directory,
                            const std::string& command_without_seed);

// First the command that repeats the failure, then the property, the sequence, the faults and the
// revision.
std::string FailurePage(const FailureReport& report, const DrawStyle& style);

// Why a run is not the same twice, one cause in each line.
std::string UsualCauses();

}  // namespace fencepost::cli
