-- What is not part of the schema: Driftline's own capture, and what the diagram designer of Management Studio keeps for
-- itself, which it marks. Serves SQL Server 2016 and later.
-- @hidden
SELECT 'schema' AS kind, NULL AS "schema", s.name AS name
  FROM sys.schemas s
  JOIN sys.extended_properties e ON e.class = 3 AND e.major_id = s.schema_id AND e.name = 'driftline_capture'
 WHERE s.name = 'driftline'
UNION ALL
SELECT 'event_trigger', NULL, r.name
  FROM sys.triggers r
 WHERE r.parent_class = 0 AND r.name IN ('driftline_capture', 'driftline_capture_rename')
   AND EXISTS (SELECT 1 FROM sys.schemas s
                 JOIN sys.extended_properties e ON e.class = 3 AND e.major_id = s.schema_id
                                               AND e.name = 'driftline_capture'
                WHERE s.name = 'driftline')
UNION ALL
SELECT CASE o.type WHEN 'U' THEN 'table' WHEN 'P' THEN 'procedure' ELSE 'function' END, s.name, o.name
  FROM sys.objects o
  JOIN sys.schemas s ON s.schema_id = o.schema_id
  JOIN sys.extended_properties e ON e.class = 1 AND e.major_id = o.object_id AND e.minor_id = 0
                                AND e.name = 'microsoft_database_tools_support'
 WHERE o.type IN ('U', 'P', 'FN')
