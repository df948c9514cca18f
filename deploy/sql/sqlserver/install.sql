-- Driftline capture for SQL Server 2016 SP1 and later, and Azure SQL Database: version 1.
--
-- Logs every statement that changes the schema of this database, with who gave it, in the transaction that made the
-- change. Read it, then run it in the database itself as a member of db_owner, with sqlcmd or any tool that knows GO:
--
--   sqlcmd -S SERVER -d DATABASE -b -i install.sql
--   sqlcmd -S SERVER -d DATABASE -b -Q "EXEC driftline.allow N'driftline_agent'"   -- the agent's database user
--   sqlcmd -S SERVER -d DATABASE -b -Q "EXEC driftline.allow_reader N'team'"       -- people who may read; never allow them
--
-- or let `driftline capture install sqlserver://…` do the first two. It is one transaction, if the tool stops at an error (-b).
-- Doing it again is harmless: the log stays, everything else is made anew. uninstall.sql removes all of it.
--
-- What it is made not to do: fail a statement of yours (a fault in here is caught, and counted), keep a string, a binary
-- literal or a comment of a statement (they are replaced before anything is written; numbers stay), or show entries to
-- anybody but db_owner and who was allowed to. This follows Microsoft's documentation; no SQL Server has ever run it. Try it where nothing is lost.
SET QUOTED_IDENTIFIER ON;
SET ANSI_NULLS ON;
SET XACT_ABORT ON;
GO
BEGIN TRANSACTION;
GO
-- A schema of this name that is somebody else's is left alone.
IF SCHEMA_ID(N'driftline') IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM sys.extended_properties
                    WHERE class = 3 AND major_id = SCHEMA_ID(N'driftline') AND name = N'driftline_capture')
  THROW 50001, N'There is a schema "driftline" that is not capture''s: rename it, or drop it if nobody needs it.', 1;
GO

-- While this runs the trigger must not log it.
IF EXISTS (SELECT 1 FROM sys.triggers WHERE name = N'driftline_capture' AND parent_class = 0)
  DROP TRIGGER driftline_capture ON DATABASE;
IF EXISTS (SELECT 1 FROM sys.triggers WHERE name = N'driftline_capture_rename' AND parent_class = 0)
  DROP TRIGGER driftline_capture_rename ON DATABASE;
GO
IF SCHEMA_ID(N'driftline') IS NULL
  EXEC (N'CREATE SCHEMA driftline AUTHORIZATION dbo');
GO
-- The mark by which Driftline knows that this schema is its own, and leaves it out of snapshots.
IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE class = 3 AND major_id = SCHEMA_ID(N'driftline') AND name = N'driftline_capture')
  EXEC sys.sp_dropextendedproperty @name = N'driftline_capture', @level0type = N'SCHEMA', @level0name = N'driftline';
GO
EXEC sys.sp_addextendedproperty @name = N'driftline_capture', @value = N'1', @level0type = N'SCHEMA', @level0name = N'driftline';
GO

-- ---------------------------------------------------------------- what is kept

-- One row for each statement. Status: 0 pending, 1 shipped (in the outbox of an agent), 2 recorded (the collector has it).
IF OBJECT_ID(N'driftline.ddl_log', N'U') IS NULL
  CREATE TABLE driftline.ddl_log (
    number bigint IDENTITY(1, 1) NOT NULL CONSTRAINT ddl_log_key PRIMARY KEY,
    at datetime2(7) NOT NULL,
    transaction_number bigint NULL,
    login nvarchar(128) NOT NULL,
    role nvarchar(128) NULL,
    application nvarchar(128) NULL,
    client nvarchar(128) NULL,
    command nvarchar(128) NULL,
    object_type nvarchar(128) NULL,
    schema_name nvarchar(128) NULL,
    object_name nvarchar(256) NULL,
    part_name nvarchar(256) NULL,
    new_name nvarchar(256) NULL,
    statement nvarchar(max) NULL,
    status tinyint NOT NULL,
    taker char(32) NULL,
    seq bigint NULL,
    recorded_at datetime2(7) NULL
  );
GO
IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID(N'driftline.ddl_log') AND name = N'ddl_log_unrecorded')
  CREATE INDEX ddl_log_unrecorded ON driftline.ddl_log (status, number) INCLUDE (taker, seq) WHERE status < 2;
GO
-- One row: which installation this is, and how long recorded entries are kept.
IF OBJECT_ID(N'driftline.installation', N'U') IS NULL
  CREATE TABLE driftline.installation (
    id uniqueidentifier NOT NULL CONSTRAINT installation_key PRIMARY KEY,
    installed_at datetime2(7) NOT NULL,
    retention_days int NOT NULL
  );
GO
-- Another id each time: what happened while there was no trigger is not known.
DECLARE @retention int = COALESCE((SELECT MAX(retention_days) FROM driftline.installation), 90);
DELETE FROM driftline.installation;
INSERT INTO driftline.installation (id, installed_at, retention_days) VALUES (NEWID(), SYSUTCDATETIME(), @retention);
GO
-- Counts statements that could not be logged. A sequence, because what a sequence has given is not rolled back.
IF NOT EXISTS (SELECT 1 FROM sys.sequences WHERE object_id = OBJECT_ID(N'driftline.fault'))
  CREATE SEQUENCE driftline.fault AS bigint START WITH 1 INCREMENT BY 1 NO CACHE;
GO

-- ---------------------------------------------------------------- capturing

-- A statement without its strings, binary literals and comments, at most 32,000 characters of it. Names in brackets stay, and in double
-- quotes where these are names: they are no data.
CREATE OR ALTER FUNCTION driftline.without_literals (@statement nvarchar(max), @quoted_names bit)
RETURNS nvarchar(max)
AS
BEGIN
  DECLARE @rest nvarchar(max) = LEFT(@statement, 32000), @kept nvarchar(max) = N'';
  DECLARE @at int, @end int, @depth int, @mark nvarchar(2), @first nchar(1), @quote nchar(1);

  WHILE LEN(@rest + N'.') > 1
  BEGIN
    SET @at = PATINDEX(N'%[''"/[0-]%', @rest);
    IF @at = 0
      RETURN @kept + @rest;
    SET @kept = @kept + LEFT(@rest, @at - 1);
    SET @rest = SUBSTRING(@rest, @at, 32000);
    SET @mark = LEFT(@rest, 2);
    SET @first = LEFT(@mark, 1);
    IF @first IN (N'''', N'"', N'[')
    BEGIN
      -- To the closing quote; a doubled one is a part of it.
      SET @quote = CASE @first WHEN N'[' THEN N']' ELSE @first END;
      SET @end = CHARINDEX(@quote, @rest, 2);
      WHILE @end > 0 AND SUBSTRING(@rest, @end + 1, 1) = @quote
        SET @end = CHARINDEX(@quote, @rest, @end + 2);
      IF @end = 0
        SET @end = LEN(@rest + N'.') - 1;
      SET @kept = @kept + CASE WHEN @first = N'''' OR (@first = N'"' AND @quoted_names = 0) THEN N'''…''' ELSE LEFT(@rest, @end) END;
      SET @rest = SUBSTRING(@rest, @end + 1, 32000);
    END
    ELSE IF @mark = N'0x' AND RIGHT(N' ' + @kept, 1) NOT LIKE N'[0-9a-zA-Z_@#$]'
    BEGIN
      SET @rest = SUBSTRING(@rest, 3, 32000);
      SET @end = PATINDEX(N'%[^0-9a-fA-F]%', @rest);
      SET @kept = @kept + N'0x…';
      SET @rest = CASE @end WHEN 0 THEN N'' ELSE SUBSTRING(@rest, @end, 32000) END;
    END
    ELSE IF @mark = N'--'
    BEGIN
      SET @end = CHARINDEX(NCHAR(10), @rest);
      SET @rest = CASE @end WHEN 0 THEN N'' ELSE SUBSTRING(@rest, @end, 32000) END;
    END
    ELSE IF @mark = N'/*'
    BEGIN
      -- Comments may be in comments.
      SET @depth = 1;
      SET @rest = SUBSTRING(@rest, 3, 32000);
      WHILE @depth > 0 AND LEN(@rest + N'.') > 1
      BEGIN
        SET @end = CHARINDEX(N'*/', @rest);
        SET @at = CHARINDEX(N'/*', @rest);
        IF @end = 0
          SET @rest = N'';
        ELSE IF @at > 0 AND @at < @end
          SELECT @depth = @depth + 1, @rest = SUBSTRING(@rest, @at + 2, 32000);
        ELSE
          SELECT @depth = @depth - 1, @rest = SUBSTRING(@rest, @end + 2, 32000);
      END;
      SET @kept = @kept + N' ';
    END
    ELSE
    BEGIN
      SET @kept = @kept + @first;
      SET @rest = SUBSTRING(@rest, 2, 32000);
    END;
  END;
  RETURN @kept;
END;
GO

-- Logs one event. Everybody may call it, for it is called as who gave the statement; so it does nothing unless that
-- trigger is at work. What it writes to belongs to whom it belongs to, so nobody needs a right on the log.
CREATE OR ALTER PROCEDURE driftline.capture_event @event xml, @login nvarchar(128), @trigger int
AS
BEGIN
  SET NOCOUNT ON;
  IF COALESCE(TRIGGER_NESTLEVEL(@trigger, 'AFTER', 'DDL'), 0) = 0
    RETURN;
  DECLARE @command nvarchar(128) = @event.value(N'(/EVENT_INSTANCE/EventType)[1]', N'nvarchar(128)');
  DECLARE @text nvarchar(max) = @event.value(N'(/EVENT_INSTANCE/TSQLCommand/CommandText)[1]', N'nvarchar(max)');
  DECLARE @setting nvarchar(3) = @event.value(N'(/EVENT_INSTANCE/TSQLCommand/SetOptions/@QUOTED_IDENTIFIER)[1]', N'nvarchar(3)');
  DECLARE @quoted_names bit = CASE @setting WHEN N'OFF' THEN 0 ELSE 1 END;
  DECLARE @schema nvarchar(128) = @event.value(N'(/EVENT_INSTANCE/SchemaName)[1]', N'nvarchar(128)');
  DECLARE @type nvarchar(128) = @event.value(N'(/EVENT_INSTANCE/ObjectType)[1]', N'nvarchar(128)');
  DECLARE @name nvarchar(256) = @event.value(N'(/EVENT_INSTANCE/ObjectName)[1]', N'nvarchar(256)');
  DECLARE @target nvarchar(256) = @event.value(N'(/EVENT_INSTANCE/TargetObjectName)[1]', N'nvarchar(256)');
  DECLARE @user nvarchar(128) = @event.value(N'(/EVENT_INSTANCE/UserName)[1]', N'nvarchar(128)');
  DECLARE @level nvarchar(128) = @event.value(N'(/EVENT_INSTANCE/Level0Name)[1]', N'nvarchar(128)');

  -- An extended property is about what has it, which stands in levels: schema, table or so, column or so.
  IF @level IS NOT NULL
  BEGIN
    SET @schema = @level;
    SET @type = COALESCE(@event.value(N'(/EVENT_INSTANCE/Level1Type)[1]', N'nvarchar(128)'), N'SCHEMA');
    SET @name = COALESCE(@event.value(N'(/EVENT_INSTANCE/Level1Name)[1]', N'nvarchar(256)'), @level);
    SET @target = NULL;
    IF @event.exist(N'/EVENT_INSTANCE/Level2Name') = 1
    BEGIN
      SET @target = @name;
      SET @name = @event.value(N'(/EVENT_INSTANCE/Level2Name)[1]', N'nvarchar(256)');
    END;
  END;
  -- Our own objects are none, as they are none in a snapshot (agent/sources/sqlserver/hidden.sql); what else is in the schema is.
  IF (@type = N'SCHEMA' AND @name = N'driftline')
     OR (@schema = N'driftline' AND COALESCE(@target, @name) IN (
           N'ddl_log', N'installation', N'critical_column', N'drift_log', N'table_documentation', N'column_documentation',
           N'contract_status', N'capture_event', N'capture_fault', N'capture_read', N'capture_shipped', N'capture_recorded',
           N'capture_state', N'allow', N'allow_reader', N'retain', N'without_literals', N'schema_hash', N'fault'))
    RETURN;
  -- Upkeep is no change of the schema.
  IF @command LIKE N'%STATISTICS' OR (@command = N'ALTER_INDEX' AND (@text LIKE N'%REORGANIZE%' OR (@text LIKE N'%REBUILD%' AND @text NOT LIKE N'%WITH%')))
    RETURN;
  -- An index, a trigger, a column is part of its table.
  INSERT INTO driftline.ddl_log (at, transaction_number, login, role, application, client, command, object_type, schema_name,
    object_name, part_name, new_name, statement, status)
  VALUES (SYSUTCDATETIME(), CURRENT_TRANSACTION_ID(), COALESCE(@login, N'unknown'), NULLIF(@user, @login), APP_NAME(),
    CONVERT(nvarchar(128), CONNECTIONPROPERTY('client_net_address')),
    @command, @type, @schema, COALESCE(@target, @name),
    CASE WHEN @target IS NOT NULL THEN @name END, @event.value(N'(/EVENT_INSTANCE/NewObjectName)[1]', N'nvarchar(256)'),
    driftline.without_literals(@text, @quoted_names), 0);
END;
GO
CREATE OR ALTER PROCEDURE driftline.capture_fault @trigger int
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @count bigint;
  IF COALESCE(TRIGGER_NESTLEVEL(@trigger, 'AFTER', 'DDL'), 0) > 0
    SET @count = NEXT VALUE FOR driftline.fault;
END;
GO
GRANT EXECUTE ON driftline.capture_event TO public;
GRANT EXECUTE ON driftline.capture_fault TO public;
GO

-- It runs as who gave the statement: EXECUTE AS would make every statement fail where the owner of a restored database has
-- no login. XACT_ABORT OFF: an error in here must not doom the transaction of the statement. The calls are dynamic because
-- a missing procedure is caught only one level further down. The settings are those that XML and filtered indexes ask for.
CREATE TRIGGER driftline_capture ON DATABASE
FOR DDL_DATABASE_LEVEL_EVENTS
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT OFF;
  SET LOCK_TIMEOUT 1000;
  SET ANSI_WARNINGS ON;
  SET ANSI_PADDING ON;
  SET CONCAT_NULL_YIELDS_NULL ON;
  SET ARITHABORT ON;
  SET NUMERIC_ROUNDABORT OFF;
  BEGIN TRY
    DECLARE @event xml = EVENTDATA(), @login nvarchar(128) = ORIGINAL_LOGIN(), @trigger int = @@PROCID;
    EXEC sys.sp_executesql N'EXEC driftline.capture_event @event, @login, @trigger',
      N'@event xml, @login nvarchar(128), @trigger int', @event, @login, @trigger;
  END TRY
  BEGIN CATCH
    BEGIN TRY
      EXEC sys.sp_executesql N'EXEC driftline.capture_fault @trigger', N'@trigger int', @trigger;
    END TRY
    BEGIN CATCH
      SET @login = NULL; -- not even that: the statement goes on all the same
    END CATCH;
  END CATCH;
END;
GO
-- Where the group of all events leaves sp_rename out, it gets a trigger of its own.
IF NOT EXISTS (SELECT 1 FROM sys.trigger_events e JOIN sys.triggers t ON t.object_id = e.object_id
                WHERE t.name = N'driftline_capture' AND t.parent_class = 0 AND e.type_desc = N'RENAME')
  EXEC (N'CREATE TRIGGER driftline_capture_rename ON DATABASE
FOR RENAME
AS
BEGIN
  SET NOCOUNT ON;
  SET XACT_ABORT OFF;
  SET LOCK_TIMEOUT 1000;
  SET ANSI_WARNINGS ON;
  SET ANSI_PADDING ON;
  SET CONCAT_NULL_YIELDS_NULL ON;
  SET ARITHABORT ON;
  SET NUMERIC_ROUNDABORT OFF;
  BEGIN TRY
    DECLARE @event xml = EVENTDATA(), @login nvarchar(128) = ORIGINAL_LOGIN(), @trigger int = @@PROCID;
    EXEC sys.sp_executesql N''EXEC driftline.capture_event @event, @login, @trigger'',
      N''@event xml, @login nvarchar(128), @trigger int'', @event, @login, @trigger;
  END TRY
  BEGIN CATCH
    BEGIN TRY
      EXEC sys.sp_executesql N''EXEC driftline.capture_fault @trigger'', N''@trigger int'', @trigger;
    END TRY
    BEGIN CATCH
      SET @login = NULL; -- not even that: the statement goes on all the same
    END CATCH;
  END CATCH;
END;');
GO

-- ---------------------------------------------------------------- for the agent

-- What is not recorded and not in this agent's own outbox, in order, so many at most.
CREATE OR ALTER PROCEDURE driftline.capture_read @taker char(32), @most int = 20000
AS
BEGIN
  SET NOCOUNT ON;
  SELECT TOP (@most) number, DATEDIFF_BIG(microsecond, CONVERT(datetime2(7), '19700101', 112), at) AS at, transaction_number,
         login, role, application, client, command, object_type, schema_name, object_name, part_name, new_name, statement
    FROM driftline.ddl_log
   WHERE status = 0 OR (status = 1 AND taker <> @taker)
   ORDER BY number;
END;
GO
CREATE OR ALTER PROCEDURE driftline.capture_shipped @taker char(32), @seq bigint, @first bigint, @last bigint
AS
BEGIN
  SET NOCOUNT ON;
  UPDATE driftline.ddl_log
     SET status = 1, taker = @taker, seq = @seq
   WHERE number BETWEEN @first AND @last AND (status = 0 OR (status = 1 AND taker <> @taker));
END;
GO
-- Also lets go of what was recorded long ago.
CREATE OR ALTER PROCEDURE driftline.capture_recorded @taker char(32), @seq bigint
AS
BEGIN
  SET NOCOUNT ON;
  UPDATE driftline.ddl_log SET status = 2, recorded_at = SYSUTCDATETIME() WHERE status = 1 AND taker = @taker AND seq <= @seq;
  DELETE TOP (1000) FROM driftline.ddl_log
   WHERE status = 2 AND recorded_at < DATEADD(day, -(SELECT MAX(retention_days) FROM driftline.installation), SYSUTCDATETIME());
END;
GO
-- One row: how capture stands. `continuity` is the same as long as no statement can have escaped. Who asks matters to
-- nothing; but drivers agree on how a procedure with a parameter is called.
CREATE OR ALTER PROCEDURE driftline.capture_state @taker char(32) = NULL
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @faults bigint = (SELECT CONVERT(bigint, current_value) FROM sys.sequences WHERE object_id = OBJECT_ID(N'driftline.fault'));
  DECLARE @used bit = (SELECT CASE WHEN last_used_value IS NULL THEN 0 ELSE 1 END FROM sys.sequences
                        WHERE object_id = OBJECT_ID(N'driftline.fault'));

  SELECT 1 AS version,
         CASE WHEN t.armed > 0 AND t.disabled = 0 THEN 1 ELSE 0 END AS enabled,
         CONCAT(i.id, N' ', CASE @used WHEN 1 THEN @faults ELSE 0 END, N' ', t.armed, N' ', t.disabled, N' ',
                CONVERT(nvarchar(33), t.changed, 126), N' ', o.parts, N' ', CONVERT(nvarchar(33), o.changed, 126)) AS continuity,
         CASE @used WHEN 1 THEN @faults ELSE 0 END AS faults,
         (SELECT COUNT_BIG(*) FROM driftline.ddl_log WHERE status = 0) AS pending,
         (SELECT COUNT_BIG(*) FROM driftline.ddl_log WHERE status = 1) AS shipped,
         (SELECT COUNT_BIG(*) FROM driftline.ddl_log WHERE status = 2) AS recorded,
         (SELECT DATEDIFF_BIG(microsecond, CONVERT(datetime2(7), '19700101', 112), MAX(at)) FROM driftline.ddl_log) AS newest
    FROM driftline.installation i
   CROSS JOIN (SELECT COUNT(*) AS armed, COALESCE(SUM(CONVERT(int, is_disabled)), 0) AS disabled, MAX(modify_date) AS changed
                 FROM sys.triggers WHERE name IN (N'driftline_capture', N'driftline_capture_rename') AND parent_class = 0) t
   CROSS JOIN (SELECT COUNT(*) AS parts, MAX(modify_date) AS changed
                 FROM sys.objects WHERE schema_id = SCHEMA_ID(N'driftline') AND type IN ('P', 'FN')) o;
END;
GO
-- A database user may be a person's: it reads the views and how capture stands, and changes nothing.
CREATE OR ALTER PROCEDURE driftline.allow_reader @user sysname
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @sql nvarchar(max);
  IF DATABASE_PRINCIPAL_ID(@user) IS NULL
    THROW 50000, N'There is no such user in this database.', 1;
  SET @sql = CONCAT(N'GRANT SELECT ON driftline.drift_log TO ', QUOTENAME(@user),
                    N'; GRANT SELECT ON driftline.contract_status TO ', QUOTENAME(@user),
                    N'; GRANT SELECT ON driftline.table_documentation TO ', QUOTENAME(@user),
                    N'; GRANT SELECT ON driftline.column_documentation TO ', QUOTENAME(@user),
                    N'; GRANT EXECUTE ON driftline.schema_hash TO ', QUOTENAME(@user),
                    N'; GRANT EXECUTE ON driftline.capture_state TO ', QUOTENAME(@user), N';');
  EXEC sys.sp_executesql @sql;
END;
GO
-- A database user may be an agent's, and may do nothing here but what an agent needs. It marks entries as shipped and
-- recorded, and so can keep one, also with its own name, from being told: it must be nobody's but an agent's.
CREATE OR ALTER PROCEDURE driftline.allow @user sysname
AS
BEGIN
  SET NOCOUNT ON;
  DECLARE @sql nvarchar(max);
  IF DATABASE_PRINCIPAL_ID(@user) IS NULL
    THROW 50000, N'There is no such user in this database.', 1;
  SET @sql = CONCAT(N'GRANT EXECUTE ON driftline.capture_read TO ', QUOTENAME(@user),
                    N'; GRANT EXECUTE ON driftline.capture_shipped TO ', QUOTENAME(@user),
                    N'; GRANT EXECUTE ON driftline.capture_recorded TO ', QUOTENAME(@user),
                    N'; GRANT EXECUTE ON driftline.capture_state TO ', QUOTENAME(@user), N';');
  EXEC sys.sp_executesql @sql;
END;
GO
CREATE OR ALTER PROCEDURE driftline.retain @days int
AS
BEGIN
  SET NOCOUNT ON;
  UPDATE driftline.installation SET retention_days = @days WHERE @days > 0;
END;
GO

-- ---------------------------------------------------------------- for people

-- Who changed what, and whether the collector has it.
CREATE OR ALTER VIEW driftline.drift_log
AS
SELECT number, at, login, role, application, client, command, object_type, schema_name, object_name, part_name, new_name,
       statement, CASE status WHEN 0 THEN N'pending' WHEN 1 THEN N'shipped' ELSE N'recorded' END AS sync_status, recorded_at
  FROM driftline.ddl_log;
GO
-- One hash of tables, columns, indexes, constraints and modules. Equal here and there: these are equal.
CREATE OR ALTER FUNCTION driftline.schema_hash ()
RETURNS char(64)
AS
BEGIN
  DECLARE @all nvarchar(max) = CONCAT(
    (SELECT s.name AS s, o.name AS o, o.type AS t, m.definition AS d
       FROM sys.objects o
       JOIN sys.schemas s ON s.schema_id = o.schema_id
       LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id
      WHERE o.is_ms_shipped = 0 AND s.name <> N'driftline'
      ORDER BY s.name, o.name FOR XML RAW),
    (SELECT s.name AS s, o.name AS o, c.name AS c, TYPE_NAME(c.user_type_id) AS t, c.max_length AS l, c.precision AS p, c.scale AS k,
            c.is_nullable AS n, c.is_identity AS i, c.collation_name AS k2, d.definition AS d, x.definition AS x
       FROM sys.columns c
       JOIN sys.objects o ON o.object_id = c.object_id
       JOIN sys.schemas s ON s.schema_id = o.schema_id
       LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
       LEFT JOIN sys.computed_columns x ON x.object_id = c.object_id AND x.column_id = c.column_id
      WHERE o.is_ms_shipped = 0 AND s.name <> N'driftline'
      ORDER BY s.name, o.name, c.column_id FOR XML RAW),
    (SELECT s.name AS s, o.name AS o, i.name AS i, i.type AS t, i.is_unique AS u, i.filter_definition AS f, c.name AS c,
            ic.is_descending_key AS d, ic.is_included_column AS n
       FROM sys.indexes i
       JOIN sys.objects o ON o.object_id = i.object_id
       JOIN sys.schemas s ON s.schema_id = o.schema_id
       JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
       JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
      WHERE o.is_ms_shipped = 0 AND s.name <> N'driftline'
      ORDER BY s.name, o.name, i.name, ic.index_column_id FOR XML RAW),
    (SELECT s.name AS s, o.name AS o, k.name AS k, k.definition AS d
       FROM sys.check_constraints k
       JOIN sys.objects o ON o.object_id = k.parent_object_id
       JOIN sys.schemas s ON s.schema_id = o.schema_id
      WHERE s.name <> N'driftline'
      ORDER BY s.name, o.name, k.name FOR XML RAW));

  RETURN LOWER(CONVERT(char(64), HASHBYTES('SHA2_256', @all), 2));
END;
GO
-- Columns that somebody depends on. Fill it in, and ask contract_status.
IF OBJECT_ID(N'driftline.critical_column', N'U') IS NULL
  CREATE TABLE driftline.critical_column (
    schema_name sysname NOT NULL,
    table_name sysname NOT NULL,
    column_name sysname NOT NULL,
    consumer nvarchar(128) NOT NULL,
    type nvarchar(128) NULL, -- as column_documentation shows it; NULL: any
    nullable bit NULL,       -- NULL: either
    CONSTRAINT critical_column_key PRIMARY KEY (schema_name, table_name, column_name, consumer)
  );
GO
-- Tables and columns with their comments (the extended property MS_Description).
CREATE OR ALTER VIEW driftline.table_documentation
AS
SELECT s.name AS schema_name, t.name AS table_name, CONVERT(nvarchar(max), p.value) AS comment
  FROM sys.tables t
  JOIN sys.schemas s ON s.schema_id = t.schema_id
  LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = t.object_id AND p.minor_id = 0 AND p.name = N'MS_Description'
 WHERE s.name <> N'driftline' AND t.is_ms_shipped = 0;
GO
CREATE OR ALTER VIEW driftline.column_documentation
AS
SELECT s.name AS schema_name, t.name AS table_name, c.name AS column_name, c.column_id AS place,
       CONCAT(y.name, CASE WHEN y.name IN (N'nvarchar', N'nchar') THEN CONCAT(N'(', CASE c.max_length WHEN -1 THEN N'max' ELSE CONVERT(nvarchar(10), c.max_length / 2) END, N')')
                           WHEN y.name IN (N'varchar', N'char', N'varbinary', N'binary') THEN CONCAT(N'(', CASE c.max_length WHEN -1 THEN N'max' ELSE CONVERT(nvarchar(10), c.max_length) END, N')')
                           WHEN y.name IN (N'decimal', N'numeric') THEN CONCAT(N'(', c.precision, N',', c.scale, N')')
                           WHEN y.name IN (N'datetime2', N'datetimeoffset', N'time') THEN CONCAT(N'(', c.scale, N')')
                           ELSE N'' END) AS type,
       c.is_nullable AS nullable, CONVERT(nvarchar(max), p.value) AS comment
  FROM sys.columns c
  JOIN sys.tables t ON t.object_id = c.object_id
  JOIN sys.schemas s ON s.schema_id = t.schema_id
  JOIN sys.types y ON y.user_type_id = c.user_type_id
  LEFT JOIN sys.extended_properties p ON p.class = 1 AND p.major_id = c.object_id AND p.minor_id = c.column_id AND p.name = N'MS_Description'
 WHERE s.name <> N'driftline' AND t.is_ms_shipped = 0;
GO
CREATE OR ALTER VIEW driftline.contract_status
AS
SELECT k.schema_name, k.table_name, k.column_name, k.consumer,
       CASE WHEN c.column_name IS NULL THEN N'missing'
            WHEN k.type IS NOT NULL AND k.type <> c.type THEN N'other type'
            WHEN k.nullable IS NOT NULL AND k.nullable <> c.nullable THEN N'other nullability'
            ELSE N'holds' END AS state,
       k.type AS wanted_type, c.type AS actual_type, k.nullable AS wanted_nullable, c.nullable AS actual_nullable
  FROM driftline.critical_column k
  LEFT JOIN driftline.column_documentation c
         ON c.schema_name = k.schema_name AND c.table_name = k.table_name AND c.column_name = k.column_name;
GO
COMMIT TRANSACTION;
GO
