#include "store_sqlite/schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/rules/check.h"

namespace fencepost::sqlite {
namespace {

// Times are microseconds since 1970; the least and the greatest number stand for never and for
// ever. The partial indexes hold just what the listings and the claims look for: a worker that has
// ended is in one index only, for retention.
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE fencepost_schema (version INTEGER NOT NULL) STRICT;
INSERT INTO fencepost_schema VALUES (0);

CREATE TABLE worker (
  worker_id          INTEGER PRIMARY KEY AUTOINCREMENT CHECK (worker_id > 0),
  pod_uid            TEXT NOT NULL,
  image              TEXT NOT NULL CHECK (image <> ''),
  state              TEXT NOT NULL CHECK (state IN ('spawning', 'idle', 'reserved', 'activating',
                                                    'hot', 'hot_idle', 'draining', 'retired',
                                                    'lost')),
  org                TEXT NOT NULL,
  owner_cp           TEXT NOT NULL CHECK (owner_cp <> ''),
  owner_epoch        INTEGER NOT NULL CHECK (owner_epoch > 0),
  revision           INTEGER NOT NULL CHECK (revision > 0),
  operation_boot     INTEGER NOT NULL,
  operation_sequence INTEGER NOT NULL,
  retire_reason      TEXT NOT NULL,
  credentials_expiry INTEGER NOT NULL,
  created_at         INTEGER NOT NULL,
  updated_at         INTEGER NOT NULL,
  state_since        INTEGER NOT NULL,
  activated_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX worker_by_age ON worker (state, state_since);
CREATE INDEX worker_by_owner ON worker (owner_cp) WHERE state NOT IN ('retired', 'lost');
CREATE INDEX worker_by_org ON worker (org) WHERE state NOT IN ('retired', 'lost');
CREATE INDEX worker_to_serve ON worker (image, org, state) WHERE state IN ('spawning', 'idle');
CREATE INDEX worker_parked ON worker (org) WHERE state = 'hot_idle';
CREATE INDEX worker_parked_of_image ON worker (org, image) WHERE state = 'hot_idle';
CREATE INDEX worker_by_image ON worker (image) WHERE state IN ('idle', 'hot_idle');
CREATE INDEX worker_claimed ON worker (operation_boot, operation_sequence)
  WHERE state IN ('spawning', 'reserved');

CREATE TABLE control_plane (
  cp_id          TEXT NOT NULL PRIMARY KEY CHECK (cp_id <> ''),
  boot_id        INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (state IN ('active', 'draining', 'expired')),
  expiry_cause   TEXT NOT NULL CHECK (expiry_cause IN ('none', 'missed_heartbeat', 'overdue_drain',
                                                       'deregistered')),
  heartbeat_at   INTEGER NOT NULL,
  draining_since INTEGER NOT NULL,
  expired_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token      TEXT NOT NULL PRIMARY KEY CHECK (token <> ''),
  worker_id  INTEGER NOT NULL,
  epoch      INTEGER NOT NULL CHECK (epoch > 0),
  state      TEXT NOT NULL CHECK (state IN ('active', 'reconnecting', 'expired', 'closed')),
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_worker ON session (worker_id, token);
CREATE INDEX session_open_by_worker ON session (worker_id, expires_at)
  WHERE state IN ('active', 'reconnecting');
CREATE INDEX session_open_by_expiry ON session (expires_at)
  WHERE state IN ('active', 'reconnecting');

CREATE TABLE leadership (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  leader TEXT NOT NULL,
  term   INTEGER NOT NULL CHECK (term > 0),
  until  INTEGER NOT NULL
) STRICT;
)sql";

// A session is known by its org and token together, and obeys its holder. The sessions that are
// there already have no holder: their clients have to reclaim them.
constexpr std::string_view kVersion2 = R"sql(
CREATE TABLE session_2 (
  org             TEXT NOT NULL CHECK (org <> ''),
  token           TEXT NOT NULL CHECK (token <> ''),
  holder_boot     INTEGER NOT NULL,
  holder_sequence INTEGER NOT NULL,
  worker_id       INTEGER NOT NULL,
  epoch           INTEGER NOT NULL CHECK (epoch > 0),
  state           TEXT NOT NULL CHECK (state IN ('active', 'reconnecting', 'expired', 'closed')),
  expires_at      INTEGER NOT NULL,
  PRIMARY KEY (org, token)
) STRICT, WITHOUT ROWID;
INSERT INTO session_2 SELECT w.org, s.token, 0, 0, s.worker_id, s.epoch, s.state, s.expires_at
  FROM session s JOIN worker w ON w.worker_id = s.worker_id;
DROP TABLE session;
ALTER TABLE session_2 RENAME TO session;
CREATE INDEX session_by_worker ON session (worker_id, org, token);
CREATE INDEX session_open_by_worker ON session (worker_id, expires_at)
  WHERE state IN ('active', 'reconnecting');
CREATE INDEX session_open_by_expiry ON session (expires_at)
  WHERE state IN ('active', 'reconnecting');
)sql";

constexpr std::string_view kSteps[] = {kVersion1, kVersion2};

constexpr std::int64_t kNoVersion = -1;

absl::Status Foreign(const Connection& connection, const std::string& how) {
  return absl::FailedPreconditionError(
      absl::StrCat(connection.path(), " is not a fencepost store: ", how));
}

}  // namespace

SchemaSteps AllSchemaSteps() { return kSteps; }

absl::StatusOr<Found> InspectSchema(Connection& connection, SchemaSteps steps) {
  const std::int64_t mark = connection.Number("PRAGMA application_id", 0);
  const std::int64_t objects = connection.Number("SELECT count(*) FROM sqlite_schema", 0);
  if (connection.failed()) return connection.TakeOpeningFailure();
  if (objects == 0 && mark == 0) return Found::kNothing;
  if (mark != kApplicationId) {
    return Foreign(connection, "it is the SQLite database of another program");
  }
  const std::int64_t version =
      connection.Number("SELECT max(version) FROM fencepost_schema", kNoVersion);
  if (connection.failed()) {
    const absl::Status failure = connection.TakeOpeningFailure();
    if (absl::IsUnavailable(failure) || absl::IsDataLoss(failure)) return failure;
    return Foreign(connection, "it has no readable table fencepost_schema");
  }
  const auto known = static_cast<std::int64_t>(steps.size());
  if (version == known) return Found::kCurrent;
  if (version >= 1 && version < known) return Found::kOlder;
  if (version < 1) return Foreign(connection, "its table fencepost_schema holds no version");
  return absl::FailedPreconditionError(absl::StrCat(connection.path(), " has schema version ",
                                                    version, ", made by a newer program; ",
                                                    "this one knows versions up to ", known));
}

absl::StatusOr<SqliteMigration> BringForward(Connection& connection, SchemaSteps steps) {
  Transaction transaction(connection, Transaction::Kind::kWrite);
  if (connection.failed()) return connection.TakeOpeningFailure();
  // Checks again: another process may have made the schema meanwhile.
  const absl::StatusOr<Found> found = InspectSchema(connection, steps);
  if (!found.ok()) return found.status();
  const std::int64_t version =
      *found == Found::kNothing ? 0 : connection.Number("SELECT version FROM fencepost_schema", 0);
  const SqliteMigration migration{.from = version, .to = static_cast<std::int64_t>(steps.size())};
  if (*found == Found::kCurrent) return migration;
  for (std::size_t step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
    connection.Execute(std::string(steps[step]).c_str());
  }
  connection.Execute(absl::StrCat("PRAGMA application_id = ", kApplicationId).c_str());
  connection.Execute(absl::StrCat("UPDATE fencepost_schema SET version = ", steps.size()).c_str());
  if (connection.failed()) return connection.TakeOpeningFailure();
  if (absl::Status done = transaction.Commit(); !done.ok()) return done;
  return migration;
}

}  // namespace fencepost::sqlite
