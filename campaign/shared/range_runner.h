// Runs the seeds of one range and collects what they come to. A failure does not end the range: it
// is made small, so that its shape can be compared with others, and each shape is kept once.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "campaign/coverage_meter.h"
#include "campaign/crash_note.h"
#include "campaign/probe_meter.h"
#include "campaign/run_setup.h"
#include "campaign/seeded_strategies.h"
#include "campaign/shared/shared_campaign.h"

namespace fencepost::campaign {

// The shapes that the threads of this process have met. Thread-safe.
class KnownShapes {
 public:
  // True if the shape was not known before.
  bool Add(std::size_t scenario, const std::string& property, const std::string& shape) {
    const std::lock_guard lock(mutex_);
    return shapes_.emplace(scenario, property, shape).second;
  }

 private:
  std::mutex mutex_;
  std::set<std::tuple<std::size_t, std::string, std::string>> shapes_;
};

struct RangeRunning {
  const std::vector<Subject>& subjects;
  std::string_view strategy;
  std::chrono::duration<double> shrink_time;  // of one failure
  bool json = false;
};

// REQUIRES: used by one thread.
class RangeRunner {
 public:
  RangeRunner(const RangeRunning& running, KnownShapes& known)
      : running_(running), known_(known), equipment_(running.subjects.size()) {}

  // `go_on` is asked before each execution. nullopt if it ended the range before its last seed.
  // Errors: the store failed, or a runner could not be made.
  absl::StatusOr<std::optional<RangeResult>> Run(const RangeClaim& claim,
                                                 const std::function<bool()>& go_on);

 private:
  // What a scenario is run with, kept from range to range.
  struct Equipment {
    std::unique_ptr<Runner> runner;
    std::optional<SeededStrategies> strategies;
    ProbeMeter probes;
    CoverageMeter coverage;
  };

  absl::StatusOr<Equipment*> EquipmentOf(std::size_t scenario);
  void AddFailure(const RangeClaim& claim, const Finding& finding, RangeResult& result);

  const RangeRunning& running_;
  KnownShapes& known_;
  std::vector<Equipment> equipment_;
  std::set<std::string> settled_;  // properties of which this range shrinks no more failures
};

}  // namespace fencepost::campaign
