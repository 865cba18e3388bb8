// The event log: what truly happened in a system, as lines that another process can judge later.
//
// JSON lines. The first names the format and its version; each further one is one event, with the
// names that the code, the store and the documents use, and times in microseconds since the Unix
// epoch. Only true events are in it: what the core was told takes no part in conformance. Every
// prefix of whole lines is a log.
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

inline constexpr int kEventLogVersion = 2;

// Observes a stream of events and writes those that a log has. Bytes of names that are no UTF-8 are
// replaced. What could not be written shows in the state of `log`, which must outlive the writer.
class EventLogWriter : public EventObserver {
 public:
  // Writes the first line.
  explicit EventLogWriter(std::ostream& log);
  void On(const Event& event) override;

 private:
  std::ostream& log_;
};

// Who is told what a log says, with the number of its line, from 1.
class EventLogListener {
 public:
  virtual ~EventLogListener() = default;
  // The event and what it refers to live for the duration of the call. False: enough was read.
  virtual bool OnEvent(std::uint64_t line, const Event& event) = 0;
};

// Tells all events in order. An error names the line and what is wrong with it: of another format,
// newer, truncated, or corrupt. What stood before that line has been told.
absl::Status ReadEventLog(std::istream& log, EventLogListener& listener);

}  // namespace fencepost::models
