// progress: where it holds, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "properties/progress.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class ProgressTest : public testing::Test {
 protected:
  ProgressTest() : stream_(property_) {
    property_.Watch(&config_);
    stream_.now = absl::FromUnixSeconds(1'700'000'000);
    config_.caps.per_org = 2;
  }

  // A worker of image-1 that stands ready for every org.
  WorkerRow Idle(int worker) {
    WorkerRow row = stream_.Create(worker, "");
    stream_.Commit(Operation::kPublishIdle, row);
    return row;
  }
  void Ask(const std::string& org, const std::string& token, const std::string& image = "image-1") {
    stream_.Send(ClientAsked{cp_, SessionToken(token), Org(org), Image(image)});
  }
  void Answer(const std::string& token,
              absl::StatusCode code = absl::StatusCode::kDeadlineExceeded) {
    stream_.Send(ClientAnswered{cp_, SessionToken(token), code});
  }
  void Pass(std::string_view loop) { stream_.SendFrom(cp_.text(), LoopPassed{loop}); }
  std::string DetailAtRest(bool disturbed = false) {
    RestView rest;
    if (!disturbed) rest.undisturbed = {cp_};
    property_.AtRest(rest);
    return Detail(property_);
  }

  const CpId cp_{"cp-1"};
  Config config_;
  Progress property_;
  EventStream stream_;
};

// ---- Clients -----------------------------------------------------------------------------------

TEST_F(ProgressTest, HoldsWhenClientsAreAnsweredInTime) {
  Idle(1);
  Ask("org-b", "b");
  stream_.now += config_.acquire_timeout;
  Answer("b", absl::StatusCode::kOk);
  EXPECT_EQ(DetailAtRest(), "");
}

TEST_F(ProgressTest, FiresOnAClientThatWaitsWhileAWorkerStandsReady) {
  Idle(1);
  Ask("org-a", "a1");
  Ask("org-a", "a2");
  Ask("org-b", "b");
  stream_.now += config_.acquire_timeout + absl::Seconds(1);
  Answer("b");
  EXPECT_EQ(DetailAtRest(),
            "client b of org-b waited at cp-1 while worker 1 stood ready for 1m1s; open there: 2 "
            "of org-a, 1 of org-b");
}

// The cap of the fleet, or that of the org by its own workers of another image.
TEST_F(ProgressTest, FiresOnACapThatIsFullOfParkedWorkers) {
  for (const bool fleet : {true, false}) {
    property_.Reset();
    config_.caps = fleet ? Caps{.per_org = 9, .global = 1} : Caps{.per_org = 1, .global = 9};
    WorkerRow parked = stream_.Create(1, fleet ? "org-a" : "org-b");
    MakeHot(stream_, parked);
    stream_.Commit(Operation::kPark, parked);
    Ask("org-b", "b", "image-2");
    stream_.now += config_.acquire_timeout + absl::Seconds(1);
    Answer("b");
    EXPECT_THAT(DetailAtRest(), HasSubstr("while worker 1 stood ready for 1m1s")) << fleet;
  }
}

TEST_F(ProgressTest, ExpectsRoomHoweverManyAreParked) {
  config_.caps.global = 2;
  config_.listing_limit = 1;
  for (const int worker : {1, 2}) {
    WorkerRow parked = stream_.Create(worker, "org-a");
    MakeHot(stream_, parked);
    stream_.Commit(Operation::kPark, parked);
  }
  Ask("org-b", "b");
  stream_.now += config_.acquire_timeout + absl::Seconds(1);
  Answer("b");
  EXPECT_THAT(DetailAtRest(), HasSubstr("org-b"));
}

TEST_F(ProgressTest, FiresOnAClientThatIsServedTooLate) {
  Idle(1);
  Ask("org-b", "b");
  stream_.now += absl::Hours(1);
  Answer("b", absl::StatusCode::kOk);
  EXPECT_THAT(DetailAtRest(), HasSubstr("stood ready for 1h"));
}

TEST_F(ProgressTest, FiresOnAClientThatIsNeverAnswered) {
  Idle(1);
  Ask("org-b", "b");
  stream_.now += absl::Hours(1);
  Pass("heartbeat");  // time has passed
  EXPECT_THAT(DetailAtRest(), HasSubstr("client b of org-b waited"));
}

TEST_F(ProgressTest, FiresWhenAParkedWorkerOfTheOrgStandsReadyAlthoughTheCapIsReached) {
  config_.caps.per_org = 1;
  WorkerRow row = stream_.Create(1, "org-b");
  MakeHot(stream_, row);
  stream_.Commit(Operation::kPark, row);
  Ask("org-b", "b");
  Ask("org-c", "c");  // parked for another org: nothing for it
  stream_.now += absl::Hours(1);
  Answer("c");
  EXPECT_EQ(DetailAtRest(),
            "client b of org-b waited at cp-1 while worker 1 stood ready for 1h; "
            "open there: 1 of org-b");
}

TEST_F(ProgressTest, SparesAClientForWhomThereIsNoCapacity) {
  Idle(1);
  config_.caps.per_org = 1;
  WorkerRow row = stream_.Create(2, "org-b");
  MakeHot(stream_, row);
  Ask("org-b", "at its cap");
  Ask("org-c", "of another image", "image-2");
  stream_.now += absl::Hours(1);
  Answer("at its cap");
  Answer("of another image");
  EXPECT_EQ(DetailAtRest(), "");
}

// The worker that is ready goes, and time without one does not count.
TEST_F(ProgressTest, CountsOnlyTheTimeInWhichAWorkerStandsReady) {
  WorkerRow first = Idle(1);
  Ask("org-b", "b");
  stream_.now += absl::Seconds(40);
  stream_.Commit(Operation::kRetireIdleVariant, first);
  stream_.now += absl::Hours(1);
  Idle(2);
  stream_.now += absl::Seconds(40);
  Answer("b");
  EXPECT_EQ(DetailAtRest(), "");
}

TEST_F(ProgressTest, OnlyWhatChangesForTheOrgIsProgress) {
  const auto wait_while_a_worker_is_made_for = [this](const std::string& org) {
    property_.Reset();
    Idle(1);
    Ask("org-b", "b");
    stream_.now += absl::Seconds(40);
    stream_.Create(2, org);
    stream_.now += absl::Seconds(40);
    Answer("b");
    return DetailAtRest();
  };
  EXPECT_EQ(wait_while_a_worker_is_made_for("org-b"), "");
  EXPECT_THAT(wait_while_a_worker_is_made_for("org-a"), HasSubstr("stood ready for 1m20s"));
}

TEST_F(ProgressTest, DoesNotBlameAControlPlaneThatAFaultHasHit) {
  Idle(1);
  Ask("org-b", "b");
  stream_.now += absl::Hours(1);
  Answer("b");
  EXPECT_EQ(DetailAtRest(/*disturbed=*/true), "");
}

TEST_F(ProgressTest, ARequestEndsWithItsControlPlane) {
  Idle(1);
  Ask("org-b", "b");
  Pass("health");
  stream_.Send(ProcessPaused{cp_, true});
  stream_.now += absl::Hours(1);
  stream_.Send(ProcessPaused{cp_, false});
  Answer("b");
  EXPECT_EQ(DetailAtRest(), "");
}

// ---- Loops -------------------------------------------------------------------------------------

TEST_F(ProgressTest, FiresOnALoopThatComesToAnEndWhileOthersGoOn) {
  Pass("health");
  Pass("heartbeat");
  for (int minute = 0; minute < 5; ++minute) {
    stream_.now += absl::Minutes(1);
    Pass("heartbeat");
  }
  // 10 seconds between passes, two minutes for a pod and two for an activation.
  EXPECT_EQ(DetailAtRest(), "loop health of cp-1 has not passed for 5m");
}

TEST_F(ProgressTest, FiresOnALoopThatPassesTooLate) {
  Pass("upkeep");
  stream_.now += absl::Hours(1);
  Pass("upkeep");
  EXPECT_EQ(DetailAtRest(), "loop upkeep of cp-1 has not passed for 1h");
}

TEST_F(ProgressTest, FiresOnALoopThatNeverPassesBeforeItsProcessEnds) {
  Pass("janitor");
  stream_.now += absl::Hours(1);
  stream_.Send(ProcessEnded{cp_, true});
  EXPECT_EQ(DetailAtRest(), "loop janitor of cp-1 has not passed for 1h");
}

TEST_F(ProgressTest, HoldsWhenEveryLoopPassesWithinItsBound) {
  for (int round = 0; round < 9; ++round) {
    for (const std::string_view loop :
         {"heartbeat", "sessions", "janitor", "health", "refresher", "upkeep"}) {
      Pass(loop);
    }
    stream_.now += config_.spawn_timeout + config_.activate_timeout;
  }
  EXPECT_EQ(DetailAtRest(), "");
}

// A control plane that drains ends most of its loops.
TEST_F(ProgressTest, DoesNotAskForLoopsOfAControlPlaneThatDrains) {
  Pass("health");
  ControlPlaneRow row;
  row.cp_id = cp_;
  row.state = CpState::kDraining;
  stream_.Send(ControlPlaneChanged{row, CpState::kActive});
  stream_.now += absl::Hours(1);
  Pass("heartbeat");
  EXPECT_EQ(DetailAtRest(), "");
}

TEST_F(ProgressTest, WithoutAClockNothingIsJudged) {
  stream_.now = absl::InfinitePast();
  Idle(1);
  Ask("org-b", "b");
  Pass("health");
  EXPECT_EQ(DetailAtRest(), "");
}

}  // namespace
}  // namespace fencepost::properties
