// One execution in full: every choice, the hash of every event, and the timeline. It can be sent to
// another process and compared with what the same seed came to there.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "scenarios/run/runner.h"

namespace fencepost::campaign {

struct RunTrace {
  sim::Trace trace;
  sim::Timeline timeline;
};

// The runner's last run. REQUIRES: the runner was made with record_timeline.
RunTrace TraceOf(const Runner& runner);

// As one line of text and back. Errors: the line is not what ToLine makes.
std::string ToLine(const RunTrace& run);
absl::StatusOr<RunTrace> RunTraceFromLine(const std::string& line);

// Where two runs part for the first time, in words.
struct RunDifference {
  std::size_t step = 0;              // the choice at or before which they part, from 0
  std::optional<std::size_t> event;  // the number of the event that differs, from 0
  std::string where;                 // "event 3, behind choice 7 (schedule \"claim\": cp-1)"
  std::string here;                  // what the first has there
  std::string there;                 // and the second
};

// nullopt if both are the same run.
std::optional<RunDifference> DifferenceOf(const RunTrace& here, const RunTrace& there);

}  // namespace fencepost::campaign
