-- Foreign keys. Their columns and their rules are in two tables of the information schema, which are laid on top of
-- each other: joining them would compare each with each. RESTRICT is what holds when nothing is said.
-- A table of another database is called by its full name.
-- @kind foreign_key
-- @part_of relation
WITH piece AS (
    SELECT CONV(LEFT(SHA1(k.TABLE_NAME), 15), 16, 10) AS part_of_id, k.CONSTRAINT_NAME AS name,
           k.ORDINAL_POSITION AS place, k.COLUMN_NAME AS own, k.REFERENCED_COLUMN_NAME AS referenced,
           k.REFERENCED_TABLE_SCHEMA AS target_schema, k.REFERENCED_TABLE_NAME AS target,
           NULL AS on_update, NULL AS on_delete
      FROM information_schema.KEY_COLUMN_USAGE k
     WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
    UNION ALL
    SELECT CONV(LEFT(SHA1(r.TABLE_NAME), 15), 16, 10), r.CONSTRAINT_NAME, NULL, NULL, NULL, NULL, NULL,
           r.UPDATE_RULE, r.DELETE_RULE
      FROM information_schema.REFERENTIAL_CONSTRAINTS r
     WHERE r.CONSTRAINT_SCHEMA = DATABASE()
)
SELECT p.part_of_id,
       p.name,
       CONCAT('{', GROUP_CONCAT('"', REPLACE(REPLACE(p.own, '\\', '\\\\'), '"', '\\"'), '"' ORDER BY p.place), '}')
         AS `columns[]`,
       CASE WHEN BINARY MAX(p.target_schema) = BINARY DATABASE()
            THEN CONV(LEFT(SHA1(MAX(p.target)), 15), 16, 10) END AS `references@relation`,
       CASE WHEN BINARY MAX(p.target_schema) <> BINARY DATABASE()
            THEN CONCAT(MAX(p.target_schema), '.', MAX(p.target)) END AS `references`,
       CONCAT('{', GROUP_CONCAT('"', REPLACE(REPLACE(p.referenced, '\\', '\\\\'), '"', '\\"'), '"'
                                ORDER BY p.place), '}') AS `referenced_columns[]`,
       LOWER(NULLIF(MAX(p.on_update), 'RESTRICT')) AS on_update,
       LOWER(NULLIF(MAX(p.on_delete), 'RESTRICT')) AS on_delete
  FROM piece p
 GROUP BY p.part_of_id, p.name
HAVING MAX(p.target) IS NOT NULL
