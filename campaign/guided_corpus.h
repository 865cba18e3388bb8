// A coverage corpus: a SQLite file with executions that reached something new, for the next guided
// campaign to begin with. Several processes may use one file at once.
//
// Choices are kept by name, so a corpus outlives changes of the code as a replay file does: where a
// choice no longer fits, the strategy draws another. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scenarios/run/runner.h"
#include "sim/engine/choice.h"
#include "store_sqlite/connection.h"

namespace fencepost::campaign {

class GuidedCorpus {
 public:
  // Makes the file if there is none. Errors: the file is damaged, belongs to another program, or
  // has a newer version.
  static absl::StatusOr<std::unique_ptr<GuidedCorpus>> Open(const std::string& path);

  // The executions of the scenario with these parameters, the oldest first. Errors: a row cannot be
  // read.
  absl::StatusOr<std::vector<std::vector<sim::Choice>>> Load(const Scenario& scenario,
                                                             const RunOptions& options);
  // Adds the executions that are not there yet: all of them or none.
  absl::Status Append(const Scenario& scenario, const RunOptions& options,
                      const std::vector<std::span<const sim::Choice>>& executions);

 private:
  explicit GuidedCorpus(std::unique_ptr<sqlite::Connection> connection)
      : connection_(std::move(connection)) {}
  absl::Status Prepare();

  std::mutex mutex_;
  const std::unique_ptr<sqlite::Connection> connection_;
};

}  // namespace fencepost::campaign
