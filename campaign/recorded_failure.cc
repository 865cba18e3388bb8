#include "campaign/recorded_failure.h"

#include "absl/status/status.h"
#include "campaign/commands_to_repeat.h"
#include "campaign/replay_parameters.h"
#include "sim/engine/replay/replay.h"

namespace fencepost::campaign {

absl::StatusOr<ScenarioResult> FailureOf(const sim::ReplayFile& file, const std::string& name) {
  auto recorded = FromReplayFile(file);
  if (!recorded.ok()) return recorded.status();
  const auto runner = Runner::Create(*recorded->scenario, recorded->options);
  if (!runner.ok()) return runner.status();
  sim::Replay strategy(file.choices);
  const RunReport report = (*runner)->Run(strategy);
  if (strategy.parting()) {
    return absl::FailedPreconditionError(name + ": the code no longer follows the recording; see " +
                                         ReplayCommand(name));
  }
  ScenarioResult result;
  result.scenario = recorded->scenario;
  result.options = recorded->options;
  result.finding = FindingOf(**runner, recorded->options, report, file.strategy, file.seed);
  if (!result.finding) {
    return absl::FailedPreconditionError(name +
                                         ": its run does not fail: there is nothing to shrink");
  }
  return result;
}

}  // namespace fencepost::campaign
