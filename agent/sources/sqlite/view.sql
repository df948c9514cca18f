-- Views. A view that refers to what is not there, to a virtual table, or to a function that only the application has, is
-- `unresolved`: its columns are not known. Serves SQLite 3.37 and later.
-- @kind view
SELECT 'main' AS schema,
       v.name AS name,
       (SELECT d.expression FROM temp.driftline_ddl(v.sql) d WHERE d.item IN ('body', 'unparsed')) AS definition,
       CASE WHEN NOT driftline_resolves(v.name) THEN 'yes' END AS unresolved,
       (SELECT driftline_list(c.cid, c.name)
          FROM temp.pragma_table_xinfo(CASE WHEN driftline_resolves(v.name) THEN v.name END, 'main') c)
         AS "column_order[]"
  FROM main.sqlite_master v
 WHERE v.type = 'view'
