// The scenarios as a whole are deterministic, clean, exhaustible and replayable, and they reach the
// probes that they list.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "scenarios/run/runner.h"
#include "sim/engine/reduction/exhaustive.h"
#include "sim/engine/replay/replay.h"
#include "sim/engine/strategies/draw_by_weight.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/portfolio.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/scaled_faults.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

// A sanitizer makes everything ten to twenty times slower, and what it looks for is in every
// execution.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kShare = 20;
#else
constexpr std::uint64_t kShare = 1;
#endif

std::unique_ptr<Runner> MakeRunner(std::string_view name, RunOptions options = {}) {
  return Runner::Create(**FindScenario(name), std::move(options)).value();
}

RunReport RunSeed(Runner& runner, std::uint64_t seed) {
  sim::RandomWalk walk(seed);
  return runner.Run(walk);
}

class EveryScenario : public testing::TestWithParam<std::string_view> {};

TEST_P(EveryScenario, RunsEachSeedTheSameTwice) {
  const auto first = MakeRunner(GetParam());
  const auto second = MakeRunner(GetParam());
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 1000 / kShare; ++seed) {
    const RunReport one = RunSeed(*first, seed);
    const RunReport two = RunSeed(*second, seed);
    ASSERT_EQ(one.hash, two.hash) << "seed " << seed;
    ASSERT_EQ(one.final_state, two.final_state) << "seed " << seed;
    ASSERT_GT(one.events, 0U);
    hashes.insert(one.hash);
  }
  // Seeds differ: a generator that always chose the same would give one hash.
  EXPECT_GT(hashes.size(), 100U / kShare);
}

TEST_P(EveryScenario, IsCleanWithEveryBudgetOfFaults) {
  for (const std::int64_t faults : {0, 1, 4}) {
    const auto runner = MakeRunner(GetParam(), {.parameters = {{"faults", faults}}});
    for (std::uint64_t seed = 1; seed <= 300 / kShare; ++seed) {
      const RunReport report = RunSeed(*runner, seed);
      ASSERT_EQ(report.end, RunEnd::kPassed)
          << "seed " << seed << ", faults " << faults << ": " << report.message << " "
          << (report.violation.has_value() ? report.violation->detail : "");
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The rarest probes are hit in about one run of a thousand (`fencepost fuzz` prints them): 20,000
// runs miss such a probe with a probability of e^-20. The search ends when no probe is missing.
TEST_P(EveryScenario, ReachesAllItsProbes) {
  const auto runner = MakeRunner(GetParam());
  const auto missing = [&runner] {
    std::set<std::string_view> unhit;
    for (const std::string_view probe : ProbeNames(runner->scenario())) {
      if (runner->probes().hits(probe) == 0) unhit.insert(probe);
    }
    return unhit;
  };
  for (std::uint64_t seed = 1; seed <= 20'000 && !missing().empty(); ++seed) {
    RunSeed(*runner, seed);
  }
  EXPECT_THAT(missing(), testing::IsEmpty());
}
#endif

TEST_P(EveryScenario, IsFollowedByItsReplay) {
  const auto runner = MakeRunner(GetParam());
  const auto again = MakeRunner(GetParam(), {.parameters = {}, .record_timeline = true});
  for (std::uint64_t seed = 1; seed <= 40 / kShare; ++seed) {
    const RunReport recorded = RunSeed(*runner, seed);
    const auto choices = runner->trace().choices();
    sim::Replay replay(std::vector<sim::Choice>(choices.begin(), choices.end()));
    const RunReport followed = again->Run(replay);
    EXPECT_FALSE(replay.parting().has_value()) << "seed " << seed << ": " << replay.parting()->why;
    EXPECT_EQ(followed.hash, recorded.hash) << "seed " << seed;
    EXPECT_FALSE(again->timeline().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryScenario, testing::ValuesIn([] {
                           std::vector<std::string_view> names;
                           for (const Scenario& scenario : AllScenarios()) {
                             names.push_back(scenario.name);
                           }
                           return names;
                         }()),
                         [](const auto& info) {
                           std::string name(info.param);
                           std::erase(name, '-');
                           return name;
                         });

struct Explored {
  sim::ExhaustiveReport report;
  std::set<std::uint64_t> end_states;
  bool clean = true;
};

Explored Explore(std::string_view name, ParameterValues parameters) {
  const auto runner =
      MakeRunner(name, {.parameters = std::move(parameters), .store = "sim", .swarm = false});
  sim::Exhaustive search;
  Explored explored;
  for (;;) {
    const RunReport report = runner->Run(search);
    if (report.end == RunEnd::kExhausted) break;
    if (report.end != RunEnd::kPassed) explored.clean = false;
    explored.end_states.insert(report.final_state);
  }
  explored.report = search.report();
  return explored;
}

// The number of schedules follows from the code: a choreography with one call more has more of
// them. The number is asserted so that a search that silently became smaller is noticed.
TEST(Explore, ShutdownVsRefreshWithoutFaultsIsComplete) {
  const Explored explored = Explore("shutdown-vs-refresh", {{"faults", 0}});
  EXPECT_TRUE(explored.report.complete()) << explored.report.Sentence();
  EXPECT_TRUE(explored.clean);
  // Refreshed before the drain, or drained first; every worker ends retired either way.
  EXPECT_EQ(explored.end_states.size(), 2U);
  EXPECT_GT(explored.report.executions, 100U);
}

TEST(Explore, ShutdownVsRefreshWithOneFaultIsComplete) {
  const Explored explored = Explore("shutdown-vs-refresh", {{"faults", 1}});
  EXPECT_TRUE(explored.report.complete()) << explored.report.Sentence();
  EXPECT_TRUE(explored.clean);
  EXPECT_EQ(explored.report.executions, 24'093U);
  // They differ in which control plane ended the worker, at which epoch, and whether the pod is
  // gone.
  EXPECT_EQ(explored.end_states.size(), 10U);
}

void ExpectPasses(std::string_view scenario, sim::Strategy& strategy) {
  const auto runner = MakeRunner(scenario);
  const RunReport report = runner->Run(strategy);
  EXPECT_EQ(report.end, RunEnd::kPassed)
      << (report.violation.has_value() ? report.violation->detail : report.message);
}

// A fifth of the usual faults, and tasks in the order that partial order sampling's basic algorithm
// draws.
std::unique_ptr<sim::Strategy> FewFaultsInOrderOfSteps(std::uint64_t seed) {
  using Sampling = sim::PartialOrderSampling;
  return std::make_unique<sim::ScaledFaults>(
      seed, sim::FaultScale{1, 5}, std::make_unique<Sampling>(seed, Sampling::Algorithm::kBasic));
}

// A random walk that likes to change the task: to go on has a quarter of its weight.
class RestlessWalk : public sim::Strategy {
 public:
  explicit RestlessWalk(std::uint64_t seed) : by_weight_(sim::DeriveSeed(seed, 1)), random_(seed) {}

  bool BeginExecution() override { return by_weight_.BeginExecution(); }
  std::uint32_t Choose(const sim::ChoicePoint& point) override {
    if (point.kind != sim::ChoiceKind::kSchedule) return by_weight_.Choose(point);
    return sim::DrawByWeight(point, random_, [](const sim::Alternative& alternative) {
      return std::uint64_t{alternative.weight} * (alternative.preemption ? 4 : 1);
    });
  }
  std::uint64_t RandomBits(sim::Label point) override { return by_weight_.RandomBits(point); }

 private:
  sim::RandomWalk by_weight_;
  sim::Random random_;
};

// Two clients whose sessions cannot be opened share a worker. Each parks the worker for the other
// and must not wake the other to try again at once, for ever. This schedule of lost replies leads
// there.
TEST(Regression, AttemptsWhoseSessionsFailLetTimePass) {
  constexpr std::uint64_t kSeed = 17'000'019;
  RunOptions options;
  options.step_limit = 1'000'000;
  const auto runner = MakeRunner("reply-lost-everywhere", options);
  sim::ScaledFaults strategy(kSeed, {4, 1}, std::make_unique<RestlessWalk>(kSeed));
  const RunReport report = runner->Run(strategy);
  EXPECT_EQ(report.end, RunEnd::kPassed) << report.message;
}

// Fourteen clients that wait at the cap of their org once held every activity that the six loops of
// their control plane left of its twenty: a client of another org waited beside a worker that stood
// ready, and the health checks stood still. With thirteen clients nothing was wrong.
TEST(Regression, ClientsThatWaitAtTheirCapStarveNobody) {
  for (const std::int64_t clients : {13, 14, 40}) {
    const auto runner =
        MakeRunner("waiting-at-the-cap", {.parameters = {{"clients", clients}, {"faults", 0}}});
    const RunReport report = RunSeed(*runner, 1);
    EXPECT_EQ(report.end, RunEnd::kPassed)
        << clients << " clients: "
        << (report.violation.has_value() ? report.violation->detail : report.message);
    EXPECT_EQ(runner->probes().hits("another org was served while many waited at their cap"), 1U);
    EXPECT_EQ(runner->probes().hits("everybody who waited was served"), 1U);
  }
}

// An org whose credentials are refused took one idle worker after the other, and each was ended,
// healthy as it was, because its activation failed.
TEST(Regression, ARefusedOrgEndsNoWorker) {
  const auto runner = MakeRunner("refused-org", {.parameters = {{"workers", 20}, {"faults", 0}}});
  const RunReport report = RunSeed(*runner, 1);
  EXPECT_EQ(report.end, RunEnd::kPassed)
      << (report.violation.has_value() ? report.violation->detail : report.message);
}

// Capacity became free after the activity that watches the line was spawned and before it ran. It
// heard of nothing, and a client at its cap did not look again for as long as it waited, although a
// worker stood ready.
TEST(Regression, CapacityFreedBeforeTheLineIsWatchedIsNotMissed) {
  const auto strategy =
      sim::PctOfSomeDepth(2'008'648, std::make_shared<const sim::ProgramProfile>());
  ExpectPasses("generated-fleet", *strategy);
}

// A cut lasted for as long as a worker may be silent while others answer. When it was over, one
// further probe of a healthy worker failed, and the worker was given up as unreachable.
TEST(Regression, SilenceDuringACutIsNoEvidenceAfterIt) {
  ExpectPasses("cut-off-from-workers", *FewFaultsInOrderOfSteps(3'001'215));
}

// A client came back at the moment in which its control plane had stopped. It was told that it is
// served, by a process that renewed no session any more.
TEST(Regression, NobodyIsServedByAControlPlaneThatHasStopped) {
  ExpectPasses("everything", *FewFaultsInOrderOfSteps(5'001'175));
}

TEST(RunnerErrors, NameWhatIsWrong) {
  const Scenario& scenario = **FindScenario("shutdown-vs-refresh");
  const auto message = [&](RunOptions options) {
    const auto made = Runner::Create(scenario, std::move(options));
    EXPECT_TRUE(absl::IsInvalidArgument(made.status()));
    return std::string(made.status().message());
  };
  EXPECT_THAT(message({.parameters = {{"wrokers", 1}}}), HasSubstr("it has workers, faults"));
  EXPECT_THAT(message({.parameters = {{"workers", 9}}}), HasSubstr("workers"));
  EXPECT_THAT(message({.parameters = {{"faults", -1}}}), HasSubstr("faults"));
  EXPECT_THAT(message({.parameters = {}, .store = "mysql:x"}),
              HasSubstr("unknown store \"mysql:x\""));
  EXPECT_THAT(std::string(FindScenario("shutdown-vs-refersh").status().message()),
              HasSubstr("shutdown-vs-refresh"));
}

}  // namespace
}  // namespace fencepost
