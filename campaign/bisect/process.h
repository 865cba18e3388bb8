// Runs another program to its end and takes down what it says.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace fencepost::campaign {

struct ProcessResult {
  int exit_code = 0;  // as a shell has it: 128 and the signal, if one ended it
  std::string out;
  std::string err;
};

struct ProcessSetting {
  std::string directory;                                         // where it runs; empty: here
  std::vector<std::pair<std::string, std::string>> environment;  // beside this process' own
};

// `arguments`: the program, looked for on PATH, and its arguments. While it runs, an interrupt from
// the keyboard is its own affair, so that we live to clean up. Errors: it cannot be started; it was
// interrupted (kCancelled).
// REQUIRES: one thread in this process.
absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& arguments,
                                         const ProcessSetting& setting);

}  // namespace fencepost::campaign
