#include "core/rules/authority.h"

#include <array>

namespace fencepost {

std::string_view FenceOriginName(FenceOrigin origin) {
  constexpr std::array<std::string_view, 3> kNames = {"landed_transition", "terminal_snapshot",
                                                      "absent_row"};
  return kNames[static_cast<std::size_t>(origin)];
}

}  // namespace fencepost
