-- Procedures and functions, those of CLR assemblies and aggregates among them. There is no overloading: a routine is
-- its name. The text is what the server keeps: sp_rename leaves the old name in it. Serves SQL Server 2016 and later.
-- @kind function
-- @catalogue object
-- @plain_lines
SELECT CASE WHEN o.type IN ('P', 'PC', 'RF', 'X') THEN 'procedure' WHEN o.type = 'AF' THEN 'aggregate'
            ELSE 'function' END AS kind,
       o.object_id AS id,
       s.name AS "schema",
       o.name AS name,
       '' AS signature,
       o.principal_id AS "owner@principal",
       CASE WHEN o.type IN ('FN', 'FS') THEN 'scalar' WHEN o.type = 'IF' THEN 'inline'
            WHEN o.type IN ('TF', 'FT') THEN 'table' END AS form,
       CASE WHEN o.type IN ('IF', 'TF', 'FT') THEN 'table' END AS returns,
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
  FROM sys.objects o
  JOIN sys.schemas s ON s.schema_id = o.schema_id
  LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id
  LEFT JOIN sys.assembly_modules a ON a.object_id = o.object_id
  LEFT JOIN sys.assemblies b ON b.assembly_id = a.assembly_id
  LEFT JOIN sys.database_principals u ON u.principal_id = COALESCE(m.execute_as_principal_id, a.execute_as_principal_id)
 WHERE o.type IN ('P', 'PC', 'RF', 'X', 'FN', 'FS', 'IF', 'TF', 'FT', 'AF') AND o.is_ms_shipped = 0
