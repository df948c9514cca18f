-- Driftline capture for PostgreSQL 12 to 18: version 2.
--
-- Logs every statement that changes the schema of this database, with who gave it, in the transaction that made the
-- change. Read it, then run it in the database itself, as a superuser (or as whom your provider lets create event
-- triggers):
--
--   psql -X -v ON_ERROR_STOP=1 -d DATABASE -f install.sql
--   psql -X -d DATABASE -c "SELECT driftline.allow('driftline_agent')"   -- the role with which the agent logs in
--   psql -X -d DATABASE -c "SELECT driftline.allow_reader('team')"       -- people who may read; never allow() them
--   psql -X -d DATABASE -c "SELECT driftline.retain(30)"                 -- days; 90 unless said
--
-- or let `driftline capture install postgres://...` do all but the readers. It is one transaction: all of it or nothing. Doing it
-- again is harmless: the log stays, everything else is made anew; so is an older version brought up to date.
-- uninstall.sql removes all of it.
--
-- What it never does: fail a statement of yours (a fault in here is caught, and counted), keep a string, a bit string or a
-- comment of a statement (they are taken out before anything is written; numbers stay), or show entries to anybody but
-- who installed it, superusers, and whom allow() and allow_reader() name.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL standard_conforming_strings = on;
SET LOCAL check_function_bodies = on;

-- What is there must be ours, all of it: whoever owned a part of it would run with the rights of who installs.
DO $capture$
DECLARE
  installed int;
  owner oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'driftline');
BEGIN
  PERFORM pg_advisory_xact_lock(7236837, 1); -- two installations wait for each other
  IF owner IS NULL THEN
    RETURN;
  END IF;
  installed := substring(obj_description(to_regnamespace('driftline'), 'pg_namespace') FROM '^driftline capture ([0-9]{1,6})');
  IF installed IS NULL THEN
    RAISE EXCEPTION 'there is a schema "driftline" that is not capture''s'
      USING HINT = 'rename it, or drop it if nobody needs it';
  END IF;
  IF NOT pg_has_role(owner, 'USAGE') THEN
    RAISE EXCEPTION 'capture was installed by the role %', quote_ident(pg_get_userbyid(owner))
      USING HINT = 'let that role, or a superuser, install it again';
  END IF;
  IF installed > 2 THEN
    RAISE EXCEPTION 'version % of capture is installed, which is newer than this one', installed
      USING HINT = 'use the Driftline that installed it, or a newer one';
  END IF;
  IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'driftline'::regnamespace AND c.relowner <> owner)
     OR EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = 'driftline'::regnamespace AND p.proowner <> owner)
     OR EXISTS (SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                 WHERE c.relnamespace = 'driftline'::regnamespace AND NOT t.tgisinternal)
     OR EXISTS (SELECT FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
                 WHERE c.relnamespace = 'driftline'::regnamespace AND c.relkind <> 'v')
     OR (SELECT m.rolsuper AND NOT o.rolsuper FROM pg_roles m, pg_roles o WHERE m.rolname = current_user AND o.oid = owner) THEN
    RAISE EXCEPTION 'something in the schema "driftline" is not capture''s: it belongs to another role, or is a trigger or a rule'
      USING HINT = 'see what it is with \dn+ driftline and \d+ driftline.*, and drop it unless you know why it is there';
  END IF;
END
$capture$;

-- While this runs nothing of it is logged; until it commits, what was installed before goes on for everybody else.
DROP EVENT TRIGGER IF EXISTS driftline_capture_command;
DROP EVENT TRIGGER IF EXISTS driftline_capture_drop;
DROP EVENT TRIGGER IF EXISTS driftline_capture_rewrite;

-- What is there already keeps its rights.
DO $capture$
BEGIN
  PERFORM set_config('driftline.present', coalesce(string_agg(o.oid::text, ' '), ''), true)
     FROM (SELECT c.oid FROM pg_class c WHERE c.relnamespace = to_regnamespace('driftline')
           UNION ALL
           SELECT p.oid FROM pg_proc p WHERE p.pronamespace = to_regnamespace('driftline')
           UNION ALL
           SELECT to_regnamespace('driftline')::oid) AS o;
END
$capture$;

\ir upgrade.sql

CREATE SCHEMA IF NOT EXISTS driftline;
-- By this Driftline knows the schema for its own, and leaves it out of snapshots.
COMMENT ON SCHEMA driftline IS 'driftline capture 2: who changed the schema; see driftline.drift_log';
REVOKE ALL ON SCHEMA driftline FROM PUBLIC;

\ir log.sql
\ir names.sql
\ir statements.sql
\ir capture.sql
\ir agent.sql
\ir people.sql
\ir rights.sql

COMMIT;
