#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kActivationFinished{"the activation came to its end"};
constexpr Probe kRetiredAsStuck{"the janitor retired it as stuck"};

// An activation takes so long that the janitor takes it for stuck, just when the activation comes
// to its end and a client begins to work.
void RunStuckActivationVsCompletion(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-2");
  const WorkerId worker = setup.ReservedWorker(cp, "org-a");
  story.WithoutFaults([&] { std::ignore = cp.lifecycle().BeginActivation(cp.LeaseOf(worker)); });
  story.AdvanceTime(story.config().stuck_activating);

  story.Concurrently({
      {&cp, "upkeep",
       [&] {
         // The activity that activated the worker is gone. Upkeep goes on with the activation
         // and parks the worker; then a client comes for it.
         cp.control_plane().UpkeepOnce().IgnoreError();
         if (story.truth().Is(worker, WorkerState::kHotIdle)) story.Sometimes(kActivationFinished);
         if (cp.Acquire("org-a", "session-1")) story.Sometimes(Client::kServed);
       }},
      {&janitor, "janitor", [&] { janitor.RunJanitorOnce(); }},
  });
  // The client works on for longer than any activation may take, and the janitor goes on looking.
  story.WithoutFaults([&] {
    for (int i = 0; i < 36 && !cp.ended() && !janitor.ended(); ++i) {
      story.AdvanceTime(absl::Seconds(10));
      cp.control_plane().RenewSessions().IgnoreError();
      janitor.RunJanitorOnce();
    }
  });
  if (story.truth().RowOf(worker)->retire_reason == "stuck_activating") {
    story.Sometimes(kRetiredAsStuck);
  }
  story.Heal();
}

}  // namespace

Scenario StuckActivationVsCompletion() {
  return {.name = "stuck-activation-vs-completion",
          .claim =
              "An activation that has come to its end is not retired as stuck by one who saw it "
              "before, and nobody works on a worker whose row does not say so.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kActivationFinished, Client::kServed, kRetiredAsStuck, Told(kFenceMissState),
                     Landed(kRetireFromSnapshot)},
          .body = RunStuckActivationVsCompletion};
}

}  // namespace fencepost::scenarios
