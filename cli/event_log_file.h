// Event logs as files: `run --event-log` and `replay --event-log` write one, `conform` and
// `check-log` read one.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/commands.h"
#include "models/conformance/event_log.h"

namespace fencepost::cli {

inline constexpr OptionSpec kEventLogOption = {
    "--event-log", "FILE", "write what truly happened there, for conform and check-log"};

class EventLogFile {
 public:
  // An error names the file and why it cannot be written.
  static absl::StatusOr<std::unique_ptr<EventLogFile>> Create(const std::string& path);
  // Where --event-log says; null without it.
  static absl::StatusOr<std::unique_ptr<EventLogFile>> CreateIfAsked(const GivenArguments& given);

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

}  // namespace fencepost::cli
