-- What captures statements in this database (deploy/sql/postgresql/) is no part of its schema: the schema driftline with
-- all that is in it, its event triggers, and default privileges that concern nothing else. Serves 12 to 18.
-- @hidden
WITH capture AS (
    SELECT n.oid, n.nspname
      FROM pg_catalog.pg_namespace n
     WHERE n.nspname = 'driftline'
       AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'driftline capture %'
)
SELECT 'schema' AS kind, NULL AS schema, c.nspname::text AS name
  FROM capture c
UNION ALL
SELECT 'event_trigger', NULL, e.evtname::text
  FROM capture c
  JOIN pg_catalog.pg_proc p ON p.pronamespace = c.oid
  JOIN pg_catalog.pg_event_trigger e ON e.evtfoid = p.oid
UNION ALL
SELECT 'default_privilege', NULL,
       'FOR ROLE ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)) || ' IN SCHEMA '
       || pg_catalog.quote_ident(c.nspname)
       || CASE d.defaclobjtype WHEN 'r' THEN ' ON TABLES' WHEN 'S' THEN ' ON SEQUENCES'
                               WHEN 'f' THEN ' ON FUNCTIONS' ELSE ' ON TYPES' END
  FROM capture c
  JOIN pg_catalog.pg_default_acl d ON d.defaclnamespace = c.oid
