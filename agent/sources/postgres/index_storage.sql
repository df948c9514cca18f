-- How and where indexes are kept, those behind keys among them; a row an option. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT c.oid AS of_id,
       CASE WHEN coalesce(o.position, 1) = 1 THEN NULLIF(c.reltablespace, 0) END AS "tablespace@pg_tablespace",
       o.option AS "storage_parameters{}"
  FROM pg_catalog.pg_class c
  LEFT JOIN LATERAL unnest(c.reloptions) WITH ORDINALITY AS o(option, position) ON true
 WHERE c.relkind IN ('i', 'I') AND (c.reloptions IS NOT NULL OR c.reltablespace <> 0) AND c.oid >= 16384
