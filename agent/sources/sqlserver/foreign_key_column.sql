-- The columns of foreign keys, in order. Serves SQL Server 2016 and later.
-- @attach
-- @part_of object
SELECT f.constraint_object_id AS of_id,
       c.name AS "columns[]",
       r.name AS "referenced_columns[]"
  FROM sys.foreign_key_columns f
  JOIN sys.columns c ON c.object_id = f.parent_object_id AND c.column_id = f.parent_column_id
  JOIN sys.columns r ON r.object_id = f.referenced_object_id AND r.column_id = f.referenced_column_id
 ORDER BY f.constraint_object_id, f.constraint_column_id
