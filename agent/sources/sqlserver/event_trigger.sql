-- Triggers of the database itself, on statements that change the schema. Serves SQL Server 2016 and later.
-- @kind event_trigger
-- @catalogue object
-- @plain_lines
SELECT o.object_id AS id,
       o.name AS name,
       CASE o.is_disabled WHEN 1 THEN 'no' END AS enabled,
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
       CASE OBJECTPROPERTY(o.object_id, 'IsEncrypted') WHEN 1 THEN 'yes' END AS encrypted,
       CASE WHEN m.object_id IS NOT NULL AND m.definition IS NULL
             AND COALESCE(OBJECTPROPERTY(o.object_id, 'IsEncrypted'), 0) = 0 THEN 'the definition is hidden' END AS gap
  FROM sys.triggers o
  LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id
  LEFT JOIN sys.assembly_modules a ON a.object_id = o.object_id
  LEFT JOIN sys.assemblies b ON b.assembly_id = a.assembly_id
  LEFT JOIN sys.database_principals u ON u.principal_id = COALESCE(m.execute_as_principal_id, a.execute_as_principal_id)
 WHERE o.parent_class = 0 AND o.is_ms_shipped = 0
