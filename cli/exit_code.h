// The exit codes of the command: one for each kind of end, so that a script need not read text.
#pragma once

#include <array>
#include <string_view>

#include "campaign/verdict.h"

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
    {ExitCode::kClean, "clean: all that was asked for was run, and nothing was found"},
    {ExitCode::kPropertyBroken,
     "a safety property was broken, a run was not deterministic, or a log is no run of the model"},
    {ExitCode::kBadUsage, "bad usage: a wrong argument, or a file or store that cannot be used"},
    {ExitCode::kNoConvergence, "no convergence: faults had stopped, something was still pending"},
    {ExitCode::kCodeCrashed, "the code crashed: an exception, a deadlock, a signal"},
    {ExitCode::kNoVerdict,
     "no verdict: a search was cut by time or by a limit, nothing happened, or probes that had to "
     "be reached were not"},
    {ExitCode::kParted,
     "parted: a replay could not be followed, or gave another hash without breaking a property"},
}};

constexpr ExitCode ExitCodeOf(campaign::Verdict verdict) {
  switch (verdict) {
    case campaign::Verdict::kClean:
      return ExitCode::kClean;
    case campaign::Verdict::kPropertyBroken:
      return ExitCode::kPropertyBroken;
    case campaign::Verdict::kStoreFailed:
      return ExitCode::kBadUsage;
    case campaign::Verdict::kNoConvergence:
      return ExitCode::kNoConvergence;
    case campaign::Verdict::kCodeCrashed:
      return ExitCode::kCodeCrashed;
    case campaign::Verdict::kNoVerdict:
      return ExitCode::kNoVerdict;
    case campaign::Verdict::kParted:
      return ExitCode::kParted;
  }
  return ExitCode::kNoVerdict;
}

}  // namespace fencepost::cli
