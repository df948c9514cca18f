-- Tables: what the server needs to make one again. Neither the counter of AUTO_INCREMENT nor any statistics, which
-- would have the server open every table. The row format is what somebody chose, not what came of it.
-- The information schema has no numbers, so a digest of the name stands for it. Names may differ by case alone, which
-- its own comparisons do not see.
-- @kind table
-- @catalogue relation
SELECT 'main' AS `schema`,
       t.TABLE_NAME AS name,
       CONV(LEFT(SHA1(t.TABLE_NAME), 15), 16, 10) AS id,
       CASE WHEN t.ENGINE IS NULL THEN 'the server cannot open it' END AS gap,
       t.ENGINE AS engine,
       CASE WHEN t.TABLE_COLLATION LIKE 'utf8\_%'
            THEN CONCAT('utf8mb3', SUBSTR(t.TABLE_COLLATION, 5)) ELSE t.TABLE_COLLATION END AS collation,
       CASE t.TABLE_TYPE WHEN 'SYSTEM VERSIONED' THEN 'yes' END AS system_versioning,
       CASE WHEN t.CREATE_OPTIONS LIKE '%row\_format=%'
            THEN LOWER(SUBSTRING_INDEX(SUBSTRING_INDEX(t.CREATE_OPTIONS, 'row_format=', -1), ' ', 1)) END AS row_format,
       NULLIF(CONCAT('{', TRIM(TRAILING ',' FROM REPLACE(REGEXP_REPLACE(                           --[100000..]
                   REPLACE(REPLACE(NULLIF(t.CREATE_OPTIONS, ''), '\\', '\\\\'), '"', '\\"'),       --[100000..]
                   CONCAT('(?:row_format=\\S+|partitioned|',                                       --[100000..]
                          '((?:''[^'']*''|`[^`]*`|[A-Z]+ DIRECTORY|[^ ''`])+))(?: |$)'),           --[100000..]
                   '"\\1",'), '"",', '')), '}'), '{}') AS `storage_parameters{}`,                  --[100000..]
       CONCAT('{"', NULLIF(REPLACE(REPLACE(t.CREATE_OPTIONS, '\\', '\\\\'), '"', '\\"'), ''), '"}') --[..99999]
         AS `storage_parameters{}`,                                                                --[..99999]
       CASE WHEN t.ENGINE IS NOT NULL THEN NULLIF(t.TABLE_COMMENT, '') END AS comment
  FROM information_schema.TABLES t
 WHERE t.TABLE_SCHEMA = DATABASE()
   AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
