#include "scenarios/run/run_report.h"

#include <array>
#include <cstddef>

namespace fencepost {

std::string_view RunEndName(RunEnd end) {
  constexpr std::array<std::string_view, 8> kNames = {
      "passed",        "property-broken", "no-convergence", "crashed",
      "limit-reached", "parted",          "store-failed",   "exhausted"};
  return kNames[static_cast<std::size_t>(end)];
}

}  // namespace fencepost
