-- Driftline capture for PostgreSQL: everything of it goes, also its log. Run it as who installed it, or as a superuser:
--
--   psql -X -v ON_ERROR_STOP=1 -d DATABASE -f uninstall.sql
--
-- or let `driftline capture uninstall postgres://...` do it. It is one transaction. What somebody else made of capture's
-- objects, such as a view that reads the log, is not dropped: then nothing is, and the message says what stands in the
-- way.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, pg_temp;

DO $capture$
DECLARE
  item text;
  reason text;
BEGIN
  PERFORM pg_advisory_xact_lock(7236837, 1);
  IF to_regnamespace('driftline') IS NULL THEN
    RETURN;
  END IF;
  IF coalesce(obj_description(to_regnamespace('driftline'), 'pg_namespace'), '') NOT LIKE 'driftline capture %' THEN
    RAISE EXCEPTION 'there is a schema "driftline" that is not capture''s' USING HINT = 'it is left as it is';
  END IF;
  FOR item IN
    SELECT format('DROP EVENT TRIGGER %I', e.evtname)
      FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid WHERE p.pronamespace = 'driftline'::regnamespace
  LOOP
    EXECUTE item;
  END LOOP;
  -- All of a kind at once, so that they may depend on each other.
  FOR item IN
    SELECT 'DROP VIEW ' || string_agg(c.oid::regclass::text, ', ')
      FROM pg_class c WHERE c.relnamespace = 'driftline'::regnamespace AND c.relkind = 'v'
    UNION ALL
    SELECT 'DROP ROUTINE ' || string_agg(p.oid::regprocedure::text, ', ')
      FROM pg_proc p WHERE p.pronamespace = 'driftline'::regnamespace
    UNION ALL
    SELECT 'DROP TABLE ' || string_agg(c.oid::regclass::text, ', ')
      FROM pg_class c WHERE c.relnamespace = 'driftline'::regnamespace AND c.relkind = 'r'
    UNION ALL
    SELECT 'DROP SEQUENCE IF EXISTS driftline.fault'
    UNION ALL
    SELECT 'DROP SEQUENCE IF EXISTS driftline.fault_transaction'
    UNION ALL
    SELECT 'DROP SCHEMA driftline'
  LOOP
    IF item IS NOT NULL THEN
      EXECUTE item;
    END IF;
  END LOOP;
EXCEPTION WHEN dependent_objects_still_exist THEN
  GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
  RAISE EXCEPTION 'something else needs capture: %', reason USING HINT = 'nothing was removed; drop that first';
END
$capture$;
COMMIT;
