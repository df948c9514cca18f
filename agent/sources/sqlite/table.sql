-- Tables and virtual tables; what belongs to SQLite or to a virtual table is left out. Serves SQLite 3.37 and later.
-- The columns of virtual tables are not read: that would run the module on what the file holds. sqlite_master is the
-- one name of the schema table that a file cannot give to anything else, and only the prefix temp. makes sure that a
-- table function is meant, not a table of that name.
-- @kind table
WITH shadow(name) AS MATERIALIZED (
    SELECT lower(v.name || '_' || s.column2)
      FROM main.sqlite_master v
      JOIN temp.driftline_ddl(v.sql) d ON d.item = 'module'
      JOIN (VALUES ('fts3', 'content'), ('fts3', 'segments'), ('fts3', 'segdir'), ('fts3', 'docsize'), ('fts3', 'stat'),
                   ('fts4', 'content'), ('fts4', 'segments'), ('fts4', 'segdir'), ('fts4', 'docsize'), ('fts4', 'stat'),
                   ('fts5', 'data'), ('fts5', 'idx'), ('fts5', 'content'), ('fts5', 'docsize'), ('fts5', 'config'),
                   ('rtree', 'node'), ('rtree', 'rowid'), ('rtree', 'parent'),
                   ('rtree_i32', 'node'), ('rtree_i32', 'rowid'), ('rtree_i32', 'parent'),
                   ('geopoly', 'node'), ('geopoly', 'rowid'), ('geopoly', 'parent')) s
        ON s.column1 = lower(d.name)
     WHERE v.type = 'table' AND v.rootpage = 0)
SELECT 'main' AS schema,
       t.name AS name,
       max(CASE WHEN d.item = 'option' AND d.name = 'strict' THEN 'yes' END) AS strict,
       max(CASE WHEN d.item = 'option' AND d.name = 'without_rowid' THEN 'yes' END) AS without_rowid,
       max(CASE WHEN d.item = 'option' AND d.name = 'autoincrement' THEN 'yes' END) AS "autoincrement",
       max(CASE WHEN d.item = 'module' THEN lower(d.name) END) AS module,
       driftline_list(d.ordinal, CASE WHEN d.item = 'argument' THEN d.expression END) AS "arguments[]",
       driftline_list(d.ordinal, CASE WHEN d.item = 'column' THEN d.name END) AS "column_order[]",
       driftline_list(d.ordinal, CASE WHEN d.item = 'unparsed' THEN d.expression END) AS "unparsed[]"
  FROM main.sqlite_master t
  LEFT JOIN temp.driftline_ddl(t.sql) d
 WHERE t.type = 'table'
   AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
   AND lower(t.name) NOT IN (SELECT name FROM shadow)
 GROUP BY t.rowid
