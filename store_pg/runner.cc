#include "store_pg/runner.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/rules/effect.h"

namespace fencepost::pg {
namespace {

// Two statements that deadlocked have waited for a second already; the random pause keeps them from
// deadlocking again.
constexpr std::chrono::milliseconds kFirstPause{1};

}  // namespace

Runner::Runner(ConnectionString where, PgOptions options)
    : options_(options), events_(options.observer), pool_(std::move(where), std::move(options)) {}

pqxx::result Runner::Try(const Statement& statement, const Parameters& parameters,
                         Failure& failure) {
  absl::StatusOr<Pool::Borrowed> connection = pool_.Borrow();
  if (!connection.ok()) {
    failure.status = connection.status();
    return {};
  }
  if (options_.clock != nullptr) {
    failure.status = (*connection)->SetClock(options_.clock());
    if (!failure.status.ok()) return {};
  }
  return (*connection)->Execute(statement, parameters.texts(), failure);
}

absl::StatusOr<pqxx::result> Runner::Change(const Statement& statement,
                                            const Parameters& parameters) {
  if (!parameters.status().ok()) return parameters.status();
  for (int attempt = 0;; ++attempt) {
    Failure failure;
    pqxx::result result = Try(statement, parameters, failure);
    if (failure.status.ok()) return result;
    if (!failure.retry || attempt >= options_.retries) return failure.status;
    std::this_thread::sleep_for(kFirstPause * (1 << std::min(attempt, 6)));
  }
}

absl::StatusOr<pqxx::result> Runner::Read(const Statement& statement,
                                          const Parameters& parameters) {
  if (!parameters.status().ok()) return parameters.status();
  Failure failure;
  pqxx::result result = Try(statement, parameters, failure);
  if (failure.broken) {
    failure = Failure();
    result = Try(statement, parameters, failure);
  }
  if (failure.status.ok()) return result;
  if (failure.broken) return NotApplied(std::string(failure.status.message()));
  return failure.status;
}

std::unique_lock<std::mutex> Runner::Turn() {
  return events_.wanted() ? std::unique_lock(turn_) : std::unique_lock<std::mutex>();
}

}  // namespace fencepost::pg
