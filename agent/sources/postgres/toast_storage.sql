-- Storage parameters of a table's TOAST table, as ALTER TABLE names them. Serves 12 to 18.
-- @attach
-- @part_of pg_class
SELECT c.oid AS of_id,
       'toast.' || o.option AS "storage_parameters{}"
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_class c ON c.reltoastrelid = t.oid
 CROSS JOIN LATERAL unnest(t.reloptions) AS o(option)
 WHERE t.relkind = 't' AND t.reloptions IS NOT NULL AND c.oid >= 16384
