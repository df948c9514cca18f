-- The columns of the tables that functions return. Serves SQL Server 2016 and later.
-- @attach
-- @part_of object
SELECT q.of_id,
       CONCAT(q.name, ' ', q.type, CASE q.is_nullable WHEN 0 THEN ' not null' ELSE '' END) AS "returned_columns[]"
  FROM (SELECT c.object_id AS of_id, c.column_id, c.name, c.is_nullable,
               CASE WHEN y.is_user_defined = 1 THEN CONCAT(ys.name, '.', y.name)
                    WHEN y.name IN ('nvarchar', 'nchar')
                    THEN CONCAT(y.name, '(', CASE c.max_length WHEN -1 THEN 'max'
                                                  ELSE CAST(c.max_length / 2 AS varchar(10)) END, ')')
                    WHEN y.name IN ('varchar', 'char', 'varbinary', 'binary')
                    THEN CONCAT(y.name, '(', CASE c.max_length WHEN -1 THEN 'max'
                                                  ELSE CAST(c.max_length AS varchar(10)) END, ')')
                    WHEN y.name IN ('decimal', 'numeric') THEN CONCAT(y.name, '(', c.precision, ',', c.scale, ')')
                    WHEN y.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT(y.name, '(', c.scale, ')')
                    ELSE y.name END AS type
          FROM sys.columns c
          JOIN sys.objects o ON o.object_id = c.object_id AND o.type IN ('IF', 'TF', 'FT')
          JOIN sys.types y ON y.user_type_id = c.user_type_id
          JOIN sys.schemas ys ON ys.schema_id = y.schema_id) AS q
 ORDER BY q.of_id, q.column_id
