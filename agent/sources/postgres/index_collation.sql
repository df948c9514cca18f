-- Collations of index keys, for indexes that have another than the database's default among them. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT i.indexrelid AS of_id,
       CASE WHEN k.collation_id IN (0, 100) THEN ''
            ELSE pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname) END AS "collations[]"
  FROM pg_catalog.pg_index i
 CROSS JOIN LATERAL unnest(i.indcollation::oid[]) WITH ORDINALITY AS k(collation_id, position)
  LEFT JOIN pg_catalog.pg_collation l ON l.oid = k.collation_id
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
 WHERE NOT i.indcollation::oid[] <@ '{0,100}'::oid[] AND NOT i.indisexclusion AND i.indrelid >= 16384
 ORDER BY i.indexrelid, k.position
