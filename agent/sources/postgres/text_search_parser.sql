-- Text search parsers, which have no owner. Serves 12 to 18.
-- @kind text_search_parser
-- @catalogue pg_ts_parser
SELECT p.oid AS id,
       n.nspname AS schema,
       p.prsname AS name,
       p.prsstart AS start_function,
       p.prstoken AS token_function,
       p.prsend AS end_function,
       NULLIF(p.prsheadline::text, '-') AS headline_function,
       p.prslextype AS token_types_function
  FROM pg_catalog.pg_ts_parser p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_ts_parser'::regclass)
