#include "cli/check_footprints.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "scenarios/run/runner.h"
#include "sim/engine/reduction/footprint_check.h"

namespace fencepost::cli {
namespace {

std::string EndOf(const RunReport& report) {
  const std::string& why = report.violation ? report.violation->sentence : report.message;
  return fmt::format("{} {:016x} {}", RunEndName(report.end), report.final_state, why);
}

}  // namespace

absl::StatusOr<ExitCode> CheckFootprintsAndShow(const Subject& subject,
                                                const sim::ExhaustiveBounds& bounds,
                                                std::optional<absl::Duration> time, bool json) {
  auto runner = Runner::Create(*subject.scenario, subject.options);
  if (!runner.ok()) return runner.status();
  const auto begin = std::chrono::steady_clock::now();
  const sim::ProgramRun run = [&](sim::Strategy& strategy) -> std::optional<std::string> {
    const auto passed = absl::FromChrono(std::chrono::steady_clock::now() - begin);
    if (time && passed >= *time) return std::nullopt;
    const RunReport report = (*runner)->Run(strategy);
    if (report.end == RunEnd::kExhausted) return std::nullopt;
    return EndOf(report);
  };
  const sim::FootprintCheck check = sim::CheckFootprints(run, bounds);
  const bool missed = check.missed_an_end();
  if (json) {
    nlohmann::json fields;
    fields["passed"] = check.passed();
    fields["undeclared_dependency"] = check.dependency.has_value();
    fields["missed_an_end"] = missed;
    fields["executions"] = check.plain.executions;
    fields["text"] = check.Text();
    fmt::print("{}\n", fields.dump(2));
  } else {
    fmt::print("{}", check.Text());
  }
  if (check.dependency || missed) return ExitCode::kPropertyBroken;
  return check.passed() ? ExitCode::kClean : ExitCode::kNoVerdict;
}

}  // namespace fencepost::cli
