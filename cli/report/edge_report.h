// Which edges of the model a campaign has covered, the uncovered ones first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "campaign/campaign_result.h"
#include "cli/report/json.h"
#include "models/conformance/edge_coverage.h"

namespace fencepost::cli {

struct EdgeReport {
  std::size_t of = 0;                                       // edges that the model has
  std::vector<std::string> never;                           // their names
  std::vector<std::pair<std::string, std::uint64_t>> seen;  // the rarest first

  double share() const {
    return of == 0 ? 0 : static_cast<double>(seen.size()) / static_cast<double>(of);
  }
};

EdgeReport EdgesCovered(const models::EdgeCounts& counts);
// Empty for a campaign that did not judge conformance.
std::optional<EdgeReport> EdgesCovered(const std::vector<campaign::ScenarioResult>& results);

// "model edges: 231 of 243 covered (95.1 %), never:" and their names, a line each.
std::string EdgeText(const EdgeReport& report);
Json EdgeJson(const EdgeReport& report);

}  // namespace fencepost::cli
