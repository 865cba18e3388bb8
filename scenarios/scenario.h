// A scenario: a named situation with a claim, run once per execution against a simulated cluster.
//
// Its body is a story (sim/world/story.h): it sets up, lets actors run concurrently, lets faults
// come, then says what must hold. A scenario does not choose its properties: all are judged.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sim/world/fault_mix.h"
#include "sim/world/probes.h"

namespace fencepost::sim {
class Story;
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
  std::string_view promise;            // the faults that it is to survive, in words
  std::vector<sim::CallFault> faults;  // the same as data: no other fault comes
  // Divides the rate of every fault. A story of many calls has more than 1.
  std::uint32_t fault_rate_divisor = 1;
  std::vector<ScenarioParameter> parameters;
  std::vector<sim::Probe> probes;  // what a campaign must reach at least once
  // The actors call the lifecycle themselves instead of the choreographies of a control plane. The
  // model can then judge the changes of the rows, but not what a process should do next.
  bool drives_lifecycle_directly = false;
  void (*body)(sim::Story& story);
};

// In the order of names. A program may define it again, with scenarios of its own.
const std::vector<Scenario>& AllScenarios();

// The names of what a campaign must reach.
std::vector<std::string_view> ProbeNames(const Scenario& scenario);

// NotFound names the nearest scenario.
absl::StatusOr<const Scenario*> FindScenario(std::string_view name);

// The standard values, overridden by `given`. InvalidArgument names a parameter that the scenario
// does not have, with those that it has, or a value out of its range, with the range.
absl::StatusOr<ParameterValues> Complete(const Scenario& scenario, const ParameterValues& given);

}  // namespace fencepost
