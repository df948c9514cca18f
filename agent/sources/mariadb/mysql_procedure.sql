-- Procedures of MySQL. See mysql_function.sql.
-- @kind procedure
-- @versions ..99999
SELECT 'main' AS `schema`,
       r.ROUTINE_NAME AS name,
       COALESCE(a.types, '') AS signature,
       CASE WHEN r.ROUTINE_DEFINITION IS NULL THEN 'needs SHOW_ROUTINE' END AS gap,
       a.arguments AS arguments,
       r.ROUTINE_DEFINITION AS body,
       CASE r.IS_DETERMINISTIC WHEN 'YES' THEN 'yes' END AS `deterministic`,
       LOWER(NULLIF(r.SQL_DATA_ACCESS, 'CONTAINS SQL')) AS data_access,
       NULLIF(r.ROUTINE_COMMENT, '') AS comment,
       r.DEFINER AS definer,
       LOWER(NULLIF(r.SECURITY_TYPE, 'DEFINER')) AS sql_security,
       r.SQL_MODE AS sql_mode,
       CASE r.CHARACTER_SET_CLIENT WHEN 'utf8' THEN 'utf8mb3' ELSE r.CHARACTER_SET_CLIENT END AS character_set_client,
       CASE WHEN r.COLLATION_CONNECTION LIKE 'utf8\_%' THEN CONCAT('utf8mb3', SUBSTR(r.COLLATION_CONNECTION, 5))
            ELSE r.COLLATION_CONNECTION END AS collation_connection,
       CASE WHEN r.DATABASE_COLLATION <> (SELECT s.DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA s
                                           WHERE s.SCHEMA_NAME = DATABASE())
            THEN r.DATABASE_COLLATION END AS database_collation
  FROM information_schema.ROUTINES r
  LEFT JOIN (SELECT q.SPECIFIC_NAME AS name,
                    GROUP_CONCAT(q.DTD_IDENTIFIER ORDER BY q.ORDINAL_POSITION SEPARATOR ', ') AS types,
                    GROUP_CONCAT(CASE q.PARAMETER_MODE WHEN 'IN' THEN '' ELSE CONCAT(q.PARAMETER_MODE, ' ') END,
                                 q.PARAMETER_NAME, ' ', q.DTD_IDENTIFIER
                                 ORDER BY q.ORDINAL_POSITION SEPARATOR ', ') AS arguments
               FROM information_schema.PARAMETERS q
              WHERE q.SPECIFIC_SCHEMA = DATABASE() AND q.ROUTINE_TYPE = 'PROCEDURE' AND q.ORDINAL_POSITION > 0
              GROUP BY q.SPECIFIC_NAME) a ON a.name = r.SPECIFIC_NAME
 WHERE r.ROUTINE_SCHEMA = DATABASE() AND r.ROUTINE_TYPE = 'PROCEDURE'
