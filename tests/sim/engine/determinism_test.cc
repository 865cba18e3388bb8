// An execution is a function of the choices and of nothing else.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sim/engine/engine.h"
#include "sim/engine/strategies/random_walk.h"
#include "tests/sim/engine/program.h"

namespace fencepost::sim {
namespace {

ExecutionResult RunSeed(Engine& engine, uint64_t program_seed, uint64_t seed) {
  RandomWalk walk(seed);
  RandomProgram program(engine, program_seed);
  return engine.Execute(walk, std::ref(program));
}

EngineOptions RacingTimers() {
  EngineOptions options;
  options.timer_race_weight = 1;
  return options;
}

TEST(Determinism, AThousandSeedsGiveTheSameHashTwiceWhateverRanBefore) {
  Engine used(RacingTimers());
  std::vector<uint64_t> hashes;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const ExecutionResult result = RunSeed(used, 1, seed);
    ASSERT_EQ(result.end, End::kCompleted) << result.message;
    hashes.push_back(result.hash);
  }
  // A fresh engine, in reverse order, in another thread.
  std::thread([&] {
    Engine fresh(RacingTimers());
    for (uint64_t seed = 1000; seed-- > 0;) {
      ASSERT_EQ(RunSeed(fresh, 1, seed).hash, hashes[seed]) << "seed " << seed;
    }
  }).join();
  // The program has far more than 1000 interleavings: were the seed ignored, there would be one.
  EXPECT_GT(std::set<uint64_t>(hashes.begin(), hashes.end()).size(), 900u);
}

TEST(Determinism, TheHashDoesNotDependOnTheProcess) {
  // A number written down here is a number from another process. It changes with the generator,
  // the order of alternatives, the names of points or the hash: all of them break replays.
  Engine engine;
  RandomWalk walk(1);
  const ExecutionResult result = engine.Execute(walk, [&] {
    for (const char* name : {"a", "b"}) {
      engine.Spawn(ProcessId{0}, Label::Of(name), [&] {
        engine.Yield(Label::Of("one"));
        engine.Observe(HashText("event"));
        engine.RandomBits(Label::Of("bits"));
      });
    }
  });
  EXPECT_EQ(result.hash, 15231057172431524604u);
}

RC_GTEST_PROP(Determinism, AnyProgramRunsTheSameTwice, (uint64_t program_seed, uint64_t seed)) {
  Engine first(RacingTimers());
  Engine second(RacingTimers());
  RunSeed(second, program_seed + 1, seed);
  const ExecutionResult a = RunSeed(first, program_seed, seed);
  const ExecutionResult b = RunSeed(second, program_seed, seed);
  RC_ASSERT(a.hash == b.hash);
  RC_ASSERT(a.end == b.end);
  RC_ASSERT(a.message == b.message);
  RC_ASSERT(a.steps == b.steps);
  RC_ASSERT(a.time == b.time);
  RC_ASSERT(!FirstDifference(first.trace(), second.trace()).has_value());
}

}  // namespace
}  // namespace fencepost::sim
