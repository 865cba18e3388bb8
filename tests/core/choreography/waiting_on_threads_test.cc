// Many clients wait at the cap of their org, on the production runtime with its standard settings:
// more than it has threads. No test depends on how long anything takes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/choreography/on_threads.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

constexpr int kCrowd = kStandardActivityBound + 16;

class WaitingOnThreads : public testing::Test {
 protected:
  static Config OnePlaceForEachOrg() {
    Config config = Fast();
    config.caps.per_org = 1;
    return config;
  }

  void Start() {
    on.threads.Run([&] {
      ASSERT_TRUE(on.plane->Start().ok());
      const absl::StatusOr<Acquired> acquired =
          on.plane->Acquire(RequestOf(SessionToken("holder")));
      ASSERT_TRUE(acquired.ok());
      holder = acquired->session;
    });
  }
  void ReleaseHolder() {
    on.threads.Run([&] { EXPECT_TRUE(on.plane->Release(holder).ok()); });
  }
  // Clients of org-a that come one after the other, each once the one before waits. `then` is
  // called on the strand with the client's number and what it was told.
  void Come(int clients, std::function<void(int, const absl::StatusOr<Acquired>&)> then) {
    for (int i = 0; i < clients; ++i) {
      crowd.emplace_back([this, i, then] {
        on.threads.Run([&] { then(i, on.plane->Acquire(RequestOf(TokenOf(i)))); });
      });
      while (Open() != i + 1) std::this_thread::yield();
    }
  }
  int Open() {
    int open = 0;
    on.threads.Run([&] { open = on.plane->requests_under_way(); });
    return open;
  }
  static SessionToken TokenOf(int client) {
    return SessionToken("client-" + std::to_string(client));
  }
  void AwaitCrowd() {
    for (std::thread& client : crowd) client.join();
    crowd.clear();
  }

  Passes passes;
  Config config = OnePlaceForEachOrg();
  OnThreads on{config, passes};
  std::vector<std::thread> crowd;
  SessionHandle holder;
};

TEST_F(WaitingOnThreads, AnotherOrgIsServedEveryLoopPassesAndThoseWhoWaitAreServedInOrder) {
  Start();
  std::vector<int> order;  // on the strand
  Come(kCrowd, [&](int client, const absl::StatusOr<Acquired>& acquired) {
    EXPECT_TRUE(acquired.ok()) << acquired.status();
    order.push_back(client);
    EXPECT_TRUE(on.plane->Release(acquired->session).ok());
  });

  on.threads.Run([&] {
    const auto other = on.plane->Acquire(RequestOf(SessionToken("other"), "org-b"));
    ASSERT_TRUE(other.ok());
    EXPECT_TRUE(on.plane->Release(other->session).ok());
  });
  // Two workers are known by now, so that passes need helpers.
  EXPECT_TRUE(passes.AwaitMoreOfEach());
  EXPECT_EQ(Open(), kCrowd);

  ReleaseHolder();
  AwaitCrowd();
  std::vector<int> arrival(kCrowd);
  for (int i = 0; i < kCrowd; ++i) arrival[static_cast<std::size_t>(i)] = i;
  EXPECT_EQ(order, arrival);
}

TEST_F(WaitingOnThreads, ARequestBeyondTheBoundIsRefusedAtOnce) {
  config.open_requests_per_org = 3;
  config.open_requests = 4;
  Start();
  Come(3, [](int, const absl::StatusOr<Acquired>& acquired) {
    EXPECT_TRUE(absl::IsCancelled(acquired.status())) << acquired.status();
  });
  on.threads.Run([&] {
    // Its patience would end in ten minutes.
    const absl::Status refused = on.plane->Acquire(RequestOf(SessionToken("late"))).status();
    EXPECT_TRUE(absl::IsResourceExhausted(refused));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("open_requests_per_org"));
    EXPECT_TRUE(on.plane->Acquire(RequestOf(SessionToken("other"), "org-b")).ok());
  });
  on.threads.Stop();
  AwaitCrowd();
}

// They are told while the stop still waits for the session of the holder.
TEST_F(WaitingOnThreads, AStopInOrderTellsEverybodyWhoWaits) {
  Start();
  std::vector<absl::StatusCode> told;
  Come(kCrowd, [&](int, const absl::StatusOr<Acquired>& acquired) {
    told.push_back(acquired.status().code());
  });
  std::thread stopper([&] { on.threads.Run([&] { EXPECT_TRUE(on.plane->Stop().ok()); }); });
  AwaitCrowd();
  EXPECT_EQ(told, std::vector<absl::StatusCode>(kCrowd, absl::StatusCode::kUnavailable));
  ReleaseHolder();
  stopper.join();
}

TEST_F(WaitingOnThreads, AStopOfTheRuntimeWakesEverybodyWhoWaits) {
  Start();
  std::vector<absl::StatusCode> told;
  Come(kCrowd, [&](int, const absl::StatusOr<Acquired>& acquired) {
    told.push_back(acquired.status().code());
  });
  on.threads.Stop();
  AwaitCrowd();
  EXPECT_EQ(told, std::vector<absl::StatusCode>(kCrowd, absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace fencepost
