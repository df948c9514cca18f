-- Alias types: a type with a length, and whether it takes NULL. Serves SQL Server 2016 and later.
-- @kind domain
-- @catalogue type
SELECT a.user_type_id AS id,
       s.name AS "schema",
       a.name AS name,
       a.principal_id AS "owner@principal",
       CASE WHEN y.is_user_defined = 1 THEN CONCAT(ys.name, '.', y.name)
            WHEN y.name IN ('nvarchar', 'nchar')
            THEN CONCAT(y.name, '(', CASE a.max_length WHEN -1 THEN 'max'
                                          ELSE CAST(a.max_length / 2 AS varchar(10)) END, ')')
            WHEN y.name IN ('varchar', 'char', 'varbinary', 'binary')
            THEN CONCAT(y.name, '(', CASE a.max_length WHEN -1 THEN 'max'
                                          ELSE CAST(a.max_length AS varchar(10)) END, ')')
            WHEN y.name IN ('decimal', 'numeric') THEN CONCAT(y.name, '(', a.precision, ',', a.scale, ')')
            WHEN y.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT(y.name, '(', a.scale, ')')
            ELSE y.name END AS type,
       CASE a.is_nullable WHEN 1 THEN 'yes' ELSE 'no' END AS nullable,
       CASE WHEN a.default_object_id <> 0 THEN a.default_object_id END AS "bound_default@object",
       CASE WHEN a.rule_object_id <> 0 THEN a.rule_object_id END AS "bound_rule@object"
  FROM sys.types a
  JOIN sys.schemas s ON s.schema_id = a.schema_id
  JOIN sys.types y ON y.user_type_id = a.system_type_id
  JOIN sys.schemas ys ON ys.schema_id = y.schema_id
 WHERE a.is_user_defined = 1 AND a.is_table_type = 0 AND a.is_assembly_type = 0
