// settled-in-time: each debt, settled within its bound and beyond it, and whose finding counts.

#include "properties/settled_in_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "properties/loop_bounds.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

const CpId kOwner("cp-1");
const CpId kJanitor("cp-2");

// cp-1 owns the worker, and cp-2 runs its loops from the start.
class SettledInTimeTest : public testing::Test {
 protected:
  SettledInTimeTest() : stream_(property_) {
    property_.Watch(&config_);
    stream_.now = kBegin;
    for (const CpId& cp : {kOwner, kJanitor}) stream_.Send(ProcessStarted{cp});
    stream_.SendFrom(kJanitor.text(), LoopPassed{"janitor"});
    row_ = stream_.Create(1);
  }

  void Hot() { MakeHot(stream_, row_); }
  void Retire() { stream_.Commit(Operation::kRetireFromSnapshot, row_); }
  // From what makes a debt to the end of a pass that must have seen it.
  absl::Duration Reached(std::int64_t passes = 2) const {
    return config_.leadership_ttl + passes * LongestPass(config_, "janitor");
  }
  // Both processes are undisturbed unless the test says otherwise.
  std::string AtRest(std::vector<CpId> undisturbed = {kOwner, kJanitor},
                     absl::Time calm_since = absl::InfiniteFuture()) {
    stream_.SendFrom(kJanitor.text(), LoopPassed{"heartbeat"});  // time has passed
    RestView rest;
    rest.undisturbed = std::move(undisturbed);
    rest.calm_since = calm_since;
    property_.AtRest(rest);
    return Detail(property_);
  }
  // What is said at rest when `length` passes after the debt was made.
  std::string After(absl::Duration length) {
    stream_.now += length;
    return AtRest();
  }
  void ExpectBound(absl::Duration bound, const std::string& sentence) {
    EXPECT_EQ(After(bound), "");
    EXPECT_THAT(After(absl::Seconds(1)), HasSubstr(sentence));
  }

  static constexpr absl::Time kBegin = absl::FromUnixSeconds(1'800'000'000);
  Config config_;
  SettledInTime property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(SettledInTimeTest, HasNothingAgainstAFleetThatSettles) {
  stream_.StartPod(row_);
  Hot();
  Retire();
  stream_.DeletePod(row_, row_.pod_uid.text());
  EXPECT_EQ(After(absl::Hours(100)), "");
}

TEST_F(SettledInTimeTest, FiresOnAPodThatIsLeftBehind) {
  stream_.StartPod(row_);
  Hot();
  Retire();
  ExpectBound(Reached(), "worker 1 (retired) had ended and its pod was not deleted for");
}

TEST_F(SettledInTimeTest, FiresOnAPodThatIsDeletedTooLate) {
  stream_.StartPod(row_);
  Hot();
  Retire();
  stream_.now += Reached() + absl::Seconds(1);
  stream_.DeletePod(row_, row_.pod_uid.text());
  EXPECT_THAT(AtRest(), HasSubstr("its pod was not deleted"));
}

TEST_F(SettledInTimeTest, FiresOnASecretThatIsLeftBehind) {
  stream_.Send(SecretCreated{row_.worker_id});
  Hot();
  Retire();
  ExpectBound(Reached(), "worker 1 (retired) had ended and its secret was not deleted for");
}

TEST_F(SettledInTimeTest, FiresOnAnOrphan) {
  stream_.Commit(Operation::kPublishReserved, row_);
  stream_.Commit(Operation::kBeginActivation, row_);
  stream_.Commit(Operation::kFinishActivation, row_);
  stream_.Send(ProcessEnded{kOwner, /*crashed=*/true});
  ExpectBound(
      config_.cp_expiry + LongestPass(config_, "janitor") + config_.orphan_grace + Reached(),
      "worker 1 (hot) had no owner any more and was not retired for");
}

TEST_F(SettledInTimeTest, GivesAnOrphanTheTimeOfItsSession) {
  Hot();
  stream_.Session(row_, SessionState::kActive, row_.updated_at + absl::Hours(2));
  stream_.Send(ProcessEnded{kOwner, /*crashed=*/true});
  EXPECT_EQ(After(absl::Hours(2)), "");
}

TEST_F(SettledInTimeTest, FiresOnAWorkerThatIsLeftHalfWay) {
  stream_.Commit(Operation::kPublishReserved, row_);
  ExpectBound(config_.stuck_activating + Reached(), "worker 1 (reserved) was left half-way for");
}

TEST_F(SettledInTimeTest, FiresOnAWorkerThatStaysParked) {
  Hot();
  stream_.Commit(Operation::kPark, row_);
  ExpectBound(config_.hot_idle_ttl + Reached(), "worker 1 (hot_idle) was parked for");
}

TEST_F(SettledInTimeTest, FiresOnAnOverdueSession) {
  Hot();
  stream_.Session(row_, SessionState::kReconnecting, row_.updated_at + absl::Minutes(1));
  ExpectBound(absl::Minutes(1) + Reached(), "worker 1 (hot) had an overdue session for");
}

TEST_F(SettledInTimeTest, FiresOnAHotWorkerWithoutASession) {
  stream_.SendFrom(kOwner.text(), LoopPassed{"janitor"});
  Hot();
  ExpectBound(2 * LongestPass(config_, "upkeep"), "worker 1 (hot) was hot without a session for");
}

TEST_F(SettledInTimeTest, GivesABigFleetMorePasses) {
  config_.listing_limit = 1;
  WorkerRow other = stream_.Create(2);
  stream_.StartPod(row_);
  stream_.StartPod(other);
  Hot();
  MakeHot(stream_, other);
  Retire();
  stream_.Commit(Operation::kRetireFromSnapshot, other);
  ExpectBound(Reached(4), "its pod was not deleted");
}

TEST_F(SettledInTimeTest, CountsNoTimeWithoutLoops) {
  stream_.StartPod(row_);
  Hot();
  Retire();
  stream_.now += absl::Seconds(1);
  stream_.Send(ProcessPaused{kJanitor, true});
  EXPECT_EQ(After(absl::Hours(100)), "");
}

TEST_F(SettledInTimeTest, CountsNothingAgainstADisturbedControlPlane) {
  stream_.StartPod(row_);
  Hot();
  Retire();
  stream_.now += absl::Hours(100);
  EXPECT_EQ(AtRest({kOwner}), "");
}

TEST_F(SettledInTimeTest, CountsTheTimeSinceTheLastFaultAgainstEverybody) {
  stream_.StartPod(row_);
  Hot();
  Retire();
  const absl::Time calm_since = stream_.now + absl::Hours(1);
  stream_.now = calm_since + Reached();
  EXPECT_EQ(AtRest({kOwner}, calm_since), "");
  stream_.now += absl::Seconds(1);
  EXPECT_THAT(AtRest({kOwner}, calm_since), HasSubstr("its pod was not deleted"));
}

}  // namespace
}  // namespace fencepost::properties
