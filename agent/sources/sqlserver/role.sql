-- Roles of the database, fixed ones and application roles among them. Users are no objects: they are names in grants,
-- and members of roles. Serves SQL Server 2016 and later.
-- @kind role
-- @catalogue principal
SELECT p.principal_id AS id,
       p.name AS name,
       CASE p.is_fixed_role WHEN 1 THEN 'yes' END AS fixed,
       CASE p.type WHEN 'A' THEN 'yes' END AS application_role,
       CASE p.type WHEN 'A' THEN p.default_schema_name END AS default_schema,
       CASE WHEN p.is_fixed_role = 0 THEN p.owning_principal_id END AS "owner@principal"
  FROM sys.database_principals p
 WHERE p.type IN ('R', 'A') AND p.principal_id <> 0
