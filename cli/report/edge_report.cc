#include "cli/report/edge_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace fencepost::cli {
namespace {

constexpr std::size_t kEdgesShown = 20;

}  // namespace

EdgeReport EdgesCovered(const models::EdgeCounts& counts) {
  EdgeReport report;
  for (const std::size_t edge : models::EdgesOfTheModel()) {
    ++report.of;
    if (counts.seen[edge] == 0) {
      report.never.push_back(models::EdgeName(edge));
    } else {
      report.seen.emplace_back(models::EdgeName(edge), counts.seen[edge]);
    }
  }
  std::stable_sort(report.seen.begin(), report.seen.end(),
                   [](const auto& a, const auto& b) { return a.second < b.second; });
  return report;
}

std::optional<EdgeReport> EdgesCovered(const std::vector<campaign::ScenarioResult>& results) {
  models::EdgeCounts counts;
  bool counted = false;
  for (const campaign::ScenarioResult& result : results) {
    if (result.edges == nullptr) continue;
    counts.Add(*result.edges);
    counted = true;
  }
  if (!counted) return std::nullopt;
  return EdgesCovered(counts);
}

std::string EdgeText(const EdgeReport& report) {
  std::string text = fmt::format("model edges: {} of {} covered ({:.1f} %)", report.seen.size(),
                                 report.of, 100 * report.share());
  if (report.never.empty()) return text + "\n";
  text += ", never:\n";
  const std::size_t shown = std::min(report.never.size(), kEdgesShown);
  for (const std::string& edge : std::span(report.never).first(shown)) text += "  " + edge + "\n";
  if (shown < report.never.size()) {
    text += fmt::format("  and {} more (--json has all)\n", report.never.size() - shown);
  }
  return text;
}

Json EdgeJson(const EdgeReport& report) {
  Json seen = Json::Object();
  for (const auto& [edge, count] : report.seen) seen[edge] = count;
  return Json::Object({{"edges", report.of},
                       {"covered", report.seen.size()},
                       {"never", report.never},
                       {"seen", seen}});
}

}  // namespace fencepost::cli
