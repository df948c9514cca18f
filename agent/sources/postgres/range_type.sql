-- Range types; from 14 on each has a multirange type, which is no object of its own. Serves 12 to 18.
-- @kind range_type
-- @catalogue pg_type
SELECT t.oid AS id,
       n.nspname AS schema,
       t.typname AS name,
       t.typowner AS "owner@pg_roles",
       pg_catalog.format_type(r.rngsubtype, NULL) AS subtype,
       pg_catalog.format_type(r.rngmultitypid, NULL) AS multirange_type, --[140000..]
       CASE WHEN NOT o.opcdefault
            THEN CASE WHEN m.nspname <> 'pg_catalog' THEN pg_catalog.quote_ident(m.nspname) || '.' ELSE '' END
                 || pg_catalog.quote_ident(o.opcname) END AS subtype_operator_class,
       CASE WHEN r.rngcollation <> b.typcollation THEN r.rngcollation END AS "collation@pg_collation",
       NULLIF(r.rngcanonical::text, '-') AS canonical_function,
       NULLIF(r.rngsubdiff::text, '-') AS subtype_difference_function
  FROM pg_catalog.pg_range r
  JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_catalog.pg_type b ON b.oid = r.rngsubtype
  JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_catalog.pg_namespace m ON m.oid = o.opcnamespace
 WHERE r.rngtypid >= 16384
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_type'::regclass)
