-- Enumerated types with their labels in order. Serves 12 to 18.
-- @kind enum
-- @catalogue pg_type
SELECT t.oid AS id,
       n.nspname AS schema,
       t.typname AS name,
       t.typowner AS "owner@pg_roles",
       coalesce(e.labels, '{}') AS "labels[]"
  FROM pg_catalog.pg_type t
  JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN (SELECT enumtypid, pg_catalog.array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
               FROM pg_catalog.pg_enum
              GROUP BY enumtypid) e ON e.enumtypid = t.oid
 WHERE t.typtype = 'e'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND t.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_type'::regclass)
