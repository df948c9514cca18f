-- Removes Driftline capture from a SQL Server database, its log with it. Run it as install.sql.
SET XACT_ABORT ON;
GO
BEGIN TRANSACTION;
GO
IF SCHEMA_ID(N'driftline') IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM sys.extended_properties
                    WHERE class = 3 AND major_id = SCHEMA_ID(N'driftline') AND name = N'driftline_capture')
  THROW 50001, N'The schema "driftline" is not capture''s: nothing was removed.', 1;
GO
DECLARE @others nvarchar(max) = N'';
SELECT @others = @others + N' ' + o.name
  FROM sys.objects o
 WHERE o.schema_id = SCHEMA_ID(N'driftline') AND o.parent_object_id = 0
   AND o.name NOT IN (N'ddl_log', N'installation', N'critical_column', N'drift_log', N'table_documentation', N'column_documentation',
                      N'contract_status', N'capture_event', N'capture_fault', N'capture_read', N'capture_shipped', N'capture_recorded',
                      N'capture_state', N'allow', N'allow_reader', N'retain', N'without_literals', N'schema_hash', N'fault');
IF @others <> N''
BEGIN
  SET @others = N'The schema "driftline" holds what is not capture''s:' + @others + N'. Nothing was removed; move or drop it first.';
  THROW 50002, @others, 1;
END;
GO
IF EXISTS (SELECT 1 FROM sys.triggers WHERE name = N'driftline_capture' AND parent_class = 0)
  DROP TRIGGER driftline_capture ON DATABASE;
IF EXISTS (SELECT 1 FROM sys.triggers WHERE name = N'driftline_capture_rename' AND parent_class = 0)
  DROP TRIGGER driftline_capture_rename ON DATABASE;
GO
DROP VIEW IF EXISTS driftline.contract_status;
DROP VIEW IF EXISTS driftline.column_documentation;
DROP VIEW IF EXISTS driftline.table_documentation;
DROP VIEW IF EXISTS driftline.drift_log;
DROP PROCEDURE IF EXISTS driftline.capture_event;
DROP PROCEDURE IF EXISTS driftline.capture_fault;
DROP PROCEDURE IF EXISTS driftline.capture_read;
DROP PROCEDURE IF EXISTS driftline.capture_shipped;
DROP PROCEDURE IF EXISTS driftline.capture_recorded;
DROP PROCEDURE IF EXISTS driftline.capture_state;
DROP PROCEDURE IF EXISTS driftline.allow;
DROP PROCEDURE IF EXISTS driftline.allow_reader;
DROP PROCEDURE IF EXISTS driftline.retain;
DROP FUNCTION IF EXISTS driftline.schema_hash;
DROP FUNCTION IF EXISTS driftline.without_literals;
DROP TABLE IF EXISTS driftline.critical_column;
DROP TABLE IF EXISTS driftline.ddl_log;
DROP TABLE IF EXISTS driftline.installation;
DROP SEQUENCE IF EXISTS driftline.fault;
GO
-- What somebody else put into the schema keeps it, and is named by the error.
DROP SCHEMA IF EXISTS driftline;
GO
COMMIT TRANSACTION;
GO
