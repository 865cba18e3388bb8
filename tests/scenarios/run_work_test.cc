// What a run reports of its work is what happened in it.
#include "scenarios/run/run_work.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "scenarios/run/runner.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost {
namespace {

// Counts by itself what the meter counts.
struct Recount : EventObserver {
  void On(const Event& event) override {
    pods += std::holds_alternative<PodStarted>(event.body);
    const auto* commit = std::get_if<RowCommitted>(&event.body);
    if (commit == nullptr) return;
    const WorkerState state = commit->after.state;
    if (state != WorkerState::kRetired && state != WorkerState::kLost) return;
    ++ended;
    if (commit->after.retire_reason == "shutdown") ++by_shutdown;
  }
  std::uint64_t pods = 0;
  std::uint64_t ended = 0;
  std::uint64_t by_shutdown = 0;
};

TEST(RunWork, IsThatOfTheLastRunAlone) {
  const Scenario* const scenario = FindScenario("spawn-vs-shutdown").value();
  Recount recount;
  RunOptions options;
  options.observer = &recount;
  const auto runner = Runner::Create(*scenario, options);
  ASSERT_TRUE(runner.ok()) << runner.status();
  sim::RandomWalk walk(1);
  std::uint64_t shut_down = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    recount = Recount();
    walk.Reseed(seed);
    const RunReport report = (*runner)->Run(walk);
    ASSERT_EQ(report.end, RunEnd::kPassed);
    const auto of = [&report](const std::string& name) {
      const auto found = report.work.find(name);
      return found == report.work.end() ? 0 : found->second;
    };
    EXPECT_EQ(of("pods made"), recount.pods);
    EXPECT_EQ(of("workers ended"), recount.ended);
    EXPECT_EQ(of("ended: shutdown"), recount.by_shutdown);
    shut_down += recount.by_shutdown;
  }
  EXPECT_GT(shut_down, 0U) << "runs that end nothing show nothing";
}

}  // namespace
}  // namespace fencepost
