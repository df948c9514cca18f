-- The columns of indexes and keys: those of the key in order, the included ones as a set. A columnstore index is not
-- ordered by its columns, and a clustered one has all of them. Hidden columns of graph tables are called as in
-- column.sql. Serves SQL Server 2016 and later.
-- @attach
-- @part_of index
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id AS of_id,
       CASE WHEN c.key_ordinal > 0 OR i.type IN (3, 4) THEN
            CASE WHEN k.graph_type IS NOT NULL                                                    --[140000..]
                 THEN CONCAT('$', LOWER(k.graph_type_desc) COLLATE DATABASE_DEFAULT) ELSE         --[140000..]
                      k.name COLLATE DATABASE_DEFAULT
                 END                                                                              --[140000..]
            END AS "columns[]",
       CASE WHEN c.is_included_column = 1 THEN k.name END AS "included{}",
       CASE WHEN c.key_ordinal > 0
             AND EXISTS (SELECT 1 FROM sys.index_columns e
                          WHERE e.object_id = c.object_id AND e.index_id = c.index_id AND e.is_descending_key = 1)
            THEN CASE c.is_descending_key WHEN 1 THEN 'desc' ELSE '' END END AS "order[]"
  FROM sys.index_columns c
  JOIN sys.indexes i ON i.object_id = c.object_id AND i.index_id = c.index_id
  JOIN sys.columns k ON k.object_id = c.object_id AND k.column_id = c.column_id
 WHERE i.type <> 5 AND (c.key_ordinal > 0 OR c.is_included_column = 1 OR i.type IN (3, 4))
 ORDER BY c.object_id, c.index_id, c.key_ordinal, c.index_column_id
