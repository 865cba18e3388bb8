// Threads for calls that may never return, so that a caller can give one up.
//
// A call runs on a thread that belongs to nobody else meanwhile. When its caller's time is over,
// the call goes on and its result is thrown away; the thread is used again once the call has
// returned. Until then a call of the same key is refused before it begins: whoever asks a thing
// that hangs again and again loses one thread to it, and not all of them. The number of calls has a
// bound as well.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "core/rules/ids.h"

namespace fencepost {

class CallThreads {
 public:
  using Call = std::function<absl::Status()>;
  // What is called, and for which worker. The name lives as long as the program.
  using Key = std::pair<std::string_view, WorkerId>;

  // At most `most` calls at once, those that were given up included.
  explicit CallThreads(int most) : most_(most) {}
  // Waits until every call has returned.
  ~CallThreads();
  CallThreads(const CallThreads&) = delete;
  CallThreads& operator=(const CallThreads&) = delete;

  enum class End : std::uint8_t {
    kReturned,
    kGivenUp,     // it has not returned within its caller's patience
    kStillHangs,  // not begun: one of the same key was given up and has not returned
    kRefused,     // not begun: as many calls are under way as are allowed
  };
  struct Result {
    End end = End::kRefused;
    absl::Status status;  // the call's, if it has returned
  };

  // From any thread. The call must own, or be outlived by, all that it touches.
  Result Run(const Key& key, Call call, std::chrono::nanoseconds patience);
  // Waits until every call has returned.
  void Await();
  // Calls that nobody waits for any more.
  int given_up() const;

 private:
  struct Job {
    Key key;
    Call call;
    std::optional<absl::Status> status;
    bool given_up = false;
    std::condition_variable returned;
  };

  void WorkOff();

  const int most_;
  mutable std::mutex mutex_;
  std::condition_variable queued_;
  std::condition_variable idle_;
  std::deque<std::shared_ptr<Job>> queue_;
  int under_way_ = 0;                   // queued ones included
  absl::btree_multiset<Key> given_up_;  // several of a key if they were under way at once
  int idle_threads_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fencepost
