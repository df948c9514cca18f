-- Extensions. What is inside one is no object of the snapshot, else every new version of it would be a drift of a
-- hundred objects. Serves 12 to 18.
-- @kind extension
-- @catalogue pg_extension
SELECT e.oid AS id,
       e.extname AS name,
       e.extversion AS version,
       pg_catalog.quote_ident(n.nspname) AS installed_in
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
