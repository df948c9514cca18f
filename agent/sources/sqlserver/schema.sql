-- Schemas. Those that every database has for itself (sys, INFORMATION_SCHEMA, guest, those of the fixed roles) are left
-- out. Serves SQL Server 2016 and later.
-- @kind schema
-- @catalogue schema
SELECT s.schema_id AS id,
       s.name AS name,
       s.principal_id AS "owner@principal"
  FROM sys.schemas s
 WHERE s.schema_id < 16384
   AND s.name NOT IN ('sys', 'INFORMATION_SCHEMA', 'guest')
