-- What an agent calls, and who administers capture. A part of install.sql.

-- How capture stands. `continuity` is the same as long as nothing can have escaped; it is NULL while a statement that
-- could not be logged may still be uncommitted.
CREATE OR REPLACE FUNCTION driftline.capture_state()
RETURNS TABLE (version int, enabled boolean, continuity text, faults bigint, note text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
#variable_conflict use_column
DECLARE
  triggers text;
  armed int;
  diverted boolean;
  kept driftline.installation;
  missed record;
BEGIN
  version := 2;
  SELECT string_agg(concat_ws(' ', e.evtname, e.oid, e.xmin, e.evtenabled), ',' ORDER BY e.evtname), count(*) FILTER (WHERE e.evtenabled = 'A')
    INTO triggers, armed
    FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid
   WHERE (e.evtname, e.evtevent) IN (('driftline_capture_command', 'ddl_command_end'), ('driftline_capture_drop', 'sql_drop'),
                                     ('driftline_capture_rewrite', 'table_rewrite')) AND p.proname = 'on_event'
     AND p.pronamespace = 'driftline'::regnamespace AND e.evttags IS NULL;
  SELECT * INTO kept FROM driftline.installation;
  SELECT * INTO missed FROM driftline.fault_transaction;
  faults := (SELECT CASE WHEN f.is_called THEN f.last_value ELSE 0 END FROM driftline.fault f);
  diverted := EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = 'driftline.ddl_log'::regclass AND NOT t.tgisinternal)
              OR EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = 'driftline.ddl_log'::regclass);
  note := CASE
    WHEN armed < 3 AND triggers IS NULL THEN 'its event triggers are gone: a restore without superuser rights leaves them out; install it again'
    WHEN armed < 3 THEN 'an event trigger of it is gone, disabled, or does not always fire; install it again'
    WHEN diverted THEN 'its log has a trigger or a rule of somebody''s, which may keep entries out; drop it'
    WHEN kept.functions IS DISTINCT FROM driftline.functions_hash() THEN 'its functions are not as they were installed; install it again'
    WHEN current_setting('max_prepared_transactions') <> '0' THEN
      'max_prepared_transactions is not 0, so it sends no NOTIFY: changes are seen by polling' END;
  enabled := armed = 3 AND NOT diverted AND kept.functions IS NOT DISTINCT FROM driftline.functions_hash();
  IF enabled AND NOT (missed.is_called AND missed.last_value >= txid_snapshot_xmin(txid_current_snapshot())
                      AND missed.last_value < txid_snapshot_xmax(txid_current_snapshot()) + 10000000) THEN
    continuity := driftline.hash(concat_ws('|', kept.id, driftline.origin(), driftline.timeline(), faults, triggers,
      (SELECT string_agg(concat_ws(' ', p.oid, p.xmin), ',' ORDER BY p.oid) FROM pg_proc p WHERE p.pronamespace = 'driftline'::regnamespace),
      (SELECT string_agg(concat_ws(' ', c.oid, c.xmin, c.relfilenode), ',' ORDER BY c.oid)
         FROM pg_class c WHERE c.relnamespace = 'driftline'::regnamespace AND c.relkind IN ('r', 'S'))));
  END IF;
  RETURN NEXT;
END
$capture$;

CREATE OR REPLACE FUNCTION driftline.capture_counts(OUT pending bigint, OUT shipped bigint, OUT recorded bigint, OUT newest bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  SELECT count(*) FILTER (WHERE l.status = 'pending'), count(*) FILTER (WHERE l.status = 'shipped'),
         count(*) FILTER (WHERE l.status = 'recorded'), coalesce(round(extract(epoch FROM max(l.at)) * 1000000), 0)::bigint
    FROM driftline.ddl_log l
   WHERE l.origin = (SELECT driftline.origin())
$capture$;

-- What is not recorded and not in this agent's own outbox, in order. Times in microseconds since 1970.
CREATE OR REPLACE FUNCTION driftline.capture_read(taker text)
RETURNS TABLE (number bigint, at bigint, actor text, role text, application text, client text, command text, object text,
               statement text, transaction bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  SELECT l.number, round(extract(epoch FROM l.at) * 1000000)::bigint, l.login, l.role, l.application, l.client, l.command, l.object,
         l.statement, l.transaction
    FROM driftline.ddl_log l
   WHERE l.status <> 'recorded' AND (l.status = 'pending' OR l.taker <> capture_read.taker) AND l.origin = (SELECT driftline.origin())
   ORDER BY l.number
$capture$;

CREATE OR REPLACE FUNCTION driftline.capture_shipped(taker text, seq bigint, numbers bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  UPDATE driftline.ddl_log l
     SET status = 'shipped', taker = capture_shipped.taker, seq = capture_shipped.seq
   WHERE l.number = ANY (numbers) AND l.status <> 'recorded'
$capture$;

-- Also lets go of what was recorded long ago, and of what came from another database long ago.
CREATE OR REPLACE FUNCTION driftline.capture_recorded(taker text, seq bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
  UPDATE driftline.ddl_log l
     SET status = 'recorded', recorded_at = now()
   WHERE l.status = 'shipped' AND l.taker = capture_recorded.taker AND l.seq <= capture_recorded.seq;
  DELETE FROM driftline.ddl_log l
   WHERE l.number IN (SELECT o.number FROM driftline.ddl_log o
                       WHERE o.status = 'recorded' AND o.recorded_at < now() - (SELECT make_interval(days => i.retention_days) FROM driftline.installation i)
                       LIMIT 1000);
$capture$;

-- A role may be a person's: it reads the views and how capture stands, and changes nothing.
CREATE OR REPLACE FUNCTION driftline.allow_reader(role text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  IF to_regrole(quote_ident(role)) IS NULL THEN
    RAISE EXCEPTION 'there is no role %', quote_ident(role) USING ERRCODE = 'undefined_object', HINT = 'create it, or check the spelling';
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA driftline TO %I', role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION driftline.capture_state(), driftline.capture_counts(), driftline.origin(),'
                 ' driftline.schema_hash() TO %I', role);
  EXECUTE format('GRANT SELECT ON driftline.drift_log, driftline.contract_status, driftline.table_documentation,'
                 ' driftline.column_documentation TO %I', role);
END
$capture$;

-- A role may be an agent's: it also marks entries as shipped and recorded. Who may do that can keep an entry, also one
-- with his own name, from being told. So it must be nobody's but an agent's.
CREATE OR REPLACE FUNCTION driftline.allow(role text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $capture$
BEGIN
  PERFORM driftline.allow_reader(role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION driftline.capture_read(text), driftline.capture_shipped(text, bigint, bigint[]),'
                 ' driftline.capture_recorded(text, bigint) TO %I', role);
END
$capture$;

-- How long recorded entries are kept.
CREATE OR REPLACE FUNCTION driftline.retain(days int) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $capture$
  UPDATE driftline.installation SET retention_days = days
$capture$;

CREATE OR REPLACE FUNCTION driftline.functions_hash() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $capture$
  SELECT driftline.hash(string_agg(concat_ws('|', p.oid::regprocedure, p.prosecdef, p.proconfig, p.prosrc), '|' ORDER BY p.oid::regprocedure::text COLLATE "C"))
    FROM pg_proc p WHERE p.pronamespace = 'driftline'::regnamespace
$capture$;
