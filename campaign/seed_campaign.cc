#include "campaign/seed_campaign.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "campaign/commands_to_repeat.h"
#include "campaign/coverage_meter.h"
#include "campaign/crash_note.h"
#include "campaign/probe_meter.h"
#include "campaign/seed_board.h"
#include "campaign/strategy_source.h"

namespace fencepost::campaign {
namespace {

using Clock = SeedBoard::Clock;

class SeedWorkers {
 public:
  SeedWorkers(const SeedCampaign& campaign, SeedBoard& board) : campaign_(campaign), board_(board) {
    for (std::uint64_t i = 0; i < campaign.jobs; ++i) {
      ++running_;
      threads_.emplace_back([this, i] { Work(i); });
    }
  }

  // Calls `show` with the executions so far from time to time, until all is done.
  template <class Show>
  absl::Status Wait(Show show) {
    std::unique_lock lock(mutex_);
    while (!finished_.wait_for(lock, Progress::kInterval, [this] { return running_ == 0; })) {
      show(executions_.load(std::memory_order_relaxed));
    }
    lock.unlock();
    for (std::thread& thread : threads_) thread.join();
    return status_;
  }

  // REQUIRES: Wait has returned.
  std::shared_ptr<const models::EdgeCounts> edges() const { return edges_; }

 private:
  void Work(std::uint64_t thread) {
    const absl::Status status = RunLots(thread);
    const std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = status;
    --running_;
    finished_.notify_one();
  }

  absl::Status RunLots(std::uint64_t thread) {
    RunOptions options = campaign_.options;
    options.record_coverage = Learns(campaign_.strategy);
    auto runner = Runner::Create(*campaign_.scenario, options);
    if (!runner.ok()) return runner.status();
    CrashNote note(CrashNoteText());
    std::unique_ptr<LotGuard> guard;
    if (campaign_.make_guard) {
      auto created = campaign_.make_guard();
      if (!created.ok()) return created.status();
      guard = *std::move(created);
    }
    StrategySource strategies(campaign_.strategy, *campaign_.scenario, options);
    if (absl::Status status = Import(thread, strategies); !status.ok()) return status;
    ProbeMeter probes;
    CoverageMeter coverage;
    while (const auto lot = board_.Claim()) {
      SeedBoard::LotResult result = RunLot(**runner, *lot, note, guard.get(), strategies, coverage);
      result.tally.probes = probes.Since((*runner)->probes());
      board_.Deliver(*lot, std::move(result));
    }
    if (campaign_.options.conform) {
      const std::lock_guard lock(mutex_);
      edges_->Add((*runner)->edges());
    }
    if (campaign_.guided_corpus == nullptr) return absl::OkStatus();
    return campaign_.guided_corpus->Append(*campaign_.scenario, campaign_.options,
                                           strategies.Kept());
  }

  CrashText CrashNoteText() const {
    CrashText text =
        CrashTextOf(*campaign_.scenario, campaign_.options, campaign_.strategy, campaign_.json);
    if (!Learns(campaign_.strategy)) return text;
    text.before = CampaignCommand(*campaign_.scenario, campaign_.options, campaign_.strategy,
                                  campaign_.seeds.first);
    text.after = "";
    return text;
  }

  // Each thread has its share of what was kept.
  absl::Status Import(std::uint64_t thread, StrategySource& strategies) {
    if (campaign_.guided_corpus == nullptr) return absl::OkStatus();
    auto kept = campaign_.guided_corpus->Load(*campaign_.scenario, campaign_.options);
    if (!kept.ok()) return kept.status();
    std::vector<std::vector<sim::Choice>> share;
    for (std::size_t i = thread; i < kept->size(); i += campaign_.jobs) {
      share.push_back(std::move((*kept)[i]));
    }
    strategies.Import(std::move(share));
    return absl::OkStatus();
  }

  SeedBoard::LotResult RunLot(Runner& runner, const SeedBoard::Lot& lot, CrashNote& note,
                              LotGuard* guard, StrategySource& strategies,
                              CoverageMeter& coverage) {
    SeedBoard::LotResult result;
    std::vector<std::uint64_t> hashes;
    if (guard != nullptr) guard->Begin(lot.seeds);
    for (std::uint64_t seed = lot.seeds.first; !board_.IsOver(lot); ++seed) {
      note.SetSeed(seed);
      const RunReport report = runner.Run(strategies.For(seed));
      strategies.Learn(runner);
      result.tally.Add(report);
      if (guard != nullptr) hashes.push_back(report.hash);
      executions_.fetch_add(1, std::memory_order_relaxed);
      if (campaign_.plateau) {
        for (std::string& point : coverage.NewPoints(runner.probes())) {
          result.coverage.push_back({std::move(point), result.tally.executions});
        }
      }
      result.finding = FindingOf(runner, campaign_.options, report, campaign_.strategy,
                                 Learns(campaign_.strategy) ? std::nullopt : std::optional(seed));
      if (result.finding || seed == lot.seeds.last) break;
    }
    if (guard != nullptr) {
      if (auto finding = guard->Compare(hashes)) result.finding = *std::move(finding);
    }
    return result;
  }

  const SeedCampaign& campaign_;
  SeedBoard& board_;
  std::atomic<std::uint64_t> executions_ = 0;
  std::mutex mutex_;
  std::condition_variable finished_;
  std::uint64_t running_ = 0;
  absl::Status status_;
  std::shared_ptr<models::EdgeCounts> edges_ = std::make_shared<models::EdgeCounts>();
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<ScenarioResult> RunSeeds(const SeedCampaign& campaign, Progress& progress) {
  const Clock::time_point begin = Clock::now();
  std::optional<Clock::time_point> deadline;
  Progress::Budget budget;
  if (campaign.time) {
    deadline = begin + std::chrono::duration_cast<Clock::duration>(*campaign.time);
    budget.time = campaign.time;
  } else {
    const std::uint64_t more = campaign.seeds.last - campaign.seeds.first;
    budget.executions = more == UINT64_MAX ? more : more + 1;
  }
  progress.Begin(std::string(campaign.scenario->name), budget);
  SeedBoard board(campaign.seeds, deadline, campaign.plateau);
  SeedWorkers workers(campaign, board);
  const absl::Status status =
      workers.Wait([&progress](std::uint64_t executions) { progress.Show(executions); });
  progress.End();
  if (!status.ok()) return status;

  ScenarioResult result;
  result.stopped = board.stopped();
  SeedBoard::LotResult total = board.TakeResult();
  result.scenario = campaign.scenario;
  result.options = campaign.options;
  result.tally = std::move(total.tally);
  if (campaign.options.conform) result.edges = workers.edges();
  result.finding = std::move(total.finding);
  result.should_reach_probes = result.tally.executions >= kExecutionsToReachProbes;
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

}  // namespace fencepost::campaign
