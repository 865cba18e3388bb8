#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kLeft{"the client left while its control plane drained"};
constexpr Probe kStayed{"the client stayed until the wall of the drain"};
constexpr Probe kRefreshed{"credentials were refreshed during the drain"};
constexpr Probe kPodDied{"the pod died during the drain"};
constexpr Probe kHeard{"the client of a dead pod heard of it during the drain"};

// More than a health checker needs for its verdict, and less than the drain takes.
constexpr absl::Duration kVerdict = absl::Minutes(2);

std::uint64_t EpochOfRow(Story& story, WorkerId worker) {
  const auto seen = story.cluster().store().Observe(worker);
  const bool known = seen.ok() && seen->has_value();
  return known ? static_cast<std::uint64_t>(Number((*seen)->row().owner_epoch)) : 0;
}

// A control plane drains for longer than credentials are valid, while a client works on one of its
// workers. The client leaves in the middle, or stays, or its pod dies.
void RunLongDrain(Story& story) {
  enum : std::uint32_t { kLeaves, kStays, kLosesItsPod };
  story.cluster().secrets().set_life(absl::Minutes(4));
  ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
  const WorkerId worker = ServingWorkers(story, cp, 1).front();
  const SessionToken token("session-1");
  const SessionHandle session = *cp.SessionOf(token);
  cp.BeginLoops();
  const std::uint64_t epoch = EpochOfRow(story, worker);
  const TaskId stop = story.cluster().engine().Spawn(cp.process(), sim::Label::Of("stop"),
                                                     [&cp] { cp.Shutdown(); });
  story.SleepFor(absl::Minutes(6));
  const bool drains = !cp.ended() && cp.control_plane().phase() == ControlPlane::Phase::kStopping;
  if (drains && EpochOfRow(story, worker) > epoch) story.Sometimes(kRefreshed);

  switch (drains ? story.Choose("client", 3) : kStays) {
    case kLeaves:
      story.Sometimes(kLeft);
      story.RunIn(cp, "client", [&cp, token] { cp.Release(token); });
      break;
    case kLosesItsPod: {
      story.Sometimes(kPodDied);
      story.cluster().pods().Kill(worker);
      story.SleepFor(kVerdict);
      const bool heard = !cp.control_plane().Serves(session);
      if (heard) story.Sometimes(kHeard);
      story.Expect(heard || cp.disturbed() || cp.ended(),
                   "a client hears that its pod is dead although its control plane drains");
      break;
    }
    default:
      story.Sometimes(kStayed);
  }
  story.cluster().engine().Join(stop);
  story.Recover();
}

}  // namespace

Scenario LongDrain() {
  return {.name = "long-drain",
          .claim =
              "A drain that waits for its clients goes on looking after their workers: credentials "
              "are refreshed before they expire, and a client hears of the death of its pod.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kLeft, kStayed, kRefreshed, kPodDied, kHeard},
          .body = RunLongDrain};
}

}  // namespace fencepost::scenarios
