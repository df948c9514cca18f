-- Names of users and roles: owners, and whom something is granted to. Serves SQL Server 2016 and later.
-- @dictionary principal
SELECT p.principal_id AS id,
       p.name AS text
  FROM sys.database_principals p
