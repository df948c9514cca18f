-- Sort orders of indexes that have an unusual one among their keys. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT i.indexrelid AS of_id,
       CASE k.option WHEN 0 THEN 'asc' WHEN 1 THEN 'desc nulls last' WHEN 2 THEN 'asc nulls first'
                     ELSE 'desc' END AS "order[]"
  FROM pg_catalog.pg_index i
 CROSS JOIN LATERAL unnest(i.indoption::int2[]) WITH ORDINALITY AS k(option, position)
 WHERE NOT i.indoption::int2[] <@ '{0}'::int2[] AND NOT i.indisexclusion AND i.indrelid >= 16384
 ORDER BY i.indexrelid, k.position
