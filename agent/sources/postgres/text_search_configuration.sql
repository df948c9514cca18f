-- Text search configurations; which dictionaries a kind of token goes through comes
-- from text_search_mapping.sql. Serves 12 to 18.
-- @kind text_search_configuration
-- @catalogue pg_ts_config
SELECT c.oid AS id,
       n.nspname AS schema,
       c.cfgname AS name,
       c.cfgowner AS "owner@pg_roles",
       CASE WHEN m.nspname <> 'pg_catalog' THEN pg_catalog.quote_ident(m.nspname) || '.' ELSE '' END
       || pg_catalog.quote_ident(p.prsname) AS parser
  FROM pg_catalog.pg_ts_config c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
  JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
  JOIN pg_catalog.pg_namespace m ON m.oid = p.prsnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_ts_config'::regclass)
