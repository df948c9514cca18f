-- What deploy/sql/sqlserver/install.sql makes of a database, as far as an agent sees it, for the stand-in: the four procedures
-- that it calls, with the same names, parameters and columns, and the marks by which capture is known. The trigger that
-- fills the log is not here: a test writes the rows that it would write.
CREATE SCHEMA driftline;

CREATE TABLE driftline.ddl_log (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at bigint NOT NULL DEFAULT extract(epoch FROM clock_timestamp()) * 1000000,
  transaction_number bigint NOT NULL DEFAULT txid_current(),
  login text NOT NULL,
  role text,
  application text,
  client text,
  command text,
  object_type text,
  schema_name text,
  object_name text,
  part_name text,
  new_name text,
  statement text,
  status int NOT NULL DEFAULT 0,
  taker text,
  seq bigint);

CREATE FUNCTION driftline.capture_state(taker text)
RETURNS TABLE (version int, enabled int, continuity text, faults bigint, pending bigint, shipped bigint, recorded bigint, newest bigint)
LANGUAGE sql AS $$
  SELECT 1, 1, 'an-installation 0', 0::bigint, count(*) FILTER (WHERE status = 0), count(*) FILTER (WHERE status = 1),
         count(*) FILTER (WHERE status = 2), max(at)
    FROM driftline.ddl_log
$$;

CREATE FUNCTION driftline.capture_read(taker text, most int)
RETURNS TABLE (number bigint, at bigint, transaction_number bigint, login text, role text, application text, client text, command text,
               object_type text, schema_name text, object_name text, part_name text, new_name text, statement text)
LANGUAGE sql AS $$
  SELECT l.number, l.at, l.transaction_number, l.login, l.role, l.application, l.client, l.command, l.object_type, l.schema_name,
         l.object_name, l.part_name, l.new_name, l.statement
    FROM driftline.ddl_log l
   WHERE l.status = 0 OR (l.status = 1 AND l.taker <> capture_read.taker)
   ORDER BY l.number LIMIT most
$$;

CREATE FUNCTION driftline.capture_shipped(taker text, seq bigint, first bigint, last bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE driftline.ddl_log l SET status = 1, taker = capture_shipped.taker, seq = capture_shipped.seq
   WHERE l.number BETWEEN first AND last AND (l.status = 0 OR (l.status = 1 AND l.taker <> capture_shipped.taker))
$$;

CREATE FUNCTION driftline.capture_recorded(taker text, seq bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE driftline.ddl_log l SET status = 2 WHERE l.status = 1 AND l.taker = capture_recorded.taker AND l.seq <= capture_recorded.seq
$$;

INSERT INTO sys.schemas (name, schema_id, principal_id) VALUES ('driftline', 16000, 1);
INSERT INTO sys.extended_properties (class, class_desc, major_id, minor_id, name, value)
VALUES (3, 'SCHEMA', 16000, 0, 'driftline_capture', '1');
