// How many executions of a scenario one core runs, with every property on.
//
// One iteration is one execution of a random walk, each with the next seed; "memory_growth_kB" is
// what the process has grown by over a million of them.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "core/rules/check.h"
#include "scenarios/run/runner.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost {
namespace {

std::unique_ptr<Runner> MakeRunner(const std::string& name) {
  const Scenario* const scenario = FindScenario(name).value();
  return Runner::Create(*scenario, RunOptions{}).value();
}

double ResidentKilobytes() {
  long total = 0;
  long resident = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  const int fields = std::fscanf(file, "%ld %ld", &total, &resident);
  std::fclose(file);
  return fields == 2 ? static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / 1024 : 0;
}

void RunSeeds(Runner& runner, std::uint64_t& seed, benchmark::State& state) {
  sim::RandomWalk walk(seed);
  std::uint64_t steps = 0;
  for (auto unused : state) {
    static_cast<void>(unused);
    walk.Reseed(++seed);
    const RunReport report = runner.Run(walk);
    Check(report.end == RunEnd::kPassed, "a benchmark measures runs that pass");
    steps += report.steps;
  }
  state.counters["executions"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["steps_per_execution"] =
      static_cast<double>(steps) / static_cast<double>(state.iterations());
}

void BM_Scenario(benchmark::State& state, const std::string& name) {
  const std::unique_ptr<Runner> runner = MakeRunner(name);
  std::uint64_t seed = 0;
  RunSeeds(*runner, seed, state);
}
BENCHMARK_CAPTURE(BM_Scenario, shutdown_vs_refresh, std::string("shutdown-vs-refresh"));
BENCHMARK_CAPTURE(BM_Scenario, fence_misses, std::string("fence-misses"));
BENCHMARK_CAPTURE(BM_Scenario, reply_lost, std::string("reply-lost"));

void BM_MemoryOverAMillionExecutions(benchmark::State& state) {
  constexpr int kWarmUp = 10'000;
  const std::unique_ptr<Runner> runner = MakeRunner("shutdown-vs-refresh");
  sim::RandomWalk walk(0);
  std::uint64_t seed = 0;
  for (int i = 0; i < kWarmUp; ++i) {
    walk.Reseed(++seed);
    runner->Run(walk);
  }
  const double before = ResidentKilobytes();
  RunSeeds(*runner, seed, state);
  state.counters["memory_growth_kB"] = ResidentKilobytes() - before;
}
BENCHMARK(BM_MemoryOverAMillionExecutions)->Iterations(1'000'000);

}  // namespace
}  // namespace fencepost
