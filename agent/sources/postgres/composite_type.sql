-- Stand-alone composite types. The server keeps one as a relation, to which the columns belong, and
-- as a type, to which comments, grants and owner belong. The columns come from column.sql. Serves 12 to 18.
-- @kind composite_type
-- @catalogue pg_class
-- @alias pg_type
SELECT c.oid AS id,
       c.reltype AS alias_id,
       n.nspname AS schema,
       c.relname AS name,
       c.relowner AS "owner@pg_roles"
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'c'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.reltype NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                          WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                            AND e.classid = 'pg_catalog.pg_type'::regclass)
