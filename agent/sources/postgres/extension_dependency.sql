-- Objects that were declared to depend on an extension (ALTER … DEPENDS ON EXTENSION), and go when it goes.
-- Serves 12 to 18.
-- @attach
SELECT d.classid::regclass AS of,
       d.objid AS of_id,
       d.objsubid AS of_sub_id,
       pg_catalog.quote_ident(e.extname) AS "depends_on_extensions{}"
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
 WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'x'
