-- Conversions between encodings. Serves 12 to 18.
-- @kind conversion
-- @catalogue pg_conversion
SELECT c.oid AS id,
       n.nspname AS schema,
       c.conname AS name,
       c.conowner AS "owner@pg_roles",
       pg_catalog.pg_encoding_to_char(c.conforencoding) AS from_encoding,
       pg_catalog.pg_encoding_to_char(c.contoencoding) AS to_encoding,
       c.conproc AS function,
       CASE WHEN c.condefault THEN 'yes' END AS "default"
  FROM pg_catalog.pg_conversion c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
 WHERE c.oid >= 16384
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_conversion'::regclass)
