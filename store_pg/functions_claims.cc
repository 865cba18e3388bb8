// Creates and claims.

#include "store_pg/schema_functions.h"

namespace fencepost::pg {

const char* const kClaimFunctions = R"sql(
-- May this control plane own new workers? It stays so until the end of the statement.
CREATE FUNCTION fencepost.hold_active_owner(owner text) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(fencepost.key('control_plane', owner));
  RETURN EXISTS (SELECT FROM fencepost.control_planes c
                 WHERE c.cp_id = owner AND c.state = 'active');
END
$$;

-- Counting stops at the cap: it never reads more rows than the cap allows to exist.
CREATE FUNCTION fencepost.org_is_full(wanted text, cap bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF cap = @UNLIMITED@ THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock(fencepost.key('org', wanted));
  RETURN cap <= (SELECT count(*)
                 FROM (SELECT FROM fencepost.workers w
                       WHERE w.org = wanted AND w.state @ACTIVE@ LIMIT greatest(cap, 0)) c);
END
$$;

CREATE FUNCTION fencepost.fleet_is_full(cap bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF cap = @UNLIMITED@ THEN
    RETURN false;
  END IF;
  RETURN cap <= (SELECT count(*)
                 FROM (SELECT FROM fencepost.workers w
                       WHERE w.state @ACTIVE@ ORDER BY w.owner_cp LIMIT greatest(cap, 0)) c);
END
$$;

-- Ghosts do not count: a slot whose owner is gone will never become a worker.
CREATE FUNCTION fencepost.is_warm(wanted text, target bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF target = @UNLIMITED@ THEN
    RETURN false;
  END IF;
  RETURN target <= (SELECT count(*)
                    FROM (SELECT FROM fencepost.workers w
                          WHERE w.state IN ('spawning', 'idle') AND w.org = ''
                            AND w.image = wanted
                            AND EXISTS (SELECT FROM fencepost.control_planes c
                                        WHERE c.cp_id = w.owner_cp AND c.state <> 'expired')
                          LIMIT greatest(target, 0)) c);
END
$$;

-- The global key and the image's come before the org's: an org's claim, which takes its org's
-- alone, then never waits for a create that waits for another org.
CREATE FUNCTION fencepost.create_slot(
  owner text, wanted_image text, for_org text, boot bigint, sequence bigint,
  org_cap bigint, global_cap bigint, warm_target bigint)
RETURNS TABLE (outcome text, made fencepost.workers) LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  warm CONSTANT boolean := for_org = '';
  moment timestamptz;
BEGIN
  outcome := 'owner_not_active';
  IF NOT fencepost.hold_active_owner(owner) THEN
    RETURN NEXT;
    RETURN;
  END IF;
  IF global_cap <> @UNLIMITED@ THEN
    PERFORM pg_advisory_xact_lock(fencepost.key('global', ''));
  END IF;
  IF warm AND warm_target <> @UNLIMITED@ THEN
    PERFORM pg_advisory_xact_lock(fencepost.key('image', wanted_image));
  END IF;
  outcome := CASE WHEN NOT warm AND fencepost.org_is_full(for_org, org_cap) THEN 'org_cap'
                  WHEN fencepost.fleet_is_full(global_cap) THEN 'global_cap'
                  WHEN warm AND fencepost.is_warm(wanted_image, warm_target) THEN 'warm_target_met'
                  ELSE 'claimed' END;
  IF outcome = 'claimed' THEN
    moment := fencepost.now();
    INSERT INTO fencepost.workers (worker_id, image, state, org, owner_cp, owner_epoch, revision,
                                   operation_boot, operation_sequence, created_at, updated_at,
                                   state_since)
    VALUES (nextval('fencepost.worker_ids'), wanted_image, @CREATED@, for_org, owner, 1, 1,
            boot, sequence, moment, moment, moment)
    RETURNING workers.* INTO made;
  END IF;
  RETURN NEXT;
END
$$;

-- The claimed row, changed as the claim's rule says.
CREATE FUNCTION fencepost.take(
  wanted bigint, new_state text, owner text, for_org text, boot bigint, sequence bigint)
RETURNS fencepost.workers LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  moment CONSTANT timestamptz := fencepost.now();
  taken fencepost.workers;
BEGIN
  UPDATE fencepost.workers w
  SET state = new_state, state_since = moment, org = for_org, owner_cp = owner,
      owner_epoch = w.owner_epoch + 1, revision = w.revision + 1, operation_boot = boot,
      operation_sequence = sequence, updated_at = moment
  WHERE w.worker_id = wanted
  RETURNING w.* INTO taken;
  RETURN taken;
END
$$;

-- Idle workers of the image: those that the org has already, and, where it has room for one more,
-- those that have served nobody. The lowest id that nobody else holds.
CREATE FUNCTION fencepost.claim_idle(
  owner text, for_org text, wanted_image text, boot bigint, sequence bigint, org_cap bigint)
RETURNS TABLE (outcome text, taken fencepost.workers, before fencepost.workers)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
DECLARE
  full_up boolean;
  own bigint := 0;
BEGIN
  outcome := 'owner_not_active';
  IF NOT fencepost.hold_active_owner(owner) THEN
    RETURN NEXT;
    RETURN;
  END IF;
  full_up := fencepost.org_is_full(for_org, org_cap);
  outcome := 'claimed';
  LOOP
    SELECT w.worker_id INTO own FROM fencepost.workers w
    WHERE w.state = @CLAIM_IDLE_FROM@ AND w.org = for_org AND w.image = wanted_image
      AND w.worker_id > coalesce(own, 0)
    ORDER BY w.worker_id LIMIT 1;
    IF NOT full_up THEN
      SELECT w.* INTO before FROM fencepost.workers w
      WHERE w.state = @CLAIM_IDLE_FROM@ AND w.org = '' AND w.image = wanted_image
        AND w.worker_id < coalesce(own, @UNLIMITED@)
      ORDER BY w.worker_id LIMIT 1
      FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF before.worker_id IS NULL AND own IS NOT NULL THEN
      SELECT w.* INTO before FROM fencepost.workers w
      WHERE w.worker_id = own AND w.state = @CLAIM_IDLE_FROM@ AND w.org = for_org
      FOR NO KEY UPDATE SKIP LOCKED;
    END IF;
    IF before.worker_id IS NOT NULL THEN
      taken := fencepost.take(before.worker_id, @CLAIM_IDLE_TO@, owner, for_org, boot, sequence);
      RETURN NEXT;
      RETURN;
    END IF;
    EXIT WHEN own IS NULL;
  END LOOP;
  outcome := CASE WHEN full_up THEN 'org_cap' ELSE 'none_available' END;
  RETURN NEXT;
END
$$;

-- The org's parked workers; an empty image means any. They take no new room.
CREATE FUNCTION fencepost.claim_hot_idle(
  owner text, for_org text, wanted_image text, boot bigint, sequence bigint)
RETURNS TABLE (outcome text, taken fencepost.workers, before fencepost.workers)
LANGUAGE plpgsql VOLATILE ROWS 1 AS $$
BEGIN
  outcome := 'owner_not_active';
  IF NOT fencepost.hold_active_owner(owner) THEN
    RETURN NEXT;
    RETURN;
  END IF;
  IF wanted_image = '' THEN
    SELECT w.* INTO before FROM fencepost.workers w
    WHERE w.state = @CLAIM_HOT_IDLE_FROM@ AND w.org = for_org
    ORDER BY w.worker_id LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED;
  ELSE
    SELECT w.* INTO before FROM fencepost.workers w
    WHERE w.state = @CLAIM_HOT_IDLE_FROM@ AND w.org = for_org AND w.image = wanted_image
    ORDER BY w.worker_id LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED;
  END IF;
  outcome := 'none_available';
  IF before.worker_id IS NOT NULL THEN
    outcome := 'claimed';
    taken := fencepost.take(before.worker_id, @CLAIM_HOT_IDLE_TO@, owner, for_org, boot, sequence);
  END IF;
  RETURN NEXT;
END
$$;
)sql";

}  // namespace fencepost::pg
