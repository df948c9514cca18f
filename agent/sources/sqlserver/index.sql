-- Indexes that are no key's, with those of views; their columns are in index_column.sql. Hypothetical ones, which only
-- advisers see, are left out. Names that the server made after a number are called by what they are for.
-- Serves SQL Server 2016 and later.
-- @kind index
-- @catalogue index
-- @part_of object
SELECT i.object_id AS part_of_id,
       CAST(i.object_id AS bigint) * 1000000 + i.index_id AS id,
       CASE WHEN i.name LIKE 'ix_MSSQL_TemporalHistoryFor_%' THEN 'ix_MSSQL_TemporalHistoryFor'
            WHEN i.name LIKE 'ix_MSSQL_LedgerHistoryFor_%' THEN 'ix_MSSQL_LedgerHistoryFor'
            WHEN i.name LIKE 'GRAPH_UNIQUE_INDEX_%' THEN 'GRAPH_UNIQUE_INDEX'
            ELSE i.name END AS name,
       LOWER(i.type_desc) AS method,
       CASE i.is_unique WHEN 1 THEN 'yes' END AS "unique",
       i.filter_definition AS predicate,
       CASE i.is_disabled WHEN 1 THEN 'no' END AS enabled,
       CASE i.ignore_dup_key WHEN 1 THEN 'yes' END AS ignore_duplicates,
       h.bucket_count AS bucket_count,
       CASE x.xml_index_type WHEN 0 THEN 'primary' WHEN 1 THEN 'secondary' WHEN 2 THEN 'selective'
                             WHEN 3 THEN 'secondary selective' END AS xml_index_type,
       LOWER(x.secondary_type_desc) AS secondary_type,
       p.name AS primary_index,
       LOWER(g.tessellation_scheme) AS tessellation
  FROM sys.indexes i
  JOIN sys.objects o ON o.object_id = i.object_id AND o.type IN ('U', 'V', 'TT')
  LEFT JOIN sys.hash_indexes h ON h.object_id = i.object_id AND h.index_id = i.index_id
  LEFT JOIN sys.xml_indexes x ON x.object_id = i.object_id AND x.index_id = i.index_id
  LEFT JOIN sys.xml_indexes p ON p.object_id = x.object_id AND p.index_id = x.using_xml_index_id
  LEFT JOIN sys.spatial_indexes g ON g.object_id = i.object_id AND g.index_id = i.index_id
 WHERE i.type > 0 AND i.is_hypothetical = 0 AND i.is_primary_key = 0 AND i.is_unique_constraint = 0
