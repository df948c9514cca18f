-- Synonyms; the target is as the server writes it. Serves SQL Server 2016 and later.
-- @kind synonym
-- @catalogue object
SELECT y.object_id AS id,
       s.name AS "schema",
       y.name AS name,
       y.principal_id AS "owner@principal",
       y.base_object_name AS target
  FROM sys.synonyms y
  JOIN sys.schemas s ON s.schema_id = y.schema_id
 WHERE y.is_ms_shipped = 0
