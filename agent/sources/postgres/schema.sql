-- Schemas of users; pg_catalog, information_schema, and temporary and toast schemas are the server's.
-- Serves 12 to 18.
-- @kind schema
-- @catalogue pg_namespace
SELECT n.oid AS id,
       n.nspname AS name,
       n.nspowner AS "owner@pg_roles"
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND n.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_namespace'::regclass)
