// How to reach PostgreSQL, and how much of it to use.
#pragma once

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "core/events/event.h"

namespace fencepost {

struct PgOptions {
  // A URI or keywords, as libpq takes them: TLS, several hosts, password files and services
  // included. Never put into an error or a log.
  std::string connection;

  // ---- Connections
  int pool_size = 8;                                           // at most so many at a time
  absl::Duration pool_wait = absl::Seconds(5);                 // for a free one, then not applied
  absl::Duration connect_timeout = absl::Seconds(5);           // unless `connection` has its own
  absl::Duration reconnect_backoff = absl::Milliseconds(100);  // doubles with each failure
  absl::Duration reconnect_backoff_limit = absl::Seconds(5);

  // ---- Statements; the server enforces both
  absl::Duration statement_timeout = absl::Seconds(10);
  absl::Duration lock_timeout = absl::Seconds(5);
  // After a serialization failure or a deadlock: the server has undone the statement.
  int retries = 5;

  // ---- For deterministic runs
  // Replaces the server's clock for this store's statements. Microseconds count, no less.
  std::function<absl::Time()> clock;
  // Is told what truly happened: commits and refusals. With an observer the store's changes run
  // one at a time within this process, so that events come in the order of the commits. What other
  // processes do is not seen.
  EventObserver* observer = nullptr;
};

}  // namespace fencepost
