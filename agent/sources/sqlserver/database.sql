-- The database as something that privileges and properties are given to. Serves SQL Server 2016 and later.
-- @kind system_privilege
-- @catalogue database
SELECT 'database' AS name,
       1 AS id
