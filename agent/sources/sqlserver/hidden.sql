-- What is not part of the schema: Driftline's own capture (deploy/sql/sqlserver/; the schema itself and its objects by
-- their names: what somebody else puts into it is shown), and what the diagram designer of Management Studio keeps for
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
SELECT m.kind, 'driftline', m.name
  FROM (SELECT 'table' AS kind, 'ddl_log' AS name UNION ALL SELECT 'table', 'installation' UNION ALL
        SELECT 'table', 'critical_column' UNION ALL
        SELECT 'view', 'drift_log' UNION ALL SELECT 'view', 'table_documentation' UNION ALL
        SELECT 'view', 'column_documentation' UNION ALL SELECT 'view', 'contract_status' UNION ALL
        SELECT 'procedure', 'capture_event' UNION ALL SELECT 'procedure', 'capture_fault' UNION ALL
        SELECT 'procedure', 'capture_read' UNION ALL SELECT 'procedure', 'capture_shipped' UNION ALL
        SELECT 'procedure', 'capture_recorded' UNION ALL SELECT 'procedure', 'capture_state' UNION ALL
        SELECT 'procedure', 'allow' UNION ALL SELECT 'procedure', 'allow_reader' UNION ALL
        SELECT 'procedure', 'retain' UNION ALL
        SELECT 'function', 'without_literals' UNION ALL SELECT 'function', 'schema_hash' UNION ALL
        SELECT 'sequence', 'fault') m
 WHERE EXISTS (SELECT 1 FROM sys.schemas s
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
