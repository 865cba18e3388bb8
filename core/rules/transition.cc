#include "core/rules/transition.h"

#include <utility>

#include "core/rules/transition_laws.h"

namespace fencepost {
namespace {

// A law that kLifecycle breaks is named in the compiler's error, as the argument of Enforce.
template <bool (*law)(const TransitionRule&)>
consteval void Enforce() {
  static_assert(!lifecycle_laws::BreakerOf({"", law}, kLifecycle).has_value(),
                "an operation breaks this law of the lifecycle");
}
template <std::size_t... law>
consteval bool EnforceAll(std::index_sequence<law...>) {
  (Enforce<lifecycle_laws::kLaws[law].holds>(), ...);
  return true;
}
static_assert(EnforceAll(std::make_index_sequence<lifecycle_laws::kLaws.size()>()));
static_assert(lifecycle_laws::AllStandAtTheirPlaces(kLifecycle));
static_assert(lifecycle_laws::EveryStateIsReachable(kLifecycle));
static_assert(lifecycle_laws::EveryActiveStateCanBeEndedBySight(kLifecycle));

}  // namespace

std::optional<Operation> ParseOperation(std::string_view name) {
  for (const TransitionRule& rule : kLifecycle) {
    if (rule.name == name) return rule.operation;
  }
  return std::nullopt;
}

std::optional<TransitionOutcome> ParseOutcome(std::string_view name) {
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const auto outcome = static_cast<TransitionOutcome>(i);
    if (OutcomeName(outcome) == name) return outcome;
  }
  return std::nullopt;
}

}  // namespace fencepost
