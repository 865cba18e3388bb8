// bounded-work: an image whose workers do not come up is tried more and more rarely.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rules/config.h"
#include "properties/bounded_work.h"
#include "tests/properties/event_stream.h"

namespace fencepost::properties {
namespace {

using testing::HasSubstr;

class BoundedWorkTest : public testing::Test {
 protected:
  BoundedWorkTest() : stream_(property_) {
    property_.Watch(&config_);
    stream_.now = absl::FromUnixSeconds(1'000'000);
  }
  // Makes workers one after the other, `apart` from each other, none of which comes up.
  void Make(int count, absl::Duration apart) {
    for (int i = 0; i < count; ++i) {
      WorkerRow row = stream_.Create(++workers_);
      stream_.now += apart;
      stream_.Commit(Operation::kMarkLost, row);
    }
  }

  Config config_;
  BoundedWork property_;
  EventStream stream_;
  int workers_ = 0;
};

TEST_F(BoundedWorkTest, FiresForASpawnAtEveryLook) {
  Make(200, absl::Seconds(5));
  EXPECT_THAT(Detail(property_), HasSubstr("has made 43 workers of image-1 in vain within 10m"));
}

TEST_F(BoundedWorkTest, HoldsForABackOff) {
  Make(8, absl::Seconds(5));
  Make(200, config_.image_backoff_limit / 2);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(BoundedWorkTest, HoldsForWorkersThatComeUp) {
  for (int i = 0; i < 200; ++i) {
    WorkerRow row = stream_.Create(++workers_);
    stream_.Commit(Operation::kPublishReserved, row);
  }
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(BoundedWorkTest, HoldsForManyThatAreMadeAtOnce) {
  for (int i = 0; i < 200; ++i) stream_.Create(++workers_);
  EXPECT_EQ(Detail(property_), "");
}

// A worker is activated and parked again `count` times, `apart` from each other, for one request.
class ActivationsTest : public BoundedWorkTest {
 protected:
  void Ask(const std::string& token) {
    stream_.Send(ClientAsked{row_.owner_cp, SessionToken(token), row_.org, row_.image});
  }
  void Answer(const std::string& token) {
    stream_.Send(
        ClientAnswered{row_.owner_cp, SessionToken(token), absl::StatusCode::kUnavailable});
  }
  void Activate(int count, absl::Duration apart, bool used = false) {
    for (int i = 0; i < count; ++i) {
      row_.state = WorkerState::kReserved;
      stream_.Commit(Operation::kBeginActivation, row_);
      stream_.Commit(Operation::kFinishActivation, row_);
      if (used) stream_.Session(row_, SessionState::kActive);
      stream_.Commit(Operation::kPark, row_);
      stream_.now += apart;
    }
  }

  WorkerRow row_ = stream_.Create(1, "org-a");
};

TEST_F(ActivationsTest, FireOnARequestThatTriesAtEveryLook) {
  Ask("a");
  Activate(60, absl::Seconds(1));
  EXPECT_EQ(Detail(property_),
            "cp-1 has activated a worker in vain 7 times for 1 requests of org-a, which were open "
            "for 6s");
}

TEST_F(ActivationsTest, FireAfterTheRequestsHaveBeenAnswered) {
  for (const char* token : {"a", "b"}) {
    Ask(token);
    stream_.now += absl::Seconds(16);
    Answer(token);
  }
  Activate(16, absl::Minutes(1));  // six for each, and one for each eight seconds
  EXPECT_EQ(Detail(property_), "");
  Activate(1, absl::Minutes(1));
  EXPECT_THAT(Detail(property_),
              HasSubstr("17 times for 2 requests of org-a, which were open for 32s"));
}

TEST_F(ActivationsTest, HoldForABackOff) {
  Ask("a");
  for (int pause : {1, 2, 4}) Activate(1, absl::Seconds(pause));
  Activate(60, absl::Seconds(8));
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(ActivationsTest, HoldForWorkersThatBeginASession) {
  Ask("a");
  Activate(60, absl::Seconds(1), /*used=*/true);
  EXPECT_EQ(Detail(property_), "");
}

TEST_F(BoundedWorkTest, JudgesNothingWithoutAClock) {
  stream_.now = absl::InfinitePast();
  Make(200, absl::ZeroDuration());
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
