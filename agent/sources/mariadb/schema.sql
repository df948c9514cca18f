-- The database itself, called `main` whatever its name: what its tables and routines get when they say nothing.
-- @kind schema
SELECT 'main' AS name,
       CASE WHEN s.DEFAULT_COLLATION_NAME LIKE 'utf8\_%'
            THEN CONCAT('utf8mb3', SUBSTR(s.DEFAULT_COLLATION_NAME, 5)) ELSE s.DEFAULT_COLLATION_NAME END AS collation,
       NULLIF(s.SCHEMA_COMMENT, '') AS comment,                                                    --[100500..]
       NULL AS nothing
  FROM information_schema.SCHEMATA s
 WHERE s.SCHEMA_NAME = DATABASE()
