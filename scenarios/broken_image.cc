#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kHangs{"the pods of the broken image hung"};
constexpr Probe kFails{"the pods of the broken image failed"};
constexpr Probe kNeighbourServed{"a client of a good image was served meanwhile"};
constexpr Probe kServedAgain{"the image was repaired, and its client was served"};

// The pods of one image never become ready: they fail at once, or they hang until the spawn's time
// is over. Warm workers of it are wanted, and a client wants one. Another image is well; there is
// no worker of it yet. Later the image is repaired.
void RunBrokenImage(Story& story) {
  const Image broken("image-broken");
  story.config().warm_target = {{broken, 3}};
  ControlPlaneProcess& cp = story.setup().StartControlPlane("cp-1");
  const bool hangs = story.Choose("breaks", 2) == 1;
  story.Sometimes(hangs ? kHangs : kFails);
  story.cluster().pods().BreakImage(broken, hangs);
  cp.BeginLoops();
  story.WithoutFaults([&] { story.SleepFor(absl::Seconds(20)); });  // spawns have begun

  bool served = false;
  story.Concurrently({
      {&cp, "org-b", [&] { cp.Acquire("org-b", broken.text(), "session-b", absl::Seconds(30)); }},
      {&cp, "org-a", [&] { served = cp.Acquire("org-a", "session-a", absl::Seconds(60)); }},
  });
  const auto undisturbed = [&cp] { return !cp.disturbed() && !cp.ended(); };
  if (served) story.Sometimes(kNeighbourServed);
  story.Expect(!undisturbed() || served, "an image that is well is served whatever another one is");

  story.WithoutFaults([&] { story.SleepFor(absl::Minutes(20)); });
  story.cluster().pods().RepairImage(broken);
  story.WithoutFaults([&] {
    const auto again = std::make_shared<bool>(false);
    story.RunIn(cp, "client", [&cp, again, broken] {
      *again = cp.Acquire("org-b", broken.text(), "session-c", absl::Minutes(4));
    });
    if (*again) story.Sometimes(kServedAgain);
    story.Expect(!undisturbed() || *again, "an image is served again once it is repaired");
  });
  story.Recover();
}

}  // namespace

Scenario BrokenImage() {
  return {.name = "broken-image",
          .claim =
              "An image whose pods do not come up costs the other images no service, is tried more "
              "and more rarely, and is served once it is repaired.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kHangs, kFails, kNeighbourServed, kServedAgain},
          .body = RunBrokenImage};
}

}  // namespace fencepost::scenarios
