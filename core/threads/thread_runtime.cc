#include "core/threads/thread_runtime.h"

#include <time.h>
#include <algorithm>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/rules/check.h"
#include "core/rules/effect.h"

namespace fencepost {
namespace {

// Longer than a process lives, and far from overflowing the arithmetic of clocks.
constexpr absl::Duration kForever = absl::Hours(24 * 3650);

// Of a clock that never goes back and does not stop while the machine sleeps: a process that slept
// must not believe that its leases are still good.
absl::Duration SteadyTime() {
  timespec now{};
  Check(clock_gettime(CLOCK_BOOTTIME, &now) == 0, "the machine has a clock");
  return absl::DurationFromTimespec(now);
}

// An exception ends the process here, before it unwinds a part of a choreography.
void Invoke(const std::function<void()>& body) noexcept { body(); }
absl::Status Invoke(absl::FunctionRef<absl::Status()> call) noexcept { return call(); }

}  // namespace

// Refers to its runtime only while an activity waits for it, so it may be destroyed on any thread,
// and later than the runtime.
class ThreadRuntime::StrandSignal : public Signal {
 public:
  explicit StrandSignal(ThreadRuntime& runtime) : runtime_(runtime) {}
  ~StrandSignal() override { Check(waits_.load() == 0, "a signal outlives its waits"); }

  absl::Status WaitUntil(absl::Time deadline) override {
    runtime_.AssertOnStrand();
    ++waits_;
    const std::uint64_t before = notifications_;
    const auto notified = [&]() FENCEPOST_REQUIRES(runtime_.strand_) {
      return notifications_ != before;
    };
    absl::Status status = runtime_.Wait(condition_, deadline, notified);
    --waits_;
    return status;
  }
  void NotifyAll() override {
    runtime_.AssertOnStrand();
    ++notifications_;
    condition_.notify_all();
  }

 private:
  ThreadRuntime& runtime_;
  std::uint64_t notifications_ FENCEPOST_GUARDED_BY(runtime_.strand_) = 0;
  std::atomic<int> waits_ = 0;
  std::condition_variable condition_;
};

ThreadRuntime::ThreadRuntime(ThreadRuntimeOptions options)
    : options_(options),
      wall_at_begin_(absl::Now()),
      steady_at_begin_(SteadyTime()),
      calls_(options.max_calls) {
  Check(options_.max_threads > 0, "a runtime needs at least one thread");
  Check(options_.max_calls > 0, "a runtime needs room for at least one call");
}

ThreadRuntime::~ThreadRuntime() {
  StopAndWait();
  Enter();
  closing_ = true;
  queued_.notify_all();
  Leave();
  for (std::thread& thread : threads_) thread.join();
}

// ---- The strand --------------------------------------------------------------------------------

void ThreadRuntime::Enter() {
  strand_.Lock();
  holder_.store(std::this_thread::get_id());
}

void ThreadRuntime::Leave() {
  holder_.store(std::thread::id());
  strand_.Unlock();
}

void ThreadRuntime::AssertOnStrand() const {
  Check(OnStrand(), "runtime calls, signals included, are made on the strand");
}

void ThreadRuntime::LetGo(absl::FunctionRef<void(std::unique_lock<std::mutex>&)> wait) {
  holder_.store(std::thread::id());
  std::unique_lock<std::mutex> lock(strand_.native(), std::adopt_lock);
  wait(lock);
  lock.release();
  holder_.store(std::this_thread::get_id());
}

void ThreadRuntime::Run(const std::function<void()>& body) {
  Check(!OnStrand(), "Run is for the outside: the caller is on the strand already");
  Enter();
  ++visitors_;
  Invoke(body);
  --visitors_;
  finished_.notify_all();
  Leave();
}

void ThreadRuntime::Stop() {
  if (OnStrand()) {
    AssertOnStrand();
    StopOnStrand();
    return;
  }
  Enter();
  StopOnStrand();
  Leave();
}

void ThreadRuntime::StopOnStrand() {
  stopping_ = true;
  for (std::condition_variable* condition : waiting_) condition->notify_all();
}

void ThreadRuntime::StopAndWait() {
  Check(!OnStrand(), "a caller on the strand cannot wait until the strand is left");
  Enter();
  StopOnStrand();
  LetGo([this](std::unique_lock<std::mutex>& lock) {
    finished_.wait(lock, [this]() FENCEPOST_REQUIRES(strand_) {
      return unfinished_.empty() && visitors_ == 0;
    });
  });
  Leave();
  calls_.Await();
}

absl::Status ThreadRuntime::Wait(std::condition_variable& condition, absl::Time deadline,
                                 absl::FunctionRef<bool()> holds) {
  const absl::Duration left = std::min(deadline - Now(), kForever);
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(left);
  absl::Status status;
  waiting_.push_back(&condition);
  LetGo([&](std::unique_lock<std::mutex>& lock) FENCEPOST_REQUIRES(strand_) {
    while (!stopping_ && !holds()) {
      if (std::chrono::steady_clock::now() >= until) {
        status = absl::DeadlineExceededError("the deadline has come");
        break;
      }
      condition.wait_until(lock, until);
    }
  });
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &condition));
  return stopping_ ? Cancelled() : status;
}

// ---- Runtime -----------------------------------------------------------------------------------

absl::Time ThreadRuntime::Now() { return wall_at_begin_ + (SteadyTime() - steady_at_begin_); }

absl::Status ThreadRuntime::SleepUntil(absl::Time deadline) {
  AssertOnStrand();
  const absl::Status status = Wait(never_, deadline, [] { return false; });
  return absl::IsDeadlineExceeded(status) ? absl::OkStatus() : status;
}

ActivityId ThreadRuntime::Spawn(std::string_view name, std::function<void()> body) {
  AssertOnStrand();
  const std::uint64_t id = ++last_activity_;
  if (stopping_) return ActivityId{id};  // never started: it counts as finished
  unfinished_.insert(id);
  queue_.push_back({id, std::string(name), std::move(body)});
  const bool all_busy = queue_.size() > idle_threads_;
  if (all_busy && threads_.size() < static_cast<std::size_t>(options_.max_threads)) {
    threads_.emplace_back([this] { WorkOff(); });
  } else {
    queued_.notify_one();
  }
  return ActivityId{id};
}

absl::Status ThreadRuntime::Join(ActivityId activity) {
  AssertOnStrand();
  const auto has_returned = [&]() FENCEPOST_REQUIRES(strand_) {
    return !unfinished_.contains(static_cast<std::uint64_t>(activity));
  };
  return Wait(finished_, absl::InfiniteFuture(), has_returned);
}

std::string_view ThreadRuntime::CurrentActivity() const {
  AssertOnStrand();
  const auto found = names_.find(std::this_thread::get_id());
  return found == names_.end() ? std::string_view() : found->second;
}

std::unique_ptr<Signal> ThreadRuntime::NewSignal() { return std::make_unique<StrandSignal>(*this); }

std::uint64_t ThreadRuntime::Random() {
  AssertOnStrand();
  static_assert(std::random_device::max() == 0xFFFFFFFFU);
  const std::uint64_t high = random_();
  return (high << 32U) | random_();
}

absl::Status ThreadRuntime::DoCall(const CallSite&, absl::FunctionRef<absl::Status()> call) {
  AssertOnStrand();
  return CallOffStrand(call);
}

absl::Status ThreadRuntime::CallOffStrand(absl::FunctionRef<absl::Status()> call) {
  if (stopping_) return Cancelled();
  Leave();
  absl::Status status = Invoke(call);
  Enter();
  return stopping_ ? Cancelled() : status;
}

absl::Status ThreadRuntime::DoOwningCall(const CallSite& site,
                                         absl::FunctionRef<absl::Status()> call,
                                         absl::FunctionRef<OwnedCall()> own) {
  AssertOnStrand();
  return site.target == CallTarget::kStore ? CallOffStrand(call) : CallInTime(site, own());
}

absl::Status ThreadRuntime::CallInTime(const CallSite& site, OwnedCall call) {
  if (stopping_) return Cancelled();
  Leave();
  const CallThreads::Result result = calls_.Run({site.name, site.worker}, std::move(call),
                                                absl::ToChronoNanoseconds(options_.call_timeout));
  Enter();
  if (stopping_) return Cancelled();
  switch (result.end) {
    case CallThreads::End::kReturned:
      return result.status;
    case CallThreads::End::kGivenUp:
      return InDoubt(absl::StrCat(std::string(site.name), " has not returned within ",
                                  absl::FormatDuration(options_.call_timeout)));
    case CallThreads::End::kStillHangs:
      return NotApplied(
          absl::StrCat("an earlier call of ", std::string(site.name), " has not returned yet"));
    case CallThreads::End::kRefused:
      break;
  }
  return NotApplied(absl::StrCat(options_.max_calls, " calls are under way, ", calls_.given_up(),
                                 " of them given up: no more are allowed"));
}

// ---- Threads -----------------------------------------------------------------------------------

void ThreadRuntime::WorkOff() {
  Enter();
  while (true) {
    ++idle_threads_;
    LetGo([this](std::unique_lock<std::mutex>& lock) {
      queued_.wait(lock,
                   [this]() FENCEPOST_REQUIRES(strand_) { return !queue_.empty() || closing_; });
    });
    --idle_threads_;
    if (queue_.empty()) break;
    Activity activity = std::move(queue_.front());
    queue_.pop_front();
    names_[std::this_thread::get_id()] = activity.name;
    if (!stopping_) Invoke(activity.body);
    names_.erase(std::this_thread::get_id());
    activity.body = nullptr;  // what it holds may be waited for
    unfinished_.erase(activity.id);
    finished_.notify_all();
  }
  Leave();
}

}  // namespace fencepost
