-- Domains; their checks are parts: domain_check.sql. Serves 12 to 18.
-- @kind domain
-- @catalogue pg_type
SELECT t.oid AS id,
       n.nspname AS schema,
       t.typname AS name,
       t.typowner AS "owner@pg_roles",
       pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typnotnull THEN 'no' ELSE 'yes' END AS nullable,
       CASE WHEN t.typdefaultbin IS NOT NULL
            THEN pg_catalog.pg_get_expr(t.typdefaultbin, 'pg_catalog.pg_type'::regclass)
            ELSE pg_catalog.quote_literal(t.typdefault) END AS "default",
       CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation END AS "collation@pg_collation"
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'd'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_type'::regclass)
