#include "cli/report/event_log_report.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/report/edge_report.h"
#include "cli/report/json.h"
#include "cli/report/table.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using campaign::LogConformance;
using campaign::LogProperties;
using campaign::Verdict;

std::string_view Outcome(Verdict verdict, std::string_view broken) {
  return verdict == Verdict::kPropertyBroken ? broken : OutcomeWord(verdict);
}

// The operations of the table with how often they landed, those that never did first.
std::vector<std::pair<std::string_view, std::uint64_t>> Landed(const models::RowCoverage& seen) {
  std::vector<std::pair<std::string_view, std::uint64_t>> landed;
  for (const bool never : {true, false}) {
    for (const TransitionRule& rule : kLifecycle) {
      const std::uint64_t count = seen.landed[static_cast<std::size_t>(rule.operation)];
      if ((count == 0) == never) landed.emplace_back(rule.name, count);
    }
  }
  return landed;
}

constexpr std::string_view kRowsHint =
    "the rows allow it: a system that calls the lifecycle itself is judged with --rows\n";

std::string ConformancePage(const std::string& path, const LogConformance& log) {
  const models::Conformance& conformance = log.conformance;
  if (log.refused_at) {
    return fmt::format("{}, line {}: {}\n{} steps were checked, the last was refused\n{}", path,
                       *log.refused_at, *conformance.refusal(), Grouped(conformance.steps()),
                       conformance.refused_a_process() ? kRowsHint : "");
  }
  if (conformance.steps() == 0) {
    return fmt::format("{}: nothing to check in {} events\n", path, Grouped(log.events));
  }
  std::vector<std::vector<std::string>> table = {{"operation", "landed"}};
  for (const auto& [name, count] : Landed(conformance.operations())) {
    table.push_back({std::string(name), count == 0 ? "never" : Grouped(count)});
  }
  const EdgeReport edges = EdgesCovered(conformance.edges());
  return fmt::format(
      "{}: a run of the model\n{} steps were checked, of {} events\n"
      "model edges: {} of {} covered (--json names them)\n\n{}",
      path, Grouped(conformance.steps()), Grouped(log.events), edges.seen.size(), edges.of,
      Table(table, 1));
}

Json ConformanceJson(const std::string& path, const LogConformance& log, const Output& output) {
  const models::RowCoverage& landed = log.conformance.operations();
  Json operations = Json::Object();
  for (const auto& [name, count] : Landed(landed)) operations[name] = count;
  Json outcomes = Json::Object();
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const std::uint64_t count = landed.outcomes[i];
    if (count != 0) outcomes[OutcomeName(static_cast<TransitionOutcome>(i))] = count;
  }
  return Json::Object({{"outcome", Outcome(log.verdict(), "refused")},
                       {"exit_code", output.exit_code(log.verdict())},
                       {"log", path},
                       {"events", log.events},
                       {"steps", log.conformance.steps()},
                       {"line", log.refused_at},
                       {"refusal", log.conformance.refusal()},
                       {"operations", operations},
                       {"misses", outcomes},
                       {"model", EdgeJson(EdgesCovered(log.conformance.edges()))}});
}

std::string PropertiesPage(const std::string& path, const LogProperties& judged) {
  if (judged.broken_at) {
    const properties::Violation& violation = *judged.judges.violation();
    return fmt::format("{}, line {}: {} is broken\n{}\n{}\n", path, *judged.broken_at,
                       violation.property, violation.sentence, violation.detail);
  }
  if (judged.events == 0) return fmt::format("{}: there is no event to judge\n", path);
  std::string page =
      fmt::format("{}: {} events, and these properties hold\n", path, Grouped(judged.events));
  for (const auto& property : judged.judges.all()) {
    page += fmt::format("  {}\n", property->name());
  }
  return page;
}

Json PropertiesJson(const std::string& path, const LogProperties& judged, const Output& output) {
  const auto& violation = judged.judges.violation();
  Json names = Json::Array();
  for (const auto& property : judged.judges.all()) names.push_back(property->name());
  return Json::Object({{"outcome", Outcome(judged.verdict(), "property-broken")},
                       {"exit_code", output.exit_code(judged.verdict())},
                       {"log", path},
                       {"events", judged.events},
                       {"line", judged.broken_at},
                       {"property", violation ? Json(violation->property) : Json()},
                       {"sentence", violation ? Json(violation->sentence) : Json()},
                       {"detail", violation ? Json(violation->detail) : Json()},
                       {"properties", names}});
}

}  // namespace

void ShowConformance(const std::string& path, const LogConformance& log, const Output& output) {
  if (output.json) return PrintJson(ConformanceJson(path, log, output));
  std::fputs(ConformancePage(path, log).c_str(), stdout);
}

void ShowProperties(const std::string& path, const LogProperties& judged, const Output& output) {
  if (output.json) return PrintJson(PropertiesJson(path, judged, output));
  std::fputs(PropertiesPage(path, judged).c_str(), stdout);
}

}  // namespace fencepost::cli
