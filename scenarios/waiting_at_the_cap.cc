#include <memory>

#include "absl/strings/str_cat.h"
#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kOtherOrgServed{"another org was served while many waited at their cap"};
constexpr Probe kAllServed{"everybody who waited was served"};
constexpr Probe kWaitedInVain{"a client that waited was refused or gave up"};

// How the waiting clients were served. The actors share it, because they may outlive the story's
// frame.
struct Line {
  std::int64_t served = 0;
  std::int64_t last = 0;
  bool in_order = true;
};

// Bounds so small that the clients outnumber what a control plane runs at once.
void UseSmallBounds(Config& config) {
  config.serve_parallelism = 3;
  config.serve_parallelism_per_org = 2;
  config.spawn_parallelism = config.shutdown_parallelism = config.cleanup_parallelism = 2;
  config.health_parallelism = config.refresh_parallelism = 2;
  config.health_interval = config.upkeep_interval = config.refresh_tick = absl::Seconds(10);
  config.spawn_timeout = config.activate_timeout = absl::Seconds(20);
  config.acquire_timeout = absl::Seconds(20);
  config.acquire_poll = absl::Seconds(2);
}

// Clients of org-a come one after the other while both of its places are taken, and wait. A client
// of org-b, for which a worker stands ready, comes at some time. Later one of the places becomes
// free, and those who wait take it in turn.
void RunWaitingAtTheCap(Story& story) {
  Setup& setup = story.setup();
  UseSmallBounds(story.config());
  story.config().caps.per_org = 2;
  story.cluster().set_activity_bound(story.config().Activities());
  ControlPlaneProcess& cp = setup.StartControlPlane("cp-1");
  for (const WorkerId worker : setup.HotWorkers({{&cp, "org-a"}, {&cp, "org-a"}})) {
    setup.OpenSession(cp, worker, SessionToken(absl::StrCat("holder-", Number(worker))),
                      absl::Minutes(10));
  }
  const WorkerId held = cp.Workers().front();
  setup.IdleWorker(cp);
  cp.BeginLoops();

  const std::int64_t clients = story.Parameter("clients");
  const absl::Duration patience = absl::Seconds(clients) + absl::Minutes(3);
  auto line = std::make_shared<Line>();
  std::vector<TaskId> actors;
  for (std::int64_t i = 1; i <= clients; ++i) {
    actors.push_back(story.StartActor("client", [&story, &cp, line, i, patience] {
      story.SleepFor(absl::Seconds(i));
      const std::string token = absl::StrCat("client-", i);
      story.RunIn(cp, "client", [&story, &cp, line, i, token, patience] {
        if (!cp.Acquire("org-a", token, patience)) {
          story.Sometimes(kWaitedInVain);
          return;
        }
        ++line->served;
        line->in_order = line->in_order && line->last < i;
        line->last = i;
        cp.Release(SessionToken(token));
      });
    }));
  }
  const std::int64_t comes = clients * static_cast<std::int64_t>(story.Choose("comes", 4) + 1) / 4;
  actors.push_back(story.StartActor("other", [&story, &cp, comes] {
    story.SleepFor(absl::Seconds(comes) + absl::Milliseconds(500));
    story.RunIn(cp, "other", [&story, &cp] {
      if (!cp.Acquire("org-b", "other", absl::Minutes(1))) return;
      story.Sometimes(kOtherOrgServed);
      cp.Release(SessionToken("other"));
    });
  }));
  actors.push_back(story.StartActor("holder", [&story, &cp, held, clients] {
    story.SleepFor(absl::Seconds(clients) + absl::Seconds(75));
    // Set-up has opened the session, so the control plane knows no client of it: the upkeep parks
    // the worker.
    story.RunIn(cp, "holder",
                [&cp, held] { cp.Release(SessionToken(absl::StrCat("holder-", Number(held)))); });
  }));
  story.Await(actors);
  if (line->served == clients) story.Sometimes(kAllServed);
  story.Expect(cp.disturbed() || line->served == clients,
               "everybody who waits is served when a place becomes free");
  story.Expect(cp.disturbed() || line->in_order, "an org's clients are served in their order");
  story.Expect(cp.runtime().most_activities() <= story.config().Activities(),
               "a control plane runs no more activities at once than its settings say");
  story.Heal();
}

}  // namespace

Scenario WaitingAtTheCap() {
  return {.name = "waiting-at-the-cap",
          .claim =
              "However many clients of one org wait at its cap, another org is served, every loop "
              "passes, and the org's own clients are served in the order in which they came.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .fault_rate_divisor = 16,
          .parameters = {{"clients", 24, 1, 200, "clients that wait at the cap of their org"},
                         {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kOtherOrgServed, kAllServed, kWaitedInVain, Landed(kClaimIdle),
                     Landed(kClaimHotIdle), Landed(kPark)},
          .body = RunWaitingAtTheCap};
}

}  // namespace fencepost::scenarios
