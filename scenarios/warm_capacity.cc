#include <algorithm>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kGapFilled{"exactly the gap was filled"};

// Warm capacity is missing and three control planes see it at once. The slots of a control plane
// that died while it spawned will never become workers.
void RunWarmCapacity(Story& story) {
  Setup& setup = story.setup();
  story.config().warm_target[StandardImage()] = 2;
  ControlPlaneProcess& ghost = setup.StartControlPlane("ghost");
  story.WithoutFaults([&] {
    for (int i = 0; i < 2; ++i) {
      std::ignore = ghost.lifecycle().CreateWarmSlot(StandardImage(), 2);
    }
  });
  story.cluster().Crash(ghost.process());
  std::vector<ControlPlaneProcess*> fleet;
  for (const std::string_view name : {"cp-1", "cp-2", "cp-3"}) {
    fleet.push_back(&setup.StartControlPlane(name));
  }
  story.LetExpire(ghost);
  std::vector<Actor> actors;
  for (ControlPlaneProcess* const cp : fleet) {
    actors.push_back(
        {cp, "replenish", [cp] { cp->control_plane().spawner().Replenish().IgnoreError(); }});
  }
  story.Concurrently(std::move(actors));
  std::int64_t made = 0;
  for (const WorkerRow& row : story.truth().Rows()) made += row.owner_cp == ghost.cp() ? 0 : 1;
  if (made == 2) story.Sometimes(kGapFilled);
  const bool disturbed =
      std::any_of(fleet.begin(), fleet.end(), [](auto* cp) { return cp->disturbed(); });
  story.Expect(disturbed || made == 2, "the gap is filled, and nothing beyond it");
  for (ControlPlaneProcess* const cp : fleet) {
    if (!cp->ended()) cp->BeginLoops();
  }
  story.Recover();
}

}  // namespace

Scenario WarmCapacity() {
  return {.name = "warm-capacity",
          .claim =
              "Slots that will never become workers do not count as capacity, and a gap that "
              "everybody sees is filled once.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kGapFilled, Landed(kPublishIdle), Landed(kCreateWarmSlot)},
          .body = RunWarmCapacity};
}

}  // namespace fencepost::scenarios
