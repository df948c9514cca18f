-- Types of CLR assemblies. Serves SQL Server 2016 and later.
-- @kind base_type
-- @catalogue type
SELECT a.user_type_id AS id,
       s.name AS "schema",
       a.name AS name,
       a.principal_id AS "owner@principal",
       CONCAT(b.name, '.', a.assembly_class COLLATE DATABASE_DEFAULT) AS assembly_class
  FROM sys.assembly_types a
  JOIN sys.schemas s ON s.schema_id = a.schema_id
  JOIN sys.assemblies b ON b.assembly_id = a.assembly_id
 WHERE a.is_user_defined = 1
