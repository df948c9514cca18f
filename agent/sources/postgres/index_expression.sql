-- The keys of indexes that have an expression among them, in order. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT i.indexrelid AS of_id,
       coalesce(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, k.position::int, false)) AS "columns[]"
  FROM pg_catalog.pg_index i
 CROSS JOIN LATERAL unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(attnum, position)
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0
 WHERE i.indexprs IS NOT NULL AND NOT i.indisexclusion AND i.indrelid >= 16384
 ORDER BY i.indexrelid, k.position
