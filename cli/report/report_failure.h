// A finding, made into something that a person can act on: a replay file, the commands that repeat
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
  absl::Status written;               // whether it is there
  std::vector<std::string> commands;  // each repeats the failure; the first is the surest
  // The run was repeated to draw it. False: it went another way, so the code is not deterministic.
  bool repeated = false;
  RunReport run;  // repeated, with its faults by name; else as it was found
  sim::Timeline timeline;
};

// Writes the replay file and runs the finding once more, recorded. REQUIRES: result.finding.
FailureReport ReportFailure(const ScenarioResult& result, const std::string& replay_directory,
                            const std::string& command_without_seed);

// First the command that repeats it, then the property, the sequence, the faults, the revision.
std::string FailurePage(const FailureReport& report, const DrawStyle& style);

// Why a run is not the same twice, one cause in each line.
std::string UsualCauses();

}  // namespace fencepost::cli
