-- Extended statistics: what is to be collected, never what was. Serves 12 to 18.
-- All three kinds, which is the default, or none, which is the rule for a single expression, are left out.
-- @kind statistics
-- @catalogue pg_statistic_ext
SELECT s.oid AS id,
       n.nspname AS schema,
       s.stxname AS name,
       s.stxowner AS "owner@pg_roles",
       s.stxrelid::regclass AS "table",
       NULLIF(ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                     WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)
                     ORDER BY a.attnum), '{}') AS "columns[]",
       CASE WHEN s.stxexprs IS NOT NULL                                                            --[140000..]
            THEN pg_catalog.pg_get_statisticsobjdef_expressions(s.oid) END AS "expressions[]",     --[140000..]
       NULLIF(s.stxstattarget, -1) AS statistics_target,                                           --[130000..]
       CASE WHEN NOT s.stxkind @> '{d,f,m}' AND s.stxkind && '{d,f,m}'
            THEN pg_catalog.array_remove(ARRAY[CASE WHEN 'd' = ANY (s.stxkind) THEN 'ndistinct' END,
                                               CASE WHEN 'f' = ANY (s.stxkind) THEN 'dependencies' END,
                                               CASE WHEN 'm' = ANY (s.stxkind) THEN 'mcv' END], NULL) END AS "kinds{}"
  FROM pg_catalog.pg_statistic_ext s
  JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND s.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_statistic_ext'::regclass)
