-- Columns of tables and views. The tables are grouped to make the server look them up by a key of its own.
-- A display width is advice to clients and no part of a type, but for ZEROFILL, which pads to it, and for tinyint(1),
-- which is how these servers say boolean. A default of NULL is none. Of a view's columns only the type counts: the rest
-- follows from its tables.
-- A collation is said where it is not the table's.
-- @kind column
-- @part_of relation
SELECT c.id AS part_of_id,
       c.ORDINAL_POSITION AS id,
       c.COLUMN_NAME AS name,
       CASE WHEN c.DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint')
             AND c.COLUMN_TYPE NOT LIKE '% zerofill' AND c.COLUMN_TYPE <> 'tinyint(1)'
            THEN CONCAT(c.DATA_TYPE, CASE WHEN c.COLUMN_TYPE LIKE '% unsigned' THEN ' unsigned' ELSE '' END)
            WHEN c.DATA_TYPE = 'year' THEN 'year'
            WHEN c.COLUMN_TYPE LIKE '% /*M!100301 COMPRESSED*/'
            THEN SUBSTR(c.COLUMN_TYPE, 1, CHAR_LENGTH(c.COLUMN_TYPE) - 24)
            ELSE c.COLUMN_TYPE END AS type,
       CASE WHEN c.COLUMN_TYPE LIKE '% /*M!100301 COMPRESSED*/' THEN 'yes' END AS compression,
       CASE WHEN t.ENGINE IS NOT NULL THEN LOWER(c.IS_NULLABLE) END AS nullable,
       CASE WHEN t.ENGINE IS NOT NULL THEN NULLIF(c.COLUMN_DEFAULT, 'NULL') END AS `default`,      --[100000..]
       CASE WHEN t.ENGINE IS NULL THEN NULL                                                        --[..99999]
            WHEN c.EXTRA LIKE '%DEFAULT\_GENERATED%'                                               --[..99999]
            THEN REGEXP_REPLACE(REPLACE(c.COLUMN_DEFAULT, '\\''', ''''),                           --[..99999]
                                '^CURRENT_TIMESTAMP(\\([0-9]+\\))?$', 'current_timestamp$1')       --[..99999]
            WHEN c.DATA_TYPE IN ('tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal',   --[..99999]
                                 'float', 'double', 'bit', 'binary', 'varbinary')                  --[..99999]
            THEN c.COLUMN_DEFAULT                                                                  --[..99999]
            ELSE QUOTE(c.COLUMN_DEFAULT) END AS `default`,                                         --[..99999]
       CASE WHEN c.EXTRA LIKE '%on update %'
            THEN LOWER(SUBSTRING_INDEX(SUBSTRING_INDEX(c.EXTRA, 'on update ', -1), ',', 1)) END AS on_update,
       CASE WHEN c.EXTRA LIKE '%auto\_increment%' THEN 'auto_increment' END AS identity,
       REPLACE(NULLIF(c.GENERATION_EXPRESSION, ''), '\\''', '''') AS generated,                    --[..99999]
       c.GENERATION_EXPRESSION AS generated,                                                       --[100000..]
       CASE WHEN c.EXTRA LIKE '%VIRTUAL GENERATED%' THEN 'yes' END AS `virtual`,
       CASE WHEN c.EXTRA LIKE '%INVISIBLE%' THEN 'yes' END AS invisible,
       CASE WHEN c.EXTRA LIKE '%WITHOUT SYSTEM VERSIONING%' THEN 'no' END AS system_versioning,
       c.SRS_ID AS srid,                                                                           --[..99999]
       CASE WHEN c.COLLATION_NAME <> t.TABLE_COLLATION
            THEN CASE WHEN c.COLLATION_NAME LIKE 'utf8\_%'
                      THEN CONCAT('utf8mb3', SUBSTR(c.COLLATION_NAME, 5))
                      ELSE c.COLLATION_NAME END END AS collation,
       NULLIF(c.COLUMN_COMMENT, '') AS comment
  FROM (SELECT CONV(LEFT(SHA1(x.TABLE_NAME), 15), 16, 10) AS id, MAX(x.TABLE_COLLATION) AS TABLE_COLLATION,
               MAX(x.ENGINE) AS ENGINE
          FROM information_schema.TABLES x
         WHERE x.TABLE_SCHEMA = DATABASE() AND x.TABLE_TYPE <> 'SEQUENCE'
         GROUP BY id) t
  JOIN (SELECT CONV(LEFT(SHA1(y.TABLE_NAME), 15), 16, 10) AS id, y.*
          FROM information_schema.COLUMNS y
         WHERE y.TABLE_SCHEMA = DATABASE()) c ON c.id = t.id
