-- Names of languages that language.sql leaves out. Serves 12 to 18.
-- @dictionary pg_language
SELECT l.oid AS id,
       pg_catalog.quote_ident(l.lanname) AS text
  FROM pg_catalog.pg_language l
 WHERE l.oid < 16384
    OR l.oid IN (SELECT e.objid FROM pg_catalog.pg_depend e
                  WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                    AND e.classid = 'pg_catalog.pg_language'::regclass)
