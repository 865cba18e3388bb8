// Generated fleets: every combination of settings is accepted, what was drawn is told, and the
// plain choices give a small fleet.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "scenarios/fleet/settings.h"
#include "scenarios/run/runner.h"
#include "sim/engine/random.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost {
namespace {

using scenarios::SetEach;

// The settings with some of the values chosen, by the place of the setting, and the others plain.
Config With(const std::map<std::size_t, std::uint32_t>& chosen) {
  Config config;
  std::size_t place = 0;
  SetEach(
      [&](std::string_view, std::span<const std::string_view>) {
        const auto found = chosen.find(place++);
        return found == chosen.end() ? 0 : found->second;
      },
      config);
  return config;
}

std::vector<std::size_t> ValueCounts() {
  std::vector<std::size_t> counts;
  Config config;
  SetEach(
      [&counts](std::string_view, std::span<const std::string_view> values) {
        counts.push_back(values.size());
        return 0U;
      },
      config);
  return counts;
}

TEST(FleetSettings, AreAcceptedInEveryPair) {
  const std::vector<std::size_t> counts = ValueCounts();
  ASSERT_GT(counts.size(), 10U);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (std::size_t j = i + 1; j < counts.size(); ++j) {
      for (std::uint32_t a = 0; a < counts[i]; ++a) {
        for (std::uint32_t b = 0; b < counts[j]; ++b) {
          EXPECT_EQ(With({{i, a}, {j, b}}).Validate(), absl::OkStatus())
              << "settings " << i << ", " << j << " with values " << a << ", " << b;
        }
      }
    }
  }
}

// A bound between three settings would show here: each triple of values comes in one of 64 draws or
// more often.
TEST(FleetSettings, AreAcceptedInEveryDraw) {
  sim::Random random(1);
  for (int i = 0; i < 10'000; ++i) {
    Config config;
    SetEach(
        [&random](std::string_view, std::span<const std::string_view> values) {
          return random.Below(static_cast<std::uint32_t>(values.size()));
        },
        config);
    ASSERT_EQ(config.Validate(), absl::OkStatus());
  }
}

// The first alternative of each decision.
class Plain : public sim::Strategy {
 public:
  bool BeginExecution() override { return true; }
  std::uint32_t Choose(const sim::ChoicePoint& point) override {
    std::uint32_t index = 0;
    while (point.alternatives[index].weight == 0) ++index;
    return index;
  }
  std::uint64_t RandomBits(sim::Label) override { return 0; }
};

std::unique_ptr<Runner> Recording() {
  return Runner::Create(**FindScenario("generated-fleet"),
                        {.parameters = {}, .record_timeline = true})
      .value();
}

std::set<std::string> Told(const Runner& runner) {
  std::set<std::string> told;
  for (const sim::TimelineEntry& entry : runner.timeline()) {
    if (entry.column == "world") told.insert(entry.text);
  }
  return told;
}

TEST(GeneratedFleet, TellsWhatWasDrawn) {
  const auto runner = Recording();
  std::set<std::string> told;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::RandomWalk walk(seed);
    EXPECT_EQ(runner->Run(walk).end, RunEnd::kPassed);
    told.merge(Told(*runner));
  }
  // Each is drawn in a quarter of the runs or more: twenty runs miss it with a probability below
  // one percent, and these seeds do not.
  EXPECT_THAT(told, testing::IsSupersetOf({"listing limit: 1", "control planes: 2", "orgs: 2"}));
}

TEST(GeneratedFleet, IsSmallAndUsualByThePlainChoices) {
  const auto runner = Recording();
  Plain plain;
  EXPECT_EQ(runner->Run(plain).end, RunEnd::kPassed);
  EXPECT_THAT(Told(*runner), testing::IsEmpty());
  EXPECT_EQ(runner->probes().hits("a client was served"), 1U);
}

}  // namespace
}  // namespace fencepost
