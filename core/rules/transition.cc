#include "core/rules/transition.h"

namespace fencepost {

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
