// ThreadRuntime: the strand, waiting, cancellation. No test depends on how long anything takes.

#include "core/threads/thread_runtime.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "core/rules/effect.h"

namespace fencepost {
namespace {

constexpr CallSite kSite{CallTarget::kStore, "test"};

TEST(ThreadRuntime, OnlyOneActivityIsOnTheStrand) {
  ThreadRuntime runtime({.max_threads = 8});
  int inside = 0;  // unguarded on purpose: the strand is what guards it
  int most = 0;
  runtime.Run([&] {
    std::vector<ActivityId> activities;
    for (int i = 0; i < 8; ++i) {
      activities.push_back(runtime.Spawn("a", [&] {
        for (int round = 0; round < 200; ++round) {
          most = std::max(most, ++inside);
          --inside;
          EXPECT_TRUE(runtime.Call(kSite, [] { return absl::OkStatus(); }).ok());
        }
      }));
    }
    for (const ActivityId activity : activities) EXPECT_TRUE(runtime.Join(activity).ok());
  });
  EXPECT_EQ(most, 1);
}

TEST(ThreadRuntime, BlockingCallsOverlap) {
  ThreadRuntime runtime;
  std::latch both(2);  // opens only if both calls are under way at once
  const auto meet = [&] {
    const absl::Status met = runtime.Call(kSite, [&] {
      both.arrive_and_wait();
      return absl::OkStatus();
    });
    EXPECT_TRUE(met.ok());
  };
  runtime.Run([&] {
    const ActivityId other = runtime.Spawn("other", meet);
    meet();
    EXPECT_TRUE(runtime.Join(other).ok());
  });
}

TEST(ThreadRuntime, ACallReturnsItsResult) {
  ThreadRuntime runtime;
  runtime.Run([&] {
    const absl::StatusOr<int> answer =
        runtime.Call(kSite, []() -> absl::StatusOr<int> { return 42; });
    EXPECT_EQ(answer.value(), 42);
    const absl::StatusOr<int> refused =
        runtime.Call(kSite, []() -> absl::StatusOr<int> { return NotApplied("no"); });
    EXPECT_TRUE(absl::IsUnavailable(refused.status()));
  });
}

TEST(ThreadRuntime, ANotificationIsNotMissed) {
  ThreadRuntime runtime;
  runtime.Run([&] {
    const std::unique_ptr<Signal> signal = runtime.NewSignal();
    int value = 0;
    for (int round = 1; round <= 500; ++round) {
      runtime.Spawn("notifier", [&, round] {
        value = round;
        signal->NotifyAll();
      });
      while (value != round) ASSERT_TRUE(signal->WaitUntil(absl::InfiniteFuture()).ok());
    }
  });
}

TEST(ThreadRuntime, WaitingEndsAtItsDeadline) {
  ThreadRuntime runtime;
  runtime.Run([&] {
    const std::unique_ptr<Signal> signal = runtime.NewSignal();
    EXPECT_TRUE(absl::IsDeadlineExceeded(signal->WaitUntil(runtime.Now())));
    EXPECT_TRUE(runtime.SleepUntil(runtime.Now() + absl::Milliseconds(1)).ok());
    EXPECT_TRUE(runtime.SleepUntil(absl::InfinitePast()).ok());
  });
}

// Each way of waiting is cancelled by a Stop that comes from another thread, off the strand.
TEST(ThreadRuntime, StopWakesEveryWayOfWaiting) {
  enum class Way { kSleep, kSignal, kJoin };
  for (const Way way : {Way::kSleep, Way::kSignal, Way::kJoin}) {
    ThreadRuntime runtime;
    std::latch about_to_wait(1);
    std::latch stopped(1);
    std::thread stopper([&] {
      about_to_wait.wait();
      runtime.Stop();
      stopped.count_down();
    });
    runtime.Run([&] {
      const std::unique_ptr<Signal> signal = runtime.NewSignal();
      const ActivityId blocked = runtime.Spawn("blocked", [&] {
        EXPECT_TRUE(absl::IsCancelled(runtime.Call(kSite, [&] {
          stopped.wait();
          return absl::OkStatus();
        })));
      });
      about_to_wait.count_down();  // the stopper needs the strand: it comes once this waits
      absl::Status woken;
      if (way == Way::kSleep) woken = runtime.SleepUntil(absl::InfiniteFuture());
      if (way == Way::kSignal) woken = signal->WaitUntil(absl::InfiniteFuture());
      if (way == Way::kJoin) woken = runtime.Join(blocked);
      EXPECT_TRUE(absl::IsCancelled(woken));
    });
    stopper.join();
  }
}

TEST(ThreadRuntime, ACallUnderWayEndsAndIsThenCancelled) {
  ThreadRuntime runtime;
  bool finished = false;
  runtime.Run([&] {
    const absl::Status status = runtime.Call(kSite, [&] {
      runtime.Stop();  // off the strand: a call has let go of it
      finished = true;
      return absl::OkStatus();
    });
    EXPECT_TRUE(absl::IsCancelled(status));
  });
  EXPECT_TRUE(finished);
}

TEST(ThreadRuntime, AfterAStopEveryCallIsRefused) {
  ThreadRuntime runtime;
  runtime.Run([&] {
    const std::unique_ptr<Signal> signal = runtime.NewSignal();
    runtime.Stop();  // on the strand
    bool ran = false;
    EXPECT_TRUE(absl::IsCancelled(runtime.Call(kSite, [&] {
      ran = true;
      return absl::OkStatus();
    })));
    EXPECT_TRUE(absl::IsCancelled(runtime.SleepUntil(absl::InfinitePast())));
    EXPECT_TRUE(absl::IsCancelled(signal->WaitUntil(absl::InfinitePast())));
    const ActivityId never = runtime.Spawn("never", [&] { ran = true; });
    EXPECT_TRUE(absl::IsCancelled(runtime.Join(never)));
    EXPECT_FALSE(ran);
  });
}

TEST(ThreadRuntime, ActivitiesBeyondTheBoundWaitForAThread) {
  ThreadRuntime runtime({.max_threads = 2});
  std::atomic<int> calls_under_way{0};
  std::atomic<int> most{0};
  int done = 0;
  runtime.Run([&] {
    std::vector<ActivityId> activities;
    for (int i = 0; i < 20; ++i) {
      activities.push_back(runtime.Spawn("a", [&] {
        EXPECT_TRUE(runtime
                        .Call(kSite,
                              [&] {
                                const int now = ++calls_under_way;
                                int seen = most.load();
                                while (seen < now && !most.compare_exchange_weak(seen, now)) {
                                }
                                --calls_under_way;
                                return absl::OkStatus();
                              })
                        .ok());
        ++done;
      }));
    }
    for (const ActivityId activity : activities) EXPECT_TRUE(runtime.Join(activity).ok());
  });
  EXPECT_EQ(done, 20);
  EXPECT_LE(most.load(), 2);
}

TEST(ThreadRuntime, QueuedActivitiesAreDroppedAtTheEnd) {
  std::latch running(1);
  std::latch release(1);
  int second = 0;
  {
    ThreadRuntime runtime({.max_threads = 1});
    runtime.Run([&] {
      runtime.Spawn("first", [&] {
        EXPECT_TRUE(absl::IsCancelled(runtime.Call(kSite, [&] {
          running.count_down();
          release.wait();
          return absl::OkStatus();
        })));
      });
      runtime.Spawn("second", [&] { ++second; });
    });
    running.wait();
    runtime.Stop();
    release.count_down();
  }
  EXPECT_EQ(second, 0);
}

TEST(ThreadRuntime, AnActivityHasTheNameThatItWasSpawnedUnder) {
  ThreadRuntime runtime;
  std::latch both(2);
  const auto check = [&](std::string_view name) {
    EXPECT_EQ(runtime.CurrentActivity(), name);
    EXPECT_TRUE(runtime
                    .Call(kSite,
                          [&] {
                            both.arrive_and_wait();
                            return absl::OkStatus();
                          })
                    .ok());
    EXPECT_EQ(runtime.CurrentActivity(), name);  // the other one has had the strand meanwhile
  };
  runtime.Run([&] {
    EXPECT_EQ(runtime.CurrentActivity(), "");
    std::string name = "janitor";
    const ActivityId janitor = runtime.Spawn(name, [&] { check("janitor"); });
    name = "overwritten";  // the runtime keeps a copy
    const ActivityId refresher = runtime.Spawn("refresher", [&] { check("refresher"); });
    EXPECT_TRUE(runtime.Join(janitor).ok());
    EXPECT_TRUE(runtime.Join(refresher).ok());
    EXPECT_EQ(runtime.CurrentActivity(), "");
  });
}

// A thread that is used again has the name of what it works on now.
TEST(ThreadRuntime, AThreadDoesNotKeepTheNameOfAnEarlierActivity) {
  ThreadRuntime runtime({.max_threads = 1});
  std::vector<std::string> names;
  runtime.Run([&] {
    const auto note = [&] { names.emplace_back(runtime.CurrentActivity()); };
    runtime.Spawn("first", note);
    EXPECT_TRUE(runtime.Join(runtime.Spawn("second", note)).ok());
  });
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second"}));
}

TEST(ThreadRuntime, RandomBitsDiffer) {
  ThreadRuntime runtime;
  runtime.Run([&] { EXPECT_NE(runtime.Random(), runtime.Random()); });
}

}  // namespace
}  // namespace fencepost
