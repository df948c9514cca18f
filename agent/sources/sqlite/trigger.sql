-- Triggers of tables and views. Serves SQLite 3.37 and later.
-- @kind trigger
WITH target AS MATERIALIZED (
    SELECT t.name COLLATE NOCASE AS name FROM main.sqlite_master t WHERE t.type IN ('table', 'view'))
SELECT driftline_path(t.name) AS part_of,
       r.name AS name,
       (SELECT d.expression FROM temp.driftline_ddl(r.sql) d WHERE d.item IN ('body', 'unparsed')) AS definition
  FROM main.sqlite_master r
  JOIN target t ON t.name = r.tbl_name
 WHERE r.type = 'trigger'
