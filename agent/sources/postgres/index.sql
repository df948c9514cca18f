-- Indexes that are not a constraint's, from raw columns: pg_get_indexdef() for all of them costs twenty times as much.
-- What few indexes have is in index_expression.sql, index_rare.sql and index_storage.sql. Serves 12 to 18.
-- An operator class shows where it may have been chosen by hand: one that is not its type's default, or whose type
-- also takes values that have another default (bpchar_ops on text). The others are `ordinary`; nearly all indexes have
-- only `common` ones, which a short list settles.
-- @kind index
-- @catalogue pg_class
-- @part_of pg_class
WITH ordinary AS MATERIALIZED (
  SELECT pg_catalog.array_agg(o.oid) AS classes,
         pg_catalog.array_agg(o.oid) FILTER (WHERE o.opcmethod = 403
                                               AND o.opcname IN ('int8_ops', 'int4_ops', 'text_ops', 'uuid_ops',
                                                                 'timestamptz_ops', 'date_ops')) AS common
    FROM pg_catalog.pg_opclass o
   WHERE o.opcdefault
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast c
                       JOIN pg_catalog.pg_opclass s
                         ON s.opcintype = c.castsource AND s.opcdefault AND s.opcmethod = o.opcmethod
                      WHERE c.casttarget = o.opcintype AND c.castmethod = 'b' AND c.castcontext = 'i'))
SELECT i.indrelid AS part_of_id,
       c.oid AS id,
       c.relname AS name,
       c.relam AS "method@pg_am",
       CASE WHEN i.indexprs IS NOT NULL THEN NULL
            WHEN i.indnatts = i.indnkeyatts THEN i.indkey::text
            ELSE (i.indkey::int2[])[0:i.indnkeyatts - 1]::text END AS "columns@column",
       CASE WHEN NOT i.indclass::oid[] <@ (SELECT common FROM ordinary)
             AND NOT i.indclass::oid[] <@ (SELECT classes FROM ordinary)
            THEN ARRAY(SELECT CASE WHEN k.class = ANY ((SELECT classes FROM ordinary)::oid[]) THEN 0 ELSE k.class END
                         FROM pg_catalog.unnest(i.indclass::oid[]) WITH ORDINALITY AS k(class, position)
                        ORDER BY k.position) END AS "operator_classes[]@pg_opclass",
       CASE WHEN NOT i.indcollation::oid[] <@ '{0,100}'::oid[]
            THEN i.indcollation END AS "collations[]@pg_collation",
       CASE WHEN NOT i.indoption::int2[] <@ '{0}'::int2[] THEN i.indoption END AS "order[]@index_order",
       CASE WHEN i.indisunique THEN 'yes' END AS "unique",
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       CASE WHEN c.relispartition THEN h.inhparent END AS "partition_of@pg_class"
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid AND c.relispartition
 WHERE i.indrelid >= 16384
   AND i.indexrelid NOT IN (SELECT k.conindid FROM pg_catalog.pg_constraint k WHERE k.contype IN ('p', 'u', 'x'))
