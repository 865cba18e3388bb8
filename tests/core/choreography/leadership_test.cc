// Leadership, as far as its holder believes in it.

#include <gmock/gmock.h>

#include "core/plane/leader_lease.h"
#include "tests/core/choreography/rig.h"

namespace fencepost {
namespace {

class LeaderLeaseTest : public Rig {
 protected:
  LeaderLeaseTest()
      : leader(CpId("cp-1"), runtime, config, store), other(CpId("cp-2"), runtime, config, store) {
    EXPECT_TRUE(store.RegisterControlPlane(CpId("cp-2"), BootId{2}).ok());
  }

  LeaderLease leader;
  LeaderLease other;
};

TEST_F(LeaderLeaseTest, OneLeadsUntilItsTimeIsOver) {
  ASSERT_TRUE(leader.Campaign().ok());
  ASSERT_TRUE(other.Campaign().ok());
  EXPECT_TRUE(leader.leads());
  EXPECT_FALSE(other.leads());
  EXPECT_EQ(leader.term(), Term{1});
  runtime.now += config.leadership_ttl;
  store_now += config.leadership_ttl;
  EXPECT_FALSE(leader.leads());
  ASSERT_TRUE(other.Campaign().ok());
  EXPECT_TRUE(other.leads());
  EXPECT_EQ(other.term(), Term{2});
}

TEST_F(LeaderLeaseTest, AFailedRenewalCostsNothingUntilThen) {
  ASSERT_TRUE(leader.Campaign().ok());
  runtime.now += absl::Seconds(5);
  runtime.script["acquire_leadership"] = {Fate::kNotApplied};
  EXPECT_FALSE(leader.Campaign().ok());
  EXPECT_TRUE(leader.leads());
  ASSERT_TRUE(leader.Campaign().ok());
  EXPECT_EQ(leader.term(), Term{1});
}

// The time is counted from before the question: a slow answer grants less, never more.
TEST_F(LeaderLeaseTest, ASlowGrantIsCountedFromTheQuestion) {
  runtime.meanwhile["acquire_leadership"] = [this] { runtime.now += config.leadership_ttl; };
  ASSERT_TRUE(leader.Campaign().ok());
  EXPECT_FALSE(leader.leads());
}

TEST_F(LeaderLeaseTest, WhoResignsLetsAnotherLeadAtOnce) {
  ASSERT_TRUE(leader.Resign().ok());  // nothing to give up: no call
  EXPECT_EQ(runtime.CallsOf("resign_leadership"), 0);
  ASSERT_TRUE(leader.Campaign().ok());
  ASSERT_TRUE(leader.Resign().ok());
  EXPECT_FALSE(leader.leads());
  ASSERT_TRUE(other.Campaign().ok());
  EXPECT_TRUE(other.leads());
}

}  // namespace
}  // namespace fencepost
