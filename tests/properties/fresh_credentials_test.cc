// fresh-credentials: where it holds, and each way in which it fires.

#include "properties/fresh_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

const CpId kOwner("cp-1");

class FreshCredentialsTest : public testing::Test {
 protected:
  FreshCredentialsTest() : stream_(property_) {
    property_.Watch(&config_);
    stream_.now = absl::FromUnixSeconds(1'800'000'000);
    stream_.SendFrom(kOwner.text(), LoopPassed{"refresher"});
    row_ = stream_.Create(1);
    stream_.Commit(Operation::kPublishReserved, row_);
    stream_.Commit(Operation::kBeginActivation, row_);
    Bring(Operation::kFinishActivation);
  }

  // Credentials that last an hour.
  void Bring(Operation operation) {
    stream_.Commit(operation, row_, {}, [this](WorkerRow& row) {
      row.credentials_expiry = stream_.now + absl::Hours(1);
    });
  }
  void Session(SessionState state = SessionState::kActive) { stream_.Session(row_, state); }
  std::string AtRest(std::vector<CpId> undisturbed = {kOwner}) {
    stream_.SendFrom(kOwner.text(), LoopPassed{"heartbeat"});  // time has passed
    RestView rest;
    rest.undisturbed = std::move(undisturbed);
    property_.AtRest(rest);
    return Detail(property_);
  }

  Config config_;
  FreshCredentials property_;
  EventStream stream_;
  WorkerRow row_;
};

TEST_F(FreshCredentialsTest, HoldsWhenTheyAreRefreshedInTime) {
  Session();
  for (int i = 0; i < 10; ++i) {
    stream_.now += absl::Minutes(30);
    stream_.Commit(Operation::kRefreshLease, row_);
    Bring(Operation::kStampCredentials);
  }
  EXPECT_EQ(AtRest(), "");
}

TEST_F(FreshCredentialsTest, FiresOnAClientThatWorksWithExpiredOnes) {
  Session();
  stream_.now += absl::Hours(1) + absl::Seconds(1);
  EXPECT_EQ(AtRest(), "a client of org-a works on worker 1, whose credentials expired 1s ago");
}

TEST_F(FreshCredentialsTest, FiresOnARefreshThatComesTooLate) {
  Session();
  stream_.now += absl::Hours(2);
  stream_.Commit(Operation::kRefreshLease, row_);
  Bring(Operation::kStampCredentials);
  EXPECT_THAT(AtRest(), HasSubstr("expired 1h ago"));
}

TEST_F(FreshCredentialsTest, FiresOnAnOwnerThatLeftThemExpiredBeforeItsEnd) {
  Session();
  stream_.now += absl::Hours(2);
  stream_.Send(ProcessEnded{kOwner, /*crashed=*/false});
  EXPECT_THAT(AtRest(), HasSubstr("expired 1h ago"));
}

TEST_F(FreshCredentialsTest, CountsNoTimeWithoutAClient) {
  Session(SessionState::kReconnecting);
  stream_.now += absl::Hours(2);
  EXPECT_EQ(AtRest(), "");
}

TEST_F(FreshCredentialsTest, CountsFromTheMomentWhenAClientComes) {
  stream_.now += absl::Hours(2);
  Session();
  stream_.now += absl::Seconds(3);
  EXPECT_THAT(AtRest(), HasSubstr("expired 3s ago"));
}

TEST_F(FreshCredentialsTest, FiresOnAStorm) {
  for (int i = 0; i < 4; ++i) stream_.Commit(Operation::kRefreshLease, row_);
  EXPECT_EQ(AtRest(), "");
  stream_.Commit(Operation::kRefreshLease, row_);
  EXPECT_EQ(AtRest(), "worker 1 was refreshed 5 times within 30s");
}

TEST_F(FreshCredentialsTest, ExcusesWhatIsNotTheControlPlanesFault) {
  const auto late = [this] {
    Session();
    stream_.now += absl::Hours(2);
  };
  late();
  EXPECT_EQ(AtRest({}), "") << "a fault has hit the control plane";
  stream_.Send(CredentialsRefused{row_.org});
  EXPECT_EQ(AtRest(), "");
  property_.Reset();
  stream_.SendFrom(kOwner.text(), LoopPassed{"refresher"});
  stream_.Send(WorkerHealthChanged{row_.worker_id, row_.pod_uid, false});
  stream_.Commit(Operation::kStampCredentials, row_);
  late();
  EXPECT_EQ(AtRest(), "") << "the worker is ill";
}

}  // namespace
}  // namespace fencepost::properties
