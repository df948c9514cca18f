-- Text search templates, which have no owner. Serves 12 to 18.
-- @kind text_search_template
-- @catalogue pg_ts_template
SELECT t.oid AS id,
       n.nspname AS schema,
       t.tmplname AS name,
       NULLIF(t.tmplinit::text, '-') AS init_function,
       t.tmpllexize AS lexize_function
  FROM pg_catalog.pg_ts_template t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_ts_template'::regclass)
