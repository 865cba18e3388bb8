#include <array>
#include <cstddef>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kLivedToItsEnd{"it lived to its end"};

// One worker, and every lease that was ever granted on it.
struct Leased {
  Story& story;
  std::array<ControlPlaneProcess*, 2> cps;
  WorkerId worker{};
  PodUid pod;
  std::array<std::vector<WorkerLease>, 2> leases{};  // of each control plane
};

// The control plane that has ended the worker also cleans it up.
void CleanUpAfter(WorkerLifecycle& lifecycle, TransitionResult result) {
  if (result.fence.has_value()) std::ignore = lifecycle.CleanUp(*result.fence);
}

// Takes the worker through its life, in which the two control planes take turns. Returns early when
// another activity has interfered.
void Live(Leased& leased, std::size_t first) {
  Story& story = leased.story;
  const Org org("org-a");
  const Image image = StandardImage();
  std::size_t owner = first;
  std::optional<WorkerLease> lease;
  const auto take = [&](std::size_t cp, const std::optional<WorkerLease>& granted) {
    owner = cp;
    lease = granted;
    if (granted.has_value()) leased.leases[cp].push_back(*granted);
    return granted.has_value();
  };
  const auto lifecycle = [&]() -> WorkerLifecycle& { return leased.cps[owner]->lifecycle(); };

  const ClaimResult slot = lifecycle().CreateWarmSlot(image, 1);
  if (!take(first, slot.lease)) return;
  leased.worker = lease->worker();
  const auto pod = story.cluster().pods().CreatePod(PodSpec{.worker = leased.worker,
                                                            .name = PodNameOf(leased.worker),
                                                            .image = image,
                                                            .secret = SecretNameOf(leased.worker)});
  if (!pod.ok()) return;
  leased.pod = pod->uid;
  if (!lifecycle().PublishIdle(*lease, leased.pod).landed()) return;
  const std::size_t second = story.Choose("claims", 2);
  if (!take(second, leased.cps[second]->lifecycle().ClaimIdle(org, image).lease)) return;
  for (const bool parks : {true, false}) {
    if (!lifecycle().BeginActivation(*lease).landed()) return;
    const Credentials credentials = *story.cluster().secrets().Issue(org);
    if (!story.cluster().pods().Activate(*lease, org, credentials).ok()) return;
    if (!lifecycle().FinishActivation(*lease, credentials.expiry).landed()) return;
    if (!parks) break;
    if (!take(owner, lifecycle().RefreshLease(*lease).lease)) return;
    if (!story.cluster().pods().UpdateCredentials(*lease, credentials).ok()) return;
    if (!lifecycle().StampCredentials(*lease, credentials.expiry).landed()) return;
    if (!lifecycle().Park(*lease).landed()) return;
    const std::size_t third = story.Choose("claims again", 2);
    if (!take(third, leased.cps[third]->lifecycle().ClaimHotIdle(org, Image()).lease)) return;
  }
  story.Sometimes(kLivedToItsEnd);
  story.OrderEnd(leased.worker);
  if (story.Choose("ends", 2) == 0) {
    return CleanUpAfter(lifecycle(), lifecycle().MarkLost(*lease, "end"));
  }
  CleanUpAfter(lifecycle(), lifecycle().Drain(*lease, SessionRule::kIgnoreSessions, "end"));
  std::ignore = lifecycle().RetireDrained(*lease, "end");
}

// Tries any operation under any lease that the control plane was ever granted.
void TryAnything(Leased& leased, std::size_t cp) {
  Story& story = leased.story;
  const std::vector<WorkerLease>& leases = leased.leases[cp];
  if (leases.empty()) {
    std::ignore =
        leased.cps[cp]->Observe(leased.worker);  // a call, so that other actors get their turn
    return;
  }
  WorkerLifecycle& lifecycle = leased.cps[cp]->lifecycle();
  const WorkerLease lease =
      leases[story.Choose("lease", static_cast<std::uint32_t>(leases.size()))];
  const std::optional<WorkerRow> row = story.truth().RowOf(leased.worker);
  const bool current = row.has_value() && row->owner_epoch == lease.epoch();
  const absl::Time expiry = leased.cps[cp]->runtime().Now() + absl::Hours(1);
  TransitionResult result;
  switch (story.Choose("operation", 10)) {
    case 0:
      result = lifecycle.BeginActivation(lease);
      break;
    case 1:
      // Under the current lease, credentials that the worker has not accepted would be recorded.
      if (current) return;
      result = lifecycle.FinishActivation(lease, expiry);
      break;
    case 2:
      result = lifecycle.Park(lease);
      break;
    case 3:
      if (current) return;
      result = lifecycle.StampCredentials(lease, expiry);
      break;
    case 4:
      result = lifecycle.RefreshLease(lease);
      break;
    case 5:
      // No fence forbids to reserve a warm slot that spawns, though it belongs to no org.
      if (row.has_value() && row->state == WorkerState::kSpawning) return;
      result = lifecycle.PublishReserved(lease, leased.pod);
      break;
    case 6:
      result = lifecycle.PublishIdle(lease, leased.pod);
      break;
    case 7:
      story.OrderEnd(leased.worker);
      result = lifecycle.Drain(lease, SessionRule::kIgnoreSessions, "any");
      break;
    case 8:
      result = lifecycle.RetireDrained(lease, "any");
      break;
    default:
      story.OrderEnd(leased.worker);
      result = lifecycle.MarkLost(lease, "any");
      break;
  }
  if (result.lease.has_value()) leased.leases[cp].push_back(*result.lease);
  CleanUpAfter(lifecycle, std::move(result));
}

void RunStaleLeases(Story& story) {
  Setup& setup = story.setup();
  story.cluster().pods().set_start_time(sim::VirtualDuration(0));
  Leased leased{.story = story,
                .cps = {&setup.StartControlPlane("cp-1"), &setup.StartControlPlane("cp-2")},
                .pod = {}};
  ControlPlaneProcess& janitor = setup.StartControlPlane("cp-3");
  const std::int64_t attempts = story.Parameter("attempts");
  const auto try_things = [&](std::size_t cp) {
    for (std::int64_t i = 0; i < attempts; ++i) TryAnything(leased, cp);
  };
  story.Concurrently({
      {leased.cps[0], "life", [&] { Live(leased, 0); }},
      {leased.cps[0], "anything", [&] { try_things(0); }},
      {leased.cps[1], "anything", [&] { try_things(1); }},
      {&janitor, "snapshots",
       [&] {
         for (std::int64_t i = 0; i < attempts / 2; ++i) {
           const std::optional<WorkerSnapshot> seen = janitor.Observe(leased.worker);
           if (seen.has_value() && story.Choose("retires", 4) == 0) {
             story.OrderEnd(leased.worker);
             std::ignore =
                 janitor.lifecycle().RetireFromSnapshot(*seen, WorkerState::kRetired, "any");
           }
         }
       }},
  });
  story.Heal();
}

}  // namespace

Scenario StaleLeases() {
  return {.name = "stale-leases",
          .claim =
              "Whatever operation is tried, under whatever lease was ever granted, and in whatever "
              "state the worker is: an operation that does not fit changes nothing, and its caller "
              "is told why.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"attempts", 8, 1, 100, "operations that each control plane tries"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kLivedToItsEnd, Told(kFenceMissState), Told(kFenceMissOwner),
                     Told(kFenceMissEpoch), Told(kFenceMissTouched), Landed(kDrain),
                     Landed(kMarkLost), Landed(kRetireFromSnapshot)},
          .drives_lifecycle_directly = true,
          .body = RunStaleLeases};
}

}  // namespace fencepost::scenarios
