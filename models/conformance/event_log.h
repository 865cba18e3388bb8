// The event log: the true events of a system, in a form that another process can check later.
//
// The log consists of JSON lines. The first line names the format and its version; each other line
// is one event, with the names of core/events/event.h and times in microseconds since the Unix
// epoch. The log holds true events. Events that report what the core was told are not logged, since
// conformance does not use them. Every prefix of whole lines is a log.
//
// Version 2: a deletion names the pod that it demanded. Version 1, which had a line for each pod
// that a fence was minted for instead, can still be read.
#pragma once

#include <cstdint>
#include <istream>
#include <ostream>

#include "absl/status/status.h"
#include "core/events/event.h"

namespace fencepost::models {

inline constexpr int kEventLogVersion = 3;

// An observer that writes the event log. Bytes that are not UTF-8 are replaced. A failed write
// shows in the state of `log`, which must outlive the writer.
class EventLogWriter : public EventObserver {
 public:
  // Writes the first line.
  explicit EventLogWriter(std::ostream& log);
  void On(const Event& event) override;

 private:
  std::ostream& log_;
};

// Receives the events of a log, each with its line number, counted from 1.
class EventLogListener {
 public:
  virtual ~EventLogListener() = default;
  // The event and the values that it refers to are valid during the call. Return false to stop.
  virtual bool OnEvent(std::uint64_t line, const Event& event) = 0;
};

// Reports all events in order. An error names the line and the reason: another format, a newer
// version, truncated, or corrupt. The events before that line have been reported.
absl::Status ReadEventLog(std::istream& log, EventLogListener& listener);

}  // namespace fencepost::models
