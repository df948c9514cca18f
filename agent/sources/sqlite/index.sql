-- Indexes that somebody created; those that SQLite makes for a key have no text and are left out. A collation is said
-- where it is not the column's own. Serves SQLite 3.37 and later.
-- @kind index
WITH target AS MATERIALIZED (
    SELECT t.name COLLATE NOCASE AS name FROM main.sqlite_master t WHERE t.type = 'table'),
collated AS MATERIALIZED (
    SELECT t.name COLLATE NOCASE AS table_name, d.ordinal, d.collation
      FROM main.sqlite_master t
      JOIN temp.driftline_ddl(t.sql) d ON d.item = 'column' AND d.collation IS NOT NULL
     WHERE t.type = 'table' AND t.rootpage > 0)
SELECT driftline_path(t.name) AS part_of,
       i.name AS name,
       (SELECT driftline_list(x.seqno,
                   CASE x.cid WHEN -2 THEN d.expression ELSE coalesce(x.name, 'rowid') END
                   || CASE WHEN x.cid <> -2 AND upper(x.coll) <> coalesce(c.collation, 'BINARY')
                           THEN ' COLLATE ' || upper(x.coll) ELSE '' END
                   || CASE x."desc" WHEN 1 THEN ' DESC' ELSE '' END)
          FROM temp.pragma_index_xinfo(i.name, 'main') x
          LEFT JOIN temp.driftline_ddl(i.sql) d ON d.item = 'index_column' AND d.ordinal = x.seqno
          LEFT JOIN collated c ON c.table_name = t.name AND c.ordinal = x.cid
         WHERE x."key" = 1) AS "columns[]",
       (SELECT 'yes' FROM temp.driftline_ddl(i.sql) d WHERE d.item = 'option' AND d.name = 'unique') AS "unique",
       (SELECT d.expression FROM temp.driftline_ddl(i.sql) d WHERE d.item = 'predicate') AS predicate
  FROM main.sqlite_master i
  JOIN target t ON t.name = i.tbl_name
 WHERE i.type = 'index' AND i.sql IS NOT NULL
