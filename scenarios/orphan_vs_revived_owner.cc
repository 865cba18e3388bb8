#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kOwnerRevived{"the owner was revived"};
constexpr Probe kUnrevivedRetired{"an orphan was retired"};

// The owner has missed its heartbeats and its grace is nearly over. It wakes and heartbeats when
// the janitor has already listed its workers.
void RunOrphanVsRevivedOwner(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& owner = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-2");
  const WorkerId hot = setup.HotWorker(owner, "org-a");
  std::vector<WorkerId> workers = {hot};
  if (story.Parameter("workers") > 1) workers.push_back(setup.HotIdleWorker(owner, "org-b"));
  story.LetExpire(owner);
  story.WithoutFaults([&] { story.SleepFor(story.config().orphan_grace - absl::Seconds(1)); });

  story.Concurrently({
      {&owner, "wakes",
       [&] {
         owner.Heartbeat();
         if (!owner.control_plane().MayUseLeases()) return;
         story.Sometimes(kOwnerRevived);
         owner.RefreshCredentials(hot);
       }},
      {&janitor, "janitor",
       [&] {
         janitor.SleepFor(absl::Seconds(1));
         if (story.Parameter("whole-pass") != 0) {
           janitor.RunJanitorOnce();
         } else {
           janitor.control_plane().janitor().ReapOrphans().IgnoreError();
         }
       }},
  });
  for (const WorkerId worker : workers) {
    if (story.truth().RowOf(worker)->retire_reason == "orphan") story.Sometimes(kUnrevivedRetired);
  }
  story.Heal();
}

}  // namespace

Scenario OrphanVsRevivedOwner() {
  return {.name = "orphan-vs-revived-owner",
          .claim =
              "An owner that comes back within its grace keeps its workers: who listed them as "
              "orphans before misses.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"workers", 2, 1, 2, "a hot one; with 2, a parked one, too"},
                         {"whole-pass", 1, 0, 1, "1: all that a janitor does; 0: orphans alone"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kOwnerRevived, kUnrevivedRetired, Landed(kRetireOrphan)},
          .body = RunOrphanVsRevivedOwner};
}

}  // namespace fencepost::scenarios
