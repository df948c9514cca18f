-- Full-text indexes; a table has one at most, without a name of its own. Serves SQL Server 2016 and later.
-- @kind index
-- @catalogue fulltext_index
-- @part_of object
SELECT f.object_id AS part_of_id,
       f.object_id AS id,
       'fulltext' AS name,
       'fulltext' AS method,
       CASE WHEN k.is_system_named = 1 THEN LOWER(k.type_desc) COLLATE DATABASE_DEFAULT
            ELSE i.name COLLATE DATABASE_DEFAULT END AS key_index,
       g.name AS fulltext_catalog,
       LOWER(f.change_tracking_state_desc) AS change_tracking,
       CASE f.is_enabled WHEN 0 THEN 'no' END AS enabled
  FROM sys.fulltext_indexes f
  LEFT JOIN sys.indexes i ON i.object_id = f.object_id AND i.index_id = f.unique_index_id
  LEFT JOIN sys.key_constraints k ON k.parent_object_id = f.object_id AND k.unique_index_id = f.unique_index_id
  LEFT JOIN sys.fulltext_catalogs g ON g.fulltext_catalog_id = f.fulltext_catalog_id
