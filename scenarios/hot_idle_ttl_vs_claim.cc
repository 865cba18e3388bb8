#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kClaimCameFirst{"the claim came before the janitor"};
constexpr Probe kJanitorCameFirst{"the janitor came before the claim"};

// A parked worker's time is over when a client comes: the janitor lists the worker, a claim takes
// it, it serves and is parked again, and only then does the janitor act on its list. A client of
// the worker's owner asks for it at the same time.
void RunHotIdleTtlVsClaim(Story& story) {
  Setup& setup = story.setup();
  story.config().hot_idle_ttl = absl::Seconds(10);
  ControlPlaneProcess& cp1 = setup.StartControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.StartControlPlane("cp-2");
  const bool two_clients = story.Parameter("clients") > 1;
  ControlPlaneProcess& janitor = two_clients ? setup.StartControlPlane("cp-3") : cp2;
  const WorkerId parked = setup.HotIdleWorker(cp1, "org-a");
  story.AdvanceTime(absl::Seconds(10));
  const Epoch before = story.truth().RowOf(parked)->owner_epoch;

  std::vector<Actor> actors = {
      {&janitor, "janitor", [&] { janitor.control_plane().janitor().ReapHotIdle().IgnoreError(); }},
      {&cp1, "client", [&] { Visit(story, cp1, "session-1"); }},
  };
  if (two_clients) actors.push_back({&cp2, "client", [&] { Visit(story, cp2, "session-2"); }});
  story.Concurrently(std::move(actors));
  const std::optional<WorkerRow> row = story.truth().RowOf(parked);
  if (row->owner_epoch > before) story.Sometimes(kClaimCameFirst);
  if (row->retire_reason == "hot_idle_ttl" && row->owner_epoch == before) {
    story.Sometimes(kJanitorCameFirst);
  }
  story.Heal();
}

}  // namespace

Scenario HotIdleTtlVsClaim() {
  return {
      .name = "hot-idle-ttl-vs-claim",
      .claim =
          "A parked worker that is claimed while the janitor looks at it is not retired for "
          "its old age, however often it is parked again.",
      .promise = kProcessPromise,
      .faults = kProcessFaults,
      .parameters = {{"clients", 2, 1, 2, "each at a control plane of its own"},
                     {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
      .probes = {Client::kServed, kClaimCameFirst, kJanitorCameFirst, Landed(kRetireIdleVariant),
                 Told(kFenceMissState), Told(kFenceMissOwner), Told(kFenceMissEpoch)},
      .body = RunHotIdleTtlVsClaim};
}

}  // namespace fencepost::scenarios
