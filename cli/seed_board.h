// Hands out seeds to threads in small lots and puts their results together in the order of seeds,
// so that what comes out does not depend on how many threads there are or which of them was fast.
//
// With a finding, everything up to its seed counts and nothing beyond: the finding reported is the
// one with the lowest seed. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "cli/arguments.h"
#include "cli/campaign_result.h"

namespace fencepost::cli {

class SeedBoard {
 public:
  using Clock = std::chrono::steady_clock;

  explicit SeedBoard(SeedRange seeds, std::optional<Clock::time_point> deadline)
      : seeds_(seeds), deadline_(deadline) {}

  struct Lot {
    std::uint64_t index;
    SeedRange seeds;
  };
  struct LotResult {
    Tally tally;
    std::optional<Finding> finding;  // of the lot's last execution
  };

  // The next lot; nothing if no more seeds are wanted.
  std::optional<Lot> Claim();
  // The rest of the lot is not wanted: time is over, or a lower one holds a finding.
  bool IsOver(const Lot& lot) const;
  // REQUIRES: the lot was claimed, and all its seeds were run in order up to the first finding or
  // until it was over.
  void Deliver(const Lot& lot, LotResult result);

  // Of all lots up to the first finding. Once every claimed lot has been delivered.
  LotResult TakeResult();

 private:
  static constexpr std::uint64_t kSeedsInLot = 64;
  static constexpr std::uint64_t kNoFinding = UINT64_MAX;

  bool TimeIsOver() const { return deadline_ && Clock::now() >= *deadline_; }

  const SeedRange seeds_;
  const std::optional<Clock::time_point> deadline_;
  std::atomic<std::uint64_t> lowest_finding_ = kNoFinding;  // index of its lot

  std::mutex mutex_;
  std::uint64_t next_ = 0;                      // the lot to hand out
  std::uint64_t in_order_ = 0;                  // all lots below it are in result_
  std::map<std::uint64_t, LotResult> waiting_;  // delivered before a lower one
  LotResult result_;
};

}  // namespace fencepost::cli
