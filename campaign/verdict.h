// What an execution, a search or a campaign has come to. A verdict is what a caller acts on; the
// command gives each an exit code of its own.
#pragma once

#include <cstdint>

#include "scenarios/run/runner.h"

namespace fencepost::campaign {

// In the order of gravity behind kClean: of several verdicts the lowest of these is that of all.
enum class Verdict : std::uint8_t {
  kClean,
  kPropertyBroken,  // a safety property, determinism, or conformance to the model
  kStoreFailed,     // a store or a file could not be used: nothing is said of the code
  kNoConvergence,
  kCodeCrashed,
  kNoVerdict,  // a limit was reached, nothing happened, or what had to be reached was not
  kParted,     // a replay could not be followed, or was another run than the recorded one
};

// A run that passed without a single event has shown nothing.
constexpr bool NothingHappened(const RunReport& report) {
  return report.end == RunEnd::kPassed && report.events == 0;
}

constexpr Verdict VerdictOf(const RunReport& report) {
  switch (report.end) {
    case RunEnd::kPassed:
      return NothingHappened(report) ? Verdict::kNoVerdict : Verdict::kClean;
    case RunEnd::kPropertyBroken:
      return Verdict::kPropertyBroken;
    case RunEnd::kNoConvergence:
      return Verdict::kNoConvergence;
    case RunEnd::kCodeCrashed:
      return Verdict::kCodeCrashed;
    case RunEnd::kStoreFailed:
      return Verdict::kStoreFailed;
    case RunEnd::kParted:
      return Verdict::kParted;
    case RunEnd::kLimitReached:
    case RunEnd::kExhausted:
      return Verdict::kNoVerdict;
  }
  return Verdict::kNoVerdict;
}

}  // namespace fencepost::campaign
