-- Table types; their columns, keys, checks and indexes are read with those of tables. Serves SQL Server 2016 and later.
-- @kind table_type
-- @catalogue object
-- @alias type
SELECT t.type_table_object_id AS id,
       t.user_type_id AS alias_id,
       s.name AS "schema",
       t.name AS name,
       t.principal_id AS "owner@principal",
       CASE t.is_memory_optimized WHEN 1 THEN 'yes' END AS memory_optimized
  FROM sys.table_types t
  JOIN sys.schemas s ON s.schema_id = t.schema_id
 WHERE t.is_user_defined = 1
