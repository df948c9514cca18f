-- Keys and checks, from the text alone. A foreign key that names no columns refers to the primary key;
-- to a view or virtual table it can refer, too, though never with success.
-- Serves SQLite 3.37 and later.
-- @kind check
WITH target AS MATERIALIZED (
    SELECT r.name COLLATE NOCASE AS name, CASE WHEN r.rootpage > 0 THEN r.name END AS readable
      FROM main.sqlite_master r
     WHERE r.type IN ('table', 'view'))
SELECT d.item AS kind,
       driftline_path(t.name) AS part_of,
       d.name AS name,
       d.columns AS "columns[]",
       driftline_path(coalesce(r.name, d.referenced_table)) AS "references",
       CASE WHEN d.item = 'foreign_key'
            THEN coalesce(d.referenced_columns,
                          (SELECT driftline_list(c.pk, c.name)
                             FROM temp.pragma_table_xinfo(r.readable, 'main') c WHERE c.pk > 0))
       END AS "referenced_columns[]",
       d.on_update AS on_update,
       d.on_delete AS on_delete,
       d.match_type AS "match",
       CASE d.deferred WHEN 'yes' THEN 'initially deferred' END AS "deferrable",
       d.expression AS expression,
       d.on_conflict AS on_conflict
  FROM main.sqlite_master t
 CROSS JOIN temp.driftline_ddl(t.sql) d
  LEFT JOIN target r ON r.name = d.referenced_table
 WHERE t.type = 'table' AND t.rootpage > 0
   AND d.item IN ('primary_key', 'unique', 'foreign_key', 'check')
