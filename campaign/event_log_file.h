// Event logs as files: runs and replays write one, `conform` and `check-log` read one.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "models/conformance/event_log.h"

namespace fencepost::campaign {

class EventLogFile {
 public:
  // An error names the file and why it cannot be written.
  static absl::StatusOr<std::unique_ptr<EventLogFile>> Create(const std::string& path);

  EventObserver& observer() { return writer_; }
  // An error if not everything was written.
  absl::Status Close();

 private:
  EventLogFile(std::string path, std::ofstream file);

  const std::string path_;
  std::ofstream file_;
  models::EventLogWriter writer_;
};

// An error names the file, the line and what is wrong with it.
absl::Status ReadEventLogFile(const std::string& path, models::EventLogListener& listener);

}  // namespace fencepost::campaign
