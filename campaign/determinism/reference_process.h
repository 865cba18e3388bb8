// A second process of this executable that runs what it is asked to run, to be compared with runs
// here: deterministic code does not notice in which process it is.
//
// The process has another address space layout (exec, not fork), another environment (locale, time
// zone, home, working directory, size of the environment, and freed memory that is overwritten),
// and runs each lot of seeds from its last to its first, so that what survives from one execution
// to the next shows too. It ends when its ReferenceProcess is destroyed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "campaign/determinism/run_trace.h"
#include "campaign/run_setup.h"
#include "campaign/seed_range.h"

namespace fencepost::campaign {

// The internal command that the other process runs: `fencepost reference-process SCENARIO ...`.
inline constexpr std::string_view kReferenceProcessCommand = "reference-process";

class ReferenceProcess {
 public:
  enum class Surroundings { kOwn, kOther };

  // Errors: no process could be started.
  static absl::StatusOr<std::unique_ptr<ReferenceProcess>> Start(const Subject& subject,
                                                                 std::string_view strategy,
                                                                 Surroundings surroundings);
  ~ReferenceProcess();
  ReferenceProcess(const ReferenceProcess&) = delete;
  ReferenceProcess& operator=(const ReferenceProcess&) = delete;

  // The process begins to run the seeds; the caller does not wait.
  void Ask(const SeedRange& seeds);
  // The hashes of the seeds of the last Ask, in the order of seeds. If the process died on the way,
  // there are fewer hashes than seeds: those of the highest seeds.
  std::vector<std::uint64_t> Hashes();

  // The run of one seed in full. Errors: the process died.
  absl::StatusOr<RunTrace> Trace(std::uint64_t seed);

 private:
  ReferenceProcess(int process, int connection) : process_(process), connection_(connection) {}
  void Send(const std::string& request);
  // nullopt: the process has ended.
  std::optional<std::string> ReadLine();

  const int process_;
  const int connection_;     // its standard input and output
  std::string received_;     // not yet read as a line
  std::uint64_t asked_ = 0;  // hashes that are still to come
};

}  // namespace fencepost::campaign
