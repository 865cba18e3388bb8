#include <memory>

#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kOfOthers{"parked workers of other orgs filled the cap of the fleet"};
constexpr Probe kOfTheOrg{"parked workers of another image filled the cap of the org"};
constexpr Probe kServed{"the client was served in the room of a parked worker"};
constexpr Probe kClaimedAgain{"a parked worker was used by its own org meanwhile"};

// Parked workers fill a cap: those of other orgs the cap of the fleet, or those of another image
// the cap of the org. A client for whom there is no worker asks for one, while the parked workers'
// own clients come and go.
void RunParkedFillTheCap(Story& story) {
  enum : std::uint32_t { kFleet, kOrg };
  const std::uint32_t full = story.Choose("full", 2);
  Caps& caps = story.config().caps;
  (full == kFleet ? caps.global : caps.per_org) = 2;
  ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
  for (const std::string_view org : {"org-a", full == kFleet ? "org-b" : "org-a"}) {
    story.setup().HotIdleWorker(cp, org);
  }
  cp.BeginLoops();
  story.Sometimes(full == kFleet ? kOfOthers : kOfTheOrg);

  const auto served = std::make_shared<bool>(false);
  const std::string_view org = full == kFleet ? "org-c" : "org-a";
  const std::string_view image = full == kFleet ? sim::kStandardImage : "image-2";
  story.Concurrently({
      {&cp, "waits",
       [&cp, served, org, image] {
         *served = cp.Acquire(org, image, "waits", absl::Minutes(3));
         if (*served) cp.Release(SessionToken("waits"));
       }},
      {&cp, "returns",
       [&story, &cp] {
         if (!cp.Acquire("org-a", "returns", absl::Seconds(5))) return;
         story.Sometimes(kClaimedAgain);
         cp.Release(SessionToken("returns"));
       }},
  });
  if (*served) story.Sometimes(kServed);
  story.Expect(*served || cp.disturbed() || cp.ended(),
               "a client is served in the room of a worker that nobody uses");
  story.Recover();
}

}  // namespace

Scenario ParkedFillTheCap() {
  return {.name = "parked-fill-the-cap",
          .claim =
              "Parked workers keep nobody from being served: the one that was parked first makes "
              "room for a client that waits at a cap, unless its own org uses it again.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kOfOthers, kOfTheOrg, kServed, kClaimedAgain, Landed(kRetireIdleVariant),
                     Landed(kClaimHotIdle)},
          .body = RunParkedFillTheCap};
}

}  // namespace fencepost::scenarios
