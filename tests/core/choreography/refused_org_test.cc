// The pool and the upkeep while the issuer refuses an org: no worker is lost, no other org waits.

#include <gmock/gmock.h>

#include "tests/core/choreography/plane_rig.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

class RefusedOrgTest : public PlaneRig {
 protected:
  static constexpr WorkerId kFirst{1};
  // A session on the first worker, whose owner is gone for good.
  void LeaveSession(const std::string& token) {
    std::unique_ptr<WorkerLifecycle> gone = Other("cp-2", 2);
    lifecycle.swap(gone);
    const WorkerLease lease = Hot();
    lifecycle.swap(gone);
    ASSERT_TRUE(store.OpenSession(Session(token), lease, absl::Minutes(1)).ok());
    ASSERT_TRUE(store.DeregisterControlPlane(CpId("cp-2")).ok());
  }
};

TEST_F(RefusedOrgTest, AnOrgWhoseCredentialsAreRefusedKeepsNoWorker) {
  config.warm_target[Image("image-1")] = 3;
  ASSERT_TRUE(plane->spawner().Replenish().ok());
  secrets.RefuseOrg(Org("org-a"));
  const absl::Status status = Acquire("a", absl::Minutes(1)).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("the issuer refuses org-a"));
  EXPECT_EQ(store.workers().size(), 3U);
  for (const WorkerRow& row : store.workers()) EXPECT_EQ(row.state, WorkerState::kIdle);
  // The back-off doubles from half a second to half a minute: at 0, .5, 1.5, 3.5, 7.5, 15.5, 31.5.
  EXPECT_LE(secrets.refusals(), 8);
  ASSERT_TRUE(plane->Heartbeat().ok());  // the leases are good again
  const AcquireRequest other{.org = Org("org-b"),
                             .image = Image("image-1"),
                             .token = SessionToken("b"),
                             .patience = absl::Seconds(1)};
  EXPECT_TRUE(plane->Acquire(other).ok());
  secrets.AllowOrg(Org("org-a"));
  EXPECT_TRUE(Acquire("c", absl::Minutes(2)).ok());
  ASSERT_TRUE(plane->Heartbeat().ok());
  EXPECT_TRUE(Acquire("d", absl::Seconds(1)).ok()) << "the back-off is over";
}

TEST_F(RefusedOrgTest, AReconnectionThatIsRefusedKeepsTheWorkerAndLetsTheSessionExpire) {
  LeaveSession("s");
  secrets.RefuseOrg(Org("org-a"));
  EXPECT_FALSE(Reconnect("s").ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kReserved);
  EXPECT_NE(Known(kFirst), nullptr);
  EXPECT_EQ(StateOfSession("s"), SessionState::kActive) << "as it was, and nobody renews it";
  // The upkeep goes on with it, and the client may still come back.
  secrets.AllowOrg(Org("org-a"));
  ASSERT_TRUE(plane->UpkeepOnce().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHot);
  EXPECT_TRUE(Reconnect("s").ok());
}

TEST_F(RefusedOrgTest, AWorkerWhoseSessionHasExpiredIsGivenBackByTheUpkeep) {
  LeaveSession("s");
  secrets.RefuseOrg(Org("org-a"));
  EXPECT_FALSE(Reconnect("s").ok());
  store_now += config.reconnect_ttl;
  ASSERT_TRUE(plane->UpkeepOnce().ok());
  EXPECT_EQ(StateOf(kFirst), WorkerState::kHotIdle);
}

}  // namespace
}  // namespace fencepost
