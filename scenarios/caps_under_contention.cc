#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kLostPatience{"a client lost patience, or was refused"};
constexpr Probe kWaitedForAnother{"a client waited for another one to leave"};

// More clients than the caps allow come to two control planes at once: some wait until another
// client leaves, some lose patience.
void RunCapsUnderContention(Story& story) {
  Setup& setup = story.setup();
  story.config().caps.per_org = 1;
  story.config().caps.global = 3;
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  for (int i = 0; i < 2; ++i) setup.IdleWorker(cp1);

  const auto visit = [&story](ControlPlaneProcess& cp, std::string_view org,
                              std::string_view token) {
    const absl::Time asked = cp.runtime().Now();
    if (!cp.Acquire(org, token, absl::Seconds(15))) {
      story.Sometimes(kLostPatience);
      return;
    }
    story.Sometimes(Client::kServed);
    for (const WorkerRow& row : story.truth().Rows()) {
      story.Expect(story.truth().LiveSessions(row.worker_id) <= 1,
                   "a worker serves one client at a time");
    }
    if (cp.runtime().Now() > asked + absl::Seconds(4)) story.Sometimes(kWaitedForAnother);
    cp.SleepFor(absl::Seconds(5));
    cp.Release(SessionToken(std::string(token)));
  };
  story.Concurrently({
      {&cp1, "client-1", [&] { visit(cp1, "org-a", "session-1"); }},
      {&cp1, "client-2", [&] { visit(cp1, "org-a", "session-2"); }},
      {&cp2, "client-3", [&] { visit(cp2, "org-a", "session-3"); }},
      {&cp2, "client-4", [&] { visit(cp2, "org-b", "session-4"); }},
      {&cp2, "client-5", [&] { visit(cp2, "org-c", "session-5"); }},
  });
  story.Heal();
}

}  // namespace

Scenario CapsUnderContention() {
  return {.name = "caps-under-contention",
          .claim =
              "Caps are exact, parked workers counted, however many clients ask at the same time; "
              "and one claim serves one client.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {Client::kServed, kLostPatience, kWaitedForAnother, Landed(kClaimIdle),
                     Landed(kClaimHotIdle), Landed(kCreateOrgSlot)},
          .body = RunCapsUnderContention};
}

}  // namespace fencepost::scenarios
