-- Casts that users made, wherever their types are from. The cast of a range type to its multirange type comes with the
-- two. Serves 12 to 18.
-- @kind cast
-- @catalogue pg_cast
SELECT c.oid AS id,
       pg_catalog.format_type(c.castsource, NULL) || ' AS ' || pg_catalog.format_type(c.casttarget, NULL) AS name,
       CASE c.castmethod WHEN 'f' THEN 'function' WHEN 'i' THEN 'inout' ELSE 'binary' END AS method,
       CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure END AS function,
       CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS context
  FROM pg_catalog.pg_cast c
 WHERE c.oid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_range r                                               --[140000..]
                    WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)            --[140000..]
   AND c.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_cast'::regclass)
