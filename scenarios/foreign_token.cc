#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr Probe kRefused{"an org was refused another one's session"};
constexpr Probe kSameToken{"two orgs use the same token"};
constexpr Probe kOwnerGone{"the owner of the session's worker was gone"};

// org-b knows the token of org-a's session, by mistake or by intent. It comes back to it, ends it,
// and uses the token for a session of its own, while org-a's client is connected or comes back.
void RunForeignToken(Story& story) {
  Setup& setup = story.setup();
  ControlPlaneProcess& cp1 = setup.RunControlPlane("cp-1");
  ControlPlaneProcess& cp2 = setup.RunControlPlane("cp-2");
  setup.IdleWorker(cp1);
  setup.IdleWorker(cp2);
  const SessionToken token("session-1");
  bool served = false;
  story.WithoutFaults(
      [&] { story.RunIn(cp1, "client", [&] { served = cp1.Acquire("org-a", token.text()); }); });
  if (!served) return story.Recover();
  const SessionHandle mine = *cp1.SessionOf(token);
  const SessionHandle foreign{{Org("org-b"), token}, mine.holder};
  const bool gone = story.Choose("cp-1", 2) == 1;
  if (gone) {
    story.Sometimes(kOwnerGone);
    story.LetExpire(cp1);
  }
  ControlPlaneProcess& asked = gone || story.Choose("asks", 2) == 1 ? cp2 : cp1;
  story.Concurrently({
      {&asked, "org-b",
       [&] {
         const absl::Status came_back = asked.ComeBack(foreign.id, absl::Seconds(5)).status();
         story.Expect(!came_back.ok(), "an org does not come back to another one's session");
         if (absl::IsNotFound(came_back)) story.Sometimes(kRefused);
         asked.Leave(foreign, story.Choose("closes", 2) == 1);
         if (asked.Acquire("org-b", token.text())) story.Sometimes(kSameToken);
       }},
      {&cp2, "org-a",
       [&] {
         if (gone) std::ignore = cp2.ComeBack(mine.id, absl::Seconds(30));
       }},
  });
  story.Recover();
}

}  // namespace

Scenario ForeignToken() {
  return {.name = "foreign-token",
          .claim =
              "An org that knows the token of another org's session can neither use nor end that "
              "session, nor learn that it exists.",
          .promise = kProcessPromise,
          .faults = kProcessFaults,
          .parameters = {{kFaultBudget, 1, 0, 20, "faults that may hit one run"}},
          .probes = {kRefused, kSameToken, kOwnerGone},
          .body = RunForeignToken};
}

}  // namespace fencepost::scenarios
