#include <array>
#include <chrono>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kRefusedByTheIssuer{"the issuer refused an org"};
constexpr Probe kNeighbourServed{"another org was served meanwhile"};
constexpr Probe kServedAgain{"the org was served once the issuer allowed it"};
constexpr Probe kIllWorkerLost{"the worker that cannot be activated was lost"};

const SessionId kOldSession{Org("org-a"), SessionToken("session-old")};

// Idle workers, a worker that org-a has parked, and one whose owner has died under a session of
// org-a.
std::vector<WorkerId> SetUp(Story& story, ControlPlaneProcess& cp) {
  Setup& setup = story.setup();
  std::vector<WorkerId> warm;
  for (std::int64_t i = 0; i < story.Parameter("workers"); ++i) {
    warm.push_back(setup.IdleWorker(cp));
    story.AdvanceTime(absl::ZeroDuration());  // heartbeats: many workers take long to set up
  }
  setup.HotIdleWorker(cp, "org-a");
  ControlPlaneProcess& gone = setup.StartControlPlane("gone");
  const WorkerId left = setup.HotWorker(gone, "org-a");
  story.LetExpire(gone);
  setup.OpenSession(gone, left, kOldSession.token, story.config().session_ttl);
  story.cluster().Crash(gone.process());
  return warm;
}

bool IsOpen(Story& story, const SessionId& id) {
  const auto session = story.cluster().Read(story.cluster().store().FindSession(id));
  return session.has_value() &&
         (session->state == SessionState::kActive || session->state == SessionState::kReconnecting);
}

// org-a asks again and again, and a client of org-a comes back to its old session, while the issuer
// refuses org-a: for good, or for a while. org-b asks, too.
void RunRefusedOrg(Story& story) {
  ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
  const std::vector<WorkerId> warm = SetUp(story, cp);
  const bool for_good = story.Choose("refused", 2) == 0;
  sim::VirtualTime until = sim::VirtualTime::Never();
  if (!for_good) until = story.cluster().engine().Now() + std::chrono::seconds(20);
  story.cluster().secrets().RefuseOrg(Org("org-a"), until);
  const bool ill = story.Choose("ill", 2) == 1;
  if (ill) story.cluster().pods().set_refuses_activation(warm.front(), true);
  cp.BeginLoops();

  const auto ask = [&](std::string_view org, std::string_view token) {
    const bool served = cp.Acquire(org, token, absl::Seconds(40));
    if (served) cp.Release(SessionToken(std::string(token)));
    return served;
  };
  bool neighbour_served = false;
  story.Concurrently({
      {&cp, "org-a", [&] { ask("org-a", "session-1") || ask("org-a", "session-2"); }},
      {&cp, "org-a", [&] { ask("org-a", "session-3"); }},
      {&cp, "org-a", [&] { std::ignore = cp.ComeBack(kOldSession, absl::Seconds(10)); }},
      {&cp, "org-b", [&] { neighbour_served = ask("org-b", "session-4"); }},
  });
  if (story.cluster().secrets().refusals() > 0) story.Sometimes(kRefusedByTheIssuer);
  if (neighbour_served) story.Sometimes(kNeighbourServed);
  const auto undisturbed = [&cp] { return !cp.disturbed() && !cp.ended(); };
  story.Expect(!undisturbed() || neighbour_served,
               "an org is served whatever the issuer says of another");

  story.WithoutFaults([&] { story.SleepFor(absl::Minutes(5)); });
  if (ill && story.truth().Is(warm.front(), WorkerState::kLost)) story.Sometimes(kIllWorkerLost);
  story.Expect(!undisturbed() || !for_good || !IsOpen(story, kOldSession),
               "a session ends whose client has given up");
  story.WithoutFaults([&] {
    story.cluster().secrets().AllowOrg(Org("org-a"));
    const auto served = std::make_shared<bool>(false);
    story.RunIn(cp, "client",
                [&cp, served] { *served = cp.Acquire("org-a", "session-5", absl::Minutes(3)); });
    if (*served) story.Sometimes(kServedAgain);
    story.Expect(!undisturbed() || *served, "an org is served once the issuer allows it");
  });
  story.Heal();
}

}  // namespace

Scenario RefusedOrg() {
  return {
      .name = "refused-org",
      .claim =
          "An org whose credentials are refused costs no worker and no other org its service: "
          "its workers are given back, and it is served once the issuer allows it.",
      .promise = kProcessPromise,
      .faults = kProcessFaults,
      .fault_rate_divisor = 4,
      .parameters = {{"workers", 3, 1, 60, "idle workers that are ready"},
                     {kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
      .probes = {kRefusedByTheIssuer, kNeighbourServed, kServedAgain, kIllWorkerLost,
                 Landed(kTakeOver), Landed(kMarkLost), Landed(kReturnIdle), Landed(kReturnHotIdle)},
      .body = RunRefusedOrg};
}

}  // namespace fencepost::scenarios
