#include <tuple>
#include <utility>
#include <vector>

#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::Actor;
using sim::CallFault;
using sim::ControlPlaneProcess;
using sim::World;

// What the janitor does with a worker that it has looked at: the world moves in between.
void ObserveAndRetire(ControlPlaneProcess& janitor, World& world, WorkerId worker) {
  const auto seen =
      janitor.runtime().Call(CallSite{CallTarget::kStore, "observe", worker},
                             [&world, worker] { return world.store().Observe(worker); });
  if (!seen.ok() || !seen->has_value()) return;
  if (janitor.lifecycle().RetireOrphan(**seen, "orphan").landed()) return;
  std::ignore = janitor.lifecycle().RetireFromSnapshot(**seen, WorkerState::kRetired, "janitor");
}

// Another control plane wants the worker whose owner it takes for dead.
void ObserveAndTakeOver(ControlPlaneProcess& cp, World& world, WorkerId worker) {
  const auto seen = cp.runtime().Call(CallSite{CallTarget::kStore, "observe", worker},
                                      [&world, worker] { return world.store().Observe(worker); });
  if (seen.ok() && seen->has_value()) std::ignore = cp.lifecycle().TakeOver(**seen);
}

// cp-1 owns four workers and works on them under leases it took at the start, which grow stale:
// another of its activities refreshes, cp-2 claims and takes over, a janitor retires what it saw,
// and an operator removes ended rows. Nobody coordinates; only the fences do.
void Run(World& world) {
  ControlPlaneProcess& cp1 = world.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = world.StartControlPlane("cp-2");
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-3");
  const WorkerId hot = world.HotWorker(cp1, "org-a");
  const WorkerId parked = world.HotIdleWorker(cp1, "org-a");
  const WorkerId visited = world.HotWorker(cp1, "org-b");
  const WorkerId doomed = world.ReservedWorker(cp1, "org-c");
  const auto lease_of = [&cp1](WorkerId worker) {
    return cp1.owned().Find(worker)->cell.last_known();
  };
  const WorkerLease hot_lease = lease_of(hot);
  const WorkerLease parked_lease = lease_of(parked);
  const WorkerLease visited_lease = lease_of(visited);
  const WorkerLease doomed_lease = lease_of(doomed);
  WorkerLifecycle& lifecycle = cp1.lifecycle();

  // cp-1 has missed its heartbeats; whether it comes back in time is up to the schedule.
  {
    const sim::Engine::Quiet quiet(world.engine());
    world.SleepFor(world.config().cp_expiry);
    std::ignore = world.store().Heartbeat(cp2.cp(), world.config().orphan_grace);
    std::ignore = world.store().Heartbeat(janitor.cp(), world.config().orphan_grace);
    std::ignore = world.store().ExpireControlPlanes(world.config().cp_expiry);
  }

  world.Concurrently({
      {&cp1, "heartbeat", [&] { cp1.Heartbeat(); }},
      {&cp1, "refresh", [&] { cp1.RefreshCredentials(hot); }},
      {&cp1, "stale-lease",
       [&] {
         std::ignore = lifecycle.StampCredentials(hot_lease, cp1.runtime().Now());
         std::ignore = lifecycle.StampCredentials(parked_lease, cp1.runtime().Now());
         std::ignore = lifecycle.MarkLost(hot_lease, "unhealthy");
       }},
      {&cp1, "sessions",
       [&] {
         std::ignore =
             cp1.runtime().Call(CallSite{CallTarget::kStore, "open_session", visited}, [&] {
               return world.store().OpenSession(SessionToken("session-1"), visited_lease,
                                                world.config().session_ttl);
             });
       }},
      {&cp1, "park", [&] { std::ignore = lifecycle.Park(visited_lease); }},
      {&cp1, "end-doomed",
       [&] {
         TransitionResult lost = lifecycle.MarkLost(doomed_lease, "activation_failed");
         if (lost.fence.has_value()) std::ignore = lifecycle.CleanUp(*lost.fence);
         std::ignore = lifecycle.Drain(doomed_lease, SessionRule::kIgnoreSessions, "again");
       }},
      {&cp2, "claim",
       [&] {
         ClaimResult claim = cp2.lifecycle().ClaimHotIdle(Org("org-a"), Image());
         if (claim.claimed()) std::ignore = cp2.lifecycle().BeginActivation(*claim.lease);
       }},
      {&cp2, "take-over", [&] { ObserveAndTakeOver(cp2, world, hot); }},
      {&janitor, "janitor", [&] { ObserveAndRetire(janitor, world, parked); }},
      {&janitor, "retention",
       [&] {
         std::ignore = janitor.runtime().Call(CallSite{CallTarget::kStore, "forget_workers"}, [&] {
           return world.store().ForgetWorkers(absl::ZeroDuration(), 10);
         });
       }},
  });
  world.Heal();
}

}  // namespace

Scenario FenceMisses() {
  return {.name = "fence-misses",
          .claim =
              "Two control planes and a janitor act on the same workers from beliefs that "
              "grow stale: every stale belief misses, says why, and changes nothing.",
          .promise =
              "calls refused, replies lost, slow calls, a crash at any call, a pause "
              "beyond the expiry",
          .faults = {CallFault::kNotApplied, CallFault::kReplyLost, CallFault::kSlow,
                     CallFault::kSlowReply, CallFault::kCrashBefore, CallFault::kCrashAfter,
                     CallFault::kPause},
          .parameters = {{kFaultBudget, 2, 0, 20, "faults that may hit one run"}},
          .probes = {"told transitioned", "told row_missing", "told fence_miss_state",
                     "told fence_miss_owner", "told fence_miss_epoch", "told fence_miss_touched",
                     "told fence_miss_cp_revived", "told fence_miss_session", "told store_error",
                     "told in_doubt", "landed claim_hot_idle", "landed take_over",
                     "landed mark_lost", "landed retire_from_snapshot"},
          .by_hand = true,
          .body = Run};
}

}  // namespace fencepost::scenarios
