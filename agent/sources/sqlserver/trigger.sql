-- Triggers of tables and views; those of the database are in event_trigger.sql. Serves SQL Server 2016 and later.
-- @kind trigger
-- @catalogue object
-- @part_of object
-- @plain_lines
SELECT o.parent_id AS part_of_id,
       o.object_id AS id,
       o.name AS name,
       CASE o.is_instead_of_trigger WHEN 1 THEN 'instead of' ELSE 'after' END AS timing,
       SUBSTRING(CONCAT(CASE e.on_insert WHEN 1 THEN ' or insert' ELSE '' END,
                        CASE e.on_delete WHEN 1 THEN ' or delete' ELSE '' END,
                        CASE e.on_update WHEN 1 THEN ' or update' ELSE '' END), 5, 60) AS events,
       CASE e.fires_first WHEN 1 THEN 'yes' END AS fires_first,
       CASE e.fires_last WHEN 1 THEN 'yes' END AS fires_last,
       CASE o.is_disabled WHEN 1 THEN 'no' END AS enabled,
       CASE o.is_not_for_replication WHEN 1 THEN 'yes' END AS not_for_replication,
       CASE WHEN a.object_id IS NOT NULL THEN 'clr' ELSE 'tsql' END AS language,
       m.definition AS definition,
       CASE WHEN a.object_id IS NOT NULL THEN CONCAT(b.name, '.', a.assembly_class COLLATE DATABASE_DEFAULT,
                 CASE WHEN a.assembly_method IS NULL THEN ''
                      ELSE CONCAT('.', a.assembly_method COLLATE DATABASE_DEFAULT) END) END AS assembly_method,
       COALESCE(u.name, CASE COALESCE(m.execute_as_principal_id, a.execute_as_principal_id) WHEN -2 THEN 'owner' END)
         AS execute_as,
       CASE m.is_schema_bound WHEN 1 THEN 'yes' END AS schema_bound,
       CASE m.uses_native_compilation WHEN 1 THEN 'yes' END AS native_compilation,
       CASE COALESCE(m.null_on_null_input, a.null_on_null_input) WHEN 1 THEN 'yes' END AS strict,
       CASE m.is_recompiled WHEN 1 THEN 'yes' END AS recompile,
       CASE m.uses_ansi_nulls WHEN 0 THEN 'no' END AS ansi_nulls,
       CASE m.uses_quoted_identifier WHEN 0 THEN 'no' END AS quoted_identifier,
       CASE OBJECTPROPERTY(o.object_id, 'IsEncrypted') WHEN 1 THEN 'yes' END AS encrypted
  FROM sys.triggers o
  LEFT JOIN (SELECT v.object_id,
                    MAX(CASE v.type WHEN 1 THEN 1 ELSE 0 END) AS on_insert,
                    MAX(CASE v.type WHEN 2 THEN 1 ELSE 0 END) AS on_update,
                    MAX(CASE v.type WHEN 3 THEN 1 ELSE 0 END) AS on_delete,
                    MAX(CASE v.is_first WHEN 1 THEN 1 ELSE 0 END) AS fires_first,
                    MAX(CASE v.is_last WHEN 1 THEN 1 ELSE 0 END) AS fires_last
               FROM sys.trigger_events v
              GROUP BY v.object_id) AS e ON e.object_id = o.object_id
  LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id
  LEFT JOIN sys.assembly_modules a ON a.object_id = o.object_id
  LEFT JOIN sys.assemblies b ON b.assembly_id = a.assembly_id
  LEFT JOIN sys.database_principals u ON u.principal_id = COALESCE(m.execute_as_principal_id, a.execute_as_principal_id)
 WHERE o.parent_class = 1 AND o.is_ms_shipped = 0
