#include "sim/engine/choice.h"

#include <array>

#include "sim/engine/end.h"

namespace fencepost::sim {
namespace {

constexpr std::array<std::string_view, 4> kKindNames = {"schedule", "fault", "random", "workload"};
constexpr std::array<std::string_view, 8> kEndNames = {
    "exhausted", "completed", "failed", "deadlock", "step limit", "time limit", "threw", "stopped"};

}  // namespace

std::string_view ChoiceKindName(ChoiceKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

std::optional<ChoiceKind> ChoiceKindNamed(std::string_view name) {
  for (size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<ChoiceKind>(i);
  }
  return std::nullopt;
}

std::string_view EndName(End end) { return kEndNames[static_cast<size_t>(end)]; }

}  // namespace fencepost::sim
