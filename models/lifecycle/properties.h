// The properties of the abstract protocol. A property that also judges the running system has the
// same name in both.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/checker/model.h"
#include "models/lifecycle/state.h"

namespace fencepost::models {

enum class Property : std::uint8_t {
  kFencedDelete,
  kLegalTransition,
  kTerminalAbsorbing,
  kEpochMonotonic,
  kOneOwner,
  kOneLease,
  kSessionSpared,
  kShutdownCompletes,
};
struct PropertyInfo {
  std::string_view name;
  std::string_view sentence;
};
inline constexpr std::array<PropertyInfo, 8> kProperties = {{
    {"fenced-delete", "No pod is deleted unless a fence has landed on its worker."},
    {"legal-transition", "Every change of a row is one that the lifecycle table allows."},
    {"terminal-absorbing", "Nothing changes a retired or lost worker."},
    {"epoch-monotonic", "No change of a row lowers its epoch."},
    {"one-owner", "Nothing lands under a stale lease or snapshot, or on a living owner's worker."},
    {"one-lease", "No two control planes hold a lease on one worker under its present epoch."},
    {"session-spared", "No drain, parking or reaping takes a worker from a live session."},
    {"shutdown-completes",
     "Without faults, a shutdown leaves no own worker without a session unfinished."},
}};
constexpr std::uint8_t Index(Property property) { return static_cast<std::uint8_t>(property); }

enum class LivenessProperty : std::uint8_t {
  kShutdownEnds,
  kOrphansRetired,
  kPodsReaped,
  kSecretsReaped,
  kNothingStuck,
};
inline constexpr std::array<Liveness, 5> kLivenessProperties = {{
    {"shutdown-ends", "A control plane that shuts down comes to its end."},
    {"orphans-retired", "A worker whose owner is gone and that no session protects is retired."},
    {"pods-reaped", "The pod of a worker that has ended is deleted."},
    {"secrets-reaped", "The secret of a worker that has ended is deleted."},
    {"nothing-stuck", "No worker stays spawning, reserved, activating or draining for ever."},
}};

// The first property that does not hold in the state, or kNothingBroken.
std::uint8_t BrokenIn(const State& state, int control_planes, int workers);

bool IsPending(const State& state, int control_planes, int workers, LivenessProperty property);

// Whether every process has ended, every row is terminal or was never created, and no pod and no
// secret exists.
bool IsAtRest(const State& state, int control_planes, int workers);

}  // namespace fencepost::models
