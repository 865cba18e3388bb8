// How a story ends: faults stop, and the system has time to settle.

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "core/rules/check.h"
#include "sim/world/story.h"

namespace fencepost::sim {
namespace {

// How long the healing janitor waits between its passes: short at first, then longer than every
// limit of the configuration.
constexpr std::int64_t kWaitSeconds[] = {1, 15, 60, 60, 300, 900};
constexpr absl::Duration kRecoveryStep = absl::Seconds(30);

}  // namespace

void Story::Heal(absl::Duration bound) {
  cluster_.StopIfEnded();
  cluster_.injector().Stop();
  cluster_.pods().CompleteListings();
  faults_over_.emplace(cluster_.engine());
  for (const auto& process : cluster_.processes()) {
    if (!process->ended()) cluster_.Crash(process->process());
  }
  const VirtualTime end = cluster_.engine().Now() + ToVirtual(bound);
  if (Unsettled().empty()) return;
  ControlPlaneProcess& janitor = setup_.StartControlPlane("janitor");
  std::size_t wait = 0;
  while (cluster_.engine().Now() < end) {
    cluster_.Read(cluster_.store().Heartbeat(janitor.cp(), config().orphan_grace));
    janitor.RunJanitorOnce();
    const absl::Status cleaned = janitor.lifecycle().AwaitCleanups();
    cluster_.StopIfEnded();
    Check(cleaned.ok(), "only the end of the run cancels the janitor");
    if (Unsettled().empty()) break;
    SleepFor(absl::Seconds(kWaitSeconds[wait]));
    if (wait + 1 < std::size(kWaitSeconds)) ++wait;
  }
  cluster_.pods().ReportGone();
}

void Story::Recover(absl::Duration bound) {
  cluster_.StopIfEnded();
  cluster_.injector().Stop();
  cluster_.pods().CompleteListings();
  faults_over_.emplace(cluster_.engine());
  for (const auto& process : cluster_.processes()) {
    if (!process->ended() && cluster_.engine().Paused(process->process())) {
      cluster_.engine().Resume(process->process());
    }
  }
  const VirtualTime end = cluster_.engine().Now() + ToVirtual(bound);
  while (cluster_.engine().Now() < end) {
    const auto& processes = cluster_.processes();
    const bool one_serves =
        std::any_of(processes.begin(), processes.end(), [](const auto& process) {
          return process->runs() &&
                 process->control_plane().phase() == ControlPlane::Phase::kServing;
        });
    if (!one_serves) setup_.RunControlPlane("successor");
    SleepFor(kRecoveryStep);
    if (Unsettled().empty()) break;
  }
  cluster_.pods().ReportGone();
}

}  // namespace fencepost::sim
