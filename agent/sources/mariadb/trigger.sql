-- Triggers. Its place among those of the same moment is said when it is not the first.
-- @kind trigger
-- @part_of relation
SELECT CONV(LEFT(SHA1(t.EVENT_OBJECT_TABLE), 15), 16, 10) AS part_of_id,
       t.TRIGGER_NAME AS name,
       LOWER(t.ACTION_TIMING) AS timing,
       LOWER(t.EVENT_MANIPULATION) AS events,
       LOWER(t.ACTION_ORIENTATION) AS level,
       CASE WHEN t.ACTION_ORDER > 1 THEN t.ACTION_ORDER END AS position,
       t.ACTION_STATEMENT AS body,
       t.DEFINER AS definer,
       t.SQL_MODE AS sql_mode,
       CASE t.CHARACTER_SET_CLIENT WHEN 'utf8' THEN 'utf8mb3' ELSE t.CHARACTER_SET_CLIENT END AS character_set_client,
       CASE WHEN t.COLLATION_CONNECTION LIKE 'utf8\_%' THEN CONCAT('utf8mb3', SUBSTR(t.COLLATION_CONNECTION, 5))
            ELSE t.COLLATION_CONNECTION END AS collation_connection,
       CASE WHEN t.DATABASE_COLLATION <> (SELECT s.DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA s
                                           WHERE s.SCHEMA_NAME = DATABASE())
            THEN t.DATABASE_COLLATION END AS database_collation
  FROM information_schema.TRIGGERS t
 WHERE t.TRIGGER_SCHEMA = DATABASE()
