-- The role under which the service runs: it works with the rows and cannot change the schema.
--
-- Run it as the role that migrates, after the first migration; to run it again does no harm. Then
-- give each service a login of its own:
--
--   CREATE ROLE my_service LOGIN PASSWORD '...' IN ROLE fencepost_service;

-- A role belongs to the whole server: this script may run for two of its databases at once.
DO $$
BEGIN
  CREATE ROLE fencepost_service NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT USAGE ON SCHEMA fencepost TO fencepost_service;
GRANT SELECT ON fencepost.schema_version TO fencepost_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON fencepost.workers, fencepost.control_planes
  TO fencepost_service;
GRANT SELECT, INSERT, UPDATE ON fencepost.sessions TO fencepost_service;
GRANT SELECT, UPDATE ON fencepost.leadership TO fencepost_service;
GRANT USAGE ON SEQUENCE fencepost.worker_ids TO fencepost_service;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA fencepost TO fencepost_service;

-- Migrations make the functions anew.
ALTER DEFAULT PRIVILEGES IN SCHEMA fencepost GRANT EXECUTE ON FUNCTIONS TO fencepost_service;
