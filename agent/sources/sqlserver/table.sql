-- Tables: ordinary, temporal, memory-optimised, external, graph and ledger ones. An owner is said where it is not the
-- schema's. History tables that the server named after a number are called after their table.
-- The text of a trigger, default, check or computed column is kept from who may not see definitions: that is a gap.
-- Serves SQL Server 2016 and later.
-- @kind table
-- @catalogue object
SELECT t.object_id AS id,
       s.name AS "schema",
       CASE WHEN b.name IS NOT NULL AND t.name LIKE 'MSSQL_TemporalHistoryFor_%'
            THEN CONCAT('MSSQL_TemporalHistoryFor_', b.name)
            WHEN b.name IS NOT NULL AND t.name LIKE 'MSSQL_LedgerHistoryFor_%'
            THEN CONCAT('MSSQL_LedgerHistoryFor_', b.name)
            ELSE t.name END AS name,
       t.principal_id AS "owner@principal",
       CASE t.temporal_type WHEN 1 THEN 'history' WHEN 2 THEN 'system versioned' END AS temporal,
       t.history_table_id AS "history_table@object",
       CASE WHEN p.object_id IS NOT NULL THEN CONCAT(p.start_column_id, ' ', p.end_column_id) END AS "period@column",
       CASE WHEN t.history_retention_period > 0                                                   --[140000..]
            THEN CONCAT(t.history_retention_period, ' ', LOWER(t.history_retention_period_unit_desc)) END --[140000..]
         AS history_retention,                                                                    --[140000..]
       CASE t.is_memory_optimized WHEN 1 THEN 'yes' END AS memory_optimized,
       CASE WHEN t.is_memory_optimized = 1 AND t.durability = 1 THEN 'schema_only' END AS durability,
       CASE t.is_external WHEN 1 THEN 'yes' END AS external_table,
       CASE t.is_filetable WHEN 1 THEN 'yes' END AS file_table,
       CASE WHEN t.is_node = 1 THEN 'node' WHEN t.is_edge = 1 THEN 'edge' END AS graph,           --[140000..]
       CASE t.ledger_type WHEN 1 THEN 'history' WHEN 2 THEN 'updatable' WHEN 3 THEN 'append only' END --[160000..]
         AS ledger,                                                                               --[160000..]
       CASE t.is_tracked_by_cdc WHEN 1 THEN 'yes' END AS change_data_capture,
       CASE h.is_track_columns_updated_on WHEN 1 THEN 'with columns' WHEN 0 THEN 'yes' END AS change_tracking,
       CASE t.lock_escalation WHEN 1 THEN 'disable' WHEN 2 THEN 'auto' END AS lock_escalation,
       CASE t.uses_ansi_nulls WHEN 0 THEN 'no' END AS ansi_nulls,
       CASE WHEN EXISTS (SELECT 1 FROM sys.triggers r
                           JOIN sys.sql_modules m ON m.object_id = r.object_id
                          WHERE r.parent_id = t.object_id AND m.definition IS NULL
                            AND COALESCE(OBJECTPROPERTY(r.object_id, 'IsEncrypted'), 0) = 0)
              OR EXISTS (SELECT 1 FROM sys.default_constraints d
                          WHERE d.parent_object_id = t.object_id AND d.definition IS NULL)
              OR EXISTS (SELECT 1 FROM sys.check_constraints k
                          WHERE k.parent_object_id = t.object_id AND k.definition IS NULL)
              OR EXISTS (SELECT 1 FROM sys.computed_columns k WHERE k.object_id = t.object_id AND k.definition IS NULL)
            THEN 'definitions are hidden' END AS gap
  FROM sys.tables t
  JOIN sys.schemas s ON s.schema_id = t.schema_id
  LEFT JOIN sys.tables b ON b.history_table_id = t.object_id
  LEFT JOIN sys.periods p ON p.object_id = t.object_id AND p.period_type = 1
  LEFT JOIN sys.change_tracking_tables h ON h.object_id = t.object_id
 WHERE t.is_ms_shipped = 0
   AND t.is_dropped_ledger_table = 0                                                              --[160000..]
