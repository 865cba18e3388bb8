// Hands out seeds to threads in small lots and puts their results together in the order of seeds,
// so that what comes out does not depend on how many threads there are or which of them was fast.
//
// With a finding, everything up to its seed counts and nothing beyond: the finding reported is the
// one with the lowest seed. The plateau, too, is that of the seeds in order; it is judged at the
// end of each lot. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "campaign/campaign_result.h"
#include "campaign/seed_range.h"

namespace fencepost::campaign {

class SeedBoard {
 public:
  using Clock = std::chrono::steady_clock;

  // `plateau`: that many executions without a new point of coverage end the campaign.
  explicit SeedBoard(SeedRange seeds, std::optional<Clock::time_point> deadline,
                     std::optional<std::uint64_t> plateau = std::nullopt)
      : seeds_(seeds), deadline_(deadline), plateau_(plateau) {}

  struct Lot {
    std::uint64_t index;
    SeedRange seeds;
  };
  struct NewPoint {
    std::string name;
    std::uint64_t execution;  // the n-th of the lot was the first to reach it
  };
  struct LotResult {
    Tally tally;
    std::optional<Finding> finding;  // of the lot's last execution
    // Filled for a plateau alone: at least the points that no lower lot of the same thread has
    // reached.
    std::vector<NewPoint> coverage;
  };

  // The next lot; nullopt if no more seeds are to be run.
  std::optional<Lot> Claim();
  // The rest of the lot need not be run: time is over, or a lower lot ends the campaign.
  bool IsOver(const Lot& lot) const;
  // REQUIRES: the lot was claimed, and all its seeds were run in order up to the first finding or
  // until it was over.
  void Deliver(const Lot& lot, LotResult result);

  // The result of all lots up to the one that ended the campaign.
  // REQUIRES: every claimed lot has been delivered.
  LotResult TakeResult();
  StopReason stopped();

 private:
  static constexpr std::uint64_t kSeedsInLot = 64;
  static constexpr std::uint64_t kNoLot = UINT64_MAX;

  void Merge(LotResult result);

  bool TimeIsOver() const { return deadline_ && Clock::now() >= *deadline_; }

  const SeedRange seeds_;
  const std::optional<Clock::time_point> deadline_;
  const std::optional<std::uint64_t> plateau_;
  std::atomic<std::uint64_t> last_lot_ = kNoLot;  // the lot that ends the campaign

  std::mutex mutex_;
  std::uint64_t next_ = 0;                      // the lot to hand out
  std::uint64_t in_order_ = 0;                  // all lots below it are in result_
  std::map<std::uint64_t, LotResult> waiting_;  // delivered before a lower one
  LotResult result_;
  bool on_plateau_ = false;
  std::set<std::string> reached_;
  std::uint64_t last_new_ = 0;  // the execution that reached the last new point
};

}  // namespace fencepost::campaign
