-- Capturing. A part of install.sql.

-- Which database this is: the numbers in its log mean nothing in another one.
CREATE OR REPLACE FUNCTION driftline.origin() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $capture$
DECLARE
  id oid := (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
BEGIN
  RETURN (SELECT s.system_identifier FROM pg_control_system() s) || ':' || id;
EXCEPTION WHEN insufficient_privilege THEN
  RETURN ':' || id;
END
$capture$;

-- Another one after a failover or a restore to an earlier moment.
CREATE OR REPLACE FUNCTION driftline.timeline() RETURNS text
LANGUAGE plpgsql STABLE AS $capture$
BEGIN
  RETURN (SELECT c.timeline_id FROM pg_control_checkpoint() c);
EXCEPTION WHEN insufficient_privilege THEN
  RETURN '';
END
$capture$;

-- Whether a row of a catalogue, which is seen, was written by this transaction.
CREATE OR REPLACE FUNCTION driftline.is_ours(written xid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $capture$
DECLARE
  this bigint := txid_current();
  later int := age((this % 4294967296)::text::xid) - age(written);
BEGIN
  IF later <= 0 OR later > 10000000 THEN
    RETURN later = 0;
  END IF;
  RETURN txid_status(this + later) = 'in progress'; -- behind a savepoint of this transaction
END
$capture$;

-- Relations that a statement about one changes as well: what inherits from it, the sequences of its columns.
CREATE OR REPLACE FUNCTION driftline.followers(relation oid) RETURNS SETOF oid
LANGUAGE plpgsql VOLATILE AS $capture$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = relation)
     AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                      WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = relation AND d.refobjsubid > 0
                        AND d.classid = 'pg_class'::regclass) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH RECURSIVE family (id) AS (
    SELECT relation
    UNION
    SELECT i.inhrelid FROM family f JOIN pg_inherits i ON i.inhparent = f.id
  ), near (id) AS (
    SELECT f.id FROM family f WHERE f.id <> relation
    UNION
    SELECT d.objid FROM family f
      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = f.id AND d.refobjsubid > 0
                      AND d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND d.deptype IN ('a', 'i')
      JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  )
  SELECT n.id FROM near n JOIN pg_class c ON c.oid = n.id
   WHERE driftline.is_ours(c.xmin)
      OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = n.id AND driftline.is_ours(a.xmin))
      OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = n.id AND driftline.is_ours(k.xmin))
      OR EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = n.id AND driftline.is_ours(d.xmin))
      OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = n.id AND driftline.is_ours(i.xmin));
END
$capture$;

-- Young rows of a catalogue, which this transaction may have written; `sort` says of which. With names only rows of these:
-- they are found by an index, all others by looking through the catalogue.
CREATE OR REPLACE FUNCTION driftline.young(sort text, with_columns boolean, names text[])
RETURNS TABLE (class oid, id oid, sub int, written xid, command cid)
LANGUAGE plpgsql VOLATILE AS $capture$
#variable_conflict use_column
DECLARE
  this int := age((txid_current() % 4294967296)::text::xid);
BEGIN
  CASE
    WHEN sort = 'TABLE' AND names IS NOT NULL THEN
      RETURN QUERY SELECT c.tableoid, c.oid, 0, c.xmin, c.cmin FROM pg_class c
                    WHERE c.relname = ANY (names::name[]) AND age(c.xmin) <= this AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S');
      IF with_columns THEN
        RETURN QUERY SELECT c.tableoid, c.oid, a.attnum::int, a.xmin, a.cmin FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                      WHERE c.relname = ANY (names::name[]) AND age(a.xmin) <= this;
      END IF;
    WHEN sort = 'TABLE' THEN
      RETURN QUERY SELECT c.tableoid, c.oid, 0, c.xmin, c.cmin FROM pg_class c
                    WHERE age(c.xmin) <= this AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S');
      IF with_columns THEN
        RETURN QUERY SELECT 'pg_class'::regclass::oid, a.attrelid, a.attnum::int, a.xmin, a.cmin FROM pg_attribute a WHERE age(a.xmin) <= this;
      END IF;
    WHEN sort = 'FUNCTION' AND names IS NOT NULL THEN
      RETURN QUERY SELECT p.tableoid, p.oid, 0, p.xmin, p.cmin FROM pg_proc p WHERE p.proname = ANY (names::name[]) AND age(p.xmin) <= this;
    WHEN sort = 'FUNCTION' THEN
      RETURN QUERY SELECT p.tableoid, p.oid, 0, p.xmin, p.cmin FROM pg_proc p WHERE age(p.xmin) <= this;
    WHEN sort = 'SCHEMA' THEN
      RETURN QUERY SELECT n.tableoid, n.oid, 0, n.xmin, n.cmin FROM pg_namespace n WHERE age(n.xmin) <= this;
    WHEN sort = 'TYPE' THEN
      RETURN QUERY SELECT t.tableoid, t.oid, 0, t.xmin, t.cmin FROM pg_type t WHERE age(t.xmin) <= this;
    WHEN sort = 'LANGUAGE' THEN
      RETURN QUERY SELECT l.tableoid, l.oid, 0, l.xmin, l.cmin FROM pg_language l WHERE age(l.xmin) <= this;
    WHEN sort = 'FOREIGN DATA WRAPPER' THEN
      RETURN QUERY SELECT w.tableoid, w.oid, 0, w.xmin, w.cmin FROM pg_foreign_data_wrapper w WHERE age(w.xmin) <= this;
    WHEN sort = 'FOREIGN SERVER' THEN
      RETURN QUERY SELECT s.tableoid, s.oid, 0, s.xmin, s.cmin FROM pg_foreign_server s WHERE age(s.xmin) <= this;
    WHEN sort = 'DEFAULT' THEN
      RETURN QUERY SELECT d.tableoid, d.oid, 0, d.xmin, d.cmin FROM pg_default_acl d WHERE age(d.xmin) <= this;
    WHEN sort = 'OPERATOR' THEN
      RETURN QUERY SELECT o.tableoid, o.oid, 0, o.xmin, o.cmin FROM pg_operator o WHERE age(o.xmin) <= this;
    WHEN sort = 'MEMBER' THEN
      RETURN QUERY SELECT d.classid, d.objid, d.objsubid, d.xmin, d.cmin FROM pg_depend d
                    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND age(d.xmin) <= this;
    WHEN sort = 'TYPED TABLE' THEN
      RETURN QUERY SELECT c.tableoid, c.oid, 0, a.xmin, a.cmin FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                    WHERE c.reloftype <> 0 AND age(a.xmin) <= this;
    ELSE
      RETURN; -- large objects, and what is not of this database
  END CASE;
END
$capture$;

-- The names in a text, if it is one plain GRANT or REVOKE that names all it is about; else NULL.
CREATE OR REPLACE FUNCTION driftline.names_in(query text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE AS $capture$
BEGIN
  IF query !~* '^\s*(grant|revoke)\M' OR query ~ ';\s*\S' OR query ~* '\min\s+schema\M' THEN
    RETURN NULL;
  END IF;
  RETURN ARRAY(SELECT coalesce(replace(m[1], '""', '"'), lower(m[2] COLLATE "C"))
                 FROM regexp_matches(query COLLATE "C", '"((?:[^"]|"")+)"|((?:_|[^[:space:][:punct:][:cntrl:]])(?:[_$]|[^[:space:][:punct:][:cntrl:]])*)', 'g') AS m);
END
$capture$;

-- What was written since the last entry of this transaction: for statements of which the server does not say, or not in
-- full, what they were about. `granted` is what it says of a GRANT.
CREATE OR REPLACE FUNCTION driftline.written(tag text, granted text, query text) RETURNS TABLE (class oid, id oid, sub int)
LANGUAGE plpgsql VOLATILE AS $capture$
#variable_conflict use_column
DECLARE
  sorts text[] := CASE
    WHEN tag IN ('GRANT', 'REVOKE') THEN
      ARRAY[CASE WHEN granted IN ('COLUMN', 'SEQUENCE') THEN 'TABLE' WHEN granted IN ('PROCEDURE', 'ROUTINE') THEN 'FUNCTION'
                 WHEN granted = 'DOMAIN' THEN 'TYPE' ELSE granted END]
    WHEN tag = 'ALTER DEFAULT PRIVILEGES' THEN '{DEFAULT}'
    WHEN tag = 'DROP OWNED' THEN '{TABLE,FUNCTION,SCHEMA,TYPE,LANGUAGE,FOREIGN DATA WRAPPER,FOREIGN SERVER,DEFAULT}'
    WHEN tag = 'ALTER TABLE' AND query ~* 'detach' THEN '{TABLE}'
    WHEN tag = 'ALTER EXTENSION' AND query ~* '\madd\M' THEN '{MEMBER}'
    WHEN tag IN ('CREATE OPERATOR', 'ALTER OPERATOR') THEN '{OPERATOR}'
    WHEN tag = 'ALTER TYPE' THEN '{TYPED TABLE}' END;
  names text[] := CASE WHEN tag IN ('GRANT', 'REVOKE') THEN driftline.names_in(query) END;
  with_columns boolean := tag = 'DROP OWNED' OR tag IN ('GRANT', 'REVOKE') AND position('(' IN query) > 0;
  since bigint;
BEGIN
  IF sorts IS NULL THEN
    RETURN;
  END IF;
  since := coalesce((SELECT l.cmin::text::bigint FROM driftline.ddl_log l
                      WHERE l.transaction = txid_current() ORDER BY l.transaction DESC, l.number DESC LIMIT 1), -1);
  FOR attempt IN 1..2 LOOP
    RETURN QUERY
    SELECT y.class, y.id, y.sub
      FROM unnest(sorts) AS s (sort), driftline.young(s.sort, with_columns, CASE attempt WHEN 1 THEN names END) AS y
     WHERE y.command::text::bigint > since AND driftline.is_ours(y.written);
    EXIT WHEN FOUND OR names IS NULL;
  END LOOP;
END
$capture$;

-- Of which extension an object is; NULL: of none.
CREATE OR REPLACE FUNCTION driftline.extension_of(class oid, id oid) RETURNS text
LANGUAGE plpgsql STABLE AS $capture$
BEGIN
  RETURN (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
           WHERE d.classid = class AND d.objid = id AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e');
END
$capture$;

-- Whether a path is one of ours, or of a part of it. What else stands in our schema is logged like anything.
CREATE OR REPLACE FUNCTION driftline.is_own(path text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $capture$
BEGIN
  RETURN path = 'driftline' OR path LIKE 'driftline.%' AND substring(path FROM '^driftline\.([a-z_]+)') = ANY ('{
    allow,allow_reader,capture_command,capture_counts,capture_drop,capture_read,capture_recorded,
    capture_rewrite,capture_shipped,capture_state,column_documentation,contract_status,critical_column,cut,
    ddl_log,drift_log,extension_of,fault,fault_transaction,followers,functions_hash,hash,installation,
    is_ours,is_own,log,names_in,on_event,origin,path_join,path_name,path_of,
    path_of_address,path_of_relation,retain,schema_hash,statement_about,table_documentation,timeline,
    without_literals,written,young}'::text[]);
END
$capture$;

-- Write entries, one for each path. Our own are none: nothing shows them.
CREATE OR REPLACE FUNCTION driftline.log(tag text, objects text[], extensions text[], rewrite text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $capture$
DECLARE
  query text;
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(objects) AS o WHERE NOT driftline.is_own(o)) THEN
    RETURN;
  END IF;
  query := driftline.without_literals(current_query());
  INSERT INTO driftline.ddl_log (role, application, client, command, object, statement, in_extension, rewrite, origin)
  SELECT NULLIF(current_setting('role'), 'none'),
         coalesce('extension ' || NULLIF(t.extension, ''), current_setting('application_name')),
         host(inet_client_addr()), tag, t.object, driftline.statement_about(query, tag, t.object), t.extension IS NOT NULL,
         log.rewrite, driftline.origin()
    FROM (SELECT DISTINCT ON (o.object) o.object, o.extension, o.place
            FROM unnest(objects, extensions) WITH ORDINALITY AS o (object, extension, place)
           WHERE NOT driftline.is_own(o.object) -- also no NULL
                 -- what was written anew has its entry
                 AND NOT EXISTS (SELECT FROM driftline.ddl_log l
                                  WHERE l.transaction = txid_current() AND l.began = statement_timestamp()
                                    AND l.rewrite IS NOT NULL AND l.command = tag AND l.object = o.object)
           ORDER BY o.object, o.place) AS t
   ORDER BY t.place;
  -- After a NOTIFY a transaction can no longer be prepared, and none commits when the queue is full.
  IF current_setting('max_prepared_transactions') = '0' AND pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('driftline_capture', '');
  END IF;
END
$capture$;

CREATE OR REPLACE FUNCTION driftline.capture_command(tag text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $capture$
DECLARE
  objects text[];
  extensions text[];
  relations oid[];
  granted text;
  relation oid;
  path text;
  extension text;
BEGIN
  IF tag IN ('REINDEX', 'REFRESH MATERIALIZED VIEW') THEN
    RETURN; -- no change of the schema
  END IF;
  SELECT array_agg(t.path ORDER BY t.place) FILTER (WHERE t.path IS NOT NULL),
         array_agg(t.extension ORDER BY t.place) FILTER (WHERE t.path IS NOT NULL),
         array_agg(t.objid) FILTER (WHERE t.path IS NOT NULL AND t.relation), max(t.object_type) FILTER (WHERE t.classid IS NULL)
    INTO objects, extensions, relations, granted
    FROM (SELECT c.place, c.classid, c.objid, c.object_type, c.classid = 'pg_class'::regclass AS relation,
                 CASE WHEN c.classid IS NOT NULL AND c.schema_name IS DISTINCT FROM 'pg_temp' THEN driftline.path_of(c.classid, c.objid, c.objsubid) END AS path,
                 CASE WHEN c.in_extension THEN coalesce(driftline.extension_of(c.classid, c.objid), '') END AS extension
            FROM pg_event_trigger_ddl_commands() WITH ORDINALITY
              AS c (classid, objid, objsubid, command_tag, object_type, schema_name, object_identity, in_extension, command, place)) AS t;
  BEGIN
    FOR path, extension IN
      SELECT driftline.path_of(w.class, w.id, w.sub), driftline.extension_of(w.class, w.id) FROM driftline.written(tag, granted, current_query()) AS w
    LOOP
      objects := objects || path;
      extensions[cardinality(objects)] := extension;
    END LOOP;
    IF tag IN ('ALTER TABLE', 'CREATE INDEX', 'ALTER INDEX') THEN
      FOREACH relation IN ARRAY coalesce(relations, '{}') LOOP
        objects := objects || ARRAY(SELECT driftline.path_of_relation(f, 0) FROM driftline.followers(relation) AS f);
      END LOOP;
    END IF;
  EXCEPTION WHEN OTHERS THEN
    relations := NULL; -- what the server itself says is logged all the same
  END;
  IF objects IS NOT NULL THEN
    PERFORM driftline.log(tag, objects, extensions, NULL);
  END IF;
END
$capture$;

-- What goes with a table, a column or a constraint that goes is not said again: parts of a dropped relation, indexes.
CREATE OR REPLACE FUNCTION driftline.capture_drop(tag text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $capture$
DECLARE
  objects text[];
BEGIN
  WITH dropped AS MATERIALIZED (
    SELECT d.*
      FROM pg_event_trigger_dropped_objects() WITH ORDINALITY
        AS d (classid, objid, objsubid, original, normal, is_temporary, object_type, schema_name, object_name, object_identity,
              names, args, place)
     WHERE NOT d.is_temporary
  ), relation AS MATERIALIZED (
    SELECT d.schema_name, d.object_name FROM dropped d WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0
  )
  SELECT array_agg(t.path ORDER BY t.place) INTO objects
    FROM (SELECT d.place, CASE WHEN d.object_type IN ('type', 'domain') AND d.object_name IS NOT NULL
                               THEN driftline.path_join(d.schema_name, d.object_name)
                               -- clones of a trigger are shown with their table
                               WHEN d.object_type = 'trigger' AND NOT d.original THEN driftline.path_join(d.names[1], d.names[2])
                               ELSE driftline.path_of_address(d.object_type, d.names, d.args) END AS path
            FROM dropped d
           WHERE CASE WHEN d.object_type IN ('index', 'domain constraint') THEN d.original OR d.normal OR tag = 'DROP INDEX'
                      WHEN cardinality(d.names) = 3 THEN (d.names[1], d.names[2]) NOT IN (SELECT r.schema_name, r.object_name FROM relation r)
                      ELSE d.object_identity !~ '\[\]$' END) AS t
   WHERE t.path IS NOT NULL;
  IF objects IS NOT NULL THEN
    PERFORM driftline.log(tag, objects, array_fill(NULL::text, ARRAY[cardinality(objects)]), NULL);
  END IF;
END
$capture$;

-- A table that is written anew is logged with the reason, also where the statement was about something else (ALTER TYPE).
CREATE OR REPLACE FUNCTION driftline.capture_rewrite(tag text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $capture$
DECLARE
  path text := driftline.path_of_relation(pg_event_trigger_table_rewrite_oid(), 0);
  reason int := pg_event_trigger_table_rewrite_reason();
BEGIN
  IF path IS NOT NULL THEN
    PERFORM driftline.log(tag, ARRAY[path], ARRAY[NULL::text],
                          concat_ws(', ', CASE WHEN reason & 1 <> 0 THEN 'persistence' END,
                                    CASE WHEN reason & 2 <> 0 THEN 'default value' END,
                                    CASE WHEN reason & 4 <> 0 THEN 'column type' END,
                                    CASE WHEN reason & 8 <> 0 THEN 'access method' END));
  END IF;
END
$capture$;

-- Of all three triggers. It runs as who installed it, so that nobody needs a right on the log; with settings of its own,
-- whatever those of the session, and little patience for locks; and catches whatever goes wrong further down, if need be
-- without counting it.
CREATE OR REPLACE FUNCTION driftline.on_event() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' SET standard_conforming_strings = on
SET quote_all_identifiers = off SET jit = off AS $capture$
BEGIN
  CASE tg_event
    WHEN 'ddl_command_end' THEN PERFORM driftline.capture_command(tg_tag);
    WHEN 'sql_drop' THEN PERFORM driftline.capture_drop(tg_tag);
    WHEN 'table_rewrite' THEN PERFORM driftline.capture_rewrite(tg_tag);
  END CASE;
EXCEPTION WHEN OTHERS OR assert_failure THEN
  BEGIN
    PERFORM nextval('driftline.fault'), setval('driftline.fault_transaction', txid_current());
    RAISE LOG 'driftline capture could not log %: % (SQLSTATE %)', tg_tag, sqlerrm, sqlstate;
  EXCEPTION WHEN OTHERS OR assert_failure THEN
    RETURN;
  END;
END
$capture$;
