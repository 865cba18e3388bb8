// Calls that do not return: CallThreads, and what ThreadRuntime makes of them. No test depends on
// how long anything takes.

#include "core/threads/call_threads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "core/rules/effect.h"
#include "core/threads/thread_runtime.h"

namespace fencepost {
namespace {

using testing::HasSubstr;
using End = CallThreads::End;
using std::chrono::milliseconds;

constexpr std::chrono::hours kLong(1);
constexpr CallThreads::Key kKey{"check_health", WorkerId{1}};
constexpr CallThreads::Key kOther{"check_health", WorkerId{2}};
constexpr CallSite kWorker{CallTarget::kWorker, "check_health"};
constexpr CallSite kStore{CallTarget::kStore, "observe"};

TEST(CallThreads, PassTheStatusOn) {
  CallThreads threads(2);
  const CallThreads::Result result = threads.Run(
      kKey, [] { return absl::AbortedError("no"); }, kLong);
  EXPECT_EQ(result.end, End::kReturned);
  EXPECT_TRUE(absl::IsAborted(result.status));
}

TEST(CallThreads, GiveUpACallThatDoesNotReturn) {
  std::latch released(1);
  CallThreads threads(2);
  const auto hang = [&released] {
    released.wait();
    return absl::OkStatus();
  };
  EXPECT_EQ(threads.Run(kKey, hang, milliseconds(1)).end, End::kGivenUp);
  EXPECT_EQ(threads.given_up(), 1);
  const auto well = [] { return absl::OkStatus(); };
  EXPECT_EQ(threads.Run(kOther, well, kLong).end, End::kReturned);
  EXPECT_EQ(threads.Run(kKey, well, kLong).end, End::kStillHangs);
  released.count_down();
  threads.Await();
  EXPECT_EQ(threads.given_up(), 0);
  EXPECT_EQ(threads.Run(kKey, well, kLong).end, End::kReturned);
}

TEST(CallThreads, RefuseMoreThanAreAllowedAndBeginAnewOnceOneHasReturned) {
  std::latch released(1);
  CallThreads threads(1);
  const auto hang = [&released] {
    released.wait();
    return absl::OkStatus();
  };
  EXPECT_EQ(threads.Run(kKey, hang, milliseconds(1)).end, End::kGivenUp);
  bool ran = false;
  const auto run = [&ran] {
    ran = true;
    return absl::OkStatus();
  };
  EXPECT_EQ(threads.Run(kOther, run, kLong).end, End::kRefused);
  EXPECT_FALSE(ran);
  released.count_down();
  threads.Await();
  EXPECT_EQ(threads.Run(kOther, run, kLong).end, End::kReturned);
  EXPECT_TRUE(ran);
}

// ---- On the runtime ----------------------------------------------------------------------------

TEST(ThreadRuntimeCalls, AnOwningCallReturnsItsResult) {
  ThreadRuntime runtime;
  runtime.Run([&] {
    const absl::StatusOr<std::string> answer = runtime.CallOwning(
        kWorker, []() -> absl::StatusOr<std::string> { return std::string("well"); });
    EXPECT_EQ(answer.value(), "well");
    const absl::StatusOr<std::string> refused = runtime.CallOwning(
        kWorker, []() -> absl::StatusOr<std::string> { return NotApplied("no"); });
    EXPECT_TRUE(absl::IsUnavailable(refused.status()));
    EXPECT_TRUE(
        absl::IsAborted(runtime.CallOwning(kWorker, [] { return absl::AbortedError("no"); })));
  });
}

TEST(ThreadRuntimeCalls, OneThatDoesNotReturnIsInDoubtAndTheStrandGoesOn) {
  std::latch released(1);
  ThreadRuntime runtime({.call_timeout = absl::Milliseconds(1)});
  runtime.Run([&] {
    const absl::StatusOr<int> answer = runtime.CallOwning(kWorker, [&]() -> absl::StatusOr<int> {
      released.wait();
      return 42;
    });
    EXPECT_TRUE(MayHaveApplied(answer.status())) << answer.status();
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr("check_health has not returned"));
    EXPECT_EQ(runtime.calls_given_up(), 1);
    const absl::Status again = runtime.CallOwning(kWorker, [] { return absl::OkStatus(); });
    EXPECT_FALSE(MayHaveApplied(again)) << again;
    EXPECT_THAT(std::string(again.message()), HasSubstr("an earlier call of check_health"));
  });
  released.count_down();
  runtime.StopAndWait();
  EXPECT_EQ(runtime.calls_given_up(), 0);
}

TEST(ThreadRuntimeCalls, TooManyThatHangRefuseTheNextOne) {
  std::latch released(1);
  ThreadRuntime runtime({.call_timeout = absl::Milliseconds(1), .max_calls = 2});
  int worker = 0;
  const auto call = [&] {
    const CallSite site{CallTarget::kWorker, "check_health", WorkerId{++worker}};
    return runtime.CallOwning(site, [&] {
      released.wait();
      return absl::OkStatus();
    });
  };
  runtime.Run([&] {
    EXPECT_TRUE(MayHaveApplied(call()));
    EXPECT_TRUE(MayHaveApplied(call()));
    const absl::Status refused = call();
    EXPECT_FALSE(MayHaveApplied(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("2 calls are under way, 2 of them given"));
  });
  released.count_down();
}

// A store ends its calls by itself: what it does is never given up.
TEST(ThreadRuntimeCalls, OneOfTheStoreIsWaitedFor) {
  std::latch began(1);
  std::latch released(1);
  ThreadRuntime runtime({.call_timeout = absl::Nanoseconds(1)});
  std::thread client([&] {
    runtime.Run([&] {
      const absl::StatusOr<int> answer = runtime.CallOwning(kStore, [&]() -> absl::StatusOr<int> {
        began.count_down();
        released.wait();
        return 42;
      });
      EXPECT_EQ(answer.value(), 42);
    });
  });
  began.wait();
  released.count_down();
  client.join();
}

TEST(ThreadRuntimeCalls, AStopRefusesFurtherOnes) {
  ThreadRuntime runtime;
  runtime.Stop();
  runtime.Run([&] {
    EXPECT_TRUE(absl::IsCancelled(runtime.CallOwning(kWorker, [] { return absl::OkStatus(); })));
  });
}

TEST(ThreadRuntimeClock, NeverGoesBackAndBeginsWithTheWallClock) {
  const absl::Time before = absl::Now();
  ThreadRuntime runtime;
  absl::Time last = runtime.Now();
  EXPECT_GE(last, before);
  EXPECT_LE(last, absl::Now() + absl::Seconds(1));
  for (int i = 0; i < 1000; ++i) {
    const absl::Time now = runtime.Now();
    EXPECT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace fencepost
