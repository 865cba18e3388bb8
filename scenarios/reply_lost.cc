#include <tuple>
#include <utility>

#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::CallFault;
using sim::ControlPlaneProcess;
using sim::World;

constexpr std::string_view kImage = World::kImage;

Image TheImage() { return Image(std::string(kImage)); }

// From nothing to parked and back, then to its end, always under the lease that is current.
// Returns early when a step could not be settled.
void LiveUnderLease(ControlPlaneProcess& cp, World& world, bool org_slot) {
  WorkerLifecycle& lifecycle = cp.lifecycle();
  const Org org("org-a");
  ClaimResult slot = org_slot ? lifecycle.CreateOrgSlot(org, TheImage())
                              : lifecycle.CreateWarmSlot(TheImage(), 10);
  if (!slot.claimed()) return;
  WorkerLease lease = *slot.lease;
  // The platform is always well here: this story is about the row.
  const auto pod = world.pods().CreatePod(PodSpec{.worker = lease.worker(),
                                                  .name = PodNameOf(lease.worker()),
                                                  .image = TheImage(),
                                                  .secret = SecretNameOf(lease.worker())});
  if (!pod.ok()) return;
  const PodUid uid = pod->uid;
  if (org_slot) {
    if (!lifecycle.PublishReserved(lease, uid).landed()) return;
  } else {
    if (!lifecycle.PublishIdle(lease, uid).landed()) return;
    ClaimResult claim = lifecycle.ClaimIdle(org, TheImage());
    if (!claim.claimed()) return;
    lease = *claim.lease;
  }
  const Credentials credentials = *world.secrets().Issue(org);
  const absl::Time expiry = credentials.expiry;
  if (!lifecycle.BeginActivation(lease).landed()) return;
  if (!world.pods().Activate(lease, org, credentials).ok()) return;
  if (!lifecycle.FinishActivation(lease, expiry).landed()) return;
  TransitionResult refreshed = lifecycle.RefreshLease(lease);
  if (!refreshed.landed()) return;
  lease = *refreshed.lease;
  if (!world.pods().UpdateCredentials(lease, credentials).ok()) return;
  if (!lifecycle.StampCredentials(lease, expiry).landed()) return;
  if (!lifecycle.Park(lease).landed()) return;
  ClaimResult again = lifecycle.ClaimHotIdle(org, Image());
  if (!again.claimed()) return;
  lease = *again.lease;
  if (org_slot) {
    std::ignore = lifecycle.MarkLost(lease, "end");
    return;
  }
  if (!lifecycle.Drain(lease, SessionRule::kSpareSessions, "end").landed()) return;
  std::ignore = lifecycle.RetireDrained(lease, "end");
  world.Sometimes("a whole life was settled");
}

// A worker of somebody else, ended from what was seen of it.
void EndFromSnapshot(ControlPlaneProcess& cp, World& world, WorkerId worker, int way) {
  const auto seen = world.store().Observe(worker);
  if (!seen.ok() || !seen->has_value()) return;
  WorkerLifecycle& lifecycle = cp.lifecycle();
  if (way == 0) std::ignore = lifecycle.TakeOver(**seen);
  if (way == 1) std::ignore = lifecycle.RetireOrphan(**seen, "end");
  if (way == 2) std::ignore = lifecycle.RetireIdleVariant(**seen, "end");
  if (way == 3) std::ignore = lifecycle.RetireFromSnapshot(**seen, WorkerState::kLost, "end");
}

// Every operation of the table is called, and every reply may be lost.
void Run(World& world) {
  world.pods().set_start_time(sim::VirtualDuration(0));
  ControlPlaneProcess& dead = world.StartControlPlane("cp-dead");
  const WorkerId hot = world.HotWorker(dead, "org-b");
  const WorkerId orphan = world.HotWorker(dead, "org-c");
  const WorkerId parked = world.HotIdleWorker(dead, "org-d");
  const WorkerId reserved = world.ReservedWorker(dead, "org-e");
  std::ignore = world.store().DeregisterControlPlane(dead.cp());
  {
    const sim::Engine::Quiet quiet(world.engine());
    world.SleepFor(world.config().orphan_grace);
  }
  ControlPlaneProcess& cp = world.StartControlPlane("cp-1");

  world.Concurrently({
      {&cp, "org-slot", [&] { LiveUnderLease(cp, world, true); }},
      {&cp, "warm-slot", [&] { LiveUnderLease(cp, world, false); }},
      {&cp, "snapshots",
       [&] {
         EndFromSnapshot(cp, world, hot, 0);
         EndFromSnapshot(cp, world, orphan, 1);
         EndFromSnapshot(cp, world, parked, 2);
         EndFromSnapshot(cp, world, reserved, 3);
       }},
  });
  world.Heal();
}

}  // namespace

Scenario ReplyLost() {
  return {.name = "reply-lost",
          .claim =
              "Every transition may lose its reply: each is settled, takes effect at most "
              "once, and nobody is told what is not so.",
          .promise = "lost replies, as many as the budget allows",
          .faults = {CallFault::kReplyLost},
          .parameters = {{kFaultBudget, 12, 0, 100, "replies that may be lost in one run"}},
          .probes = {"a whole life was settled",
                     "told in_doubt",
                     "landed create_org_slot",
                     "landed create_warm_slot",
                     "landed publish_idle",
                     "landed publish_reserved",
                     "landed claim_idle",
                     "landed claim_hot_idle",
                     "landed take_over",
                     "landed begin_activation",
                     "landed finish_activation",
                     "landed park",
                     "landed refresh_lease",
                     "landed stamp_credentials",
                     "landed drain",
                     "landed retire_drained",
                     "landed mark_lost",
                     "landed retire_from_snapshot",
                     "landed retire_orphan",
                     "landed retire_idle_variant"},
          .by_hand = true,
          .body = Run};
}

}  // namespace fencepost::scenarios
