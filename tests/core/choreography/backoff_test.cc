// The back-off of orgs: it grows, it ends, it lets one try at a time, and it forgets.

#include "core/plane/backoff.h"

#include <gmock/gmock.h>

#include "tests/core/choreography/scripted_runtime.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

class OrgBackoffTest : public testing::Test {
 protected:
  absl::Duration Left(const Org& org) const { return backoff.NextTurn(org) - runtime.now; }
  void Fail(const Org& org) { backoff.Failed(org, absl::PermissionDeniedError("refused")); }

  const Org org{"org-a"};
  Config config;
  ScriptedRuntime runtime;
  OrgBackoff backoff{runtime, config};
};

TEST_F(OrgBackoffTest, LetsAnOrgTryThatHasNotFailed) {
  EXPECT_TRUE(backoff.TakeTurn(org).ok());
  EXPECT_EQ(backoff.NextTurn(org), absl::InfinitePast());
}

TEST_F(OrgBackoffTest, DoublesUpToItsLimitWithJitter) {
  absl::Duration longest = config.org_backoff;
  for (int failures = 1; failures <= 12; ++failures) {
    Fail(org);
    EXPECT_GE(Left(org), longest / 2) << failures;
    EXPECT_LE(Left(org), longest) << failures;
    longest = std::min(2 * longest, config.org_backoff_limit);
  }
  EXPECT_EQ(longest, config.org_backoff_limit);
}

TEST_F(OrgBackoffTest, RefusesWithTheReasonUntilItIsOver) {
  Fail(org);
  const absl::Status refused = backoff.TakeTurn(org);
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("org org-a backs off: refused"));
}

TEST_F(OrgBackoffTest, LetsOneRequestTryAtATime) {
  Fail(org);
  const absl::Time over = runtime.now = backoff.NextTurn(org);
  ASSERT_TRUE(backoff.TakeTurn(org).ok());
  EXPECT_GT(backoff.NextTurn(org), over);  // the next one waits for what comes of this
  EXPECT_FALSE(backoff.TakeTurn(org).ok());
}

TEST_F(OrgBackoffTest, IsOverForEverybodyAtTheFirstSuccess) {
  Fail(org);
  backoff.Succeeded(org);
  EXPECT_TRUE(backoff.TakeTurn(org).ok());
  EXPECT_TRUE(backoff.TakeTurn(org).ok());
}

TEST_F(OrgBackoffTest, ConcernsTheOrgAlone) {
  Fail(org);
  EXPECT_TRUE(backoff.TakeTurn(Org("org-b")).ok());
}

TEST_F(OrgBackoffTest, ForgetsOrgsThatDoNotAskAnyMore) {
  for (int i = 0; i < 100; ++i) {
    Fail(Org("org-" + std::to_string(i)));
    runtime.now += absl::Seconds(10);
  }
  // A back-off of at most a second, and the limit of a minute: seven orgs at a distance of 10 s.
  EXPECT_LE(backoff.size(), 7U);
}

}  // namespace
}  // namespace fencepost
