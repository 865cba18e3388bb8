// no-healthy-worker-ended: each reason that allows an end, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "properties/no_healthy_worker_ended.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

const PodUid kPod("uid-1");

class NoHealthyWorkerEndedTest : public testing::Test {
 protected:
  NoHealthyWorkerEndedTest() : stream_(property_) {
    property_.Watch(&config_);
    Begin();
  }

  // A reserved worker of cp-1, with a living pod.
  void Begin() {
    property_.Reset();
    Owner(CpState::kActive);
    row_ = stream_.Create(1);
    stream_.Send(PodStarted{row_.worker_id, row_.pod_name, kPod, row_.image});
    stream_.Commit(Operation::kPublishReserved, row_);
  }
  void GoHot() {
    stream_.Commit(Operation::kBeginActivation, row_);
    stream_.Commit(Operation::kFinishActivation, row_);
  }
  void Owner(CpState state, absl::Time expired_at = absl::InfiniteFuture(),
             ExpiryCause cause = ExpiryCause::kNone) {
    ControlPlaneRow cp;
    cp.cp_id = CpId("cp-1");
    cp.state = state;
    cp.expiry_cause = cause;
    cp.expired_at = expired_at;
    stream_.Send(ControlPlaneChanged{cp, std::nullopt});
  }
  void Session(SessionState state, absl::Time expires_at = absl::InfiniteFuture()) {
    stream_.Session(row_, state, expires_at);
  }
  // Ends the worker `later` than its row says, which is a second after the last change.
  void End(Operation operation, absl::Duration later = absl::ZeroDuration()) {
    stream_.Commit(operation, row_, {}, [later](WorkerRow& row) { row.updated_at += later; });
  }
  void Ask(const std::string& org, const std::string& image) {
    const CpId cp("cp-1");
    stream_.Send(ClientAsked{cp, SessionToken("asks"), Org(org), Image(image)});
  }
  void ExpectAllowed() { EXPECT_EQ(Detail(property_), ""); }
  void ExpectBroken() { EXPECT_THAT(Detail(property_), HasSubstr("its pod lives")); }

  Config config_;
  NoHealthyWorkerEnded property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(NoHealthyWorkerEndedTest, FiresForAWorkerWhoseActivationFailed) {
  End(Operation::kMarkLost);
  ExpectBroken();
  Begin();
  stream_.Commit(Operation::kBeginActivation, row_);
  End(Operation::kMarkLost);
  ExpectBroken();
  EXPECT_THAT(Detail(property_), HasSubstr("by mark_lost"));
}

TEST_F(NoHealthyWorkerEndedTest, FiresOnEachWayOfEndingAWorkerInUse) {
  for (const Operation operation : {Operation::kRetireFromSnapshot, Operation::kRetireOrphan}) {
    Begin();
    GoHot();
    End(operation);
    ExpectBroken();
  }
}

TEST_F(NoHealthyWorkerEndedTest, TakesADrainForAStopUnlessASessionIsOpen) {
  GoHot();
  End(Operation::kDrain);
  ExpectAllowed();
  Begin();
  GoHot();
  Session(SessionState::kActive);
  End(Operation::kDrain);
  ExpectBroken();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAnIllWorker) {
  stream_.Send(WorkerHealthChanged{row_.worker_id, kPod, false});
  stream_.Send(WorkerHealthChanged{row_.worker_id, kPod, true});
  End(Operation::kMarkLost);
  ExpectAllowed();
  // The illness of an earlier state does not count.
  Begin();
  stream_.Send(WorkerHealthChanged{row_.worker_id, kPod, false});
  stream_.Send(WorkerHealthChanged{row_.worker_id, kPod, true});
  stream_.Commit(Operation::kBeginActivation, row_);
  End(Operation::kMarkLost);
  ExpectBroken();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAWorkerWhosePodDied) {
  stream_.PodDies(row_, "uid-1");
  End(Operation::kMarkLost);
  ExpectAllowed();
  // The platform has replaced the pod: the one that the row names is gone.
  Begin();
  stream_.PodDies(row_, "uid-1");
  stream_.Send(PodStarted{row_.worker_id, row_.pod_name, PodUid("uid-2"), row_.image});
  End(Operation::kMarkLost);
  ExpectAllowed();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAParkedWorkerAtItsAgeOnly) {
  GoHot();
  stream_.Commit(Operation::kPark, row_);
  End(Operation::kRetireIdleVariant, config_.hot_idle_ttl - absl::Seconds(1));
  ExpectAllowed();
  Begin();
  GoHot();
  stream_.Commit(Operation::kPark, row_);
  End(Operation::kRetireIdleVariant, config_.hot_idle_ttl - absl::Minutes(2));
  ExpectBroken();
}

// A parked worker of org-a ends although it is young: only for somebody who found a cap full, and
// only if that makes room for the request.
TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAParkedWorkerThatIsInTheWay) {
  struct Asked {
    const char* org;
    const char* image;
    Caps caps;
    bool allowed;
    const char* why;
  };
  const Caps fleet_is_full{.per_org = 9, .global = 1};
  const Caps org_is_full{.per_org = 1, .global = 9};
  const Asked requests[] = {
      {"org-b", "image-1", fleet_is_full, true, "the cap of the fleet"},
      {"org-a", "image-2", org_is_full, true, "the cap of its org"},
      {"org-a", "image-1", fleet_is_full, false, "the request can use the worker itself"},
      {"org-b", "image-1", org_is_full, false,
       "its end makes no room under the cap of another org"},
      {"org-b", "image-1", {.per_org = 9, .global = 9}, false, "there is room"}};
  for (const Asked& asked : requests) {
    SCOPED_TRACE(asked.why);
    config_.caps = asked.caps;
    Begin();
    GoHot();
    stream_.Commit(Operation::kPark, row_);
    Ask(asked.org, asked.image);
    End(Operation::kRetireIdleVariant);
    asked.allowed ? ExpectAllowed() : ExpectBroken();
  }
}

TEST_F(NoHealthyWorkerEndedTest, FiresForAParkedWorkerThatNobodyWaitsForAnyMore) {
  config_.caps.global = 1;
  for (const bool late : {false, true}) {
    Begin();
    GoHot();
    stream_.Commit(Operation::kPark, row_);
    stream_.now = absl::FromUnixSeconds(1'800'000'000);
    Ask("org-b", "image-1");
    const CpId cp("cp-1");
    stream_.Send(ClientAnswered{cp, SessionToken("asks"), absl::StatusCode::kDeadlineExceeded});
    stream_.now += late ? absl::Minutes(11) : absl::Minutes(9);
    config_.caps.global = 2;  // there is room for the one who asks now
    Ask("org-c", "image-1");
    config_.caps.global = 1;
    End(Operation::kRetireIdleVariant);
    late ? ExpectBroken() : ExpectAllowed();
  }
}

TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAStuckWorkerAtItsAgeOnly) {
  End(Operation::kRetireFromSnapshot, config_.stuck_activating - absl::Seconds(1));
  ExpectAllowed();
  Begin();
  End(Operation::kRetireFromSnapshot, config_.stuck_activating - absl::Minutes(2));
  ExpectBroken();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAnUnusedWorkerOfAnotherImage) {
  config_.warm_target[Image("image-2")] = 1;
  stream_.Commit(Operation::kReturnIdle, row_);
  End(Operation::kRetireIdleVariant);
  ExpectAllowed();
  Begin();
  config_.warm_target[Image("image-1")] = 1;
  stream_.Commit(Operation::kReturnIdle, row_);
  End(Operation::kRetireIdleVariant);
  ExpectBroken();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsWhatAnOwnerThatLeavesDoesWithoutASession) {
  Owner(CpState::kDraining);
  End(Operation::kDrain);
  ExpectAllowed();
  for (const SessionState state : {SessionState::kActive, SessionState::kReconnecting}) {
    Begin();
    GoHot();
    Session(state);
    Owner(CpState::kDraining);
    End(Operation::kDrain);
    ExpectBroken();
  }
  Begin();
  GoHot();
  Session(SessionState::kActive);
  Session(SessionState::kClosed);
  Owner(CpState::kDraining);
  End(Operation::kDrain);
  ExpectAllowed();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsTheEndOfAnOrphanAfterTheGraceOnly) {
  const auto expire = [this](absl::Duration ago) {
    Begin();
    Owner(CpState::kExpired, row_.updated_at + absl::Seconds(1) - ago,
          ExpiryCause::kMissedHeartbeat);
    End(Operation::kRetireOrphan);
  };
  expire(config_.orphan_grace);
  ExpectAllowed();
  expire(config_.orphan_grace - absl::Seconds(1));
  ExpectBroken();
  Begin();
  stream_.Send(ControlPlaneRemoved{row_.owner_cp});
  End(Operation::kRetireOrphan);
  ExpectAllowed();
}

TEST_F(NoHealthyWorkerEndedTest, AllowsWhatAnOperatorOrders) {
  stream_.Send(EndOrdered{row_.worker_id});
  End(Operation::kDrain);
  ExpectAllowed();
}

// A health checker that is cut off may mistake its own fault for the worker's.
TEST_F(NoHealthyWorkerEndedTest, FiresOnAMistakenVerdictOfAHealthChecker) {
  GoHot();
  End(Operation::kMarkLost);
  EXPECT_THAT(Detail(property_), HasSubstr("its pod lives"));
}

TEST_F(NoHealthyWorkerEndedTest, LeavesAWorkerAloneThatIsStillSpawning) {
  property_.Reset();
  row_ = stream_.Create(1);
  stream_.Send(PodStarted{row_.worker_id, row_.pod_name, kPod, row_.image});
  End(Operation::kMarkLost);
  ExpectAllowed();
}

}  // namespace
}  // namespace fencepost::properties
