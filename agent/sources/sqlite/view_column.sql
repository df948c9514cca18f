-- Columns of the views that can be resolved. Serves SQLite 3.37 and later.
-- @kind column
SELECT driftline_path(v.name) AS part_of,
       c.name AS name,
       NULLIF(driftline_text(c.type), '') AS type
  FROM main.sqlite_master v
 CROSS JOIN temp.pragma_table_xinfo(CASE WHEN driftline_resolves(v.name) THEN v.name END, 'main') c
 WHERE v.type = 'view'
