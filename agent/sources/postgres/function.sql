-- Functions, window functions among them. Serves 12 to 18.
-- Arguments are rendered in full only where there is more to say than their types. The usual cost is 1 for the
-- languages internal (12) and c (13), and 100 for all others. The constructors of a range type are part of that type.
-- @kind function
-- @catalogue pg_proc
SELECT p.oid AS id,
       n.nspname AS schema,
       p.proname AS name,
       pg_catalog.oidvectortypes(p.proargtypes) AS signature,
       p.proowner AS "owner@pg_roles",
       CASE WHEN p.proargnames IS NOT NULL OR p.proargmodes IS NOT NULL OR p.proargdefaults IS NOT NULL
            THEN pg_catalog.pg_get_function_arguments(p.oid)
            WHEN p.pronargs > 0 THEN pg_catalog.oidvectortypes(p.proargtypes) END AS arguments,
       pg_catalog.pg_get_function_result(p.oid) AS returns,
       p.prolang AS "language@pg_language",
       p.prosrc AS body,                                                                           --[..139999]
       CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END AS body,                                   --[140000..]
       CASE WHEN p.prosqlbody IS NOT NULL                                                          --[140000..]
            THEN pg_catalog.pg_get_function_sqlbody(p.oid) END AS definition,                      --[140000..]
       p.probin AS object_file,
       CASE p.prokind WHEN 'w' THEN 'yes' END AS "window",
       CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END AS volatility,
       CASE WHEN p.proisstrict THEN 'yes' END AS strict,
       CASE WHEN p.prosecdef THEN 'definer' END AS security,
       CASE WHEN p.proleakproof THEN 'yes' END AS leakproof,
       CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END AS parallel,
       CASE WHEN p.procost NOT IN (0, CASE WHEN p.prolang IN (12, 13) THEN 1 ELSE 100 END) THEN p.procost END AS cost,
       CASE WHEN p.proretset AND p.prorows NOT IN (0, 1000) THEN p.prorows END AS "rows",
       CASE WHEN p.prosupport <> 0 THEN p.prosupport END AS support,
       p.proconfig AS "configuration[]",
       CASE WHEN p.protrftypes IS NOT NULL
            THEN ARRAY(SELECT pg_catalog.format_type(t.id, NULL)
                         FROM pg_catalog.unnest(p.protrftypes) WITH ORDINALITY AS t (id, place)
                        ORDER BY t.place) END AS "transforms[]"
  FROM pg_catalog.pg_proc p
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind IN ('f', 'w')
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_proc'::regclass)
   AND NOT (p.prolang = 12
            AND EXISTS (SELECT FROM pg_catalog.pg_depend d
                         WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'))
