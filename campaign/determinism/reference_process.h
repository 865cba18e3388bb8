// A second process of this executable that runs what it is asked to run, to be compared with runs
// here: deterministic code does not notice in which process it is.
//
// The twin has another address space layout (exec, not fork), another environment (locale, time
// zone, home, working directory, size of the environment, and freed memory that is overwritten),
// and runs each lot of seeds from its last to its first, so that what survives from one execution
// to the next shows too. It ends with its Twin.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "campaign/determinism/run_trace.h"
#include "campaign/run_setup.h"
#include "cli/arguments.h"

namespace fencepost::cli {

// The internal command that the other process runs: `fencepost twin SCENARIO ...`.
inline constexpr std::string_view kTwinCommand = "twin";

class Twin {
 public:
  enum class Surroundings { kOwn, kOther };

  // Errors: no process could be started.
  static absl::StatusOr<std::unique_ptr<Twin>> Start(const Subject& subject,
                                                     std::string_view strategy,
                                                     Surroundings surroundings);
  ~Twin();
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  // It begins to run the seeds while the caller goes on.
  void Ask(const SeedRange& seeds);
  // The hashes of what was asked last, in the order of seeds. Fewer than seeds, and then those of
  // the highest ones, if the process died on the way.
  std::vector<std::uint64_t> Hashes();

  // One seed in full. Errors: the process died.
  absl::StatusOr<RunTrace> Trace(std::uint64_t seed);

 private:
  Twin(int process, int connection) : process_(process), connection_(connection) {}
  void Send(const std::string& request);
  // Nothing: the process is gone.
  std::optional<std::string> ReadLine();

  const int process_;
  const int connection_;  // its standard input and output
  std::string received_;  // not yet read as a line
  std::uint64_t asked_ = 0;
};

}  // namespace fencepost::cli
