#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

// A worker is spawned for a client of one org, while a client of another org looks for an idle
// worker.
void RunSpawnVsClaim(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  const auto visit = [&story](ControlPlaneProcess& cp, std::string_view org,
                              std::string_view token) {
    if (cp.Acquire(org, token)) story.Sometimes(Client::kServed);
  };
  story.Concurrently({
      {&cp1, "client-a", [&] { visit(cp1, "org-a", "session-1"); }},
      {&cp2, "client-b",
       [&] {
         // This client comes when the pod of the other client is about to be ready.
         cp2.SleepFor(absl::Seconds(2));
         visit(cp2, "org-b", "session-2");
       }},
  });
  const bool disturbed = cp1.disturbed() || cp2.disturbed();
  for (const WorkerRow& row : story.truth().Rows()) {
    story.Expect(disturbed || row.owner_epoch == Epoch{1},
                 "a worker that is spawned for one client is never another's to claim");
  }
  story.Heal();
}

}  // namespace

Scenario SpawnVsClaim() {
  return {.name = "spawn-vs-claim",
          .claim =
              "A worker that is spawned for an org is reserved from its first moment: nobody else "
              "can claim it.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {Client::kServed, Landed(kPublishReserved), Landed(kCreateOrgSlot)},
          .body = RunSpawnVsClaim};
}

}  // namespace fencepost::scenarios
