-- The table of which a table is a partition. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT h.inhrelid AS of_id,
       h.inhparent AS "partition_of@pg_class"
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f') AND c.relispartition
