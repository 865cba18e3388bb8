#include "scenarios/run/run_store.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "sim/world/reference_store.h"
#include "store_pg/sandbox.h"
#include "store_sqlite/sandbox.h"

namespace fencepost {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

class InMemory : public RunStore {
 public:
  InMemory(std::function<absl::Time()> clock, EventObserver* observer)
      : store_(std::move(clock), observer) {}

  LifecycleStore& store() override { return store_; }
  absl::Status Reset() override {
    store_.Reset();
    return absl::OkStatus();
  }
  absl::Status RemoveControlPlane(const CpId& cp) override {
    store_.RemoveControlPlane(cp);
    return absl::OkStatus();
  }

 private:
  sim::ReferenceStore store_;
};

template <class Sandbox>
class InSandbox : public RunStore {
 public:
  explicit InSandbox(std::unique_ptr<Sandbox> sandbox) : sandbox_(std::move(sandbox)) {}

  LifecycleStore& store() override { return sandbox_->store(); }
  absl::Status Reset() override { return sandbox_->Erase(); }
  absl::Status RemoveControlPlane(const CpId& cp) override {
    return sandbox_->RemoveControlPlane(cp);
  }

 private:
  const std::unique_ptr<Sandbox> sandbox_;
};

template <class Sandbox>
absl::StatusOr<std::unique_ptr<RunStore>> Wrapped(
    absl::StatusOr<std::unique_ptr<Sandbox>> sandbox) {
  if (!sandbox.ok()) {
    return absl::Status(sandbox.status().code(),
                        absl::StrCat("--store: ", sandbox.status().message()));
  }
  return std::make_unique<InSandbox<Sandbox>>(*std::move(sandbox));
}

bool IsPostgres(std::string_view where) {
  return where.starts_with("postgres://") || where.starts_with("postgresql://");
}

}  // namespace

bool NeedsLargeStacks(std::string_view where) { return where != kSimulatedStore; }

absl::StatusOr<std::unique_ptr<RunStore>> OpenRunStore(const std::string& where,
                                                       std::function<absl::Time()> clock,
                                                       EventObserver* observer) {
  if (where == kSimulatedStore) return std::make_unique<InMemory>(std::move(clock), observer);
  if (IsPostgres(where)) {
    PgOptions options;
    options.connection = where;
    options.pool_size = 1;  // one call at a time
    options.clock = std::move(clock);
    options.observer = observer;
    return Wrapped(PgSandbox::Open(std::move(options)));
  }
  if (std::string_view(where).starts_with(kSqlite)) {
    SqliteOptions options;
    options.path = where.substr(kSqlite.size());
    options.synchronous = SqliteSynchronous::kOff;  // a simulation outlives no power cut
    options.clock = std::move(clock);
    options.observer = observer;
    return Wrapped(SqliteSandbox::Open(std::move(options)));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown store \"", where,
                   "\": use sim, sqlite:PATH or a PostgreSQL URI (postgres://HOST/DATABASE)"));
}

}  // namespace fencepost
