// The exit codes of the command: one for each kind of end, so that a script need not read text.
#pragma once

#include <array>
#include <string_view>

#include "scenarios/run/runner.h"

namespace fencepost::cli {

enum class ExitCode : int {
  kClean = 0,
  kPropertyBroken = 1,
  kBadUsage = 2,
  kNoConvergence = 3,
  kCodeCrashed = 4,
  kNoVerdict = 5,
  kParted = 6,
};

struct ExitCodeMeaning {
  ExitCode code;
  std::string_view meaning;
};

inline constexpr std::array<ExitCodeMeaning, 7> kExitCodes = {{
    {ExitCode::kClean, "clean: nothing was found"},
    {ExitCode::kPropertyBroken,
     "a safety property was broken, a run was not deterministic, or a log is no run of the model"},
    {ExitCode::kBadUsage, "bad usage: a wrong argument, or a file or store that cannot be used"},
    {ExitCode::kNoConvergence, "no convergence: faults had stopped, something was still pending"},
    {ExitCode::kCodeCrashed, "the code crashed: an exception, a deadlock, a signal"},
    {ExitCode::kNoVerdict,
     "no verdict: a run reached its limit, nothing happened in it, or probes were never hit"},
    {ExitCode::kParted,
     "parted: a replay could not be followed, or gave another hash without breaking a property"},
}};

// How a run ended, for the exit code. A run that passed without a single event has shown nothing.
constexpr bool NothingHappened(const RunReport& report) {
  return report.end == RunEnd::kPassed && report.events == 0;
}
constexpr ExitCode ExitCodeOf(const RunReport& report) {
  switch (report.end) {
    case RunEnd::kPassed:
      return NothingHappened(report) ? ExitCode::kNoVerdict : ExitCode::kClean;
    case RunEnd::kPropertyBroken:
      return ExitCode::kPropertyBroken;
    case RunEnd::kNoConvergence:
      return ExitCode::kNoConvergence;
    case RunEnd::kCodeCrashed:
      return ExitCode::kCodeCrashed;
    case RunEnd::kStoreFailed:
      return ExitCode::kBadUsage;
    case RunEnd::kParted:
      return ExitCode::kParted;
    case RunEnd::kLimitReached:
    case RunEnd::kExhausted:
      return ExitCode::kNoVerdict;
  }
  return ExitCode::kNoVerdict;
}

}  // namespace fencepost::cli
