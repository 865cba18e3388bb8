// Each convergence property, on a system that has settled and on each kind that has not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/expired_session_frees.h"
#include "properties/idle_ttl_held.h"
#include "properties/nothing_stuck.h"
#include "properties/orphans_retired.h"
#include "properties/pods_reaped.h"
#include "properties/property_set.h"
#include "properties/secrets_reaped.h"
#include "properties/warm_target_met.h"

namespace fencepost::properties {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// One active control plane with one idle, one hot and one parked worker, each with pod and secret.
class AtRest : public testing::Test {
 protected:
  AtRest() {
    rest_.store_now = kNow;
    rest_.config = &config_;
    config_.warm_target[Image("image-1")] = 1;
    ControlPlaneRow cp;
    cp.cp_id = CpId("cp-1");
    rest_.control_planes.push_back(cp);
    Add(1, WorkerState::kIdle, "");
    Add(2, WorkerState::kHot, "org-a");
    Add(3, WorkerState::kHotIdle, "org-b");
    SessionRow session;
    session.id.token = SessionToken("session-1");
    session.worker_id = WorkerId{2};
    session.expires_at = kNow + absl::Seconds(30);
    rest_.sessions.push_back(session);
  }

  void Add(int id, WorkerState state, const std::string& org) {
    WorkerRow row;
    row.worker_id = WorkerId{id};
    row.pod_name = PodNameOf(row.worker_id);
    row.pod_uid = PodUid("uid-" + std::to_string(id));
    row.image = Image("image-1");
    row.state = state;
    row.org = Org(org);
    row.owner_cp = CpId("cp-1");
    row.owner_epoch = Epoch{1};
    row.revision = Revision{1};
    row.state_since = kNow - absl::Minutes(1);
    rest_.workers.push_back(row);
    PodInfo pod;
    pod.worker = row.worker_id;
    pod.name = row.pod_name;
    pod.uid = row.pod_uid;
    pod.phase = PodPhase::kReady;
    rest_.pods.push_back(pod);
    rest_.secrets.push_back(row.worker_id);
  }

  template <class P>
  std::string Broken() {
    P property;
    property.AtRest(rest_);
    return property.violation().has_value() ? property.violation()->detail : "";
  }

  Config config_;
  RestView rest_;
};

TEST_F(AtRest, ASettledWorldHasNothingPending) {
  EXPECT_THAT(PropertySet::Unsettled(rest_), IsEmpty());
  PropertySet all;
  all.AtRest(rest_);
  EXPECT_FALSE(all.violation().has_value());
}

TEST_F(AtRest, WhatIsPendingIsNamedWithItsProperty) {
  rest_.workers[0].state = WorkerState::kRetired;
  EXPECT_THAT(
      PropertySet::Unsettled(rest_),
      ElementsAre(HasSubstr("pods-reaped: pod worker-1 (uid-1) is there"),
                  HasSubstr("secrets-reaped: the secret of worker 1 is there"),
                  HasSubstr("warm-target-met: of image image-1 0 workers are idle, 1 are")));
}

TEST_F(AtRest, OrphansRetiredFiresForEachWayInWhichAnOwnerIsGone) {
  rest_.control_planes[0].state = CpState::kExpired;
  EXPECT_THAT(Broken<OrphansRetired>(), HasSubstr("its owner is expired, and no session"));
  rest_.control_planes[0].state = CpState::kActive;
  EXPECT_EQ(Broken<OrphansRetired>(), "");
  rest_.dead.push_back(CpId("cp-1"));
  EXPECT_THAT(Broken<OrphansRetired>(), HasSubstr("its owner is dead, and a live session"));
  rest_.control_planes.clear();
  EXPECT_THAT(Broken<OrphansRetired>(), HasSubstr("its owner has no row"));
}

TEST_F(AtRest, PodsReapedFiresForATerminalAndForAnAbsentRow) {
  EXPECT_EQ(Broken<PodsReaped>(), "");
  rest_.workers[2].state = WorkerState::kLost;
  EXPECT_THAT(Broken<PodsReaped>(), HasSubstr("its row is worker 3 (lost"));
  rest_.workers.pop_back();
  EXPECT_THAT(Broken<PodsReaped>(), HasSubstr("its worker has no row"));
  rest_.pods[2].phase = PodPhase::kTerminating;
  EXPECT_EQ(Broken<PodsReaped>(), "");
}

TEST_F(AtRest, SecretsReapedFiresForATerminalAndForAnAbsentRow) {
  EXPECT_EQ(Broken<SecretsReaped>(), "");
  rest_.workers[2].state = WorkerState::kRetired;
  EXPECT_THAT(Broken<SecretsReaped>(), HasSubstr("its row is worker 3 (retired"));
  rest_.workers.pop_back();
  EXPECT_THAT(Broken<SecretsReaped>(), HasSubstr("the worker has no row"));
}

TEST_F(AtRest, NothingStuckFiresForEachStateThatIsHalfWay) {
  EXPECT_EQ(Broken<NothingStuck>(), "");
  for (const WorkerState state : {WorkerState::kSpawning, WorkerState::kReserved,
                                  WorkerState::kActivating, WorkerState::kDraining}) {
    rest_.workers[1].state = state;
    EXPECT_THAT(Broken<NothingStuck>(), HasSubstr("has been so for 1m")) << StateName(state);
  }
  rest_.dead.push_back(CpId("cp-1"));  // an orphan is judged by orphans-retired
  EXPECT_EQ(Broken<NothingStuck>(), "");
}

TEST_F(AtRest, WarmTargetMetFiresOnAGapThatTheCapsLeaveRoomFor) {
  rest_.workers[0].org = Org("org-c");
  EXPECT_THAT(Broken<WarmTargetMet>(), HasSubstr("0 workers are idle, 1 are wanted"));
  config_.caps.global = 3;
  EXPECT_EQ(Broken<WarmTargetMet>(), "");
  config_.caps.global = 10;
  rest_.control_planes[0].state = CpState::kDraining;  // no control plane is left to fill it
  EXPECT_EQ(Broken<WarmTargetMet>(), "");
}

TEST_F(AtRest, IdleTtlHeldFiresOnceTheJanitorHasHadItsPasses) {
  config_.hot_idle_ttl = absl::Seconds(50);
  EXPECT_EQ(Broken<IdleTtlHeld>(), "");
  config_.hot_idle_ttl = absl::Seconds(40);
  EXPECT_THAT(Broken<IdleTtlHeld>(), HasSubstr("has been parked for 1m, longer than 40s"));
}

TEST_F(AtRest, ExpiredSessionFreesFiresOnAnOverdueSessionAndOnAHotWorkerWithout) {
  EXPECT_EQ(Broken<ExpiredSessionFrees>(), "");
  rest_.sessions[0].expires_at = kNow - absl::Seconds(5);
  EXPECT_THAT(Broken<ExpiredSessionFrees>(), HasSubstr("past its expiry by 5s and still open"));
  rest_.sessions[0].state = SessionState::kClosed;
  EXPECT_THAT(Broken<ExpiredSessionFrees>(), HasSubstr("has no session and was not parked"));
}

}  // namespace
}  // namespace fencepost::properties
