-- Who belongs to a role. Serves SQL Server 2016 and later.
-- @attach
-- @part_of principal
SELECT m.role_principal_id AS of_id,
       p.name AS "members{}"
  FROM sys.database_role_members m
  JOIN sys.database_principals p ON p.principal_id = m.member_principal_id
