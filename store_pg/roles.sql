-- The role under which the service runs: it works with the rows and cannot change the schema.
--
-- Run it as the role that migrates, after the first migration, and as often as you
-- like; then give each service a login of its own:
--
--   CREATE ROLE my_service LOGIN PASSWORD '...' IN ROLE fencepost_service;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fencepost_service') THEN
    CREATE ROLE fencepost_service NOLOGIN;
  END IF;
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
