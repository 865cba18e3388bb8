#include "store_pg/sandbox.h"

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store_pg/connection.h"
#include "store_pg/rows.h"
#include "store_pg/schema.h"
#include "store_pg/values.h"

namespace fencepost {
namespace {

constexpr const char* kMark = "fencepost sandbox: simulations empty it";
// The key for pg_advisory_lock: "sandbox!" in ASCII.
constexpr const char* kLock = "8313471630476770337";

absl::StatusOr<std::string> AskText(pg::Connection& connection, const char* name,
                                    const std::string& sql) {
  pg::Failure failure;
  const pqxx::result result = connection.Execute({name, sql}, {}, failure);
  if (!failure.status.ok()) return failure.status;
  return std::string(pg::ReadText(result[0][0]));
}

}  // namespace

// Shared by all sandboxes of this process on one database; holds the lock that keeps others out.
class PgSandbox::Desk {
 public:
  static absl::StatusOr<std::shared_ptr<Desk>> Open(const PgOptions& options) {
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<Desk>> open;
    const std::lock_guard lock(mutex);
    if (std::shared_ptr<Desk> known = open[options.connection].lock()) return known;
    absl::StatusOr<pg::ConnectionString> where = pg::ConnectionString::Parse(options.connection);
    if (!where.ok()) return where.status();
    std::shared_ptr<Desk> desk(new Desk(*std::move(where)));
    absl::StatusOr<std::unique_ptr<pg::Connection>> connection =
        pg::Connection::Open(desk->where_, options);
    if (!connection.ok()) return connection.status();
    desk->connection_ = *std::move(connection);
    if (absl::Status ours = desk->Claim(options); !ours.ok()) return ours;
    open[options.connection] = desk;
    return desk;
  }

  absl::Status Erase() {
    const std::lock_guard lock(mutex_);
    return pg::Erase(*connection_);
  }

  absl::Status RemoveControlPlane(const CpId& cp) {
    const std::lock_guard lock(mutex_);
    pg::Parameters parameters;
    parameters.Add(cp);
    pg::Failure failure;
    connection_->Execute(
        {"remove_control_plane", "DELETE FROM fencepost.control_planes WHERE cp_id = $1"},
        parameters.texts(), failure);
    return failure.status;
  }

 private:
  explicit Desk(pg::ConnectionString where) : where_(std::move(where)) {}

  absl::Status Claim(const PgOptions& options) {
    // The server may not have noticed yet that the previous holder has disconnected.
    const absl::Status alone = connection_->ExecuteScript(
        absl::StrCat("SET lock_timeout = 3000; SELECT pg_catalog.pg_advisory_lock(", kLock, ")"));
    if (!alone.ok() && !absl::IsUnavailable(alone)) return alone;
    if (!alone.ok()) {
      return absl::FailedPreconditionError(
          "another process simulates in this database: give each its own");
    }
    const absl::StatusOr<std::string> mark = AskText(
        *connection_, "read_mark",
        "SELECT coalesce((SELECT coalesce(obj_description(n.oid, 'pg_namespace'), 'unmarked')"
        " FROM pg_namespace n WHERE n.nspname = 'fencepost'), 'none')");
    if (!mark.ok()) return mark.status();
    if (*mark == "none") {
      if (const auto made = Migrate(options); !made.ok()) return made.status();
      return connection_->ExecuteScript(std::string("COMMENT ON SCHEMA fencepost IS '") + kMark +
                                        "'");
    }
    if (*mark != kMark) {
      return absl::FailedPreconditionError(
          "the database has a schema `fencepost` that no simulation made; a simulation empties its "
          "store before every run, so it is left alone: give a new database (createdb)");
    }
    return pg::CheckSchema(*connection_);
  }

  const pg::ConnectionString where_;
  std::mutex mutex_;
  std::unique_ptr<pg::Connection> connection_;
};

absl::StatusOr<std::unique_ptr<PgSandbox>> PgSandbox::Open(PgOptions options) {
  absl::StatusOr<std::shared_ptr<Desk>> desk = Desk::Open(options);
  if (!desk.ok()) return desk.status();
  absl::StatusOr<std::unique_ptr<PgStore>> store = PgStore::Connect(std::move(options));
  if (!store.ok()) return store.status();
  return std::unique_ptr<PgSandbox>(new PgSandbox(*std::move(desk), *std::move(store)));
}

PgSandbox::PgSandbox(std::shared_ptr<Desk> desk, std::unique_ptr<PgStore> store)
    : desk_(std::move(desk)), store_(std::move(store)) {}

PgSandbox::~PgSandbox() = default;

absl::Status PgSandbox::Erase() { return desk_->Erase(); }

absl::Status PgSandbox::RemoveControlPlane(const CpId& cp) { return desk_->RemoveControlPlane(cp); }

}  // namespace fencepost
