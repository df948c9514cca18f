-- Primary keys and unique constraints; their columns are in index_column.sql. One whose name the server made up is
-- called by what it says: primary_key, unique(a, b). Serves SQL Server 2016 and later.
-- @kind unique
-- @catalogue object
-- @alias index
-- @part_of object
SELECT CASE k.type WHEN 'PK' THEN 'primary_key' ELSE 'unique' END AS kind,
       k.parent_object_id AS part_of_id,
       k.object_id AS id,
       CAST(k.parent_object_id AS bigint) * 1000000 + k.unique_index_id AS alias_id,
       CASE WHEN k.is_system_named = 0 THEN k.name
            WHEN k.type = 'PK' THEN 'primary_key'
            WHEN n.place > 1 THEN CONCAT('unique(', n.names, ') #', n.place)
            ELSE CONCAT('unique(', n.names, ')') END AS name,
       LOWER(i.type_desc) AS method,
       CASE i.is_disabled WHEN 1 THEN 'no' END AS enabled,
       CASE i.ignore_dup_key WHEN 1 THEN 'yes' END AS ignore_duplicates,
       h.bucket_count AS bucket_count
  FROM sys.key_constraints k
  JOIN sys.indexes i ON i.object_id = k.parent_object_id AND i.index_id = k.unique_index_id
  LEFT JOIN (SELECT g.object_id, g.names,
               ROW_NUMBER() OVER (PARTITION BY g.parent_object_id, g.names ORDER BY g.object_id) AS place
          FROM (SELECT q.object_id, q.parent_object_id,
                       CONCAT(MAX(CASE ic.key_ordinal WHEN 1 THEN c.name ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 2 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 3 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 4 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 5 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 6 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 7 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 8 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 9 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 10 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 11 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 12 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 13 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 14 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 15 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 16 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE ic.key_ordinal WHEN 17 THEN ', ...' ELSE '' END)) AS names
                  FROM sys.key_constraints q
                  JOIN sys.index_columns ic ON ic.object_id = q.parent_object_id AND ic.index_id = q.unique_index_id
                  JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
                 WHERE q.is_system_named = 1 AND q.type = 'UQ'
                 GROUP BY q.object_id, q.parent_object_id) AS g) AS n ON n.object_id = k.object_id
  LEFT JOIN sys.hash_indexes h ON h.object_id = i.object_id AND h.index_id = i.index_id
 WHERE k.type IN ('PK', 'UQ')
