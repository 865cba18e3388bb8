#include <algorithm>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kNewImageServed{"a client of the new image was served"};
constexpr Probe kTwoPassesTookTwo{"two passes took two workers"};

constexpr std::string_view kOld = "image-0";

// A new image is wanted. There are idle workers of the old image and a busy one; clients of the new
// image come meanwhile.
void RunRollingImageUpgrade(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  std::vector<WorkerId> old;
  for (int i = 0; i < 3; ++i) old.push_back(setup.IdleWorker(cp1, kOld));
  const WorkerId busy = setup.HotWorker(cp1, "org-a", kOld);
  setup.OpenSession(cp1, busy, SessionToken("session-0"), absl::Hours(1));
  story.config().warm_target[StandardImage()] = 1;

  const auto retired = [&story, &old] {
    return std::count_if(old.begin(), old.end(), [&story](WorkerId worker) {
      return story.truth().RowOf(worker)->retire_reason == "other_image";
    });
  };
  story.Concurrently({
      {&cp2, "janitor",
       [&] {
         for (int pass = 0; pass < 2; ++pass) {
           const auto before = retired();
           cp2.RunJanitorOnce();
           if (cp2.ended()) return;
           story.Expect(retired() - before <= 1, "old images are reaped one at a time");
           cp2.control_plane().spawner().Replenish().IgnoreError();
         }
       }},
      {&cp1, "client",
       [&] {
         if (!cp1.Acquire("org-b", sim::kStandardImage, "session-1", absl::Seconds(60))) return;
         for (const WorkerRow& row : story.truth().Rows()) {
           const bool served = row.org == Org("org-b") && row.state == WorkerState::kHot;
           story.Expect(!served || row.image == StandardImage(),
                        "a client gets the image that it asked for");
           if (served) story.Sometimes(kNewImageServed);
         }
       }},
  });
  story.Expect(!IsTerminal(story.truth().RowOf(busy)->state), "a busy worker outlives the upgrade");
  story.config().warm_target.clear();
  if (retired() == 2) story.Sometimes(kTwoPassesTookTwo);
  story.Heal();
}

}  // namespace

Scenario RollingImageUpgrade() {
  return {.name = "rolling-image-upgrade",
          .claim =
              "Workers of an old image go one at a time and never while they are busy, and no "
              "client is given one.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kNewImageServed, kTwoPassesTookTwo, Landed(kRetireIdleVariant),
                     Landed(kCreateWarmSlot)},
          .body = RunRollingImageUpgrade};
}

}  // namespace fencepost::scenarios
