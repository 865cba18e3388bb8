// fencepost conform: is what an event log says a run of the model?
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/event_log_file.h"
#include "cli/json_report.h"
#include "cli/table.h"
#include "cli/text.h"
#include "models/conformance/row_conformance.h"

namespace fencepost::cli {
namespace {

class Conformance : public models::EventLogListener {
 public:
  bool OnEvent(std::uint64_t line, const Event& event) override {
    ++events;
    rows.On(event);
    if (rows.refusal().has_value()) refused_at = line;
    return !refused_at.has_value();
  }

  models::RowConformance rows;
  std::uint64_t events = 0;
  std::optional<std::uint64_t> refused_at;
};

ExitCode CodeOf(const Conformance& conformance) {
  if (conformance.refused_at) return ExitCode::kPropertyBroken;
  return conformance.rows.steps() == 0 ? ExitCode::kNoVerdict : ExitCode::kClean;
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

std::string Page(const std::string& path, const Conformance& conformance) {
  const models::RowConformance& rows = conformance.rows;
  if (conformance.refused_at) {
    return fmt::format("{}, line {}: {}\n{} steps were checked, the last was refused\n", path,
                       *conformance.refused_at, *rows.refusal(), Grouped(rows.steps()));
  }
  if (rows.steps() == 0) {
    return fmt::format("{}: nothing to check in {} events\n", path, Grouped(conformance.events));
  }
  std::vector<std::vector<std::string>> table = {{"operation", "landed"}};
  for (const auto& [name, count] : Landed(rows.coverage())) {
    table.push_back({std::string(name), count == 0 ? "never" : Grouped(count)});
  }
  return fmt::format("{}: a run of the model\n{} steps were checked, of {} events\n\n{}", path,
                     Grouped(rows.steps()), Grouped(conformance.events), Table(table, 1));
}

Json Report(const std::string& path, const Conformance& conformance) {
  const ExitCode code = CodeOf(conformance);
  Json operations = Json::object();
  for (const auto& [name, count] : Landed(conformance.rows.coverage())) operations[name] = count;
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const std::uint64_t count = conformance.rows.coverage().outcomes[i];
    if (count != 0) outcomes[OutcomeName(static_cast<TransitionOutcome>(i))] = count;
  }
  const auto& refusal = conformance.rows.refusal();
  return {{"outcome", code == ExitCode::kClean            ? "clean"
                      : code == ExitCode::kPropertyBroken ? "refused"
                                                          : "no-verdict"},
          {"exit_code", static_cast<int>(code)},
          {"log", path},
          {"events", conformance.events},
          {"steps", conformance.rows.steps()},
          {"line", conformance.refused_at ? Json(*conformance.refused_at) : Json()},
          {"refusal", refusal ? Json(*refusal) : Json()},
          {"operations", operations},
          {"misses", outcomes}};
}

absl::StatusOr<ExitCode> Conform(const GivenArguments& given) {
  const std::string& path = given.names.front();
  Conformance conformance;
  if (absl::Status read = ReadEventLogFile(path, conformance); !read.ok()) return read;
  if (given.Has("--json")) {
    PrintJson(Report(path, conformance));
  } else {
    std::fputs(Page(path, conformance).c_str(), stdout);
  }
  return CodeOf(conformance);
}

}  // namespace

CommandSpec ConformCommand() {
  CommandSpec spec;
  spec.name = "conform";
  spec.sentence =
      "Read an event log and check that what happened to its rows and pods is a run of the model.";
  spec.positional = "LOG";
  spec.positional_meaning = "an event log, such as fencepost run --event-log writes";
  spec.least_names = 1;
  spec.most_names = 1;
  spec.options = {kJson};
  spec.execute = Conform;
  return spec;
}

}  // namespace fencepost::cli
