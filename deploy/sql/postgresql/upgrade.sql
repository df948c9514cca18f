-- What older versions had otherwise. A part of install.sql, before all else; columns that are new are in log.sql.

-- Version 1: a state without a note. Who could ask for it is let again by rights.sql.
DO $capture$
BEGIN
  IF obj_description(to_regnamespace('driftline'), 'pg_namespace') LIKE 'driftline capture 1:%' THEN
    DROP FUNCTION driftline.capture_state();
  END IF;
END
$capture$;
