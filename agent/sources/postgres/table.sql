-- Tables, foreign tables, views, materialized views and composite types: what pg_class says of them, and what belongs
-- to one kind only. Serves 12 to 18.
-- An extension owns the type of a composite type, of the others the relation.
-- @kind table
-- @catalogue pg_class
-- @alias pg_type
SELECT CASE c.relkind WHEN 'f' THEN 'foreign_table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
                       WHEN 'c' THEN 'composite_type' ELSE 'table' END AS kind,
       n.nspname AS schema,
       c.relname AS name,
       c.oid AS id,
       c.reltype AS alias_id,
       c.relowner AS "owner@pg_roles",
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       CASE WHEN c.relrowsecurity THEN 'enabled' END AS row_security,
       CASE WHEN c.relforcerowsecurity THEN 'yes' END AS force_row_security,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       NULLIF(c.reloftype, 0) AS "of_type@pg_type",
       CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' END AS replica_identity,
       NULLIF(c.reltablespace, 0) AS "tablespace@pg_tablespace",
       CASE WHEN c.relkind IN ('r', 'm') AND c.relam <> 2
              OR c.relkind = 'p' AND c.relam <> 0 THEN c.relam END AS "access_method@pg_am",
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       CASE WHEN c.relkind <> 'v' AND c.reloptions IS NOT NULL THEN c.reloptions END AS "storage_parameters{}",
       CASE WHEN c.relkind = 'v' THEN c.reloptions END AS "options{}"
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
   AND c.relpersistence <> 't'
   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND c.oid NOT IN (SELECT d.objid FROM pg_catalog.pg_depend d
                      WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
                        AND d.classid = 'pg_catalog.pg_class'::regclass)
   AND (c.relkind <> 'c'
        OR c.reltype NOT IN (SELECT d.objid FROM pg_catalog.pg_depend d
                              WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'
                                AND d.classid = 'pg_catalog.pg_type'::regclass))
