#include "campaign/strategy_source.h"

#include <algorithm>
#include <utility>

#include "campaign/strategies.h"
#include "properties/event_coverage.h"

namespace fencepost::campaign {
namespace {

constexpr std::uint32_t kEventFeatures = properties::EventCoverage::kFeatures;
constexpr std::uint32_t kFeatures = kEventFeatures + sim::kFaultFeatures;

}  // namespace

StrategySource::StrategySource(std::string_view name, const Scenario& scenario,
                               const RunOptions& options)
    : name_(name),
      learns_(Learns(name)),
      walk_(0),
      seeded_(name, scenario, options),
      corpus_(learns_ ? kFeatures : 0),
      guided_(corpus_) {}

void StrategySource::Import(std::vector<std::vector<sim::Choice>> executions) {
  std::reverse(executions.begin(), executions.end());
  imports_ = std::move(executions);
}

sim::Strategy& StrategySource::For(std::uint64_t seed) {
  if (name_ == kRandomWalk) {
    walk_.Reseed(seed);
    return walk_;
  }
  if (learns_) {
    if (imports_.empty()) {
      guided_.Mutate(seed);
    } else {
      guided_.Follow(std::move(imports_.back()));
      imports_.pop_back();
    }
    return guided_;
  }
  other_ = seeded_.For(seed);
  return *other_;
}

void StrategySource::Learn(const Runner& runner) {
  if (!learns_) return;
  std::vector<std::uint32_t> features = runner.features();
  for (const std::uint32_t feature : sim::FaultFeatures(runner.trace().choices())) {
    features.push_back(kEventFeatures + feature);
  }
  corpus_.Learn(runner.trace().choices(), features);
}

}  // namespace fencepost::campaign
