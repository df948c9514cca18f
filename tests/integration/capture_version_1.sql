-- What an early version of capture might have left behind: fewer columns, no note, no drops, no views for people. The tests
-- bring it up to date.
BEGIN;
CREATE SCHEMA driftline;
COMMENT ON SCHEMA driftline IS 'driftline capture 1: who changed the schema';
CREATE TABLE driftline.ddl_log (
  number bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  transaction bigint NOT NULL DEFAULT txid_current(),
  login text NOT NULL DEFAULT session_user,
  role text,
  application text,
  client text,
  command text NOT NULL,
  object text,
  statement text,
  status text NOT NULL DEFAULT 'pending',
  taker text,
  seq bigint,
  CONSTRAINT ddl_log_key PRIMARY KEY (number),
  CONSTRAINT ddl_log_status CHECK (status IN ('pending', 'shipped', 'recorded'))
);
CREATE TABLE driftline.installation (
  only_one boolean NOT NULL DEFAULT true,
  id text NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  retention_days int NOT NULL DEFAULT 90,
  functions text,
  CONSTRAINT installation_key PRIMARY KEY (only_one),
  CONSTRAINT installation_only_one CHECK (only_one),
  CONSTRAINT installation_retention CHECK (retention_days > 0)
);
INSERT INTO driftline.installation (id, retention_days) VALUES ('first', 7);
CREATE FUNCTION driftline.on_command() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  INSERT INTO driftline.ddl_log (application, command, object)
  SELECT current_setting('application_name'), c.command_tag, c.object_identity FROM pg_event_trigger_ddl_commands() c;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$capture$;
CREATE FUNCTION driftline.capture_state() RETURNS TABLE (version int, enabled boolean, continuity text, faults bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1, true, i.id, 0::bigint FROM driftline.installation i';
CREATE FUNCTION driftline.capture_read(taker text)
RETURNS TABLE (number bigint, at bigint, actor text, role text, application text, client text, command text, object text,
               statement text, transaction bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  SELECT l.number, round(extract(epoch FROM l.at) * 1000000)::bigint, l.login, l.role, l.application, l.client, l.command, l.object,
         l.statement, l.transaction
    FROM driftline.ddl_log l WHERE l.status = 'pending' ORDER BY l.number
$capture$;
CREATE FUNCTION driftline.capture_shipped(taker text, seq bigint, numbers bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  UPDATE driftline.ddl_log l SET status = 'shipped', taker = capture_shipped.taker, seq = capture_shipped.seq WHERE l.number = ANY (numbers)
$capture$;
CREATE FUNCTION driftline.capture_recorded(taker text, seq bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  UPDATE driftline.ddl_log l SET status = 'recorded' WHERE l.status = 'shipped' AND l.taker = capture_recorded.taker AND l.seq <= capture_recorded.seq
$capture$;
CREATE VIEW driftline.drift_log AS
SELECT l.number, l.at, l.transaction, l.login, l.role, l.application, l.client, l.command, l.object, l.statement, l.status AS sync_status
  FROM driftline.ddl_log l;
REVOKE ALL ON SCHEMA driftline FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA driftline FROM PUBLIC;
CREATE EVENT TRIGGER driftline_capture_command ON ddl_command_end EXECUTE FUNCTION driftline.on_command();
ALTER EVENT TRIGGER driftline_capture_command ENABLE ALWAYS;
COMMIT;
