// Event coverage tells runs that went another way from runs that only had other numbers.
#include "properties/event_coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fencepost::properties {
namespace {

class Stream {
 public:
  void Accepted(int worker, std::string_view call, int epoch = 1) {
    const PodUid uid("uid-" + std::to_string(worker));
    Send(WorkerAccepted{WorkerId{worker}, uid, call, Epoch{epoch}, nullptr});
  }
  void Committed(int worker, WorkerState before_state, WorkerState state) {
    WorkerRow before;
    before.worker_id = WorkerId{worker};
    before.state = before_state;
    WorkerRow after = before;
    after.state = state;
    Send(RowCommitted{Operation::kDrain, {}, nullptr, &before, after, {}});
  }
  void Send(const EventBody& body) {
    coverage_.On(Event{.source = "test", .activity = activity, .body = body});
  }
  std::string_view activity;
  std::vector<std::uint32_t> Features() const {
    auto features = coverage_.Features();
    std::sort(features.begin(), features.end());
    EXPECT_EQ(std::adjacent_find(features.begin(), features.end()), features.end()) << "each once";
    for (const std::uint32_t feature : features) EXPECT_LT(feature, EventCoverage::kFeatures);
    return features;
  }
  void Reset() { coverage_.Reset(); }

 private:
  EventCoverage coverage_;
};

TEST(EventCoverage, OrderCountsAndNumbersDoNot) {
  Stream one;
  one.Accepted(1, "activate");
  one.Accepted(1, "check_health");
  Stream two;
  two.Accepted(7, "activate", 3);
  two.Accepted(7, "check_health", 4);
  Stream other_order;
  other_order.Accepted(1, "check_health");
  other_order.Accepted(1, "activate");
  EXPECT_EQ(one.Features(), two.Features());
  EXPECT_NE(one.Features(), other_order.Features());
}

TEST(EventCoverage, HowOftenCountsInPowersOfTwo) {
  const auto times = [](int times) {
    Stream stream;
    for (int i = 0; i < times; ++i) stream.Accepted(1, "check_health");
    return stream.Features();
  };
  // The first event follows no other: n events are n - 1 equal steps.
  EXPECT_NE(times(2), times(3));
  EXPECT_EQ(times(5), times(8));
  EXPECT_NE(times(8), times(9));
  EXPECT_EQ(times(100), times(1000));
}

TEST(EventCoverage, StatesOfWorkersCountTogether) {
  Stream together;
  together.Committed(1, WorkerState::kSpawning, WorkerState::kHot);
  together.Committed(2, WorkerState::kSpawning, WorkerState::kHot);
  Stream apart;
  apart.Committed(1, WorkerState::kSpawning, WorkerState::kHot);
  apart.Committed(1, WorkerState::kHot, WorkerState::kHotIdle);
  EXPECT_NE(together.Features(), apart.Features());
}

// The same events of the same workers in the same order: who sent what after what differs.
TEST(EventCoverage, TheStepsOfEachActivityCount) {
  const auto features = [](std::string_view first, std::string_view second) {
    Stream stream;
    stream.activity = first;
    stream.Accepted(1, "activate");
    stream.activity = second;
    stream.Accepted(2, "check_health");
    stream.activity = first;
    stream.Accepted(3, "update_credentials");
    return stream.Features();
  };
  EXPECT_EQ(features("janitor", "janitor"), features("refresher", "refresher"));
  EXPECT_NE(features("janitor", "janitor"), features("janitor", "refresher"));
}

TEST(EventCoverage, ResetForgets) {
  Stream stream;
  stream.Accepted(1, "activate");
  stream.Reset();
  EXPECT_TRUE(stream.Features().empty());
}

}  // namespace
}  // namespace fencepost::properties
