-- Names of collations that collation.sql leaves out: the server's own, and those of extensions. Serves 12 to 18.
-- @dictionary pg_collation
SELECT c.oid AS id,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.collname) AS text
  FROM pg_catalog.pg_collation c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 WHERE n.nspname = 'pg_catalog'
    OR c.oid IN (SELECT e.objid FROM pg_catalog.pg_depend e
                  WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                    AND e.classid = 'pg_catalog.pg_collation'::regclass)
