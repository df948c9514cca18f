-- A login sees only what it has a right on. Without VIEW DEFINITION on the database nobody can tell what is missing, so
-- nothing of these kinds counts as read in full. Serves SQL Server 2016 and later.
-- @kind table
SELECT k.kind AS kind,
       NULL AS "schema",
       NULL AS name,
       'VIEW DEFINITION on the database is not granted' AS gap
  FROM (SELECT 'table' AS kind UNION ALL SELECT 'view' UNION ALL SELECT 'procedure' UNION ALL SELECT 'function'
        UNION ALL SELECT 'sequence' UNION ALL SELECT 'synonym' UNION ALL SELECT 'schema' UNION ALL SELECT 'role'
        UNION ALL SELECT 'domain' UNION ALL SELECT 'table_type' UNION ALL SELECT 'xml_schema_collection'
        UNION ALL SELECT 'event_trigger' UNION ALL SELECT 'system_privilege') AS k
 WHERE COALESCE(HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION'), 0) = 0
