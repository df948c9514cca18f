-- Columns of tables. The pragma knows what SQLite made of them, the text knows collations and expressions.
-- Serves SQLite 3.37 and later.
-- @kind column
WITH declared AS MATERIALIZED (
    SELECT t.name AS table_name, d.ordinal, d.collation, d.on_conflict, d.expression
      FROM main.sqlite_master t
      JOIN temp.driftline_ddl(t.sql) d ON d.item = 'column'
     WHERE t.type = 'table' AND t.rootpage > 0)
SELECT driftline_path(t.name) AS part_of,
       c.name AS name,
       NULLIF(driftline_text(c.type), '') AS type,
       CASE c."notnull" WHEN 0 THEN 'yes' ELSE 'no' END AS nullable,
       driftline_text(c.dflt_value) AS "default",
       CASE WHEN c.hidden IN (2, 3) THEN d.expression END AS generated,
       CASE c.hidden WHEN 2 THEN 'yes' END AS virtual,
       d.collation AS collation,
       d.on_conflict AS not_null_on_conflict
  FROM main.sqlite_master t
 CROSS JOIN temp.pragma_table_xinfo(t.name, 'main') c
  LEFT JOIN declared d ON d.table_name = t.name AND d.ordinal = c.cid
 WHERE t.type = 'table' AND t.rootpage > 0
   AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
