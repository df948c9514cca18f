-- The parents of a table, in their order. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT h.inhrelid AS of_id,
       pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.relname) AS "inherits[]"
  FROM pg_catalog.pg_inherits h
  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'f') AND NOT c.relispartition
  JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
  JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
 ORDER BY h.inhrelid, h.inhseqno
