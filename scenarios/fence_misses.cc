#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

// The janitor retires a worker that it has observed; the row may change in between.
void ObserveAndRetire(Story& story, ControlPlaneProcess& janitor, WorkerId worker) {
  const std::optional<WorkerSnapshot> seen = janitor.Observe(worker);
  if (!seen.has_value()) return;
  if (janitor.lifecycle().RetireOrphan(*seen, "orphan").landed()) return;
  story.OrderEnd(worker);
  std::ignore = janitor.lifecycle().RetireFromSnapshot(*seen, WorkerState::kRetired, "janitor");
}

// A control plane takes over a worker whose owner it believes to be dead.
void ObserveAndTakeOver(ControlPlaneProcess& cp, WorkerId worker) {
  const std::optional<WorkerSnapshot> seen = cp.Observe(worker);
  if (seen.has_value()) std::ignore = cp.lifecycle().TakeOver(*seen);
}

// cp-1 owns four workers and acts under the leases that it held at the start, which grow stale:
// another of its activities refreshes them, cp-2 claims and takes over, a janitor retires what it
// has observed, and an operator removes ended rows. Only the fences coordinate them.
void RunFenceMisses(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-3");
  const WorkerId hot = setup.HotWorker(cp1, "org-a");
  const WorkerId parked = setup.HotIdleWorker(cp1, "org-a");
  const WorkerId visited = setup.HotWorker(cp1, "org-b");
  const WorkerId doomed = setup.ReservedWorker(cp1, "org-c");
  const WorkerLease hot_lease = cp1.LeaseOf(hot);
  const WorkerLease parked_lease = cp1.LeaseOf(parked);
  const WorkerLease visited_lease = cp1.LeaseOf(visited);
  const WorkerLease doomed_lease = cp1.LeaseOf(doomed);
  WorkerLifecycle& lifecycle = cp1.lifecycle();

  // cp-1 has missed its heartbeats; the schedule decides whether it comes back in time.
  story.WithoutFaults([&] {
    story.SleepFor(story.config().cp_expiry);
    std::ignore = story.cluster().store().Heartbeat(cp2.cp(), story.config().orphan_grace);
    std::ignore = story.cluster().store().Heartbeat(janitor.cp(), story.config().orphan_grace);
    std::ignore = story.cluster().store().ExpireControlPlanes(story.config().cp_expiry);
  });

  story.Concurrently({
      {&cp1, "heartbeat", [&] { cp1.Heartbeat(); }},
      {&cp1, "refresh", [&] { cp1.RefreshCredentials(hot); }},
      {&cp1, "stale-lease",
       [&] {
         std::ignore = lifecycle.StampCredentials(hot_lease, cp1.runtime().Now());
         std::ignore = lifecycle.StampCredentials(parked_lease, cp1.runtime().Now());
         story.OrderEnd(hot);
         std::ignore = lifecycle.MarkLost(hot_lease, "unhealthy");
       }},
      {&cp1, "sessions",
       [&] {
         std::ignore =
             cp1.runtime().Call(CallSite{CallTarget::kStore, "open_session", visited}, [&] {
               return story.cluster().store().OpenSession(
                   {{Org("org-b"), SessionToken("session-1")}, {BootId{1}, 1}}, visited_lease,
                   story.config().session_ttl);
             });
       }},
      {&cp1, "park", [&] { std::ignore = lifecycle.Park(visited_lease); }},
      {&cp1, "end-doomed",
       [&] {
         story.OrderEnd(doomed);
         TransitionResult lost = lifecycle.MarkLost(doomed_lease, "activation_failed");
         if (lost.fence.has_value()) std::ignore = lifecycle.CleanUp(*lost.fence);
         std::ignore = lifecycle.Drain(doomed_lease, SessionRule::kIgnoreSessions, "again");
       }},
      {&cp2, "claim",
       [&] {
         ClaimResult claim = cp2.lifecycle().ClaimHotIdle(Org("org-a"), Image());
         if (claim.claimed()) std::ignore = cp2.lifecycle().BeginActivation(*claim.lease);
       }},
      {&cp2, "take-over", [&] { ObserveAndTakeOver(cp2, hot); }},
      {&janitor, "janitor", [&] { ObserveAndRetire(story, janitor, parked); }},
      {&janitor, "retention",
       [&] {
         std::ignore = janitor.runtime().Call(CallSite{CallTarget::kStore, "forget_workers"}, [&] {
           return story.cluster().store().ForgetWorkers(absl::ZeroDuration(), 10);
         });
       }},
  });
  story.Heal();
}

}  // namespace

Scenario FenceMisses() {
  return {.name = "fence-misses",
          .claim =
              "Two control planes and a janitor act on the same workers from beliefs that "
              "grow stale: every stale belief misses, says why, and changes nothing.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {Told(kTransitioned), Told(kRowMissing), Told(kFenceMissState),
                     Told(kFenceMissOwner), Told(kFenceMissEpoch), Told(kFenceMissTouched),
                     Told(kFenceMissCpRevived), Told(kFenceMissSession), Told(kStoreError),
                     Told(kInDoubt), Landed(kClaimHotIdle), Landed(kTakeOver), Landed(kMarkLost),
                     Landed(kRetireFromSnapshot)},
          .drives_lifecycle_directly = true,
          .body = RunFenceMisses};
}

}  // namespace fencepost::scenarios
