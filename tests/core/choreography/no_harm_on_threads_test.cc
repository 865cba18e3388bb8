// What goes wrong for one org, one image, one worker or one call harms nobody else, on the
// production runtime. No test depends on how long anything takes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/choreography/on_threads.h"

namespace fencepost {
namespace {

const Image kImage("image-1");

// Calls wait in front of it until it is opened.
class Gate {
 public:
  void Open() {
    const std::lock_guard<std::mutex> lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  void Pass() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++waiting_;
    arrived_.notify_all();
    opened_.wait(lock, [this] { return open_; });
  }
  void AwaitSomebody() {
    std::unique_lock<std::mutex> lock(mutex_);
    arrived_.wait(lock, [this] { return waiting_ > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  std::condition_variable arrived_;
  int waiting_ = 0;
  bool open_ = false;
};

class NoHarmOnThreads : public testing::Test {
 protected:
  void Start() {
    on.threads.Run([this] { ASSERT_TRUE(on.plane->Start().ok()); });
  }
  absl::StatusOr<Acquired> Ask(const std::string& org, const std::string& token,
                               const Image& image = kImage,
                               absl::Duration patience = absl::Minutes(10)) {
    absl::StatusOr<Acquired> acquired;
    on.threads.Run([&] {
      acquired = on.plane->Acquire(
          {.org = Org(org), .image = image, .token = SessionToken(token), .patience = patience});
    });
    return acquired;
  }
  void Release(const Acquired& acquired) {
    on.threads.Run([&] { EXPECT_TRUE(on.plane->Release(acquired.session).ok()); });
  }
  // Clients that ask at once; each is refused, or gives up soon.
  void AskInVain(int clients, const std::string& org, const Image& image = kImage) {
    std::vector<std::thread> crowd;
    for (int i = 0; i < clients; ++i) {
      crowd.emplace_back([this, org, image, i] {
        EXPECT_FALSE(Ask(org, "vain-" + std::to_string(i), image, absl::Milliseconds(50)).ok());
      });
    }
    for (std::thread& client : crowd) client.join();
  }
  std::vector<WorkerRow> Rows() {
    std::vector<WorkerRow> rows;
    on.threads.Run([&] {
      std::ignore = on.runtime.Call(CallSite{CallTarget::kStore, "test"}, [&] {
        rows = {on.store.workers().begin(), on.store.workers().end()};
        return absl::OkStatus();
      });
    });
    return rows;
  }
  long Ended() {
    const std::vector<WorkerRow> rows = Rows();
    return std::count_if(rows.begin(), rows.end(),
                         [](const WorkerRow& row) { return IsTerminal(row.state); });
  }

  Gate gate;  // outlives the calls that wait in front of it
  Passes passes;
  Config config = [] {
    Config fast = Fast();
    fast.caps.per_org = 1'000;
    fast.unreachable_failures = 1'000'000;
    return fast;
  }();
  OnThreads on{config, passes, {.call_timeout = absl::Milliseconds(20)}};
};

TEST_F(NoHarmOnThreads, AnOrgWhoseCredentialsAreRefusedEndsNoWorkerAndHoldsUpNobody) {
  config.warm_target[kImage] = 3;
  Start();
  on.secrets.RefuseOrg(Org("org-a"));
  AskInVain(30, "org-a");
  const absl::StatusOr<Acquired> other = Ask("org-b", "b");
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_TRUE(passes.AwaitMoreOfEach());
  EXPECT_EQ(Ended(), 0);
}

TEST_F(NoHarmOnThreads, AnImageThatDoesNotComeUpHoldsUpNoOther) {
  const Image broken("image-broken");
  on.pods.BreakImage(broken, /*hangs=*/false);
  config.warm_target[broken] = 3;
  Start();
  AskInVain(30, "org-a", broken);
  const absl::StatusOr<Acquired> other = Ask("org-b", "b");
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_TRUE(passes.AwaitMoreOfEach());
  // Tried a few times, and then more and more rarely.
  EXPECT_LE(Rows().size(), 40U);
}

TEST_F(NoHarmOnThreads, ACallThatHangsHoldsUpNoLoopAndNoClient) {
  on.runtime.before = [this](const CallSite& site) {
    if (site.worker == WorkerId{1} && site.name == "check_health") gate.Pass();
  };
  Start();
  const absl::StatusOr<Acquired> hangs = Ask("org-a", "a");
  ASSERT_TRUE(hangs.ok());
  ASSERT_EQ(hangs->worker, WorkerId{1});
  gate.AwaitSomebody();
  EXPECT_TRUE(passes.AwaitMoreOfEach());
  const absl::StatusOr<Acquired> other = Ask("org-b", "b");
  EXPECT_TRUE(other.ok()) << other.status();
  EXPECT_GT(on.threads.calls_given_up(), 0);
  on.threads.Run([&] { EXPECT_TRUE(on.plane->Serves(hangs->session)); });
  gate.Open();
}

TEST_F(NoHarmOnThreads, AStopInOrderEndsAlthoughCallsHang) {
  config.drain_timeout = absl::ZeroDuration();
  on.runtime.before = [this](const CallSite& site) {
    if (site.name == "delete_pod" || site.name == "check_health") gate.Pass();
  };
  Start();
  for (const char* org : {"org-a", "org-b"}) {
    const absl::StatusOr<Acquired> acquired = Ask(org, org);
    ASSERT_TRUE(acquired.ok());
    Release(*acquired);
  }
  on.threads.Run([&] {
    const absl::StatusOr<ShutdownReport> report = on.plane->Stop();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(*report, (ShutdownReport{.retired = 2, .spared = 0, .left = 0}));
  });
  // Their pods are left to the reconciler of another control plane.
  for (const WorkerRow& row : Rows()) EXPECT_EQ(row.state, WorkerState::kRetired);
  gate.Open();
}

TEST_F(NoHarmOnThreads, AStopOfTheRuntimeInTheMiddleEndsEverything) {
  config.warm_target[kImage] = 2;
  Start();
  std::vector<std::thread> crowd;
  for (int i = 0; i < 12; ++i) {
    crowd.emplace_back([this, i] {
      const std::string name = std::to_string(i);
      for (int visit = 0;; ++visit) {
        const auto acquired = Ask("org-" + name, name + "-" + std::to_string(visit));
        if (absl::IsCancelled(acquired.status())) return;
        if (acquired.ok())
          on.threads.Run([&] { on.plane->Release(acquired->session).IgnoreError(); });
      }
    });
  }
  EXPECT_TRUE(passes.AwaitMoreOfEach());
  on.threads.Stop();
  for (std::thread& client : crowd) client.join();
  on.threads.StopAndWait();
  EXPECT_EQ(on.threads.calls_given_up(), 0);
}

// Every loop goes on with a fleet that is far larger than the number of threads, and nothing is
// asked about a worker more often than once for each pass.
TEST_F(NoHarmOnThreads, AThousandWorkersAreLookedAfter) {
  constexpr int kWorkers = 1'000;
  Start();
  std::vector<Acquired> served;
  for (int i = 0; i < kWorkers; ++i) {
    const auto acquired = Ask("org-" + std::to_string(i % 100), std::to_string(i));
    ASSERT_TRUE(acquired.ok()) << acquired.status();
    served.push_back(*acquired);
  }
  EXPECT_TRUE(passes.AwaitMoreOfEach());
  on.threads.Run([&] {
    for (const Acquired& one : served) EXPECT_TRUE(on.plane->Serves(one.session));
  });
  EXPECT_EQ(Ended(), 0);
  for (const Acquired& one : served) Release(one);
  on.threads.Run([&] {
    const absl::StatusOr<ShutdownReport> report = on.plane->Stop();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(*report, (ShutdownReport{.retired = kWorkers, .spared = 0, .left = 0}));
  });
}

}  // namespace
}  // namespace fencepost
