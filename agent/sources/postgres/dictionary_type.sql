-- Names of composite types that belong to an extension: a table may be made of one. Serves 12 to 18.
-- @dictionary pg_type
SELECT t.oid AS id,
       pg_catalog.format_type(t.oid, NULL) AS text
  FROM pg_catalog.pg_depend e
  JOIN pg_catalog.pg_type t ON t.oid = e.objid
 WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
   AND e.classid = 'pg_catalog.pg_type'::regclass
   AND t.typtype = 'c'
