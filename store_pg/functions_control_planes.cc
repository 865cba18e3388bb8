// Control planes and leadership.

#include "store_pg/schema_functions.h"

namespace fencepost::pg {

// Each gives the row as it is now, its state before where that differs from a mere repetition, and
// whether it changed in a way that others see. No row: no such control plane.
const char* const kControlPlaneFunctions = R"sql(
CREATE TYPE fencepost.control_plane_change AS (
  changed boolean, state_before text, cp fencepost.control_planes);

-- `changed` and `state_before` null: known already, perhaps under another boot id.
CREATE FUNCTION fencepost.register_control_plane(wanted text, boot bigint)
RETURNS SETOF fencepost.control_plane_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.control_plane_change;
BEGIN
  PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', wanted));
  INSERT INTO fencepost.control_planes AS c (cp_id, boot_id, state, expiry_cause, heartbeat_at)
  VALUES (wanted, boot, 'active', 'none', fencepost.now())
  ON CONFLICT (cp_id) DO NOTHING RETURNING c INTO change.cp;
  change.changed := FOUND;
  IF NOT FOUND THEN
    SELECT c INTO change.cp FROM fencepost.control_planes c WHERE c.cp_id = wanted;
  END IF;
  RETURN NEXT change;
END
$$;

-- A living instance needs no key: others count on its being dead, or on its being active, and a
-- heartbeat changes neither.
CREATE FUNCTION fencepost.heartbeat(wanted text, grace interval)
RETURNS SETOF fencepost.control_plane_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.control_plane_change;
  moment timestamptz;
BEGIN
  change.changed := false;
  UPDATE fencepost.control_planes c SET heartbeat_at = fencepost.now()
  WHERE c.cp_id = wanted AND c.state <> 'expired' RETURNING c INTO change.cp;
  IF FOUND THEN
    RETURN NEXT change;
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', wanted));
  moment := fencepost.now();
  UPDATE fencepost.control_planes c
  SET heartbeat_at = moment, expiry_cause = 'none', expired_at = 'infinity',
      state = CASE WHEN c.draining_since < 'infinity' THEN 'draining' ELSE 'active' END
  WHERE c.cp_id = wanted AND c.state = 'expired' AND c.expiry_cause = 'missed_heartbeat'
    AND c.expired_at + grace > moment
  RETURNING c INTO change.cp;
  IF FOUND THEN
    change.changed := true;
    change.state_before := 'expired';
    RETURN NEXT change;
    RETURN;
  END IF;
  SELECT c INTO change.cp FROM fencepost.control_planes c WHERE c.cp_id = wanted;
  IF FOUND THEN
    RETURN NEXT change;
  END IF;
END
$$;

CREATE FUNCTION fencepost.begin_drain(wanted text)
RETURNS SETOF fencepost.control_plane_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.control_plane_change;
BEGIN
  PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', wanted));
  UPDATE fencepost.control_planes c SET state = 'draining', draining_since = fencepost.now()
  WHERE c.cp_id = wanted AND c.state = 'active' RETURNING c INTO change.cp;
  change.changed := FOUND;
  IF FOUND THEN
    change.state_before := 'active';
    RETURN NEXT change;
    RETURN;
  END IF;
  SELECT c INTO change.cp FROM fencepost.control_planes c WHERE c.cp_id = wanted;
  IF FOUND THEN
    RETURN NEXT change;
  END IF;
END
$$;

-- An instance that expired by a missed heartbeat is now expired for good: nobody is left to revive
-- it.
CREATE FUNCTION fencepost.deregister_control_plane(wanted text)
RETURNS SETOF fencepost.control_plane_change LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  change fencepost.control_plane_change;
BEGIN
  PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', wanted));
  SELECT c.state INTO change.state_before FROM fencepost.control_planes c
  WHERE c.cp_id = wanted FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE fencepost.control_planes c
  SET state = 'expired', expiry_cause = 'deregistered',
      expired_at = CASE c.state WHEN 'expired' THEN c.expired_at ELSE fencepost.now() END
  WHERE c.cp_id = wanted AND (c.state <> 'expired' OR c.expiry_cause = 'missed_heartbeat')
  RETURNING c INTO change.cp;
  change.changed := FOUND;
  IF NOT FOUND THEN
    SELECT c INTO change.cp FROM fencepost.control_planes c WHERE c.cp_id = wanted;
  END IF;
  RETURN NEXT change;
END
$$;

-- One after the other in the order of their names; each is looked at again under its key.
CREATE FUNCTION fencepost.expire_control_planes(expiry interval)
RETURNS SETOF fencepost.control_plane_change LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  change fencepost.control_plane_change;
  candidate text;
BEGIN
  change.changed := true;
  FOR candidate IN
    SELECT c.cp_id FROM fencepost.control_planes c
    WHERE c.state <> 'expired' AND c.heartbeat_at + expiry <= (SELECT fencepost.now())
    ORDER BY c.cp_id
  LOOP
    PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', candidate));
    SELECT c.state INTO change.state_before FROM fencepost.control_planes c
    WHERE c.cp_id = candidate FOR UPDATE;
    UPDATE fencepost.control_planes c
    SET state = 'expired', expiry_cause = 'missed_heartbeat', expired_at = fencepost.now()
    WHERE c.cp_id = candidate AND c.state <> 'expired'
      AND c.heartbeat_at + expiry <= (SELECT fencepost.now())
    RETURNING c INTO change.cp;
    IF FOUND THEN
      RETURN NEXT change;
    END IF;
  END LOOP;
END
$$;

CREATE FUNCTION fencepost.expire_overdue_drains(overdue interval)
RETURNS SETOF fencepost.control_plane_change LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  change fencepost.control_plane_change;
  candidate text;
BEGIN
  change.changed := true;
  change.state_before := 'draining';
  FOR candidate IN
    SELECT c.cp_id FROM fencepost.control_planes c
    WHERE c.state <> 'expired' AND c.state = 'draining'
      AND c.draining_since + overdue <= (SELECT fencepost.now())
    ORDER BY c.cp_id
  LOOP
    PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', candidate));
    UPDATE fencepost.control_planes c
    SET state = 'expired', expiry_cause = 'overdue_drain', expired_at = fencepost.now()
    WHERE c.cp_id = candidate AND c.state = 'draining'
      AND c.draining_since + overdue <= (SELECT fencepost.now())
    RETURNING c INTO change.cp;
    IF FOUND THEN
      RETURN NEXT change;
    END IF;
  END LOOP;
END
$$;

CREATE FUNCTION fencepost.forget_control_planes(age interval) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  forgotten bigint := 0;
  candidate text;
BEGIN
  FOR candidate IN
    SELECT c.cp_id FROM fencepost.control_planes c
    WHERE c.state = 'expired' AND c.expired_at <= (SELECT fencepost.now()) - age
      AND NOT EXISTS (SELECT FROM fencepost.workers w
                      WHERE w.owner_cp = c.cp_id AND w.state @ACTIVE@)
    ORDER BY c.cp_id
  LOOP
    PERFORM pg_advisory_xact_lock(fencepost.key('control_plane', candidate));
    DELETE FROM fencepost.control_planes c
    WHERE c.cp_id = candidate AND c.state = 'expired'
      AND c.expired_at <= (SELECT fencepost.now()) - age
      AND NOT EXISTS (SELECT FROM fencepost.workers w
                      WHERE w.owner_cp = c.cp_id AND w.state @ACTIVE@);
    IF FOUND THEN
      forgotten := forgotten + 1;
    END IF;
  END LOOP;
  RETURN forgotten;
END
$$;

CREATE FUNCTION fencepost.acquire_leadership(wanted text, ttl interval)
RETURNS TABLE (leads boolean, present_term bigint, present_leader text, present_until timestamptz)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  seen fencepost.leadership;
  moment timestamptz;
BEGIN
  SELECT l.* INTO seen FROM fencepost.leadership l WHERE l.only_row FOR UPDATE;
  moment := fencepost.now();
  leads := seen.leader = wanted OR seen.until <= moment;
  IF leads THEN
    UPDATE fencepost.leadership l
    SET term = l.term + CASE WHEN l.leader = wanted AND l.until > moment THEN 0 ELSE 1 END,
        leader = wanted, until = fencepost.later(moment, ttl)
    WHERE l.only_row RETURNING l.* INTO seen;
  END IF;
  present_term := seen.term;
  present_leader := seen.leader;
  present_until := seen.until;
  RETURN NEXT;
END
$$;
)sql";

}  // namespace fencepost::pg
