-- Storage parameters of the index behind a key. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT k.conindid AS of_id,
       o.option AS "storage_parameters{}"
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conindid AND c.reloptions IS NOT NULL
 CROSS JOIN LATERAL unnest(c.reloptions) AS o(option)
 WHERE k.contype IN ('p', 'u', 'x') AND k.conrelid >= 16384
