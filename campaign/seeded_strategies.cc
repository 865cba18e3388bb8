#include "campaign/seeded_strategies.h"

#include "campaign/strategies.h"
#include "core/rules/check.h"
#include "scenarios/run/runner.h"

namespace fencepost::campaign {
namespace {

sim::ProgramProfile ProfileOf(const Scenario& scenario, const RunOptions& options) {
  RunOptions plain;
  plain.parameters = options.parameters;
  plain.swarm = options.swarm;
  plain.step_limit = options.step_limit;
  const auto runner = Runner::Create(scenario, plain);
  Check(runner.ok(), "a runner can be made of the options");
  sim::Profiler profiler;
  (*runner)->Run(profiler);
  return profiler.Profile();
}

}  // namespace

std::unique_ptr<sim::Strategy> SeededStrategies::For(std::uint64_t seed) {
  if (profile_ == nullptr) {
    profile_ = std::make_shared<const sim::ProgramProfile>(
        UsesProfile(name_) ? ProfileOf(scenario_, options_) : sim::ProgramProfile());
  }
  return SeededStrategy(name_, seed, profile_);
}

}  // namespace fencepost::campaign
