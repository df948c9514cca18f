-- Compression of heaps (of the table itself) and indexes. Where partitions differ, each is named.
-- Serves SQL Server 2016 and later.
-- @attach
SELECT CASE p.index_id WHEN 0 THEN 'object' ELSE 'index' END AS "of",
       CASE p.index_id WHEN 0 THEN CAST(p.object_id AS bigint)
                       ELSE CAST(p.object_id AS bigint) * 1000000 + p.index_id END AS of_id,
       CASE WHEN u.lowest = u.highest THEN LOWER(p.data_compression_desc)
            ELSE CONCAT(LOWER(p.data_compression_desc), ' on ', p.partition_number) END AS "compression{}"
  FROM sys.partitions p
  JOIN (SELECT q.object_id, q.index_id, MIN(q.data_compression) AS lowest, MAX(q.data_compression) AS highest
          FROM sys.partitions q
         GROUP BY q.object_id, q.index_id) AS u ON u.object_id = p.object_id AND u.index_id = p.index_id
 WHERE p.data_compression IN (1, 2, 4)
