// Runs another program to its end and collects its output.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace fencepost::campaign {

struct ProcessResult {
  int exit_code = 0;  // as a shell gives it: 128 plus the number of the signal that ended it
  std::string out;
  std::string err;
};

struct ProcessSetting {
  std::string directory;                                         // where it runs; empty: here
  std::vector<std::pair<std::string, std::string>> environment;  // added to that of this process
};

// `arguments`: the program, looked for on PATH, and its arguments. While it runs, this process
// ignores an interrupt from the keyboard, so that it lives to clean up. Errors: the program cannot
// be started; it was interrupted (kCancelled). REQUIRES: one thread in this process.
absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& arguments,
                                         const ProcessSetting& setting);

}  // namespace fencepost::campaign
