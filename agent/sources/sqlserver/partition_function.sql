-- Partition functions; their boundaries are in partition_boundary.sql. Serves SQL Server 2016 and later.
-- @kind partition_function
-- @catalogue partition_function
SELECT f.function_id AS id,
       f.name AS name,
       CASE WHEN y.is_user_defined = 1 THEN CONCAT(ys.name, '.', y.name)
            WHEN y.name IN ('nvarchar', 'nchar')
            THEN CONCAT(y.name, '(', CASE p.max_length WHEN -1 THEN 'max'
                                          ELSE CAST(p.max_length / 2 AS varchar(10)) END, ')')
            WHEN y.name IN ('varchar', 'char', 'varbinary', 'binary')
            THEN CONCAT(y.name, '(', CASE p.max_length WHEN -1 THEN 'max'
                                          ELSE CAST(p.max_length AS varchar(10)) END, ')')
            WHEN y.name IN ('decimal', 'numeric') THEN CONCAT(y.name, '(', p.precision, ',', p.scale, ')')
            WHEN y.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT(y.name, '(', p.scale, ')')
            ELSE y.name END AS type,
       CASE f.boundary_value_on_right WHEN 1 THEN 'right' ELSE 'left' END AS range
  FROM sys.partition_functions f
  LEFT JOIN sys.partition_parameters p ON p.function_id = f.function_id AND p.parameter_id = 1
  LEFT JOIN sys.types y ON y.user_type_id = p.user_type_id
  LEFT JOIN sys.schemas ys ON ys.schema_id = y.schema_id
 WHERE f.is_system = 0
