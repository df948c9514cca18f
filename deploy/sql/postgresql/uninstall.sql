-- Driftline capture for PostgreSQL: everything of it goes, also its log. Run it as who installed it, or as a superuser:
--
--   psql -X -v ON_ERROR_STOP=1 -d DATABASE -f uninstall.sql
--
-- or let `driftline capture uninstall postgres://...` do it. It is one transaction. It drops what is listed here by name and
-- nothing else. Where somebody put something else into the schema, or made something of capture's objects, such as a
-- view that reads the log, nothing is dropped, and the message says what stands in the way.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = pg_catalog, pg_temp;

DO $capture$
DECLARE
  relations oid[] := ARRAY(SELECT to_regclass('driftline.' || r)
    FROM unnest('{drift_log,contract_status,column_documentation,table_documentation,ddl_log,installation,critical_column,
                  fault,fault_transaction}'::text[]) AS r);
  functions oid[] := ARRAY(SELECT to_regprocedure(f) FROM regexp_split_to_table('
    driftline.allow(text); driftline.allow_reader(text); driftline.capture_command(text);
    driftline.capture_counts(); driftline.capture_drop(text); driftline.capture_read(text);
    driftline.capture_recorded(text, bigint); driftline.capture_rewrite(text);
    driftline.capture_shipped(text, bigint, bigint[]); driftline.capture_state(); driftline.cut(text);
    driftline.extension_of(oid, oid); driftline.followers(oid); driftline.functions_hash(); driftline.hash(text);
    driftline.is_ours(xid); driftline.is_own(text); driftline.log(text, text[], text[], text);
    driftline.names_in(text); driftline.on_event();
    driftline.origin(); driftline.path_join(text[]); driftline.path_name(text); driftline.path_of(oid, oid, int);
    driftline.path_of_address(text, text[], text[]); driftline.path_of_relation(oid, int); driftline.retain(int);
    driftline.schema_hash(); driftline.statement_about(text, text, text); driftline.timeline();
    driftline.without_literals(text); driftline.written(text, text, text); driftline.young(text, boolean, text[])', ';') AS f);
  foreign_objects text;
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
  SELECT string_agg(pg_describe_object(d.classid, d.objid, 0), ', ' ORDER BY d.classid, d.objid) INTO foreign_objects
    FROM pg_depend d
   WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = to_regnamespace('driftline') AND d.deptype = 'n'
     AND NOT (d.classid = 'pg_proc'::regclass AND d.objid = ANY (array_remove(functions, NULL)))
     -- the log's own sequence belongs to the log
     AND NOT (d.classid = 'pg_class'::regclass
              AND EXISTS (SELECT FROM unnest(relations) AS r (id)
                           WHERE r.id = d.objid
                              OR EXISTS (SELECT FROM pg_depend s WHERE s.classid = 'pg_class'::regclass AND s.objid = d.objid
                                            AND s.refclassid = 'pg_class'::regclass AND s.refobjid = r.id AND s.deptype = 'i')));
  IF foreign_objects IS NOT NULL THEN
    RAISE EXCEPTION 'the schema "driftline" holds what is not capture''s: %', foreign_objects
      USING HINT = 'nothing was removed; move it to another schema (ALTER ... SET SCHEMA), or drop it, first';
  END IF;
  DROP EVENT TRIGGER IF EXISTS driftline_capture_command;
  DROP EVENT TRIGGER IF EXISTS driftline_capture_drop;
  DROP EVENT TRIGGER IF EXISTS driftline_capture_rewrite;
  -- All of a kind at once, so that they may depend on each other.
  FOR item IN
    SELECT 'DROP VIEW ' || string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE c.oid = ANY (relations) AND c.relkind = 'v'
    UNION ALL
    SELECT 'DROP FUNCTION ' || string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc p WHERE p.oid = ANY (functions)
    UNION ALL
    SELECT 'DROP TABLE ' || string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE c.oid = ANY (relations) AND c.relkind = 'r'
    UNION ALL
    SELECT 'DROP SEQUENCE ' || string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE c.oid = ANY (relations) AND c.relkind = 'S'
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
