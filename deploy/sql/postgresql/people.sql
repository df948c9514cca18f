-- What people read with plain SQL. A part of install.sql.

-- Who changed what, and whether the collector has it. `foreign`: the entry came here with a dump, and stays here.
CREATE OR REPLACE VIEW driftline.drift_log AS
SELECT l.number, l.at, l.transaction, l.login, l.role, l.application, l.client, l.command, l.object, l.statement,
       CASE WHEN l.origin IS DISTINCT FROM driftline.origin() THEN 'foreign' ELSE l.status END AS sync_status,
       l.recorded_at, l.in_extension, l.rewrite
  FROM driftline.ddl_log l;

-- One hash of the structure. Equal here and there: schemas, relations, columns, constraints, indexes, triggers, rules,
-- policies, functions, types, sequences and extensions are equal. Owners, rights and comments do not count.
CREATE OR REPLACE FUNCTION driftline.schema_hash() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off SET standard_conforming_strings = on
SET DateStyle = 'ISO' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3 SET bytea_output = 'hex'
SET xmloption = 'content' SET lc_monetary = 'C' AS $capture$
  WITH schema AS (
    SELECT n.oid, quote_ident(n.nspname) AS name FROM pg_namespace n
     WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'driftline')
  ), member AS (
    SELECT d.classid, d.objid FROM pg_depend d WHERE d.deptype = 'e' AND d.refclassid = 'pg_extension'::regclass
  ), relation AS (
    SELECT c.*, s.name || '.' || quote_ident(c.relname) AS path FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
     WHERE (c.tableoid, c.oid) NOT IN (SELECT m.classid, m.objid FROM member m)
  ), line (content) AS (
    SELECT concat_ws('|', 'schema', s.name) FROM schema s
    UNION ALL
    SELECT concat_ws('|', 'extension', e.extname, e.extversion) FROM pg_extension e
    UNION ALL
    SELECT concat_ws('|', 'relation', r.path, r.relkind, r.relpersistence, r.relrowsecurity, r.relforcerowsecurity,
                     (SELECT string_agg(o, ',' ORDER BY o COLLATE "C") FROM unnest(r.reloptions) AS o),
                     CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END, pg_get_expr(r.relpartbound, r.oid),
                     CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END,
                     (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = r.oid))
      FROM relation r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT concat_ws('|', 'column', r.path, row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum), quote_ident(a.attname),
                     format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                     (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation), pg_get_expr(d.adbin, d.adrelid))
      FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT concat_ws('|', 'constraint', r.path, quote_ident(k.conname), pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid WHERE k.contype <> 't'
    UNION ALL
    SELECT concat_ws('|', 'index', pg_get_indexdef(r.oid)) FROM relation r WHERE r.relkind IN ('i', 'I')
    UNION ALL
    SELECT concat_ws('|', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)
      FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL
    SELECT concat_ws('|', 'rule', pg_get_ruledef(w.oid), w.ev_enabled)
      FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
    UNION ALL
    SELECT concat_ws('|', 'policy', r.path, quote_ident(p.polname), p.polcmd, p.polpermissive,
                     (SELECT string_agg(m.name, ',' ORDER BY m.name COLLATE "C")
                        FROM (SELECT CASE o WHEN 0 THEN 'public' ELSE pg_get_userbyid(o) END::text FROM unnest(p.polroles) AS o) AS m (name)),
                     pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
    UNION ALL
    SELECT concat_ws('|', 'sequence', r.path, format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmax, q.seqmin, q.seqcache, q.seqcycle)
      FROM pg_sequence q JOIN relation r ON r.oid = q.seqrelid
    UNION ALL
    SELECT concat_ws('|', 'function', CASE p.prokind WHEN 'a' THEN concat_ws('|', p.oid::regprocedure, a.aggtransfn, a.aggfinalfn,
                                                         format_type(a.aggtranstype, NULL), a.agginitval)
                                                     ELSE pg_get_functiondef(p.oid) END)
      FROM pg_proc p JOIN schema s ON s.oid = p.pronamespace LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
     WHERE (p.tableoid, p.oid) NOT IN (SELECT m.classid, m.objid FROM member m)
    UNION ALL
    SELECT concat_ws('|', 'type', s.name || '.' || quote_ident(t.typname), t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
                     (SELECT string_agg(quote_ident(e.enumlabel), ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
                     (SELECT string_agg(quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), ',' ORDER BY k.conname COLLATE "C") FROM pg_constraint k WHERE k.contypid = t.oid),
                     (SELECT format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = t.oid))
      FROM pg_type t JOIN schema s ON s.oid = t.typnamespace
     WHERE t.typtype IN ('d', 'e', 'r') AND (t.tableoid, t.oid) NOT IN (SELECT m.classid, m.objid FROM member m)
  )
  SELECT encode(sha256(convert_to(coalesce(string_agg(l.content, E'\n' ORDER BY l.content COLLATE "C"), ''), 'UTF8')), 'hex') FROM line l
$capture$;

-- Tables and columns with their comments.
CREATE OR REPLACE VIEW driftline.table_documentation AS
SELECT n.nspname::text AS schema_name, c.relname::text AS table_name,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END AS kind,
       obj_description(c.oid, 'pg_class') AS comment
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'driftline');

CREATE OR REPLACE VIEW driftline.column_documentation AS
SELECT n.nspname::text AS schema_name, c.relname::text AS table_name, a.attname::text AS column_name,
       row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS place,
       format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable, col_description(c.oid, a.attnum) AS comment
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'driftline');

CREATE OR REPLACE VIEW driftline.contract_status AS
SELECT k.schema_name, k.table_name, k.column_name, k.consumer,
       CASE WHEN c.column_name IS NULL THEN 'missing'
            WHEN k.type <> c.type THEN 'other type'
            WHEN k.nullable <> c.nullable THEN 'other nullability'
            ELSE 'holds' END AS state,
       k.type AS wanted_type, c.type AS actual_type, k.nullable AS wanted_nullable, c.nullable AS actual_nullable
  FROM driftline.critical_column k
  LEFT JOIN driftline.column_documentation c USING (schema_name, table_name, column_name);
