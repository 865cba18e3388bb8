// Runs every execution of one scenario that the bounds allow, or one of each class that a reduction
// tells apart, and says whether that was all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "campaign/campaign_result.h"
#include "campaign/progress.h"
#include "campaign/run_setup.h"
#include "sim/engine/reduction/search.h"

namespace fencepost::campaign {

struct ExhaustiveCampaign {
  Subject subject;
  sim::ExhaustiveBounds bounds;
  sim::Reduction reduction = sim::Reduction::kPartialOrder;
  // Iterative deepening: the bound on preemptions grows from 0, so that failures with few
  // preemptions come first. It ends when that bound cuts nothing any more.
  bool deepen = false;
  std::optional<absl::Duration> time;
  bool json = false;  // a crash is told as JSON, too
};

struct Explored {
  ScenarioResult result;
  sim::ExhaustiveReport report;
  sim::ExhaustiveBounds bounds;        // those of the last search: deepening raises one
  std::optional<absl::Duration> time;  // what the last search was given
  std::string command;                 // searches in the same order, and so finds the same
  std::uint64_t distinct_end_states = 0;
  std::uint64_t distinct_states = 0;  // 0: not counted
  bool out_of_time = false;

  // Whether that was all, in one sentence.
  std::string Completeness() const;
  // Every execution within the bounds on preemptions and faults was run, or one of its class. A
  // search that is cut, by time or by the number of executions, says nothing about the rest.
  bool complete_within_bounds() const {
    return !out_of_time && !result.finding && report.complete_within_bounds();
  }
};

// "3", or "none" without a bound.
std::string BoundText(std::uint64_t bound);

// Errors: a runner could not be made.
absl::StatusOr<Explored> Explore(const ExhaustiveCampaign& campaign, Progress& progress);

}  // namespace fencepost::campaign
