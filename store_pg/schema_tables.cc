// The migrations: tables, indexes, sequences.

#include "store_pg/schema_text.h"

namespace fencepost::pg {
namespace {

// Names compare by their bytes (COLLATE "C"), as in C++. An empty org, pod_uid or retire_reason
// means none. Indexes are named after what they are for.
constexpr const char* kTables1 = R"sql(
CREATE SEQUENCE fencepost.worker_ids NO CYCLE;

CREATE TABLE fencepost.workers (
  worker_id          bigint PRIMARY KEY,
  pod_uid            text COLLATE "C" NOT NULL DEFAULT '',
  image              text COLLATE "C" NOT NULL,
  state              text COLLATE "C" NOT NULL CHECK (state IN (
                       'spawning', 'idle', 'reserved', 'activating', 'hot', 'hot_idle',
                       'draining', 'retired', 'lost')),
  org                text COLLATE "C" NOT NULL DEFAULT '',
  owner_cp           text COLLATE "C" NOT NULL,
  owner_epoch        bigint NOT NULL CHECK (owner_epoch > 0),
  revision           bigint NOT NULL CHECK (revision > 0),
  operation_boot     bigint NOT NULL,
  operation_sequence bigint NOT NULL,
  retire_reason      text COLLATE "C" NOT NULL DEFAULT '',
  credentials_expiry timestamptz NOT NULL DEFAULT '-infinity',
  created_at         timestamptz NOT NULL,
  updated_at         timestamptz NOT NULL,
  state_since        timestamptz NOT NULL,
  activated_at       timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);

CREATE UNIQUE INDEX workers_last_operation
  ON fencepost.workers (operation_boot, operation_sequence);
CREATE INDEX workers_state_age
  ON fencepost.workers (state, state_since, worker_id);
CREATE INDEX workers_owned
  ON fencepost.workers (owner_cp, worker_id) WHERE state NOT IN ('retired', 'lost');
CREATE INDEX workers_of_org
  ON fencepost.workers (org, worker_id) WHERE state NOT IN ('retired', 'lost');
CREATE INDEX workers_ready
  ON fencepost.workers (state, org, image, worker_id)
  WHERE state IN ('spawning', 'idle', 'hot_idle');
CREATE INDEX workers_image
  ON fencepost.workers (image, worker_id) WHERE state IN ('idle', 'hot_idle');

CREATE TABLE fencepost.control_planes (
  cp_id          text COLLATE "C" PRIMARY KEY CHECK (cp_id <> ''),
  boot_id        bigint NOT NULL,
  state          text COLLATE "C" NOT NULL CHECK (state IN ('active', 'draining', 'expired')),
  expiry_cause   text COLLATE "C" NOT NULL CHECK (expiry_cause IN (
                   'none', 'missed_heartbeat', 'overdue_drain', 'deregistered')),
  heartbeat_at   timestamptz NOT NULL,
  draining_since timestamptz NOT NULL DEFAULT 'infinity',
  expired_at     timestamptz NOT NULL DEFAULT 'infinity'
) WITH (fillfactor = 50);

CREATE INDEX control_planes_living
  ON fencepost.control_planes (cp_id) WHERE state <> 'expired';
CREATE INDEX control_planes_expired
  ON fencepost.control_planes (expired_at, cp_id) WHERE state = 'expired';

CREATE TABLE fencepost.sessions (
  token      text COLLATE "C" PRIMARY KEY CHECK (token <> ''),
  worker_id  bigint NOT NULL REFERENCES fencepost.workers ON DELETE CASCADE,
  epoch      bigint NOT NULL,
  state      text COLLATE "C" NOT NULL CHECK (state IN (
               'active', 'reconnecting', 'expired', 'closed')),
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX sessions_of_worker ON fencepost.sessions (worker_id, token);
CREATE INDEX sessions_active ON fencepost.sessions (worker_id) WHERE state = 'active';
CREATE INDEX sessions_expiry
  ON fencepost.sessions (expires_at) WHERE state IN ('active', 'reconnecting');

CREATE TABLE fencepost.leadership (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  term     bigint NOT NULL,
  leader   text COLLATE "C" NOT NULL,
  until    timestamptz NOT NULL
);
INSERT INTO fencepost.leadership (term, leader, until) VALUES (0, '', '-infinity');
)sql";

// A session is known by its org and token together, and obeys its holder. The sessions that are
// there already have no holder: their clients have to reclaim them.
constexpr const char* kTables2 = R"sql(
ALTER TABLE fencepost.sessions
  ADD COLUMN org text COLLATE "C" CHECK (org <> ''),
  ADD COLUMN holder_boot bigint,
  ADD COLUMN holder_sequence bigint;
UPDATE fencepost.sessions s SET org = w.org, holder_boot = 0, holder_sequence = 0
  FROM fencepost.workers w WHERE w.worker_id = s.worker_id;
ALTER TABLE fencepost.sessions
  ALTER COLUMN org SET NOT NULL,
  ALTER COLUMN holder_boot SET NOT NULL,
  ALTER COLUMN holder_sequence SET NOT NULL,
  DROP CONSTRAINT sessions_pkey,
  ADD PRIMARY KEY (org, token);
DROP INDEX fencepost.sessions_of_worker;
CREATE INDEX sessions_of_worker ON fencepost.sessions (worker_id, org, token);
)sql";

constexpr Migration kMigrations[] = {{1, "workers, control planes, sessions, leadership", kTables1},
                                     {2, "sessions of an org and of a holder", kTables2}};

}  // namespace

std::span<const Migration> Migrations() { return kMigrations; }
int LatestVersion() { return kMigrations[std::size(kMigrations) - 1].version; }

}  // namespace fencepost::pg
