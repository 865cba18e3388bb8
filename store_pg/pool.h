// A bounded pool of connections.
//
// A connection is taken, used for one call and given back; one that broke is thrown away. While the
// server cannot be reached, attempts to connect are spaced out and calls fail at once, not applied.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "store_pg/connection.h"

namespace fencepost::pg {

struct PoolFigures {
  int open = 0;
  int idle = 0;
  std::int64_t opened = 0;     // in all
  std::int64_t discarded = 0;  // broken, or ended by the server while idle
  std::int64_t refused = 0;    // failed attempts to connect
};

class Pool {
 public:
  Pool(ConnectionString where, PgOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // A connection for the life of this value.
  class Borrowed {
   public:
    Borrowed(Pool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ~Borrowed() {
      if (connection_ != nullptr) pool_->GiveBack(std::move(connection_));
    }
    Borrowed(Borrowed&&) = default;
    Borrowed& operator=(Borrowed&&) = delete;

    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  // NotApplied when all connections stay busy for pool_wait, or none can be opened.
  absl::StatusOr<Borrowed> Borrow();

  PoolFigures figures() const;
  const ConnectionString& where() const { return where_; }

 private:
  using Clock = std::chrono::steady_clock;

  void GiveBack(std::unique_ptr<Connection> connection);
  absl::StatusOr<std::unique_ptr<Connection>> OpenOne(std::unique_lock<std::mutex>& lock);

  const ConnectionString where_;
  const PgOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last one given back is the first taken
  PoolFigures figures_;
  absl::Duration backoff_ = absl::ZeroDuration();
  Clock::time_point no_attempt_before_{};
  absl::Status last_refusal_;
};

}  // namespace fencepost::pg
