// How a command shows what it has found: to a person, or to a machine.
#pragma once

#include <string_view>

#include "campaign/verdict.h"

namespace fencepost::cli {

struct Output {
  bool json = false;   // one JSON object on stdout, and nothing else
  bool ascii = false;  // drawings use ASCII characters only
  // What the command ends with for a verdict. The JSON object names it, too.
  int (*exit_code)(campaign::Verdict) = nullptr;
};

// "clean", "no-verdict" or "failed".
std::string_view OutcomeWord(campaign::Verdict verdict);

}  // namespace fencepost::cli
