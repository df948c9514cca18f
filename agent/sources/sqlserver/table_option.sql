-- Options of tables, one a row. Serves SQL Server 2016 and later.
-- @attach
-- @part_of object
SELECT t.object_id AS of_id, CONCAT('text_in_row=', t.text_in_row_limit) AS "storage_parameters{}"
  FROM sys.tables t WHERE t.text_in_row_limit > 0
UNION ALL
SELECT t.object_id, 'large_value_types_out_of_row=on' FROM sys.tables t WHERE t.large_value_types_out_of_row = 1
UNION ALL
SELECT t.object_id, 'lock_on_bulk_load=on' FROM sys.tables t WHERE t.lock_on_bulk_load = 1
