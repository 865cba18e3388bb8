#include "store_pg/pool.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/rules/effect.h"

namespace fencepost::pg {

Pool::Pool(ConnectionString where, PgOptions options)
    : where_(std::move(where)), options_(std::move(options)) {}

Pool::~Pool() = default;

absl::StatusOr<Pool::Borrowed> Pool::Borrow() {
  std::unique_lock lock(mutex_);
  const auto deadline = Clock::now() + absl::ToChronoNanoseconds(options_.pool_wait);
  while (true) {
    while (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      --figures_.idle;
      if (connection->Usable()) return Borrowed(*this, std::move(connection));
      --figures_.open;
      ++figures_.discarded;
    }
    if (figures_.open < options_.pool_size) {
      absl::StatusOr<std::unique_ptr<Connection>> opened = OpenOne(lock);
      if (!opened.ok()) return opened.status();
      return Borrowed(*this, *std::move(opened));
    }
    if (given_back_.wait_until(lock, deadline) == std::cv_status::timeout && idle_.empty() &&
        figures_.open >= options_.pool_size) {
      return NotApplied(
          absl::StrCat("all ", options_.pool_size, " connections to PostgreSQL are busy"));
    }
  }
}

absl::StatusOr<std::unique_ptr<Connection>> Pool::OpenOne(std::unique_lock<std::mutex>& lock) {
  if (Clock::now() < no_attempt_before_) {
    return NotApplied(absl::StrCat(std::string(last_refusal_.message()), " (not tried again yet)"));
  }
  ++figures_.open;  // keeps the place while the lock is released
  lock.unlock();
  absl::StatusOr<std::unique_ptr<Connection>> opened = Connection::Open(where_, options_);
  lock.lock();
  if (opened.ok()) {
    ++figures_.opened;
    backoff_ = absl::ZeroDuration();
    return opened;
  }
  --figures_.open;
  ++figures_.refused;
  backoff_ = std::clamp(backoff_ * 2, options_.reconnect_backoff, options_.reconnect_backoff_limit);
  no_attempt_before_ = Clock::now() + absl::ToChronoNanoseconds(backoff_);
  last_refusal_ = opened.status();
  given_back_.notify_one();  // its place is free again
  return opened;
}

void Pool::GiveBack(std::unique_ptr<Connection> connection) {
  const bool usable = !connection->broken();
  {
    const std::lock_guard lock(mutex_);
    if (usable) {
      idle_.push_back(std::move(connection));
      ++figures_.idle;
    } else {
      --figures_.open;
      ++figures_.discarded;
    }
  }
  given_back_.notify_one();
}

PoolFigures Pool::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

}  // namespace fencepost::pg
