-- Names of roles, which are no objects of a database. Serves 12 to 18.
-- @dictionary pg_roles
SELECT r.oid AS id,
       r.rolname AS text
  FROM pg_catalog.pg_roles r
