-- Stand-alone defaults and rules, which only types and columns refer to. Serves SQL Server 2016 and later.
-- @dictionary object
SELECT o.object_id AS id,
       CONCAT(s.name, '.', o.name) AS text
  FROM sys.objects o
  JOIN sys.schemas s ON s.schema_id = o.schema_id
 WHERE o.type IN ('D', 'R') AND o.parent_object_id = 0
