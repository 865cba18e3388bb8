#include "store_sqlite/sqlite_store.h"

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"
#include "store_sqlite/connection.h"
#include "store_sqlite/rows.h"
#include "store_sqlite/schema.h"
#include "store_sqlite/statement.h"

namespace fencepost {
namespace {

absl::Status Validate(const SqliteOptions& options) {
  if (options.path.empty()) return absl::InvalidArgumentError("a SQLite store needs a path");
  if (options.busy_timeout < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("the busy timeout must not be negative");
  }
  return absl::OkStatus();
}

// Several processes may switch a new file to WAL at the same time, and SQLite does not wait for
// that lock by itself.
absl::Status UseWriteAheadLog(sqlite::Connection& connection, absl::Duration patience) {
  const auto end = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(patience);
  for (;;) {
    connection.Execute("PRAGMA journal_mode = WAL");
    if (!connection.failed()) return absl::OkStatus();
    const absl::Status failure = connection.TakeOpeningFailure();
    if (!absl::IsUnavailable(failure) || std::chrono::steady_clock::now() >= end) return failure;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

absl::Status CheckIntegrity(sqlite::Connection& connection) {
  const std::string verdict = connection.Text("PRAGMA integrity_check(1)");
  if (connection.failed()) return connection.TakeOpeningFailure();
  if (verdict == "ok") return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      connection.path(), " is damaged (", verdict,
      "): restore it from a backup, or take what is left of it with `sqlite3 FILE .recover`"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(SqliteOptions options) {
  if (absl::Status valid = Validate(options); !valid.ok()) return valid;
  absl::StatusOr<std::unique_ptr<sqlite::Connection>> connection =
      sqlite::Connection::Open(options);
  if (!connection.ok()) return connection.status();
  const sqlite::SchemaSteps steps = sqlite::AllSchemaSteps();
  const absl::StatusOr<sqlite::Found> found = [&] {
    // One snapshot for all questions: another process may make the schema between two of them.
    const sqlite::Transaction snapshot(**connection, sqlite::Transaction::Kind::kRead);
    return sqlite::InspectSchema(**connection, steps);
  }();
  if (!found.ok()) return found.status();
  if (*found == sqlite::Found::kOlder) {
    return absl::FailedPreconditionError(
        absl::StrCat(options.path,
                     " has an older schema than this program needs: run "
                     "`fencepost store migrate --store sqlite:",
                     options.path, "`"));
  }
  absl::Status logged = UseWriteAheadLog(**connection, options.busy_timeout);
  if (!logged.ok()) return logged;
  if (*found == sqlite::Found::kNothing) {
    const auto made = sqlite::BringForward(**connection, steps);
    if (!made.ok()) return made.status();
  } else if (options.check_integrity) {
    if (absl::Status sound = CheckIntegrity(**connection); !sound.ok()) return sound;
  }
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(options), *std::move(connection)));
}

absl::StatusOr<SqliteMigration> MigrateSqlite(const SqliteOptions& options) {
  if (absl::Status valid = Validate(options); !valid.ok()) return valid;
  absl::StatusOr<std::unique_ptr<sqlite::Connection>> connection =
      sqlite::Connection::Open(options);
  if (!connection.ok()) return connection.status();
  return sqlite::BringForward(**connection, sqlite::AllSchemaSteps());
}

SqliteStore::SqliteStore(SqliteOptions options, std::unique_ptr<sqlite::Connection> connection)
    : options_(std::move(options)),
      events_(options_.observer),
      connection_(std::move(connection)),
      statements_(std::make_unique<sqlite::Statements>(*connection_)) {}

SqliteStore::~SqliteStore() = default;

absl::Time SqliteStore::Now() const {
  return StoredTime(options_.clock != nullptr ? options_.clock() : absl::Now());
}

// ---- Transactions ------------------------------------------------------------------------------

absl::Status SqliteStore::Read(absl::FunctionRef<void()> body) {
  const std::lock_guard lock(mutex_);
  sqlite::Transaction transaction(*connection_, sqlite::Transaction::Kind::kRead);
  body();
  return transaction.Commit();
}

absl::Status SqliteStore::Change(absl::FunctionRef<void()> body) {
  const std::lock_guard lock(mutex_);
  noted_.clear();
  {
    sqlite::Transaction transaction(*connection_, sqlite::Transaction::Kind::kWrite);
    if (!connection_->failed()) body();
    if (absl::Status committed = transaction.Commit(); !committed.ok()) return committed;
  }
  for (const std::function<void()>& tell : noted_) tell();
  return absl::OkStatus();
}

void SqliteStore::TellLater(std::function<void()> event) {
  if (events_.wanted()) noted_.push_back(std::move(event));
}

sqlite::Query SqliteStore::Ask(std::string_view sql) { return sqlite::Query(statements_->Of(sql)); }

std::vector<WorkerRow> SqliteStore::Workers(sqlite::Query& query) {
  std::vector<WorkerRow> rows;
  while (query.Step()) rows.push_back(sqlite::ReadWorker(query));
  return rows;
}

std::vector<SessionRow> SqliteStore::Sessions(sqlite::Query& query) {
  std::vector<SessionRow> rows;
  while (query.Step()) rows.push_back(sqlite::ReadSession(query));
  return rows;
}

std::int64_t SqliteStore::Count(sqlite::Query& query) { return query.Step() ? query.Number(0) : 0; }

std::vector<WorkerSnapshot> SqliteStore::Snapshots(std::vector<WorkerRow> rows) {
  std::vector<WorkerSnapshot> snapshots;
  snapshots.reserve(rows.size());
  for (WorkerRow& row : rows) snapshots.push_back(MintSnapshot(std::move(row)));
  return snapshots;
}

// ---- Rows --------------------------------------------------------------------------------------

std::optional<WorkerRow> SqliteStore::FindWorker(WorkerId worker) {
  static const std::string kSql =
      absl::StrCat(std::string(sqlite::kSelectWorker), "WHERE worker_id = ?");
  sqlite::Query query = Ask(kSql);
  query.Bind(worker);
  if (!query.Step()) return std::nullopt;
  return sqlite::ReadWorker(query);
}

void SqliteStore::Update(Operation operation, const WorkerRow& row) {
  static const std::vector<std::string> kTexts = [] {
    std::vector<std::string> texts;
    for (const TransitionRule& rule : kLifecycle) texts.push_back(sqlite::UpdateWorkerSql(rule));
    return texts;
  }();
  const TransitionRule& rule = RuleOf(operation);
  sqlite::Query query = Ask(kTexts[static_cast<std::size_t>(&rule - kLifecycle.data())]);
  sqlite::BindUpdate(query, rule, row);
  query.Step();
}

GuardFacts SqliteStore::FactsOf(const WorkerRow& row, absl::Duration orphan_grace, absl::Time now) {
  const std::optional<ControlPlaneRow> owner = FindControlPlane(row.owner_cp);
  return {.owner_gone = OwnerIsGone(owner.has_value() ? &*owner : nullptr, orphan_grace, now),
          .live_session = HasLiveSession(row.worker_id, now)};
}

// ---- Transitions -------------------------------------------------------------------------------

absl::StatusOr<TransitionReply> SqliteStore::Transition(const TransitionRequest& request) {
  TransitionReply reply;
  const bool guarded = request.guards.Has(Guard::kOwnerGone) ||
                       request.guards.Has(Guard::kNoLiveSession) || events_.wanted();
  const absl::Status committed = Change([&] {
    const absl::Time now = Now();
    std::optional<WorkerRow> row = FindWorker(request.worker);
    WorkerRow* const found = row.has_value() ? &*row : nullptr;
    GuardFacts facts;
    if (found != nullptr && guarded) facts = FactsOf(*row, request.orphan_grace, now);
    if (connection_->failed()) return;
    reply.outcome = Judge(request, found, facts);
    if (reply.outcome != TransitionOutcome::kTransitioned) {
      TellLater([this, &request, outcome = reply.outcome, row, facts] {
        events_.Refused(request, outcome, row.has_value() ? &*row : nullptr, facts);
      });
    } else if (!AlreadyApplied(request, *row)) {
      const WorkerRow before = *row;
      Apply(request, now, *row);
      Update(request.operation, *row);
      TellLater([this, &request, before, after = *row, facts] {
        events_.Committed(request.operation, request.id, &request, &before, after, facts);
      });
      if (request.guards.Has(Guard::kNoLiveSession)) ExpireLapsed(row->worker_id, now);
    }
    if (!row.has_value()) return;
    const bool granted = reply.outcome == TransitionOutcome::kTransitioned;
    if (granted && RuleOf(request.operation).grants_lease) reply.lease = MintLease(*row);
    reply.row = MintSnapshot(*std::move(row));
  });
  if (!committed.ok()) return committed;
  return reply;
}

}  // namespace fencepost
