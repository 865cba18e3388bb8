#include "sim/engine/fiber.h"

#include <gtest/gtest.h>

#include <cstring>
#include <exception>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::sim {
namespace {

struct Counter {
  Fiber thread;
  Fiber fiber{64 * 1024, &Counter::Main, this};
  int count = 0;

  static void Main(void* argument) {
    auto* self = static_cast<Counter*>(argument);
    for (;;) {
      ++self->count;
      Fiber::Switch(self->fiber, self->thread);
    }
  }
};

TEST(Fiber, ContinuesWhereItLeftOff) {
  Counter counter;
  counter.thread.EnterThread();
  EXPECT_EQ(counter.count, 0);
  for (int i = 1; i <= 3; ++i) {
    Fiber::Switch(counter.thread, counter.fiber);
    EXPECT_EQ(counter.count, i);
  }
}

TEST(Fiber, GoesOnInAnotherThread) {
  Counter counter;
  counter.thread.EnterThread();
  Fiber::Switch(counter.thread, counter.fiber);
  std::thread([&] {
    counter.thread.EnterThread();
    Fiber::Switch(counter.thread, counter.fiber);
  }).join();
  EXPECT_EQ(counter.count, 2);
}

// Without saving the C++ runtime's state at each switch, `throw;` and current_exception see the
// exception of whichever task entered a handler last.
TEST(Fiber, EachTaskSeesItsOwnExceptionAcrossYieldsInsideACatch) {
  Engine engine;
  int wrong = 0;
  int right = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    RandomWalk walk(seed);
    const ExecutionResult result = engine.Execute(walk, [&] {
      for (int task = 0; task < 4; ++task) {
        engine.Spawn(ProcessId{0}, Label::Of("thrower"), [&, task] {
          for (int i = 0; i < 3; ++i) {
            try {
              try {
                throw task * 100 + i;
              } catch (int) {
                engine.Yield(Label::Of("in the handler"));
                throw;
              }
            } catch (int caught) {
              engine.Yield(Label::Of("in the outer handler"));
              ++(caught == task * 100 + i && std::current_exception() ? right : wrong);
            }
          }
          wrong += std::uncaught_exceptions() != 0 || std::current_exception() != nullptr;
        });
      }
    });
    ASSERT_EQ(result.end, End::kCompleted) << result.message;
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(right, 200 * 4 * 3);
}

TEST(Fiber, AnExceptionInTheCallerOfExecuteIsLeftAlone) {
  Engine engine;
  RandomWalk walk(1);
  try {
    throw std::runtime_error("outer");
  } catch (const std::runtime_error&) {
    engine.Execute(walk, [&] {
      EXPECT_EQ(std::current_exception(), nullptr);
      try {
        throw 1;
      } catch (int) {
        engine.Yield(Label::Of("inside"));
      }
    });
    ASSERT_NE(std::current_exception(), nullptr);
    EXPECT_THROW(throw, std::runtime_error);
  }
}

[[gnu::noinline]] int Deeper(int depth) {
  volatile char frame[1024];
  std::memset(const_cast<char*>(frame), depth & 0x7f, sizeof frame);
  return depth == 0 ? frame[0] : Deeper(depth - 1) + frame[1023];
}

TEST(Fiber, TheLargeStackHoldsWhatTheSmallOneCannot) {
  EngineOptions options;
  options.stack_bytes = EngineOptions::kLargeStack;
  Engine engine(options);
  RandomWalk walk(1);
  int result = 0;
  EXPECT_EQ(engine.Execute(walk, [&] { result = Deeper(120); }).end, End::kCompleted);
  EXPECT_NE(result, 0);
}

TEST(FiberDeathTest, AnOverflowHitsTheGuardPage) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(
      {
        Engine engine;
        RandomWalk walk(1);
        int result = 0;
        engine.Execute(walk, [&] { result = Deeper(1000); });
        std::fprintf(stderr, "not reached: %d\n", result);
        std::_Exit(0);
      },
      "");
}

}  // namespace
}  // namespace fencepost::sim
