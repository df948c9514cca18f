-- Which index a table is clustered on, and which identifies its rows for replication. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT i.indrelid AS of_id,
       CASE WHEN i.indisclustered THEN i.indexrelid END AS "clustered_on@pg_class",
       CASE WHEN i.indisreplident THEN i.indexrelid END AS "replica_identity_index@pg_class"
  FROM pg_catalog.pg_index i
 WHERE (i.indisclustered OR i.indisreplident) AND i.indrelid >= 16384
