-- Functions of MariaDB that sum up rows. See function.sql.
-- @kind aggregate
-- @versions 100303..
SELECT 'main' AS `schema`,
       p.name AS name,
       COALESCE(a.types, '') AS signature,
       NULLIF(CONVERT(p.param_list USING utf8mb4), '') AS arguments,
       CONVERT(p.returns USING utf8mb4) AS returns,
       CONVERT(p.body_utf8 USING utf8mb4) AS body,
       CASE p.is_deterministic WHEN 'YES' THEN 'yes' END AS `deterministic`,
       LOWER(REPLACE(NULLIF(p.sql_data_access, 'CONTAINS_SQL'), '_', ' ')) AS data_access,
       NULLIF(CONVERT(p.comment USING utf8mb4), '') AS comment,
       p.definer AS definer,
       LOWER(NULLIF(p.security_type, 'DEFINER')) AS sql_security,
       p.sql_mode AS sql_mode,
       CASE p.character_set_client WHEN 'utf8' THEN 'utf8mb3' ELSE p.character_set_client END AS character_set_client,
       CASE WHEN p.collation_connection LIKE 'utf8\_%' THEN CONCAT('utf8mb3', SUBSTR(p.collation_connection, 5))
            ELSE p.collation_connection END AS collation_connection,
       CASE WHEN p.db_collation <> (SELECT s.DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA s
                                     WHERE s.SCHEMA_NAME = DATABASE()) THEN p.db_collation END AS database_collation
  FROM mysql.proc p
  LEFT JOIN (SELECT q.SPECIFIC_NAME AS name,
                    GROUP_CONCAT(REGEXP_REPLACE(q.DTD_IDENTIFIER, '^((?:tiny|small|medium|big)?int)[(][0-9]+[)]', '\\1')
                                 ORDER BY q.ORDINAL_POSITION SEPARATOR ', ') AS types
               FROM information_schema.PARAMETERS q
              WHERE q.SPECIFIC_SCHEMA = DATABASE() AND q.ROUTINE_TYPE = 'FUNCTION' AND q.ORDINAL_POSITION > 0
              GROUP BY q.SPECIFIC_NAME) a ON a.name = p.name
 WHERE p.db = DATABASE() AND p.type = 'FUNCTION' AND p.aggregate = 'GROUP'
