// Shows a replay: the run, and whether it was the one that was recorded.
#pragma once

#include <string>

#include "campaign/determinism/replay_comparison.h"
#include "campaign/replay_parameters.h"
#include "cli/report/output.h"
#include "sim/world/timeline.h"

namespace fencepost::cli {

struct ShownReplay {
  const std::string& path;
  const sim::ReplayFile& file;
  const campaign::Recorded& recorded;
  const RunReport& report;
  const sim::Timeline& timeline;
  const campaign::ReplayComparison& comparison;
  campaign::Verdict verdict;
  std::string command;
};

void ShowReplay(const ShownReplay& replay, const Output& output);

}  // namespace fencepost::cli
