-- Primary keys, unique keys and indexes. How much of a column is indexed, and in which order, is said where it is not
-- all of it and upwards; the 32 bytes of a spatial index are the server's own choice.
-- The sort of tree behind a key is not said unless it is another than usual.
-- @kind index
-- @part_of relation
SELECT CASE WHEN i.INDEX_NAME = 'PRIMARY' THEN 'primary_key'
            WHEN i.NON_UNIQUE = 0 THEN 'unique' ELSE 'index' END AS kind,
       CONV(LEFT(SHA1(i.TABLE_NAME), 15), 16, 10) AS part_of_id,
       i.INDEX_NAME AS name,
       CONCAT('{', GROUP_CONCAT('"', REPLACE(REPLACE(
                       i.COLUMN_NAME,                                                              --[100000..]
                       COALESCE(i.COLUMN_NAME, CONCAT('(', REPLACE(i.EXPRESSION, '\\''', ''''), ')')), --[..99999]
                   '\\', '\\\\'), '"', '\\"'), '"' ORDER BY i.SEQ_IN_INDEX), '}') AS `columns[]`,
       CASE WHEN COUNT(i.SUB_PART) > 0 AND MAX(i.INDEX_TYPE) <> 'SPATIAL'
            THEN CONCAT('{', GROUP_CONCAT(COALESCE(i.SUB_PART, 'NULL') ORDER BY i.SEQ_IN_INDEX), '}')
             END AS `prefix_lengths[]`,
       CASE WHEN SUM(i.COLLATION = 'D') > 0
            THEN CONCAT('{', GROUP_CONCAT(CASE i.COLLATION WHEN 'D' THEN 'desc' ELSE 'NULL' END
                                          ORDER BY i.SEQ_IN_INDEX), '}') END AS `order[]`,
       CASE WHEN i.NON_UNIQUE = 1 OR MAX(i.INDEX_TYPE) <> 'BTREE' THEN LOWER(MAX(i.INDEX_TYPE)) END AS method,
       CASE MAX(i.IGNORED) WHEN 'YES' THEN 'yes' END AS ignored,                                   --[100600..]
       CASE MAX(i.IS_VISIBLE) WHEN 'NO' THEN 'yes' END AS ignored,                                 --[..99999]
       NULLIF(MAX(i.INDEX_COMMENT), '') AS comment
  FROM information_schema.STATISTICS i
 WHERE i.TABLE_SCHEMA = DATABASE()
 GROUP BY part_of_id, i.INDEX_NAME, i.NON_UNIQUE
