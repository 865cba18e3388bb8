// fencepost conform: is what an event log says a run of the model?
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/event_log_file.h"
#include "cli/report/edge_report.h"
#include "cli/report/json_report.h"
#include "cli/report/table.h"
#include "cli/report/text.h"
#include "models/conformance/conformance.h"

namespace fencepost::cli {
namespace {

class JudgedLog : public models::EventLogListener {
 public:
  explicit JudgedLog(models::Judged judged) : conformance(judged) {}

  bool OnEvent(std::uint64_t line, const Event& event) override {
    ++events;
    conformance.On(event);
    if (conformance.refusal().has_value()) refused_at = line;
    return !refused_at.has_value();
  }

  models::Conformance conformance;
  std::uint64_t events = 0;
  std::optional<std::uint64_t> refused_at;
};

ExitCode CodeOf(const JudgedLog& log) {
  if (log.refused_at) return ExitCode::kPropertyBroken;
  return log.conformance.steps() == 0 ? ExitCode::kNoVerdict : ExitCode::kClean;
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

std::string Page(const std::string& path, const JudgedLog& log) {
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

Json Report(const std::string& path, const JudgedLog& log) {
  const ExitCode code = CodeOf(log);
  const models::RowCoverage& landed = log.conformance.operations();
  Json operations = Json::object();
  for (const auto& [name, count] : Landed(landed)) operations[name] = count;
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < kTransitionOutcomeCount; ++i) {
    const std::uint64_t count = landed.outcomes[i];
    if (count != 0) outcomes[OutcomeName(static_cast<TransitionOutcome>(i))] = count;
  }
  const auto& refusal = log.conformance.refusal();
  return {{"outcome", code == ExitCode::kClean            ? "clean"
                      : code == ExitCode::kPropertyBroken ? "refused"
                                                          : "no-verdict"},
          {"exit_code", static_cast<int>(code)},
          {"log", path},
          {"events", log.events},
          {"steps", log.conformance.steps()},
          {"line", log.refused_at ? Json(*log.refused_at) : Json()},
          {"refusal", refusal ? Json(*refusal) : Json()},
          {"operations", operations},
          {"misses", outcomes},
          {"model", EdgeJson(EdgesCovered(log.conformance.edges()))}};
}

const OptionSpec kRows{
    "--rows", "",
    "judge what becomes of the rows and not what each process does: for a log of a system that "
    "calls the lifecycle itself, and not through a control plane"};

absl::StatusOr<ExitCode> Conform(const GivenArguments& given) {
  const std::string& path = given.names.front();
  JudgedLog log(given.Has("--rows") ? models::Judged::kRows : models::Judged::kRowsAndProcesses);
  if (absl::Status read = ReadEventLogFile(path, log); !read.ok()) return read;
  if (given.Has("--json")) {
    PrintJson(Report(path, log));
  } else {
    std::fputs(Page(path, log).c_str(), stdout);
  }
  return CodeOf(log);
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
  spec.options = {kRows, kJson};
  spec.execute = Conform;
  return spec;
}

}  // namespace fencepost::cli
