-- Text search dictionaries. Serves 12 to 18.
-- @kind text_search_dictionary
-- @catalogue pg_ts_dict
SELECT d.oid AS id,
       n.nspname AS schema,
       d.dictname AS name,
       d.dictowner AS "owner@pg_roles",
       CASE WHEN m.nspname <> 'pg_catalog' THEN pg_catalog.quote_ident(m.nspname) || '.' ELSE '' END
       || pg_catalog.quote_ident(t.tmplname) AS template,
       d.dictinitoption AS options
  FROM pg_catalog.pg_ts_dict d
  JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
  JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
  JOIN pg_catalog.pg_namespace m ON m.oid = t.tmplnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND d.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_ts_dict'::regclass)
