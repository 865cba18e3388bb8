#include "sim/world/lifecycle_probes.h"

#include <array>
#include <string>

#include "absl/strings/str_cat.h"

namespace fencepost::sim {
namespace {

constexpr std::array kFenceOrigins = {FenceOrigin::kLandedTransition,
                                      FenceOrigin::kTerminalSnapshot, FenceOrigin::kAbsentRow};

template <class Enum>
constexpr std::size_t Place(Enum value) {
  return static_cast<std::size_t>(value);
}

// The names, by the numbers of what they name.
struct Names {
  std::array<std::string, kTransitionOutcomeCount> told;
  std::array<std::string, kOperationCount> landed;
  std::array<std::string, kFenceOrigins.size()> fence_from;

  Names() {
    for (std::size_t i = 0; i < told.size(); ++i) {
      told[i] = absl::StrCat("told ", std::string(OutcomeName(static_cast<TransitionOutcome>(i))));
    }
    for (const TransitionRule& rule : kLifecycle) {
      landed[Place(rule.operation)] = absl::StrCat("landed ", std::string(rule.name));
    }
    for (const FenceOrigin origin : kFenceOrigins) {
      fence_from[Place(origin)] = absl::StrCat("fence from ", std::string(FenceOriginName(origin)));
    }
  }
};

const Names& AllNames() {
  static const Names names;
  return names;
}

}  // namespace

Probe Landed(Operation operation) { return Probe(AllNames().landed[Place(operation)]); }
Probe Told(TransitionOutcome outcome) { return Probe(AllNames().told[Place(outcome)]); }
Probe FenceFrom(FenceOrigin origin) { return Probe(AllNames().fence_from[Place(origin)]); }

LifecycleProbes::LifecycleProbes(Probes& probes) : probes_(probes) {
  for (const std::string& name : AllNames().told) told_.push_back(probes_.Register(name));
  for (const std::string& name : AllNames().landed) landed_.push_back(probes_.Register(name));
  for (const std::string& name : AllNames().fence_from) {
    origins_.push_back(probes_.Register(name));
  }
}

void LifecycleProbes::On(const Event& event) {
  if (const auto* told = std::get_if<TransitionTold>(&event.body)) {
    probes_.Hit(told_[Place(told->outcome)]);
  } else if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    probes_.Hit(landed_[Place(commit->operation)]);
  } else if (const auto* minted = std::get_if<FenceMinted>(&event.body)) {
    probes_.Hit(origins_[Place(minted->fence.origin())]);
  }
}

}  // namespace fencepost::sim
