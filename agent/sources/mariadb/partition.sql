-- How tables are divided into partitions. The name of each is an item with what it holds; those of subpartitions stand
-- apart. A partition's data folder and engine are its table's.
-- @kind table
-- @attach
-- @part_of relation
SELECT CONV(LEFT(SHA1(p.TABLE_NAME), 15), 16, 10) AS of_id,
       CASE WHEN p.PARTITION_ORDINAL_POSITION = 1 AND COALESCE(p.SUBPARTITION_ORDINAL_POSITION, 1) = 1
            THEN CONCAT(p.PARTITION_METHOD, ' (', COALESCE(p.PARTITION_EXPRESSION, ''), ')') END AS partition_key,
       CASE WHEN p.PARTITION_ORDINAL_POSITION = 1 AND p.SUBPARTITION_ORDINAL_POSITION = 1
            THEN CONCAT(p.SUBPARTITION_METHOD, ' (', COALESCE(p.SUBPARTITION_EXPRESSION, ''), ')')
             END AS subpartition_key,
       CASE WHEN COALESCE(p.SUBPARTITION_ORDINAL_POSITION, 1) = 1
            THEN CONCAT(p.PARTITION_NAME,
                        CASE WHEN p.PARTITION_DESCRIPTION IS NULL THEN ''
                             WHEN p.PARTITION_METHOD LIKE 'RANGE%' THEN ' VALUES LESS THAN '
                             WHEN p.PARTITION_METHOD LIKE 'LIST%' THEN ' VALUES IN '
                             ELSE ' ' END,
                        CASE WHEN p.PARTITION_DESCRIPTION IS NULL THEN ''
                             WHEN p.PARTITION_DESCRIPTION = 'MAXVALUE' OR p.PARTITION_METHOD NOT RLIKE '^(RANGE|LIST)'
                             THEN p.PARTITION_DESCRIPTION
                             ELSE CONCAT('(', p.PARTITION_DESCRIPTION, ')') END,
                        CASE WHEN p.PARTITION_COMMENT = '' THEN ''
                             ELSE CONCAT(' COMMENT ', QUOTE(p.PARTITION_COMMENT)) END) END AS `partitions[]`,
       CASE WHEN p.SUBPARTITION_NAME IS NOT NULL
            THEN CONCAT(p.PARTITION_NAME, '.', p.SUBPARTITION_NAME) END AS `subpartitions[]`
  FROM information_schema.PARTITIONS p
 WHERE p.TABLE_SCHEMA = DATABASE()
   AND p.PARTITION_NAME IS NOT NULL
 ORDER BY p.TABLE_NAME, p.PARTITION_ORDINAL_POSITION, p.SUBPARTITION_ORDINAL_POSITION
