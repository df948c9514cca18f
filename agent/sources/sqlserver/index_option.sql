-- Options of indexes and keys, one a row. Serves SQL Server 2016 and later.
-- @attach
-- @part_of index
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id AS of_id,
       CONCAT('fillfactor=', i.fill_factor) AS "storage_parameters{}"
  FROM sys.indexes i WHERE i.fill_factor NOT IN (0, 100) AND i.type > 0
UNION ALL
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id, 'pad_index=on' FROM sys.indexes i WHERE i.is_padded = 1
UNION ALL
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id, 'allow_row_locks=off'
  FROM sys.indexes i WHERE i.allow_row_locks = 0 AND i.type IN (1, 2)
UNION ALL
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id, 'allow_page_locks=off'
  FROM sys.indexes i WHERE i.allow_page_locks = 0 AND i.type IN (1, 2)
UNION ALL
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id, CONCAT('compression_delay=', i.compression_delay)
  FROM sys.indexes i WHERE i.compression_delay > 0
UNION ALL                                                                                         --[150000..]
SELECT CAST(i.object_id AS bigint) * 1000000 + i.index_id, 'optimize_for_sequential_key=on'       --[150000..]
  FROM sys.indexes i WHERE i.optimize_for_sequential_key = 1                                      --[150000..]
