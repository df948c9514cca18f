-- Names of access methods that access_method.sql leaves out. Serves 12 to 18.
-- @dictionary pg_am
SELECT a.oid AS id,
       pg_catalog.quote_ident(a.amname) AS text
  FROM pg_catalog.pg_am a
 WHERE a.oid < 16384
    OR a.oid IN (SELECT e.objid FROM pg_catalog.pg_depend e
                  WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                    AND e.classid = 'pg_catalog.pg_am'::regclass)
