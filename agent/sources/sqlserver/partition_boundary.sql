-- The boundaries of partition functions, in order. Dates are written alike whatever the language of the login; the
-- types that are not named here always are. Serves SQL Server 2016 and later.
-- @attach
-- @part_of partition_function
SELECT v.function_id AS of_id,
       CASE WHEN v.value IS NULL THEN 'NULL'
            WHEN y.name IN ('datetime', 'smalldatetime')
            THEN CONVERT(nvarchar(30), CONVERT(datetime2(3), v.value), 121)
            ELSE CONVERT(nvarchar(4000), v.value) END AS "boundaries[]"
  FROM sys.partition_range_values v
  JOIN sys.partition_parameters p ON p.function_id = v.function_id AND p.parameter_id = v.parameter_id
  JOIN sys.types y ON y.user_type_id = p.system_type_id
 ORDER BY v.function_id, v.boundary_id
