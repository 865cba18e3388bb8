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

TEST_F(LeaderLeaseTest, ALongPassRenewsInGoodTime) {
  EXPECT_FALSE(leader.KeepLeading());  // it never led, and does not ask
  EXPECT_EQ(runtime.CallsOf("acquire_leadership"), 0);
  ASSERT_TRUE(leader.Campaign().ok());
  for (int i = 0; i < 20; ++i) {
    runtime.now += config.leadership_ttl / 4;
    store_now += config.leadership_ttl / 4;
    EXPECT_TRUE(leader.KeepLeading());
  }
  EXPECT_LE(runtime.CallsOf("acquire_leadership"), 8);
  // Without an answer the granted time runs out.
  ASSERT_TRUE(leader.Campaign().ok());
  runtime.script["acquire_leadership"] = std::deque<Fate>(10, Fate::kNotApplied);
  runtime.now += config.leadership_ttl / 2 + absl::Seconds(1);
  EXPECT_TRUE(leader.KeepLeading());
  runtime.now += config.leadership_ttl / 2;
  EXPECT_FALSE(leader.KeepLeading());
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
