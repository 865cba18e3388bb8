// A control plane on the production runtime: threads, real clocks, clients that come at once.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/core/choreography/on_threads.h"

namespace fencepost {
namespace {

class Counter : public EventObserver {
 public:
  void On(const Event& event) override {
    if (std::get_if<PodDeleted>(&event.body) != nullptr) ++pods_deleted;
  }
  std::atomic<int> pods_deleted = 0;
};

TEST(ControlPlaneOnThreads, ServesClientsThatComeAtOnceAndEndsInOrder) {
  Counter counter;
  const Config config = Fast();
  OnThreads on(config, counter);
  ThreadRuntime& threads = on.threads;
  const auto& plane = on.plane;
  threads.Run([&] { EXPECT_TRUE(plane->Start().ok()); });

  // Six clients of one org for three places: some wait for others to leave.
  std::vector<std::thread> clients;
  std::atomic<int> served = 0;
  for (int client = 0; client < 6; ++client) {
    clients.emplace_back([&, client] {
      for (int visit = 0; visit < 10; ++visit) {
        const SessionToken token(std::to_string(client) + "-" + std::to_string(visit));
        threads.Run([&] {
          const absl::StatusOr<Acquired> acquired = plane->Acquire(RequestOf(token));
          if (!acquired.ok()) return;
          ++served;
          EXPECT_TRUE(plane->Serves(acquired->session));
          EXPECT_TRUE(plane->Release(acquired->session).ok());
        });
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(served, 60);

  threads.Run([&] {
    const absl::StatusOr<ShutdownReport> report = plane->Stop();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->spared, 0);
    EXPECT_EQ(report->left, 0);
  });
  threads.StopAndWait();
  EXPECT_LE(on.store.workers().size(), 3U);
  EXPECT_EQ(static_cast<std::size_t>(counter.pods_deleted), on.store.workers().size());
  for (const WorkerRow& row : on.store.workers()) EXPECT_EQ(row.state, WorkerState::kRetired);
}

// Keeps which activity has sent which event.
class Senders : public EventObserver {
 public:
  void On(const Event& event) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    seen_.insert({std::string(event.activity), std::string(EventName(event.body))});
    changed_.notify_all();
  }
  // Waits until the activity has sent such an event. False if it has not within a minute, which is
  // far longer than it takes.
  bool Await(const std::string& activity, const std::string& event) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] {
      return seen_.contains({activity, event});
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::pair<std::string, std::string>> seen_;  // activity and event
};

TEST(ControlPlaneOnThreads, AnEventNamesTheActivityThatSentIt) {
  Senders senders;
  Config config = Fast();
  config.refresh_fraction = 1e-6;  // of an hour: due at every look
  config.hot_idle_ttl = absl::Milliseconds(1);
  OnThreads on(config, senders);
  SessionHandle session;
  on.threads.Run([&] {
    EXPECT_TRUE(on.plane->Start().ok());
    const absl::StatusOr<Acquired> acquired = on.plane->Acquire(RequestOf(SessionToken("token-1")));
    ASSERT_TRUE(acquired.ok());
    session = acquired->session;
  });
  EXPECT_TRUE(senders.Await("acquire", "lease_minted"));
  EXPECT_TRUE(senders.Await("acquire", "transition_told"));
  EXPECT_TRUE(senders.Await("refresher", "lease_minted"));  // the session keeps the worker alive
  on.threads.Run([&] { EXPECT_TRUE(on.plane->Release(session).ok()); });
  EXPECT_TRUE(
      senders.Await("janitor", "transition_attempted"));  // the parked worker's time is over
  EXPECT_TRUE(senders.Await("cleanup", "pod_deletion_attempted"));
}

}  // namespace
}  // namespace fencepost
