// The strategy of each seed of a campaign, for one thread. A strategy that learns is told what
// became of its executions.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "campaign/seeded_strategies.h"
#include "scenarios/run/runner.h"
#include "sim/engine/strategies/choice_corpus.h"
#include "sim/engine/strategies/guided.h"
#include "sim/engine/strategies/random_walk.h"

namespace fencepost::campaign {

class StrategySource {
 public:
  // REQUIRES: a runner can be made of the options.
  StrategySource(std::string_view name, const Scenario& scenario, const RunOptions& options);

  // These executions are run as they are before anything else, so that what they reach is known.
  void Import(std::vector<std::vector<sim::Choice>> executions);
  // What is worth keeping for another time. Valid until the next Learn.
  std::vector<std::span<const sim::Choice>> Kept() const { return corpus_.Kept(); }

  // Valid until the next call.
  sim::Strategy& For(std::uint64_t seed);
  // The runner has just run what For gave.
  void Learn(const Runner& runner);

 private:
  const std::string_view name_;
  const bool learns_;
  sim::RandomWalk walk_;  // reseeded instead of made anew: its runs take nanoseconds a step
  SeededStrategies seeded_;
  std::unique_ptr<sim::Strategy> other_;
  sim::ChoiceCorpus corpus_;
  sim::Guided guided_;
  std::vector<std::vector<sim::Choice>> imports_;  // the next one last
};

}  // namespace fencepost::campaign
