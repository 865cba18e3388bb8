// One campaign that any number of processes and machines run together, kept in a database.
//
// Its seeds are cut into ranges. A worker claims a range until a deadline, which it moves on while
// it lives; when it has run out, anybody may claim the range again. Each claim has an attempt
// number of its own, and only the latest attempt can finish the range: so every range is counted
// exactly once, whoever was killed, paused or cut off in between. What a range has found comes in
// with its end, in one transaction. Every call is one transaction and is repeated while the
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
#include "campaign/shared/identity.h"
#include "campaign/shared/session.h"

namespace fencepost::cli {

// A range of one scenario's seeds, for this worker alone while the claim lasts.
struct RangeClaim {
  std::size_t scenario = 0;  // its place in the campaign
  std::uint64_t number = 0;
  std::uint64_t attempt = 0;
  SeedRange seeds{};
};

struct CorpusFinding {
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
  std::vector<CorpusFinding> findings;
};

struct ClaimAnswer {
  std::optional<RangeClaim> claim;
  // Without a claim. True: no range is wanted any more. False: others hold the last ones.
  bool over = false;
  absl::Duration next_deadline;  // when the first of those runs out
};

struct CorpusSummary {
  struct OneScenario {
    Tally tally;  // of the finished ranges; the digest is of those in their order
    std::uint64_t ranges = 0;
    std::uint64_t finished_ranges = 0;
    std::uint64_t points = 0;         // of coverage
    std::uint64_t since_new = 0;      // executions without a new one
    std::vector<SeedRange> given_up;  // ranges that have ended worker after worker
    bool finished() const { return finished_ranges == ranges; }
  };
  std::vector<OneScenario> scenarios;
  std::vector<CorpusFinding> findings;  // in the order of scenarios, then of seeds
  std::uint64_t failures = 0;           // executions that were not clean

  bool finished() const;
};

class Corpus {
 public:
  struct Options {
    SeedRange seeds{};  // of a campaign that is made now and whose identity names none
    std::uint64_t range_seeds = 0;
    absl::Duration claim_time;
  };
  // So many workers have to be lost over a range before nobody tries it again: its execution ends
  // the process, or never ends.
  static constexpr std::uint64_t kMostLosses = 5;

  // Makes the campaign in an empty place, else joins the one that is there. Errors: the place is
  // not a corpus, or holds another campaign; one line says which.
  static absl::StatusOr<std::unique_ptr<Corpus>> Join(std::unique_ptr<CorpusSession> session,
                                                      const CampaignIdentity& identity,
                                                      const Options& options);

  // A range that was lost by its worker, else the next one that nobody had, of the scenario that is
  // furthest behind. `plateau`: scenarios without new coverage in so many executions are done; 0:
  // none are.
  absl::StatusOr<ClaimAnswer> Claim(std::uint64_t plateau);
  // Moves the deadline on. False: the claim was lost to another worker.
  absl::StatusOr<bool> Renew(const RangeClaim& claim);
  // Gives the range back unfinished.
  absl::Status Release(const RangeClaim& claim);
  // False: the claim was lost, and the result counts for nothing.
  absl::StatusOr<bool> Finish(const RangeClaim& claim, const RangeResult& result);

  absl::StatusOr<CorpusSummary> Summary();

  // Their names, by place.
  std::vector<std::string> scenarios() const;
  SeedRange seeds() const { return *identity_.seeds; }
  std::uint64_t range_seeds() const { return *identity_.range_seeds; }
  absl::Duration claim_time() const { return options_.claim_time; }
  std::string place() const { return session_->place(); }

 private:
  Corpus(std::unique_ptr<CorpusSession> session, CampaignIdentity identity, Options options)
      : session_(std::move(session)), identity_(std::move(identity)), options_(options) {}

  // Runs `work` in a transaction, again and again while the database cannot be reached.
  absl::Status Transact(const std::function<absl::Status()>& work);
  absl::Status Try(const std::function<absl::Status()>& work);

  absl::Status JoinOrMake();
  absl::Status Make();
  absl::Status Compare(const CorpusSession::Row& campaign);

  absl::StatusOr<std::optional<RangeClaim>> ClaimLost(std::uint64_t plateau);
  absl::StatusOr<std::optional<RangeClaim>> ClaimNext(std::uint64_t plateau, std::string_view lock);
  absl::Status LookAhead(std::uint64_t plateau, ClaimAnswer& answer);
  // Microseconds of the shared clock, `claim_time` from now, as SQL.
  std::string Deadline() const;

  absl::StatusOr<bool> MarkFinished(const RangeClaim& claim, const RangeResult& result);
  absl::Status AddProbes(const RangeClaim& claim, const ProbeHits& hits);
  absl::StatusOr<bool> AddCoverage(const RangeClaim& claim, const std::set<std::string>& points);
  absl::Status AddFailures(const RangeClaim& claim, const RangeResult& result);

  absl::Status ReadScenarios(CorpusSummary& summary);
  absl::Status ReadRanges(std::size_t place, CorpusSummary::OneScenario& scenario);
  absl::Status ReadFindings(CorpusSummary& summary);

  std::uint64_t ranges() const;
  SeedRange SeedsOf(std::uint64_t number) const;

  std::mutex mutex_;  // of the session
  const std::unique_ptr<CorpusSession> session_;
  CampaignIdentity identity_;  // the campaign's once it was joined
  const Options options_;
};

}  // namespace fencepost::cli
