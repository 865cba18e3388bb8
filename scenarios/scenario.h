// A scenario: a named situation with a claim, run once per execution against a simulated world.
//
// Its body is a story about a World (sim/world/world.h): set up, let actors run concurrently, let
// faults come, then say what must hold. Which properties are judged is not its business: all are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/world/fault_mix.h"

namespace fencepost::sim {
class World;
}

namespace fencepost {

// A number that the user may set: `--workers 2`.
struct ScenarioParameter {
  std::string_view name;
  std::int64_t standard;
  std::int64_t least;
  std::int64_t most;
  std::string_view meaning;
};

using ParameterValues = std::map<std::string, std::int64_t, std::less<>>;

// Every scenario has this parameter: how many faults may hit one run.
inline constexpr std::string_view kFaultBudget = "faults";

struct Scenario {
  std::string_view name;               // "shutdown-vs-refresh"
  std::string_view claim;              // one sentence: what holds whatever happens
  std::string_view promise;            // which faults it is to survive, in words
  std::vector<sim::CallFault> faults;  // the same as data: no other fault comes
  // By so much rarer than usual each fault is: for stories of many calls.
  std::uint32_t fault_spread = 1;
  std::vector<ScenarioParameter> parameters;
  std::vector<std::string_view> probes;  // what a campaign must reach at least once
  // Its actors call the lifecycle themselves, and not through the choreographies of a control
  // plane: the model can judge what becomes of the rows, and not what is to be done next.
  bool by_hand = false;
  void (*body)(sim::World& world);
};

// In the order of names.
const std::vector<Scenario>& AllScenarios();

// NotFound names the nearest scenario.
absl::StatusOr<const Scenario*> FindScenario(std::string_view name);

// The standard values overridden by `given`. InvalidArgument names an unknown parameter, with those
// there are, or a value out of its range, with the range.
absl::StatusOr<ParameterValues> Complete(const Scenario& scenario, const ParameterValues& given);

}  // namespace fencepost
