#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "scenarios/promises.h"
#include "scenarios/registry.h"
#include "sim/world/world.h"

namespace fencepost::scenarios {
namespace {

using sim::CallFault;
using sim::ControlPlaneProcess;
using sim::World;

// One worker, and every lease that was ever granted on it.
struct Story {
  World& world;
  std::array<ControlPlaneProcess*, 2> cps;
  WorkerId worker{};
  PodUid pod;
  std::array<std::vector<WorkerLease>, 2> leases{};  // of each control plane
};

// Who has ended the worker also cleans it up.
void CleanUpAfter(WorkerLifecycle& lifecycle, TransitionResult result) {
  if (result.fence.has_value()) std::ignore = lifecycle.CleanUp(*result.fence);
}

// The worker's life, in which the two control planes take turns. Returns early when somebody has
// come between.
void Live(Story& story, std::size_t first) {
  World& world = story.world;
  const Org org("org-a");
  const Image image{std::string(World::kImage)};
  std::size_t owner = first;
  std::optional<WorkerLease> lease;
  const auto take = [&](std::size_t cp, const std::optional<WorkerLease>& granted) {
    owner = cp;
    lease = granted;
    if (granted.has_value()) story.leases[cp].push_back(*granted);
    return granted.has_value();
  };
  const auto lifecycle = [&]() -> WorkerLifecycle& { return story.cps[owner]->lifecycle(); };

  const ClaimResult slot = lifecycle().CreateWarmSlot(image, 1);
  if (!take(first, slot.lease)) return;
  story.worker = lease->worker();
  const auto pod = world.pods().CreatePod(PodSpec{.worker = story.worker,
                                                  .name = PodNameOf(story.worker),
                                                  .image = image,
                                                  .secret = SecretNameOf(story.worker)});
  if (!pod.ok()) return;
  story.pod = pod->uid;
  if (!lifecycle().PublishIdle(*lease, story.pod).landed()) return;
  const std::size_t second = world.Choose("claims", 2);
  if (!take(second, story.cps[second]->lifecycle().ClaimIdle(org, image).lease)) return;
  for (const bool parks : {true, false}) {
    if (!lifecycle().BeginActivation(*lease).landed()) return;
    const Credentials credentials = *world.secrets().Issue(org);
    if (!world.pods().Activate(*lease, org, credentials).ok()) return;
    if (!lifecycle().FinishActivation(*lease, credentials.expiry).landed()) return;
    if (!parks) break;
    if (!take(owner, lifecycle().RefreshLease(*lease).lease)) return;
    if (!world.pods().UpdateCredentials(*lease, credentials).ok()) return;
    if (!lifecycle().StampCredentials(*lease, credentials.expiry).landed()) return;
    if (!lifecycle().Park(*lease).landed()) return;
    const std::size_t third = world.Choose("claims again", 2);
    if (!take(third, story.cps[third]->lifecycle().ClaimHotIdle(org, Image()).lease)) return;
  }
  world.Sometimes("it lived to its end");
  if (world.Choose("ends", 2) == 0) {
    return CleanUpAfter(lifecycle(), lifecycle().MarkLost(*lease, "end"));
  }
  CleanUpAfter(lifecycle(), lifecycle().Drain(*lease, SessionRule::kIgnoreSessions, "end"));
  std::ignore = lifecycle().RetireDrained(*lease, "end");
}

// Anything at all, under any lease of this control plane.
void TryAnything(Story& story, std::size_t cp) {
  World& world = story.world;
  const std::vector<WorkerLease>& leases = story.leases[cp];
  if (leases.empty()) {
    std::ignore = story.cps[cp]->See(story.worker);  // so that time passes for it
    return;
  }
  WorkerLifecycle& lifecycle = story.cps[cp]->lifecycle();
  const WorkerLease lease =
      leases[world.Choose("lease", static_cast<std::uint32_t>(leases.size()))];
  const std::optional<WorkerRow> row = world.RowOf(story.worker);
  const bool current = row.has_value() && row->owner_epoch == lease.epoch();
  const absl::Time expiry = story.cps[cp]->runtime().Now() + absl::Hours(1);
  TransitionResult result;
  switch (world.Choose("operation", 10)) {
    case 0:
      result = lifecycle.BeginActivation(lease);
      break;
    case 1:
      // Under the present lease nobody writes what the worker has not taken.
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
      // A warm slot that spawns is for nobody: to reserve it is no fence's business.
      if (row.has_value() && row->state == WorkerState::kSpawning) return;
      result = lifecycle.PublishReserved(lease, story.pod);
      break;
    case 6:
      result = lifecycle.PublishIdle(lease, story.pod);
      break;
    case 7:
      result = lifecycle.Drain(lease, SessionRule::kIgnoreSessions, "any");
      break;
    case 8:
      result = lifecycle.RetireDrained(lease, "any");
      break;
    default:
      result = lifecycle.MarkLost(lease, "any");
      break;
  }
  if (result.lease.has_value()) story.leases[cp].push_back(*result.lease);
  CleanUpAfter(lifecycle, std::move(result));
}

void Run(World& world) {
  world.pods().set_start_time(sim::VirtualDuration(0));
  Story story{.world = world,
              .cps = {&world.StartControlPlane("cp-1"), &world.StartControlPlane("cp-2")},
              .pod = {}};
  ControlPlaneProcess& janitor = world.StartControlPlane("cp-3");
  const std::int64_t attempts = world.Parameter("attempts");
  const auto try_things = [&](std::size_t cp) {
    for (std::int64_t i = 0; i < attempts; ++i) TryAnything(story, cp);
  };
  world.Concurrently({
      {story.cps[0], "life", [&] { Live(story, 0); }},
      {story.cps[0], "anything", [&] { try_things(0); }},
      {story.cps[1], "anything", [&] { try_things(1); }},
      {&janitor, "snapshots",
       [&] {
         for (std::int64_t i = 0; i < attempts / 2; ++i) {
           const std::optional<WorkerSnapshot> seen = janitor.See(story.worker);
           if (seen.has_value() && world.Choose("retires", 4) == 0) {
             std::ignore =
                 janitor.lifecycle().RetireFromSnapshot(*seen, WorkerState::kRetired, "any");
           }
         }
       }},
  });
  world.Heal();
}

}  // namespace

Scenario StaleLeases() {
  return {.name = "stale-leases",
          .claim =
              "Whatever anybody tries under whatever lease he ever held, and in whatever state the "
              "worker is: what does not fit changes nothing, and he is told why.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{"attempts", 8, 1, 100, "operations that each control plane tries"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {"it lived to its end", "told fence_miss_state", "told fence_miss_owner",
                     "told fence_miss_epoch", "told fence_miss_touched", "landed drain",
                     "landed mark_lost", "landed retire_from_snapshot"},
          .by_hand = true,
          .body = Run};
}

}  // namespace fencepost::scenarios
