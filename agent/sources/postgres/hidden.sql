-- What captures statements in this database (deploy/sql/postgresql/) is no part of its schema: its own objects by their
-- names, its event triggers, the schema driftline itself, and default privileges that concern nothing else. What somebody
-- else puts into that schema is shown: a comment on a schema hides nothing of his. Serves 12 to 18.
-- @hidden
WITH capture AS (
    SELECT n.oid, n.nspname
      FROM pg_catalog.pg_namespace n
     WHERE n.nspname = 'driftline'
       AND pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'driftline capture %'
), made (kind, name) AS (
    VALUES ('table', 'critical_column'), ('table', 'ddl_log'), ('table', 'installation'),
           ('sequence', 'fault'), ('sequence', 'fault_transaction'),
           ('view', 'column_documentation'), ('view', 'contract_status'), ('view', 'drift_log'),
           ('view', 'table_documentation'),
           ('function', 'allow'), ('function', 'allow_reader'), ('function', 'capture_command'),
           ('function', 'capture_counts'), ('function', 'capture_drop'), ('function', 'capture_read'),
           ('function', 'capture_recorded'), ('function', 'capture_rewrite'), ('function', 'capture_shipped'),
           ('function', 'capture_state'), ('function', 'cut'), ('function', 'extension_of'),
           ('function', 'followers'), ('function', 'functions_hash'), ('function', 'hash'),
           ('function', 'is_ours'), ('function', 'is_own'), ('function', 'log'), ('function', 'names_in'),
           ('function', 'on_event'), ('function', 'origin'), ('function', 'path_join'), ('function', 'path_name'), ('function', 'path_of'),
           ('function', 'path_of_address'), ('function', 'path_of_relation'), ('function', 'retain'),
           ('function', 'schema_hash'), ('function', 'statement_about'), ('function', 'timeline'),
           ('function', 'without_literals'), ('function', 'written'), ('function', 'young')
)
SELECT 'schema' AS kind, NULL AS schema, c.nspname::text AS name
  FROM capture c
UNION ALL
SELECT m.kind, c.nspname::text, m.name
  FROM capture c
 CROSS JOIN made m
UNION ALL
SELECT 'event_trigger', NULL, e.evtname::text
  FROM capture c
  JOIN pg_catalog.pg_proc p ON p.pronamespace = c.oid
  JOIN pg_catalog.pg_event_trigger e ON e.evtfoid = p.oid
 WHERE e.evtname IN ('driftline_capture_command', 'driftline_capture_drop', 'driftline_capture_rewrite')
UNION ALL
SELECT 'default_privilege', NULL,
       'FOR ROLE ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)) || ' IN SCHEMA '
       || pg_catalog.quote_ident(c.nspname)
       || CASE d.defaclobjtype WHEN 'r' THEN ' ON TABLES' WHEN 'S' THEN ' ON SEQUENCES'
                               WHEN 'f' THEN ' ON FUNCTIONS' ELSE ' ON TYPES' END
  FROM capture c
  JOIN pg_catalog.pg_default_acl d ON d.defaclnamespace = c.oid
