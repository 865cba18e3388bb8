#include "campaign/shared/workers.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "campaign/shared/claim_keeper.h"
#include "campaign/shared/range_runner.h"

namespace fencepost::campaign {
namespace {

using Clock = std::chrono::steady_clock;

// While other workers hold the last ranges, this is how often a worker looks whether they ended.
constexpr std::chrono::milliseconds kLook{250};

class Workers {
 public:
  Workers(SharedCampaign& campaign, const SharedWork& work)
      : campaign_(campaign),
        work_(work),
        running_{work.subjects, work.strategy, work.shrink_time, work.json},
        keeper_(campaign) {
    if (work.time)
      deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(*work.time);
    for (std::uint64_t i = 0; i < work.jobs; ++i) {
      ++working_;
      threads_.emplace_back([this] { Work(); });
    }
  }

  absl::StatusOr<SharedWorkDone> Wait(Progress& progress) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, Progress::kInterval, [this] { return working_ == 0; })) {
      progress.Show(executions_.load(std::memory_order_relaxed));
    }
    lock.unlock();
    for (std::thread& thread : threads_) thread.join();
    if (!status_.ok()) return status_;
    return done_;
  }

 private:
  bool TimeIsOver() const { return deadline_ && Clock::now() >= *deadline_; }
  bool GoOn() const { return !stop_.load(std::memory_order_relaxed) && !TimeIsOver(); }

  void Work() {
    const absl::Status status = RunRanges();
    const std::lock_guard lock(mutex_);
    if (!status.ok()) stop_ = true;
    if (status_.ok()) status_ = status;
    done_.time_was_over = done_.time_was_over || TimeIsOver();
    --working_;
    changed_.notify_all();
  }

  absl::Status RunRanges() {
    RangeRunner runner(running_, known_);
    while (GoOn()) {
      const auto answer = campaign_.Claim(work_.plateau);
      if (!answer.ok()) return answer.status();
      if (answer->claim) {
        if (absl::Status ran = RunRange(runner, *answer->claim); !ran.ok()) return ran;
      } else if (answer->over) {
        return absl::OkStatus();
      } else {
        AwaitOthers(answer->next_deadline);
      }
    }
    return absl::OkStatus();
  }

  absl::Status RunRange(RangeRunner& runner, const RangeClaim& claim) {
    const ClaimKeeper::Kept kept(keeper_, claim);
    const auto result = runner.Run(claim, [this] {
      executions_.fetch_add(1, std::memory_order_relaxed);
      return GoOn();
    });
    if (!result.ok() || !*result) {
      absl::Status released = campaign_.Release(claim);
      return result.ok() ? released : result.status();
    }
    const auto counts = campaign_.Finish(claim, **result);
    if (!counts.ok()) return counts.status();
    const std::lock_guard lock(mutex_);
    if (*counts) {
      done_.executions += (*result)->tally.executions;
    } else {
      ++done_.lost;
    }
    return absl::OkStatus();
  }

  void AwaitOthers(absl::Duration next_deadline) {
    auto wait = std::min<Clock::duration>(kLook, absl::ToChronoNanoseconds(next_deadline));
    wait = std::max<Clock::duration>(wait, std::chrono::milliseconds(1));
    if (deadline_) wait = std::min(wait, *deadline_ - Clock::now());
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return stop_.load(); });
  }

  SharedCampaign& campaign_;
  const SharedWork& work_;
  const RangeRunning running_;
  KnownShapes known_;
  ClaimKeeper keeper_;
  std::optional<Clock::time_point> deadline_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::uint64_t> executions_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t working_ = 0;
  absl::Status status_;
  SharedWorkDone done_;
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<SharedWorkDone> WorkOn(SharedCampaign& campaign, const SharedWork& work,
                                      Progress& progress) {
  Progress::Budget budget;
  if (work.time) budget.time = work.time;
  progress.Begin("campaign", budget);
  Workers workers(campaign, work);
  auto done = workers.Wait(progress);
  progress.End();
  return done;
}

}  // namespace fencepost::campaign
