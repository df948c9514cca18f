-- Rights, and on with it. A part of install.sql.

-- Nobody but who owns it has a right on what is new here, whatever the default privileges of this database say.
DO $capture$
DECLARE
  item record;
BEGIN
  FOR item IN
    SELECT 'SCHEMA' AS kind, 'driftline' AS name, a.grantee
      FROM pg_namespace n, aclexplode(n.nspacl) a
     WHERE n.nspname = 'driftline' AND a.grantee <> n.nspowner
       AND n.oid::text <> ALL (string_to_array(current_setting('driftline.present'), ' '))
    UNION
    SELECT 'TABLE', c.oid::regclass::text AS name, a.grantee
      FROM pg_class c, aclexplode(c.relacl) a
     WHERE c.relnamespace = 'driftline'::regnamespace AND c.relkind IN ('r', 'v', 'S') AND a.grantee <> c.relowner
       AND c.oid::text <> ALL (string_to_array(current_setting('driftline.present'), ' '))
    UNION
    SELECT 'FUNCTION', p.oid::regprocedure::text, a.grantee
      FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
     WHERE p.pronamespace = 'driftline'::regnamespace AND a.grantee <> p.proowner
       AND p.oid::text <> ALL (string_to_array(current_setting('driftline.present'), ' '))
  LOOP
    EXECUTE format('REVOKE ALL ON %s %s FROM %s', item.kind, item.name,
                   CASE item.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(item.grantee)) END);
  END LOOP;
  -- Who was allowed before may call what is new; the view of the log asks origin().
  FOR item IN
    SELECT pg_get_userbyid(a.grantee) AS role
      FROM pg_class c, aclexplode(c.relacl) a
     WHERE c.oid = 'driftline.drift_log'::regclass AND a.grantee NOT IN (0, c.relowner) AND a.privilege_type = 'SELECT'
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION driftline.origin() TO %I', item.role);
  END LOOP;
  FOR item IN
    SELECT pg_get_userbyid(a.grantee) AS role
      FROM pg_proc p, aclexplode(p.proacl) a
     WHERE p.oid = 'driftline.capture_read(text)'::regprocedure AND a.grantee NOT IN (0, p.proowner)
  LOOP
    PERFORM driftline.allow(item.role);
  END LOOP;
END
$capture$;

-- Another id each time: what happened in between may not have been logged.
INSERT INTO driftline.installation (id) SELECT '' WHERE NOT EXISTS (SELECT FROM driftline.installation);
UPDATE driftline.installation
   SET id = driftline.hash(concat(random(), clock_timestamp(), pg_backend_pid())), functions = driftline.functions_hash(), installed_at = now();
-- Entries of version 1 do not say where they were made: here.
UPDATE driftline.ddl_log SET origin = driftline.origin() WHERE origin IS NULL;
UPDATE driftline.ddl_log SET recorded_at = now() WHERE status = 'recorded' AND recorded_at IS NULL;

CREATE EVENT TRIGGER driftline_capture_command ON ddl_command_end EXECUTE FUNCTION driftline.on_event();
CREATE EVENT TRIGGER driftline_capture_drop ON sql_drop EXECUTE FUNCTION driftline.on_event();
CREATE EVENT TRIGGER driftline_capture_rewrite ON table_rewrite EXECUTE FUNCTION driftline.on_event();
ALTER EVENT TRIGGER driftline_capture_command ENABLE ALWAYS;
ALTER EVENT TRIGGER driftline_capture_drop ENABLE ALWAYS;
ALTER EVENT TRIGGER driftline_capture_rewrite ENABLE ALWAYS;
