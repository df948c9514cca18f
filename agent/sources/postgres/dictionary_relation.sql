-- Names of tables, views and sequences that belong to an extension: other objects may refer to them. Serves 12 to 18.
-- @dictionary pg_class
SELECT e.objid AS id,
       e.objid::regclass AS text
  FROM pg_catalog.pg_depend e
 WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
   AND e.classid = 'pg_catalog.pg_class'::regclass
