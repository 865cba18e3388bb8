// Sessions.

#include "store_pg/schema_functions.h"

namespace fencepost::pg {

// Each gives what became of the call in the words of transitions and, where it took effect or had
// done so before, the session; `state_before` is null for a new one.
const char* const kSessionFunctions = R"sql(
CREATE TYPE fencepost.session_change AS (
  outcome text, changed boolean, state_before text, session fencepost.sessions);

-- The miss that a lease meets on a worker that has to be hot. Locks the worker's row.
CREATE FUNCTION fencepost.check_hot_lease(wanted bigint, owner text, epoch bigint) RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  seen fencepost.workers;
BEGIN
  SELECT w.* INTO seen FROM fencepost.workers w WHERE w.worker_id = wanted FOR NO KEY UPDATE;
  RETURN CASE WHEN NOT FOUND THEN 'row_missing'
              WHEN seen.state <> @HOT@ THEN 'fence_miss_state'
              WHEN seen.owner_cp <> owner THEN 'fence_miss_owner'
              WHEN seen.owner_epoch <> epoch THEN 'fence_miss_epoch'
              ELSE 'transitioned' END;
END
$$;

-- What was judged to be past its expiry stays so. REQUIRES: the worker's row is locked.
CREATE FUNCTION fencepost.expire_lapsed(wanted bigint, moment timestamptz)
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.session_change;
  over fencepost.sessions;
BEGIN
  change.outcome := 'transitioned';
  change.changed := true;
  FOR over IN
    SELECT s.* FROM fencepost.sessions s
    WHERE s.worker_id = wanted AND s.state @LIVE@ AND s.expires_at <= moment
    ORDER BY s.org, s.token FOR UPDATE
  LOOP
    change.state_before := over.state;
    UPDATE fencepost.sessions s SET state = 'expired'
    WHERE s.org = over.org AND s.token = over.token RETURNING s INTO change.session;
    RETURN NEXT change;
  END LOOP;
END
$$;

-- The session, locked after its worker, or a null row. The worker of a session never changes.
CREATE FUNCTION fencepost.hold_session(wanted_org text, wanted text) RETURNS fencepost.sessions
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  seen fencepost.sessions;
BEGIN
  PERFORM FROM fencepost.workers w
  WHERE w.worker_id = (SELECT s.worker_id FROM fencepost.sessions s
                       WHERE s.org = wanted_org AND s.token = wanted)
  FOR NO KEY UPDATE;
  SELECT s.* INTO seen FROM fencepost.sessions s
  WHERE s.org = wanted_org AND s.token = wanted FOR UPDATE;
  RETURN seen;
END
$$;

-- Why the session does not obey this holder, or 'transitioned'.
CREATE FUNCTION fencepost.check_holder(seen fencepost.sessions, boot bigint, sequence bigint)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN seen.token IS NULL THEN 'row_missing'
              WHEN seen.holder_boot <> boot OR seen.holder_sequence <> sequence
                THEN 'fence_miss_owner'
              ELSE 'transitioned' END;
END
$$;

-- The last row is the session itself; those before it ended by the way.
CREATE FUNCTION fencepost.open_session(
  wanted_org text, wanted text, boot bigint, sequence bigint, worker bigint, owner text,
  lease_epoch bigint, ttl interval)
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.session_change;
  moment timestamptz;
BEGIN
  change.changed := false;
  change.outcome := fencepost.check_hot_lease(worker, owner, lease_epoch);
  IF change.outcome = 'transitioned' AND NOT EXISTS (
      SELECT FROM fencepost.workers w WHERE w.worker_id = worker AND w.org = wanted_org) THEN
    change.outcome := 'row_missing';
  END IF;
  IF change.outcome <> 'transitioned' THEN
    RETURN NEXT change;
    RETURN;
  END IF;
  SELECT s INTO change.session FROM fencepost.sessions s
  WHERE s.org = wanted_org AND s.token = wanted FOR UPDATE;
  moment := fencepost.now();
  IF FOUND THEN
    IF NOT ((change.session).worker_id = worker AND (change.session).epoch = lease_epoch
            AND (change.session).holder_boot = boot
            AND (change.session).holder_sequence = sequence
            AND (change.session).state = 'active' AND (change.session).expires_at > moment) THEN
      change.outcome := 'fence_miss_session';
    END IF;
  ELSIF fencepost.has_live_session(worker, moment) THEN
    change.outcome := 'fence_miss_session';
  ELSE
    RETURN QUERY SELECT * FROM fencepost.expire_lapsed(worker, moment);
    INSERT INTO fencepost.sessions AS s
      (org, token, holder_boot, holder_sequence, worker_id, epoch, state, expires_at)
    VALUES (wanted_org, wanted, boot, sequence, worker, lease_epoch, 'active',
            fencepost.later(moment, ttl))
    ON CONFLICT (org, token) DO NOTHING RETURNING s INTO change.session;
    change.changed := FOUND;
    IF NOT FOUND THEN  -- just opened on another worker
      change.outcome := 'fence_miss_session';
    END IF;
  END IF;
  RETURN NEXT change;
END
$$;

CREATE FUNCTION fencepost.disconnect_session(
  wanted_org text, wanted text, boot bigint, sequence bigint, ttl interval)
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.session_change;
  moment timestamptz;
BEGIN
  change.changed := false;
  change.session := fencepost.hold_session(wanted_org, wanted);
  change.state_before := (change.session).state;
  moment := fencepost.now();
  change.outcome := fencepost.check_holder(change.session, boot, sequence);
  IF change.outcome = 'transitioned' THEN
    IF change.state_before @LIVE@ AND (change.session).expires_at > moment THEN
      change.changed := change.state_before = 'active';
    ELSE
      change.outcome := 'fence_miss_session';
    END IF;
  END IF;
  IF change.changed THEN
    UPDATE fencepost.sessions s SET state = 'reconnecting', expires_at = fencepost.later(moment, ttl)
    WHERE s.org = wanted_org AND s.token = wanted RETURNING s INTO change.session;
  END IF;
  RETURN NEXT change;
END
$$;

CREATE FUNCTION fencepost.reclaim_session(
  wanted_org text, wanted text, boot bigint, sequence bigint, worker bigint, owner text,
  lease_epoch bigint, ttl interval)
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.session_change;
  moment timestamptz;
BEGIN
  change.changed := false;
  change.session := fencepost.hold_session(wanted_org, wanted);
  change.state_before := (change.session).state;
  IF (change.session).worker_id IS DISTINCT FROM worker THEN
    change.outcome := 'row_missing';
  ELSE
    change.outcome := fencepost.check_hot_lease(worker, owner, lease_epoch);
  END IF;
  moment := fencepost.now();
  IF change.outcome = 'transitioned' THEN
    IF change.state_before @LIVE@ AND (change.session).expires_at > moment THEN
      change.changed := true;
      UPDATE fencepost.sessions s
      SET state = 'active', holder_boot = boot, holder_sequence = sequence, epoch = lease_epoch,
          expires_at = fencepost.later(moment, ttl)
      WHERE s.org = wanted_org AND s.token = wanted RETURNING s INTO change.session;
    ELSE
      change.outcome := 'fence_miss_session';
    END IF;
  END IF;
  RETURN NEXT change;
END
$$;

-- Ending a session needs no worker's row: who spares sessions loses nothing by it.
CREATE FUNCTION fencepost.close_session(
  wanted_org text, wanted text, boot bigint, sequence bigint)
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.session_change;
BEGIN
  SELECT s INTO change.session FROM fencepost.sessions s
  WHERE s.org = wanted_org AND s.token = wanted FOR UPDATE;
  change.outcome := fencepost.check_holder(change.session, boot, sequence);
  change.state_before := (change.session).state;
  change.changed := change.outcome = 'transitioned' AND change.state_before @LIVE@;
  IF change.changed THEN
    UPDATE fencepost.sessions s SET state = 'closed'
    WHERE s.org = wanted_org AND s.token = wanted RETURNING s INTO change.session;
  END IF;
  RETURN NEXT change;
END
$$;

-- A row for each of the sessions, in their order: what became of it. Workers first, in the order of
-- their ids, then the clock, then the sessions.
CREATE FUNCTION fencepost.renew_sessions(
  owner text, orgs text[], tokens text[], boots bigint[], sequences bigint[], ttl interval)
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  change fencepost.session_change;
  given record;
  held bigint[];
  moment timestamptz;
BEGIN
  held := ARRAY(
    SELECT w.worker_id FROM fencepost.workers w
    WHERE w.owner_cp = owner
      AND w.worker_id IN (
        SELECT s.worker_id FROM unnest(orgs, tokens) g (org, token)
        JOIN fencepost.sessions s ON s.org = g.org AND s.token = g.token)
    ORDER BY w.worker_id
    FOR SHARE OF w);
  moment := fencepost.now();
  change.state_before := 'active';
  FOR given IN
    SELECT g.* FROM unnest(orgs, tokens, boots, sequences) WITH ORDINALITY
      AS g (org, token, boot, sequence, place)
    ORDER BY g.place
  LOOP
    UPDATE fencepost.sessions s SET expires_at = fencepost.later(moment, ttl)
    WHERE s.org = given.org AND s.token = given.token AND s.holder_boot = given.boot
      AND s.holder_sequence = given.sequence AND s.state = 'active' AND s.expires_at > moment
      AND s.worker_id = ANY (held)
    RETURNING s INTO change.session;
    change.changed := FOUND;
    change.outcome := CASE WHEN FOUND THEN 'transitioned' ELSE 'fence_miss_session' END;
    RETURN NEXT change;
  END LOOP;
END
$$;

CREATE FUNCTION fencepost.expire_sessions()
RETURNS SETOF fencepost.session_change LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  change fencepost.session_change;
  over fencepost.sessions;
BEGIN
  change.outcome := 'transitioned';
  change.changed := true;
  FOR over IN
    SELECT s.* FROM fencepost.sessions s
    WHERE s.state @LIVE@ AND s.expires_at <= (SELECT fencepost.now())
    ORDER BY s.org, s.token FOR UPDATE
  LOOP
    change.state_before := over.state;
    UPDATE fencepost.sessions s SET state = 'expired'
    WHERE s.org = over.org AND s.token = over.token RETURNING s INTO change.session;
    RETURN NEXT change;
  END LOOP;
END
$$;
)sql";

}  // namespace fencepost::pg
