// A control plane on the production runtime: threads, real clocks, clients that come at once.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/plane/control_plane.h"
#include "core/threads/thread_runtime.h"
#include "sim/world/reference_store.h"
#include "sim/world/sim_pods.h"
#include "sim/world/sim_secrets.h"

namespace fencepost {
namespace {

// The production runtime, but its calls one at a time: the simulated store and platform are not
// made for threads.
class OneCallAtATime : public Runtime {
 public:
  explicit OneCallAtATime(ThreadRuntime& inner) : inner_(inner) {}

  absl::Time Now() override { return inner_.Now(); }
  absl::Status SleepUntil(absl::Time deadline) override { return inner_.SleepUntil(deadline); }
  ActivityId Spawn(std::string_view name, std::function<void()> body) override {
    return inner_.Spawn(name, std::move(body));
  }
  absl::Status Join(ActivityId activity) override { return inner_.Join(activity); }
  std::string_view CurrentActivity() const override { return inner_.CurrentActivity(); }
  std::unique_ptr<Signal> NewSignal() override { return inner_.NewSignal(); }
  std::uint64_t Random() override { return inner_.Random(); }

 private:
  absl::Status DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) override {
    return inner_.Call(site, [this, call] {
      const std::lock_guard<std::mutex> lock(one_at_a_time_);
      return call();
    });
  }

  ThreadRuntime& inner_;
  std::mutex one_at_a_time_;
};

class Counter : public EventObserver {
 public:
  void On(const Event& event) override {
    if (std::get_if<PodDeleted>(&event.body) != nullptr) ++pods_deleted;
  }
  std::atomic<int> pods_deleted = 0;
};

Config Fast() {
  Config config;
  config.heartbeat = config.janitor_tick = absl::Milliseconds(5);
  config.health_interval = config.upkeep_interval = config.refresh_tick = absl::Milliseconds(5);
  config.pod_poll = config.acquire_poll = config.settle_backoff = absl::Milliseconds(1);
  config.delete_backoff = absl::Milliseconds(1);
  config.caps.per_org = 3;
  return config;
}

TEST(ControlPlaneOnThreads, ServesClientsThatComeAtOnceAndEndsInOrder) {
  ThreadRuntime threads({.max_threads = 40});
  OneCallAtATime runtime(threads);
  Counter counter;
  const Config config = Fast();
  sim::Engine engine;
  sim::ReferenceStore store([] { return absl::Now(); }, &counter);
  sim::SimPods pods(engine, counter);
  pods.set_start_time(sim::VirtualDuration(0));
  sim::SimSecrets secrets(engine, counter);
  auto plane = ControlPlane::Create({.lifecycle = {.cp = CpId("cp-1"),
                                                   .boot = BootId{1},
                                                   .runtime = &runtime,
                                                   .store = &store,
                                                   .pods = &pods,
                                                   .secrets = &secrets,
                                                   .observer = &counter,
                                                   .config = &config},
                                     .issuer = &secrets,
                                     .rpc = &pods})
                   .value();
  threads.Run([&] { EXPECT_TRUE(plane->Start().ok()); });

  // Six clients of one org for three places: some wait for others to leave.
  std::vector<std::thread> clients;
  std::atomic<int> served = 0;
  for (int client = 0; client < 6; ++client) {
    clients.emplace_back([&, client] {
      for (int visit = 0; visit < 10; ++visit) {
        const SessionToken token(std::to_string(client) + "-" + std::to_string(visit));
        threads.Run([&] {
          if (!plane
                   ->Acquire({.org = Org("org-a"),
                              .image = Image("image-1"),
                              .token = token,
                              .patience = absl::Seconds(60)})
                   .ok()) {
            return;
          }
          ++served;
          EXPECT_TRUE(plane->Serves(token));
          EXPECT_TRUE(plane->Release(token).ok());
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
  EXPECT_LE(store.workers().size(), 3U);
  EXPECT_EQ(static_cast<std::size_t>(counter.pods_deleted), store.workers().size());
  for (const WorkerRow& row : store.workers()) EXPECT_EQ(row.state, WorkerState::kRetired);
}

// Waits for the events that a test names, whichever threads they come from.
class Awaited : public EventObserver {
 public:
  explicit Awaited(std::set<std::pair<std::string, std::string>> events)
      : awaited_(std::move(events)) {}

  void On(const Event& event) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (awaited_.empty()) return;
    awaited_.erase({std::string(event.activity), std::string(EventName(event.body))});
    if (awaited_.empty()) all_came_.set_value();
  }
  // False when some have not come within a minute, which is far longer than they take.
  bool AllCame() {
    return all_came_.get_future().wait_for(std::chrono::minutes(1)) == std::future_status::ready;
  }

 private:
  std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> awaited_;  // activity and event
  std::promise<void> all_came_;
};

TEST(ControlPlaneOnThreads, AnEventNamesTheActivityThatSentIt) {
  ThreadRuntime threads({.max_threads = 40});
  OneCallAtATime runtime(threads);
  Awaited awaited({{"acquire", "lease_minted"},
                   {"acquire", "transition_told"},
                   {"refresher", "lease_minted"},
                   {"janitor", "transition_attempted"},
                   {"cleanup", "pod_deletion_attempted"}});
  Config config = Fast();
  config.refresh_fraction = 1e-6;  // of an hour: due at every look
  config.hot_idle_ttl = absl::Milliseconds(50);
  sim::Engine engine;
  sim::ReferenceStore store([] { return absl::Now(); }, nullptr);
  sim::SimPods pods(engine, awaited);
  pods.set_start_time(sim::VirtualDuration(0));
  sim::SimSecrets secrets(engine, awaited);
  auto plane = ControlPlane::Create({.lifecycle = {.cp = CpId("cp-1"),
                                                   .boot = BootId{1},
                                                   .runtime = &runtime,
                                                   .store = &store,
                                                   .pods = &pods,
                                                   .secrets = &secrets,
                                                   .observer = &awaited,
                                                   .config = &config},
                                     .issuer = &secrets,
                                     .rpc = &pods})
                   .value();
  threads.Run([&] {
    EXPECT_TRUE(plane->Start().ok());
    EXPECT_TRUE(plane
                    ->Acquire({.org = Org("org-a"),
                               .image = Image("image-1"),
                               .token = SessionToken("token-1"),
                               .patience = absl::Seconds(60)})
                    .ok());
  });
  // A parked worker is refreshed until its time is over, and then the janitor ends it.
  threads.Run([&] { EXPECT_TRUE(plane->Release(SessionToken("token-1")).ok()); });
  EXPECT_TRUE(awaited.AllCame());
  threads.StopAndWait();
}

}  // namespace
}  // namespace fencepost
