-- Events: when they run and what; not when they ran last.
-- @kind event
SELECT 'main' AS `schema`,
       e.EVENT_NAME AS name,
       CASE WHEN e.EVENT_TYPE = 'ONE TIME' THEN CONCAT('AT ', e.EXECUTE_AT)
            ELSE CONCAT('EVERY ', e.INTERVAL_VALUE, ' ', e.INTERVAL_FIELD) END AS schedule,
       e.STARTS AS starts,
       e.ENDS AS ends,
       e.TIME_ZONE AS time_zone,
       CASE e.STATUS WHEN 'DISABLED' THEN 'no' WHEN 'ENABLED' THEN NULL ELSE LOWER(e.STATUS) END AS enabled,
       CASE e.ON_COMPLETION WHEN 'PRESERVE' THEN 'preserve' END AS on_completion,
       e.EVENT_DEFINITION AS body,
       NULLIF(e.EVENT_COMMENT, '') AS comment,
       e.DEFINER AS definer,
       e.SQL_MODE AS sql_mode,
       CASE e.CHARACTER_SET_CLIENT WHEN 'utf8' THEN 'utf8mb3' ELSE e.CHARACTER_SET_CLIENT END AS character_set_client,
       CASE WHEN e.COLLATION_CONNECTION LIKE 'utf8\_%' THEN CONCAT('utf8mb3', SUBSTR(e.COLLATION_CONNECTION, 5))
            ELSE e.COLLATION_CONNECTION END AS collation_connection,
       CASE WHEN e.DATABASE_COLLATION <> (SELECT s.DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA s
                                           WHERE s.SCHEMA_NAME = DATABASE())
            THEN e.DATABASE_COLLATION END AS database_collation
  FROM information_schema.EVENTS e
 WHERE e.EVENT_SCHEMA = DATABASE()
