-- Foreign keys; their columns are in foreign_key_column.sql. One whose name the server made up is called by what it
-- says: foreign_key(a, b). Serves SQL Server 2016 and later.
-- @kind foreign_key
-- @catalogue object
-- @part_of object
SELECT f.parent_object_id AS part_of_id,
       f.object_id AS id,
       CASE WHEN f.is_system_named = 0 THEN f.name
            WHEN n.place > 1 THEN CONCAT('foreign_key(', n.names, ') #', n.place)
            ELSE CONCAT('foreign_key(', n.names, ')') END AS name,
       f.referenced_object_id AS "references@object",
       CASE f.update_referential_action WHEN 1 THEN 'cascade' WHEN 2 THEN 'set null' WHEN 3 THEN 'set default'
                                        END AS on_update,
       CASE f.delete_referential_action WHEN 1 THEN 'cascade' WHEN 2 THEN 'set null' WHEN 3 THEN 'set default'
                                        END AS on_delete,
       CASE f.is_disabled WHEN 1 THEN 'no' END AS enforced,
       CASE f.is_not_trusted WHEN 1 THEN 'no' END AS validated,
       CASE f.is_not_for_replication WHEN 1 THEN 'yes' END AS not_for_replication
  FROM sys.foreign_keys f
  LEFT JOIN (SELECT g.object_id, g.names,
               ROW_NUMBER() OVER (PARTITION BY g.parent_object_id, g.names ORDER BY r.name, g.object_id) AS place
          FROM (SELECT q.object_id, q.parent_object_id, q.referenced_object_id,
                       CONCAT(MAX(CASE fc.constraint_column_id WHEN 1 THEN c.name ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 2 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 3 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 4 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 5 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 6 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 7 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 8 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 9 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 10 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 11 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 12 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 13 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 14 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 15 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 16 THEN CONCAT(', ', c.name) ELSE '' END),
                              MAX(CASE fc.constraint_column_id WHEN 17 THEN ', ...' ELSE '' END)) AS names
                  FROM sys.foreign_keys q
                  JOIN sys.foreign_key_columns fc ON fc.constraint_object_id = q.object_id
                  JOIN sys.columns c ON c.object_id = fc.parent_object_id AND c.column_id = fc.parent_column_id
                 WHERE q.is_system_named = 1
                 GROUP BY q.object_id, q.parent_object_id, q.referenced_object_id) AS g
          JOIN sys.objects r ON r.object_id = g.referenced_object_id) AS n ON n.object_id = f.object_id
