-- Views. The text is what the server keeps: sp_rename leaves the old name in it. Serves SQL Server 2016 and later.
-- @kind view
-- @catalogue object
-- @plain_lines
SELECT v.object_id AS id,
       s.name AS "schema",
       v.name AS name,
       v.principal_id AS "owner@principal",
       m.definition AS definition,
       CASE m.is_schema_bound WHEN 1 THEN 'yes' END AS schema_bound,
       CASE v.with_check_option WHEN 1 THEN 'yes' END AS check_option,
       CASE v.has_opaque_metadata WHEN 1 THEN 'yes' END AS view_metadata,
       CASE OBJECTPROPERTY(v.object_id, 'IsEncrypted') WHEN 1 THEN 'yes' END AS encrypted,
       CASE m.uses_ansi_nulls WHEN 0 THEN 'no' END AS ansi_nulls,
       CASE m.uses_quoted_identifier WHEN 0 THEN 'no' END AS quoted_identifier,
       CASE WHEN m.definition IS NULL AND COALESCE(OBJECTPROPERTY(v.object_id, 'IsEncrypted'), 0) = 0
              OR EXISTS (SELECT 1 FROM sys.triggers r
                           JOIN sys.sql_modules x ON x.object_id = r.object_id
                          WHERE r.parent_id = v.object_id AND x.definition IS NULL
                            AND COALESCE(OBJECTPROPERTY(r.object_id, 'IsEncrypted'), 0) = 0)
            THEN 'definitions are hidden' END AS gap
  FROM sys.views v
  JOIN sys.schemas s ON s.schema_id = v.schema_id
  LEFT JOIN sys.sql_modules m ON m.object_id = v.object_id
 WHERE v.is_ms_shipped = 0 AND v.is_date_correlation_view = 0
