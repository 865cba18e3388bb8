// A SQLite file with executions that reached something new, for the next guided campaign to begin
// with. Several processes may use one file at once.
//
// Choices are kept by name, so a corpus outlives changes of the code as a replay file does: what no
// longer fits is answered at random. Thread-safe.
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
  // Made if there is none. Errors: the file is damaged, another program's, or of a newer version.
  static absl::StatusOr<std::unique_ptr<GuidedCorpus>> Open(const std::string& path);

  // Of the scenario with these parameters, the oldest first. Errors: a row cannot be read.
  absl::StatusOr<std::vector<std::vector<sim::Choice>>> Load(const Scenario& scenario,
                                                             const RunOptions& options);
  // Adds those that are not there yet, all or nothing.
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
