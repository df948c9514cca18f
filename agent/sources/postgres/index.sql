-- Indexes that are not a constraint's, from raw columns: pg_get_indexdef() for all of them costs twenty times as much.
-- What is rare (expressions, operator classes, collations, sort orders) is in index_detail.sql. Serves 12 to 18.
-- @kind index
-- @catalogue pg_class
-- @part_of pg_class
SELECT i.indrelid AS part_of_id,
       c.oid AS id,
       c.relname AS name,
       c.relam AS "method@pg_am",
       CASE WHEN i.indexprs IS NULL THEN (i.indkey::int2[])[0:i.indnkeyatts - 1] END AS "columns@column",
       CASE WHEN i.indnatts > i.indnkeyatts
            THEN (i.indkey::int2[])[i.indnkeyatts:i.indnatts - 1] END AS "included@column",
       CASE WHEN i.indisunique THEN 'yes' END AS "unique",
       CASE WHEN i.indnullsnotdistinct THEN 'yes' END AS nulls_not_distinct,                       --[150000..]
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       CASE WHEN NOT i.indisvalid THEN 'no' END AS valid,
       CASE WHEN c.relispartition THEN h.inhparent END AS "partition_of@pg_class",
       NULLIF(c.reltablespace, 0) AS "tablespace@pg_tablespace",
       c.reloptions AS "storage_parameters{}"
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND c.relispartition
 WHERE i.indrelid >= 16384
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                    WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = i.indrelid)
