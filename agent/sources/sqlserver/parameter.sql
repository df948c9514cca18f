-- Parameters of routines, and what a scalar function returns. Serves SQL Server 2016 and later.
-- @attach
-- @part_of object
SELECT q.of_id,
       CASE WHEN q.parameter_id > 0
            THEN CONCAT(q.name, ' ', q.type, CASE q.is_readonly WHEN 1 THEN ' readonly' ELSE '' END,
                        CASE q.is_output WHEN 1 THEN ' output' ELSE '' END,
                        CASE q.is_nullable WHEN 0 THEN ' not null' ELSE '' END) END AS "arguments[]",
       CASE q.parameter_id WHEN 0 THEN q.type END AS returns
  FROM (SELECT p.object_id AS of_id, p.parameter_id, p.name, p.is_output, p.is_readonly, p.is_nullable,
               CASE WHEN y.is_user_defined = 1 THEN CONCAT(ys.name, '.', y.name)
                    WHEN y.name IN ('nvarchar', 'nchar')
                    THEN CONCAT(y.name, '(', CASE p.max_length WHEN -1 THEN 'max'
                                                  ELSE CAST(p.max_length / 2 AS varchar(10)) END, ')')
                    WHEN y.name IN ('varchar', 'char', 'varbinary', 'binary')
                    THEN CONCAT(y.name, '(', CASE p.max_length WHEN -1 THEN 'max'
                                                  ELSE CAST(p.max_length AS varchar(10)) END, ')')
                    WHEN y.name IN ('decimal', 'numeric') THEN CONCAT(y.name, '(', p.precision, ',', p.scale, ')')
                    WHEN y.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT(y.name, '(', p.scale, ')')
                    ELSE y.name END AS type
          FROM sys.parameters p
          JOIN sys.types y ON y.user_type_id = p.user_type_id
          JOIN sys.schemas ys ON ys.schema_id = y.schema_id) AS q
 ORDER BY q.of_id, q.parameter_id
