#include "campaign/footprint_campaign.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>

#include "scenarios/run/runner.h"

namespace fencepost::campaign {
namespace {

using Clock = std::chrono::steady_clock;

std::string EndOf(const RunReport& report) {
  const std::string& why = report.violation ? report.violation->sentence : report.message;
  return fmt::format("{} {:016x} {}", RunEndName(report.end), report.final_state, why);
}

}  // namespace

absl::StatusOr<sim::FootprintCheck> CheckFootprints(const Subject& subject,
                                                    const sim::ExhaustiveBounds& bounds,
                                                    std::optional<absl::Duration> time) {
  auto runner = Runner::Create(*subject.scenario, subject.options);
  if (!runner.ok()) return runner.status();
  const Clock::time_point begin = Clock::now();
  return sim::CheckFootprints(
      [&](sim::Strategy& strategy) -> std::optional<std::string> {
        if (time && absl::FromChrono(Clock::now() - begin) >= *time) return std::nullopt;
        const RunReport report = (*runner)->Run(strategy);
        if (report.end == RunEnd::kExhausted) return std::nullopt;
        return EndOf(report);
      },
      bounds);
}

Verdict VerdictOf(const sim::FootprintCheck& check) {
  if (check.dependency || check.missed_an_end()) return Verdict::kPropertyBroken;
  return check.passed() ? Verdict::kClean : Verdict::kNoVerdict;
}

}  // namespace fencepost::campaign
