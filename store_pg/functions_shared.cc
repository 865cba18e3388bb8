// The clock, the keys, and what transitions stand on.

#include "store_pg/schema_functions.h"

namespace fencepost::pg {

const char* const kSharedFunctions = R"sql(
-- The store's clock: the server's, or the session's setting fencepost.now.
CREATE FUNCTION fencepost.now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(nullif(current_setting('fencepost.now', true), '')::timestamptz,
                  clock_timestamp())
$$;

-- A ttl without end: an interval cannot say it, so the longest that there is stands for it.
CREATE FUNCTION fencepost.later(moment timestamptz, ttl interval) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN ttl >= '@FOREVER@'::interval THEN 'infinity' ELSE moment + ttl END
$$;

-- The number of an advisory lock. Two names with the same number merely wait for each other.
CREATE FUNCTION fencepost.key(kind text, name text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT hashtextextended('fencepost.' || kind || '.' || name, 0)
$$;

-- The functions below are PL/pgSQL because its plans are kept for the whole session.

-- A worker's row as it stands now, in whatever statement.
CREATE FUNCTION fencepost.look(wanted bigint) RETURNS SETOF fencepost.workers
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
BEGIN
  RETURN QUERY SELECT w.* FROM fencepost.workers w WHERE w.worker_id = wanted;
END
$$;

CREATE FUNCTION fencepost.has_live_session(wanted bigint, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM fencepost.sessions s
                 WHERE s.worker_id = wanted AND s.state @LIVE@ AND s.expires_at > moment);
END
$$;

CREATE FUNCTION fencepost.owner_is_gone(owner text, grace interval, moment timestamptz)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM fencepost.control_planes c
                     WHERE c.cp_id = owner
                       AND NOT (c.state = 'expired' AND c.expired_at + grace <= moment));
END
$$;

-- Locks a worker's row, and its owner's state where that is to stay as it is; then looks.
CREATE FUNCTION fencepost.hold(wanted bigint, hold_owner boolean, grace interval)
RETURNS TABLE (seen fencepost.workers, owner_gone boolean, live_session boolean, now timestamptz)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
BEGIN
  SELECT w.* INTO seen FROM fencepost.workers w WHERE w.worker_id = wanted FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF hold_owner THEN
    PERFORM pg_advisory_xact_lock_shared(fencepost.key('control_plane', seen.owner_cp));
  END IF;
  now := fencepost.now();
  owner_gone := fencepost.owner_is_gone(seen.owner_cp, grace, now);
  live_session := fencepost.has_live_session(wanted, now);
  RETURN NEXT;
END
$$;
)sql";

}  // namespace fencepost::pg
