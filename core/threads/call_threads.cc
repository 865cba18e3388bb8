#include "core/threads/call_threads.h"

#include <cstddef>
#include <utility>

namespace fencepost {
namespace {

// An exception ends the process here: the core knows none.
absl::Status Invoke(const CallThreads::Call& call) noexcept { return call(); }

}  // namespace

CallThreads::~CallThreads() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    idle_.wait(lock, [this] { return under_way_ == 0; });
    closing_ = true;
  }
  queued_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

CallThreads::Result CallThreads::Run(const Key& key, Call call, std::chrono::nanoseconds patience) {
  const auto job = std::make_shared<Job>();
  job->key = key;
  job->call = std::move(call);
  std::unique_lock<std::mutex> lock(mutex_);
  if (given_up_.contains(key)) return {End::kStillHangs, absl::OkStatus()};
  if (under_way_ >= most_) return {End::kRefused, absl::OkStatus()};
  ++under_way_;
  queue_.push_back(job);
  if (queue_.size() > static_cast<std::size_t>(idle_threads_)) {
    threads_.emplace_back([this] { WorkOff(); });
  } else {
    queued_.notify_one();
  }
  if (!job->returned.wait_for(lock, patience, [&job] { return job->status.has_value(); })) {
    job->given_up = true;
    given_up_.insert(key);
    return {End::kGivenUp, absl::OkStatus()};
  }
  return {End::kReturned, *std::move(job->status)};
}

void CallThreads::Await() {
  std::unique_lock<std::mutex> lock(mutex_);
  idle_.wait(lock, [this] { return under_way_ == 0; });
}

int CallThreads::given_up() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(given_up_.size());
}

void CallThreads::WorkOff() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    ++idle_threads_;
    queued_.wait(lock, [this] { return !queue_.empty() || closing_; });
    --idle_threads_;
    if (queue_.empty()) return;
    const std::shared_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    absl::Status status = Invoke(job->call);
    job->call = nullptr;  // what it holds may be waited for
    lock.lock();
    job->status = std::move(status);
    if (job->given_up) given_up_.erase(given_up_.find(job->key));
    --under_way_;
    job->returned.notify_all();
    idle_.notify_all();
  }
}

}  // namespace fencepost
