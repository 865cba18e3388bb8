// The Runtime of a production process: ordinary threads, and a mutex for the strand.
//
// The blocking calls of many activities overlap; the core's own code, which is cheap, does not.
// Threads are made on demand, up to a bound, and used again; activities beyond the bound wait for
// a thread. An activity that waits in Join, a signal or a sleep keeps its thread, so the bound must
// be at least the number of activities that a control plane runs at once (Config::Activities).
//
// Stop cancels: every call returns Cancelled from then on, sleepers and waiters wake, nothing new
// is started, and a blocking call that is under way ends by itself, or is given up, and is then
// told Cancelled. An exception that leaves an activity or a call ends the process: the core knows
// none.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "core/seams/runtime.h"
#include "core/threads/call_threads.h"
#include "core/threads/thread_annotations.h"

namespace fencepost {

struct ThreadRuntimeOptions {
  int max_threads = kStandardActivityBound;
  // A call of a worker, a pod platform or an issuer that has not returned by then is given up: its
  // caller is told that it is in doubt. It runs on, and nobody hears its result; until it returns,
  // the same call for the same worker is refused. A store ends its calls by itself.
  absl::Duration call_timeout = absl::Seconds(30);
  // Calls of those that are under way at once, given up or not. A further one is refused.
  int max_calls = 4 * kStandardActivityBound;
};

class ThreadRuntime : public Runtime {
 public:
  explicit ThreadRuntime(ThreadRuntimeOptions options = {});
  // As StopAndWait. What it made (signals) may be destroyed after it.
  ~ThreadRuntime() override;
  ThreadRuntime(const ThreadRuntime&) = delete;
  ThreadRuntime& operator=(const ThreadRuntime&) = delete;

  // Runs `body` on the calling thread, on the strand: how the outside gets in. After Stop as well:
  // the body then finds every call cancelled. REQUIRES: the caller is not on the strand already.
  void Run(const std::function<void()>& body);
  // From any thread, on the strand or off it.
  void Stop();
  // Stops, then waits until every activity and every Run has returned, and every call that was
  // given up: from then on nothing refers to what they worked on. A process that does not want to
  // wait for a call that never returns has to end without destroying that. REQUIRES: the caller is
  // not on the strand.
  void StopAndWait();
  // Calls that were given up and have not returned yet. From any thread.
  int calls_given_up() const { return calls_.given_up(); }

  // ---- Runtime: on the strand only, but for Now and NewSignal. Now never goes back, and goes on
  // while the machine sleeps: it is what the wall clock showed when the runtime was made, and the
  // time since. A signal is waited for and
  // notified on the strand, and must outlive its waits.
  absl::Time Now() override;
  absl::Status SleepUntil(absl::Time deadline) override;
  ActivityId Spawn(std::string_view name, std::function<void()> body) override;
  absl::Status Join(ActivityId activity) override;
  std::string_view CurrentActivity() const override;
  int ActivityBound() const override { return options_.max_threads; }
  std::unique_ptr<Signal> NewSignal() override;
  std::uint64_t Random() override;

 private:
  class StrandSignal;
  struct Activity {
    std::uint64_t id;
    std::string name;
    std::function<void()> body;
  };

  absl::Status DoCall(const CallSite& site, absl::FunctionRef<absl::Status()> call) override;
  absl::Status DoOwningCall(const CallSite& site, absl::FunctionRef<absl::Status()> call,
                            absl::FunctionRef<OwnedCall()> own) override;

  // Take and leave the strand. `holder_` says which thread is on it.
  void Enter() FENCEPOST_ACQUIRES(strand_);
  void Leave() FENCEPOST_RELEASES(strand_);
  bool OnStrand() const { return holder_.load() == std::this_thread::get_id(); }
  void AssertOnStrand() const FENCEPOST_ASSERTS_HELD(strand_);
  // Calls `wait`, which lets the strand go and takes it again.
  void LetGo(absl::FunctionRef<void(std::unique_lock<std::mutex>&)> wait)
      FENCEPOST_REQUIRES(strand_);
  // Runs `call` on a thread of its own, and gives it up when its time is over.
  absl::Status CallInTime(const CallSite& site, OwnedCall call) FENCEPOST_REQUIRES(strand_);
  // Runs `call` off the strand.
  absl::Status CallOffStrand(absl::FunctionRef<absl::Status()> call) FENCEPOST_REQUIRES(strand_);

  // Leaves the strand until `holds`, the deadline, or cancellation, which comes first.
  absl::Status Wait(std::condition_variable& condition, absl::Time deadline,
                    absl::FunctionRef<bool()> holds) FENCEPOST_REQUIRES(strand_);
  void StopOnStrand() FENCEPOST_REQUIRES(strand_);
  void WorkOff() FENCEPOST_EXCLUDES(strand_);

  const ThreadRuntimeOptions options_;
  const absl::Time wall_at_begin_;
  const absl::Duration steady_at_begin_;
  CallThreads calls_;
  Mutex strand_;
  std::atomic<std::thread::id> holder_{};

  std::condition_variable never_;  // what a sleeper waits for
  std::condition_variable queued_;
  std::condition_variable finished_;

  bool stopping_ FENCEPOST_GUARDED_BY(strand_) = false;
  bool closing_ FENCEPOST_GUARDED_BY(strand_) = false;  // threads end
  // What Wait waits for right now, for Stop.
  std::vector<std::condition_variable*> waiting_ FENCEPOST_GUARDED_BY(strand_);
  std::deque<Activity> queue_ FENCEPOST_GUARDED_BY(strand_);
  // Of the activity that each thread works on.
  absl::btree_map<std::thread::id, std::string_view> names_ FENCEPOST_GUARDED_BY(strand_);
  absl::btree_set<std::uint64_t> unfinished_ FENCEPOST_GUARDED_BY(strand_);
  std::uint64_t last_activity_ FENCEPOST_GUARDED_BY(strand_) = 0;
  int visitors_ FENCEPOST_GUARDED_BY(strand_) = 0;  // inside Run
  std::size_t idle_threads_ FENCEPOST_GUARDED_BY(strand_) = 0;
  std::vector<std::thread> threads_ FENCEPOST_GUARDED_BY(strand_);
  std::random_device random_ FENCEPOST_GUARDED_BY(strand_);
};

}  // namespace fencepost
