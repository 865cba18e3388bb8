// One campaign that any number of processes and machines run together, kept in a database.
//
// Its seeds are cut into ranges. A worker claims a range until a deadline, which it extends while
// it lives. When the deadline has passed, any worker may claim the range again. Each claim has an
// attempt number of its own, and only the latest attempt can finish the range: so every range is
// counted exactly once, although workers are killed, paused or cut off. The results of a range come
// in with its end, in one transaction. Every call is one transaction and is repeated while the
// database cannot be reached, for as long as a claim lasts. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "campaign/campaign_result.h"
#include "campaign/shared/database.h"
#include "campaign/shared/identity.h"

namespace fencepost::campaign {

// A range of one scenario's seeds, for this worker alone while the claim lasts.
struct RangeClaim {
  std::size_t scenario = 0;  // its place in the campaign
  std::uint64_t number = 0;
  std::uint64_t attempt = 0;
  SeedRange seeds{};
};

struct SharedFinding {
  std::size_t scenario = 0;
  std::string property;
  std::string shape;
  std::uint64_t seed = 0;  // the lowest one
  std::uint64_t seen = 1;  // shrunk failures of this property and shape
  std::string replay;      // the text of a replay file
};

struct RangeResult {
  Tally tally;
  std::set<std::string> coverage;                 // points
  std::map<std::string, std::uint64_t> failures;  // by property: executions
  std::vector<SharedFinding> findings;
};

struct ClaimAnswer {
  std::optional<RangeClaim> claim;
  // Set without a claim. True: no range is left to run. False: other workers hold the last ones.
  bool over = false;
  absl::Duration next_deadline;  // when the first claim of those other workers runs out
};

struct SharedSummary {
  struct OneScenario {
    Tally tally;  // over the finished ranges; its digest depends on the size of ranges
    std::uint64_t ranges = 0;
    std::uint64_t finished_ranges = 0;
    std::uint64_t points = 0;         // of coverage
    std::uint64_t since_new = 0;      // executions without a new one
    std::vector<SeedRange> given_up;  // ranges whose execution has ended worker after worker
    bool finished() const { return finished_ranges == ranges; }
  };
  std::vector<OneScenario> scenarios;
  std::vector<SharedFinding> findings;  // in the order of scenarios, then of seeds
  std::uint64_t failures = 0;           // executions that were not clean

  bool finished() const;
};

class SharedCampaign {
 public:
  struct Options {
    SeedRange seeds{};  // for a campaign that is made now and whose identity names no seeds
    std::uint64_t range_seeds = 0;
    absl::Duration claim_time;
  };
  // A range over which this many workers were lost is not tried again: an execution in it ends the
  // process, or never ends.
  static constexpr std::uint64_t kMostLosses = 5;

  // Makes the campaign in an empty place, else joins the one that is there. Errors: the place is
  // not a shared campaign, or holds another one; one line says which.
  static absl::StatusOr<std::unique_ptr<SharedCampaign>> Join(std::unique_ptr<Database> database,
                                                              const CampaignIdentity& identity,
                                                              const Options& options);

  // A range whose worker was lost; else the next range of the scenario that is furthest behind.
  // `plateau`: a scenario without new coverage in this many executions is done; 0: none is.
  absl::StatusOr<ClaimAnswer> Claim(std::uint64_t plateau);
  // Extends the deadline. False: the claim was lost to another worker.
  absl::StatusOr<bool> Renew(const RangeClaim& claim);
  // Gives the range back unfinished.
  absl::Status Release(const RangeClaim& claim);
  // False: the claim was lost, and the result counts for nothing.
  absl::StatusOr<bool> Finish(const RangeClaim& claim, const RangeResult& result);

  absl::StatusOr<SharedSummary> Summary();

  // The names of the scenarios, by place.
  std::vector<std::string> scenarios() const;
  SeedRange seeds() const { return *identity_.seeds; }
  std::uint64_t range_seeds() const { return *identity_.range_seeds; }
  absl::Duration claim_time() const { return options_.claim_time; }
  std::string place() const { return database_->place(); }

 private:
  SharedCampaign(std::unique_ptr<Database> database, CampaignIdentity identity, Options options)
      : database_(std::move(database)), identity_(std::move(identity)), options_(options) {}

  // Runs `work` in a transaction, and repeats it while the database cannot be reached.
  absl::Status Transact(const std::function<absl::Status()>& work);
  absl::Status Try(const std::function<absl::Status()>& work);

  absl::Status JoinOrMake();
  absl::Status Make();
  absl::Status Compare(const Database::Row& campaign);

  absl::StatusOr<std::optional<RangeClaim>> ClaimLost(std::uint64_t plateau);
  absl::StatusOr<std::optional<RangeClaim>> ClaimNext(std::uint64_t plateau, std::string_view lock);
  absl::Status LookAhead(std::uint64_t plateau, ClaimAnswer& answer);
  // Microseconds of the shared clock, `claim_time` from now, as SQL.
  std::string Deadline() const;

  absl::StatusOr<bool> MarkFinished(const RangeClaim& claim, const RangeResult& result);
  absl::Status AddProbes(const RangeClaim& claim, const ProbeHits& hits);
  absl::StatusOr<bool> AddCoverage(const RangeClaim& claim, const std::set<std::string>& points);
  absl::Status AddFailures(const RangeClaim& claim, const RangeResult& result);

  absl::Status ReadScenarios(SharedSummary& summary);
  absl::Status ReadRanges(std::size_t place, SharedSummary::OneScenario& scenario);
  absl::Status ReadFindings(SharedSummary& summary);

  std::uint64_t ranges() const;
  SeedRange SeedsOf(std::uint64_t number) const;

  std::mutex mutex_;  // guards database_
  const std::unique_ptr<Database> database_;
  CampaignIdentity identity_;  // once it was joined: that of the campaign in the database
  const Options options_;
};

}  // namespace fencepost::campaign
