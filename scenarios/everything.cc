#include "absl/strings/str_cat.h"
#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kExpiredAsleep{"a control plane expired while it slept"};
constexpr Probe kStartedAgain{"a control plane was started again"};
constexpr Probe kRolled{"a control plane was rolled"};

// Clients of several orgs come and go at a fleet of control planes with warm workers. Meanwhile
// control planes crash and are restarted, some are stopped in order, and every fault that the run
// has drawn happens. Then faults end, and the fleet settles by itself.
void RunEverything(Story& story) {
  Setup& setup = story.setup();
  Config& config = story.config();
  config.warm_target[StandardImage()] = 2;
  config.caps.per_org = 3;
  config.caps.global = 12;
  config.hot_idle_ttl = absl::Minutes(3);
  config.refresh_fraction = 0.02;  // of an hour
  config.drain_timeout = absl::Minutes(2);

  const std::int64_t fleet = story.Parameter("control-planes");
  for (std::int64_t i = 1; i <= fleet; ++i) setup.RunControlPlane(absl::StrCat("cp-", i));

  std::vector<TaskId> actors;
  for (std::int64_t i = 0; i < story.Parameter("clients"); ++i) {
    actors.push_back(StartClient(story, absl::StrCat("client-", i + 1),
                                 absl::StrCat("org-", i % 3 + 1),
                                 static_cast<int>(story.Parameter("visits"))));
  }
  // The operator restarts control planes that have died, and rolls others while clients use them.
  actors.push_back(story.StartActor("operator", [&story, fleet] {
    for (int minute = 0; minute < 6; ++minute) {
      story.SleepFor(absl::Minutes(1));
      for (std::int64_t i = 1; i <= fleet; ++i) {
        const std::string name = absl::StrCat("cp-", i);
        ControlPlaneProcess* const process = story.cluster().LatestIncarnation(name);
        if (process->control_plane().phase() == ControlPlane::Phase::kExpired) {
          story.Sometimes(kExpiredAsleep);
          story.cluster().Crash(process->process());
        }
        if (process->ended()) {
          story.Sometimes(kStartedAgain);
          story.setup().RunControlPlane(name);
        } else if (story.Choose("roll", 6) == 1) {
          story.Sometimes(kRolled);
          story.RunIn(*process, "stop", [process] { process->Shutdown(); });
        }
      }
    }
  }));
  // One after the other: each wait is a scheduling point of its own.
  for (const TaskId actor : actors) story.cluster().engine().Join(actor);
  story.Recover();
}

}  // namespace

Scenario Everything() {
  return {.name = "everything",
          .claim =
              "Control planes, clients of several orgs and an operator at once, with every fault: "
              "no pod dies unfenced, nobody is served by another's worker, and once faults stop "
              "the fleet comes to rest by itself.",
          .promise = "every fault that there is but late effects, as many as the budget allows",
          .faults = kEveryPromptFault,
          .fault_rate_divisor = 16,
          .parameters = {{"control-planes", 3, 1, 50, "control planes of the fleet"},
                         {"clients", 5, 1, 100, "clients that come and go"},
                         {"visits", 3, 1, 100, "visits of each client"},
                         {kFaultBudget, 20, 0, 1000, "faults that may hit one run"}},
          .probes = WithMet(
              kEveryPromptFault,
              {Client::kServed, Client::kRefused, Client::kLostItsControlPlane, Client::kCameBack,
               Client::kLostItsSession, kStartedAgain, kRolled, kExpiredAsleep,
               Client::kWaitedInVain, Landed(kClaimIdle), Landed(kClaimHotIdle), Landed(kTakeOver),
               Landed(kPark), Landed(kRetireOrphan), Landed(kMarkLost), Landed(kRetireIdleVariant),
               Told(kFenceMissSession), Told(kFenceMissOwner)}),
          .body = RunEverything};
}

}  // namespace fencepost::scenarios
