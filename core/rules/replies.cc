#include "core/rules/replies.h"

#include <array>

namespace fencepost {

std::string_view ClaimOutcomeName(ClaimOutcome outcome) {
  constexpr std::array<std::string_view, 6> kNames = {
      "claimed", "none_available", "org_cap", "global_cap", "warm_target_met", "owner_not_active"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace fencepost
