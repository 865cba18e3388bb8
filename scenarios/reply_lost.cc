#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kWholeLifeSettled{"a whole life was settled"};

// Takes a worker from its creation to parked, back into use and to its end, always under the
// current lease. Returns early when a step could not be settled.
void LiveUnderLease(ControlPlaneProcess& cp, Story& story, bool org_slot) {
  WorkerLifecycle& lifecycle = cp.lifecycle();
  const Org org("org-a");
  ClaimResult slot = org_slot ? lifecycle.CreateOrgSlot(org, StandardImage())
                              : lifecycle.CreateWarmSlot(StandardImage(), 10);
  if (!slot.claimed()) return;
  WorkerLease lease = *slot.lease;
  // The platform is called directly, where no fault hits: this story is about the row.
  const auto pod =
      story.cluster().pods().CreatePod(PodSpec{.worker = lease.worker(),
                                               .name = PodNameOf(lease.worker()),
                                               .image = StandardImage(),
                                               .secret = SecretNameOf(lease.worker())});
  if (!pod.ok()) return;
  const PodUid uid = pod->uid;
  if (org_slot) {
    if (!lifecycle.PublishReserved(lease, uid).landed()) return;
  } else {
    if (!lifecycle.PublishIdle(lease, uid).landed()) return;
    ClaimResult claim = lifecycle.ClaimIdle(org, StandardImage());
    if (!claim.claimed()) return;
    lease = *claim.lease;
  }
  const Credentials credentials = *story.cluster().secrets().Issue(org);
  const absl::Time expiry = credentials.expiry;
  if (!lifecycle.BeginActivation(lease).landed()) return;
  if (!story.cluster().pods().Activate(lease, org, credentials).ok()) return;
  if (!lifecycle.FinishActivation(lease, expiry).landed()) return;
  TransitionResult refreshed = lifecycle.RefreshLease(lease);
  if (!refreshed.landed()) return;
  lease = *refreshed.lease;
  if (!story.cluster().pods().UpdateCredentials(lease, credentials).ok()) return;
  if (!lifecycle.StampCredentials(lease, expiry).landed()) return;
  if (!lifecycle.Park(lease).landed()) return;
  ClaimResult again = lifecycle.ClaimHotIdle(org, Image());
  if (!again.claimed()) return;
  lease = *again.lease;
  story.OrderEnd(lease.worker());
  if (org_slot) {
    std::ignore = lifecycle.MarkLost(lease, "end");
    return;
  }
  if (!lifecycle.Drain(lease, SessionRule::kSpareSessions, "end").landed()) return;
  std::ignore = lifecycle.RetireDrained(lease, "end");
  story.Sometimes(kWholeLifeSettled);
}

// Ends a worker of another control plane from a snapshot of it.
void EndFromSnapshot(ControlPlaneProcess& cp, Story& story, WorkerId worker, int way) {
  const auto seen = story.cluster().store().Observe(worker);
  if (!seen.ok() || !seen->has_value()) return;
  WorkerLifecycle& lifecycle = cp.lifecycle();
  if (way == 0) std::ignore = lifecycle.TakeOver(**seen);
  if (way == 1) std::ignore = lifecycle.RetireOrphan(**seen, "end");
  if (way >= 2) story.OrderEnd(worker);
  if (way == 2) std::ignore = lifecycle.RetireIdleVariant(**seen, "end");
  if (way == 3) std::ignore = lifecycle.RetireFromSnapshot(**seen, WorkerState::kLost, "end");
}

// Every operation of the table is called, and every reply may be lost.
void RunReplyLost(Story& story) {
  Setup& setup = story.setup();
  story.cluster().pods().set_start_time(sim::VirtualDuration(0));
  ControlPlaneProcess& dead = setup.StartControlPlane("cp-dead");
  const WorkerId hot = setup.HotWorker(dead, "org-b");
  const WorkerId orphan = setup.HotWorker(dead, "org-c");
  const WorkerId parked = setup.HotIdleWorker(dead, "org-d");
  const WorkerId reserved = setup.ReservedWorker(dead, "org-e");
  std::ignore = story.cluster().store().DeregisterControlPlane(dead.cp());
  story.WithoutFaults([&] { story.SleepFor(story.config().orphan_grace); });
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");

  story.Concurrently({
      {&cp, "org-slot", [&] { LiveUnderLease(cp, story, true); }},
      {&cp, "warm-slot", [&] { LiveUnderLease(cp, story, false); }},
      {&cp, "snapshots",
       [&] {
         EndFromSnapshot(cp, story, hot, 0);
         EndFromSnapshot(cp, story, orphan, 1);
         EndFromSnapshot(cp, story, parked, 2);
         EndFromSnapshot(cp, story, reserved, 3);
       }},
  });
  story.Heal();
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
          .probes = {kWholeLifeSettled,
                     Told(kInDoubt),
                     Landed(kCreateOrgSlot),
                     Landed(kCreateWarmSlot),
                     Landed(kPublishIdle),
                     Landed(kPublishReserved),
                     Landed(kClaimIdle),
                     Landed(kClaimHotIdle),
                     Landed(kTakeOver),
                     Landed(kBeginActivation),
                     Landed(kFinishActivation),
                     Landed(kPark),
                     Landed(kRefreshLease),
                     Landed(kStampCredentials),
                     Landed(kDrain),
                     Landed(kRetireDrained),
                     Landed(kMarkLost),
                     Landed(kRetireFromSnapshot),
                     Landed(kRetireOrphan),
                     Landed(kRetireIdleVariant)},
          .drives_lifecycle_directly = true,
          .body = RunReplyLost};
}

}  // namespace fencepost::scenarios
