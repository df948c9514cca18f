-- Procedures. Serves 12 to 18.
-- @kind procedure
-- @catalogue pg_proc
SELECT p.oid AS id,
       n.nspname AS schema,
       p.proname AS name,
       pg_catalog.oidvectortypes(p.proargtypes) AS signature,
       p.proowner AS "owner@pg_roles",
       NULLIF(pg_catalog.pg_get_function_arguments(p.oid), '') AS arguments,
       p.prolang AS "language@pg_language",
       p.prosrc AS body,                                                                           --[..139999]
       CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END AS body,                                   --[140000..]
       CASE WHEN p.prosqlbody IS NOT NULL                                                          --[140000..]
            THEN pg_catalog.pg_get_function_sqlbody(p.oid) END AS definition,                      --[140000..]
       p.probin AS object_file,
       CASE WHEN p.prosecdef THEN 'definer' END AS security,
       p.proconfig AS "configuration[]",
       CASE WHEN p.protrftypes IS NOT NULL
            THEN ARRAY(SELECT pg_catalog.format_type(t.id, NULL)
                         FROM pg_catalog.unnest(p.protrftypes) WITH ORDINALITY AS t (id, place)
                        ORDER BY t.place) END AS "transforms[]"
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind = 'p'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_proc'::regclass)
