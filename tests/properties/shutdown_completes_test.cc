// shutdown-completes: where it holds, and each way in which it fires.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "properties/shutdown_completes.h"
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
  session.id.token = SessionToken("session-1");
  session.worker_id = row_.worker_id;
  stream_.Send(SessionChanged{session, std::nullopt});
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "");
}

TEST_F(ShutdownCompletesTest, AClosedSessionProtectsNothing) {
  SessionRow session;
  session.id.token = SessionToken("session-1");
  session.worker_id = row_.worker_id;
  session.state = SessionState::kClosed;
  stream_.Send(SessionChanged{session, SessionState::kActive});
  End("cp-1");
  EXPECT_EQ(DetailAtRest({CpId("cp-1")}), "worker 1 was still hot when cp-1 had ended");
}

}  // namespace
}  // namespace fencepost::properties
