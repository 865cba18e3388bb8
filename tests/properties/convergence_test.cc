// shutdown-completes, and the probes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/shutdown_completes.h"
#include "sim/world/probes.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

class ShutdownCompletesTest : public testing::Test {
 protected:
  ShutdownCompletesTest() : stream_(property_), row_(stream_.Create(1)) { MakeHot(stream_, row_); }

  void End(const char* cp, bool crashed = false) {
    const CpId id(cp);
    stream_.Send(ProcessEnded{id, crashed});
  }
  std::string DetailAtRest(std::vector<CpId> undisturbed) {
    RestView rest;
    rest.ended_undisturbed = std::move(undisturbed);
    property_.AtRest(rest);
    return Detail(property_);
  }

  ShutdownCompletes property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(ShutdownCompletesTest, HoldsWhenEveryWorkerIsRetired) {
  stream_.Commit(Operation::kDrain, row_);
  stream_.Commit(Operation::kRetireDrained, row_);
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "");
}

TEST_F(ShutdownCompletesTest, FiresOnAWorkerLeftHot) {
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "worker 1 was still hot when cp-1 had ended");
}

TEST_F(ShutdownCompletesTest, FiresOnAWorkerLeftInDraining) {
  stream_.Commit(Operation::kDrain, row_);
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "worker 1 was still draining when cp-1 had ended");
}

TEST_F(ShutdownCompletesTest, DoesNotBlameAShutdownThatAFaultHasHit) {
  End("cp-1");
  EXPECT_EQ(DetailAtRest({}), "");
}

TEST_F(ShutdownCompletesTest, DoesNotBlameACrash) {
  End("cp-1", /*crashed=*/true);
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "");
}

TEST_F(ShutdownCompletesTest, DoesNotBlameItForOthersWorkers) {
  End("cp-2");
  EXPECT_EQ(DetailAtRest({CpId("cp-2")}), "");
}

TEST_F(ShutdownCompletesTest, SparesAWorkerThatASessionProtects) {
  SessionRow session;
  session.token = SessionToken("session-1");
  session.worker_id = row_.worker_id;
  stream_.Send(SessionChanged{session, std::nullopt});
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "");
}

TEST_F(ShutdownCompletesTest, AClosedSessionProtectsNothing) {
  SessionRow session;
  session.token = SessionToken("session-1");
  session.worker_id = row_.worker_id;
  session.state = SessionState::kClosed;
  stream_.Send(SessionChanged{session, SessionState::kActive});
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "worker 1 was still hot when cp-1 had ended");
}

TEST(Probes, AreCountedByNameAndMerged) {
  Probes one;
  Probes other;
  one.Hit(one.Register("a"));
  EXPECT_EQ(one.Register("a"), one.Register("a"));
  other.Hit(other.Register("b"));
  other.Hit(other.Register("a"));
  one.Merge(other);
  EXPECT_EQ(one.hits("a"), 2U);
  EXPECT_EQ(one.hits("b"), 1U);
  EXPECT_EQ(one.hits("never registered"), 0U);
}

TEST(LifecycleProbes, MarkOutcomesAndLandings) {
  Probes probes;
  LifecycleProbes marks(probes);
  TransitionRequest request;
  request.operation = Operation::kDrain;
  marks.On(Event{"test", {}, TransitionTold{request, TransitionOutcome::kFenceMissOwner, nullptr}});
  WorkerRow row;
  marks.On(Event{"test", {}, RowCommitted{Operation::kDrain, {}, &request, &row, row, {}}});
  EXPECT_EQ(probes.hits("told fence_miss_owner"), 1U);
  EXPECT_EQ(probes.hits("told transitioned"), 0U);
  EXPECT_EQ(probes.hits("landed drain"), 1U);
}

}  // namespace
}  // namespace fencepost::properties
