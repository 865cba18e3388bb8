#include "campaign/event_log_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace fencepost::campaign {
namespace {

absl::Status SystemError(const std::string& path, const char* what, int error) {
  return absl::InvalidArgumentError(path + ": " + what + ": " + std::strerror(error));
}

}  // namespace

EventLogFile::EventLogFile(std::string path, std::ofstream file)
    : path_(std::move(path)), file_(std::move(file)), writer_(file_) {}

absl::StatusOr<std::unique_ptr<EventLogFile>> EventLogFile::Create(const std::string& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) return SystemError(path, "the event log cannot be written", errno);
  return std::unique_ptr<EventLogFile>(new EventLogFile(path, std::move(file)));
}

absl::Status EventLogFile::Close() {
  file_.close();
  if (file_) return absl::OkStatus();
  return absl::InvalidArgumentError(path_ + ": the event log could not be written to its end");
}

absl::Status ReadEventLogFile(const std::string& path, models::EventLogListener& listener) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return SystemError(path, "cannot open", errno);
  const absl::Status read = models::ReadEventLog(file, listener);
  if (read.ok()) return read;
  return absl::InvalidArgumentError(path + ", " + std::string(read.message()));
}

}  // namespace fencepost::campaign
