-- Transforms between types and procedural languages; they have no owner. Serves 12 to 18.
-- @kind transform
-- @catalogue pg_transform
SELECT t.oid AS id,
       pg_catalog.format_type(t.trftype, NULL) || ' FOR ' || pg_catalog.quote_ident(l.lanname) AS name,
       CASE WHEN t.trffromsql <> 0 THEN t.trffromsql::oid::regprocedure END AS from_sql_function,
       CASE WHEN t.trftosql <> 0 THEN t.trftosql::oid::regprocedure END AS to_sql_function
  FROM pg_catalog.pg_transform t
  JOIN pg_catalog.pg_language l ON l.oid = t.trflang
 WHERE t.oid >= 16384
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_transform'::regclass)
