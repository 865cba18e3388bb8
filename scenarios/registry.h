// Every scenario there is, as a list in the order of names. A new scenario is a file of its own
// that defines one of these functions, and one line in each of the two places below.
#pragma once

#include <array>

#include "scenarios/scenario.h"

namespace fencepost::scenarios {

Scenario Everything();
Scenario FenceMisses();
Scenario ReplyLost();
Scenario ShutdownVsRefresh();

using ScenarioFunction = Scenario (*)();

inline constexpr auto kScenarios = std::to_array<ScenarioFunction>({
    Everything,
    FenceMisses,
    ReplyLost,
    ShutdownVsRefresh,
});

}  // namespace fencepost::scenarios
