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

TEST_F(BoundedWorkTest, JudgesNothingWithoutAClock) {
  stream_.now = absl::InfinitePast();
  Make(200, absl::ZeroDuration());
  EXPECT_EQ(Detail(property_), "");
}

}  // namespace
}  // namespace fencepost::properties
