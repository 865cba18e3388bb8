// The strategy of each seed. Some strategies need a profile of the program; it is made by one more
// execution before the first seed, on a runner of its own and in memory, so that no report, probe
// or event log knows of it. It is a function of the scenario and its parameters, so a seed has the
// same execution in every process.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "scenarios/run/run_options.h"
#include "scenarios/scenario.h"
#include "sim/engine/strategies/program_profile.h"
#include "sim/engine/strategy.h"

namespace fencepost::campaign {

class SeededStrategies {
 public:
  // REQUIRES: a strategy whose use is StrategyUse::kSeeds; a runner can be made of the options.
  SeededStrategies(std::string_view name, const Scenario& scenario, const RunOptions& options)
      : name_(name), scenario_(scenario), options_(options) {}

  std::unique_ptr<sim::Strategy> For(std::uint64_t seed);

 private:
  const std::string_view name_;
  const Scenario& scenario_;
  const RunOptions options_;
  std::shared_ptr<const sim::ProgramProfile> profile_;
};

}  // namespace fencepost::campaign
