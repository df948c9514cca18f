-- Where the indexes other than a table's clustered one are kept. Serves SQL Server 2016 and later.
-- @attach
-- @part_of index
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id AS of_id,
       CASE WHEN d.type <> 'PS' AND d.is_default = 0 THEN d.data_space_id END AS "tablespace@data_space",
       CASE d.type WHEN 'PS' THEN d.data_space_id END AS "partition_scheme@data_space",
       CASE WHEN c.partition_ordinal = 1 THEN c.column_id END AS "partition_columns@column"
  FROM sys.indexes i
  JOIN sys.data_spaces d ON d.data_space_id = i.data_space_id
  LEFT JOIN sys.index_columns c ON c.object_id = i.object_id AND c.index_id = i.index_id AND c.partition_ordinal = 1
 WHERE i.index_id > 1 AND (d.type = 'PS' OR d.is_default = 0)
