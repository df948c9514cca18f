-- What older versions had otherwise. A part of install.sql, before all else; columns that are new are in log.sql.

-- Version 1: a state without a note, and one trigger with a function of its own. Who could ask for the state is let again
-- by rights.sql.
DO $capture$
BEGIN
  IF obj_description(to_regnamespace('driftline'), 'pg_namespace') LIKE 'driftline capture 1:%' THEN
    DROP FUNCTION driftline.capture_state();
    DROP FUNCTION IF EXISTS driftline.on_command();
  END IF;
END
$capture$;
