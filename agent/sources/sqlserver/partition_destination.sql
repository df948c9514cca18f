-- The filegroups of partition schemes, in the order of the partitions. Serves SQL Server 2016 and later.
-- @attach
-- @part_of data_space
SELECT e.partition_scheme_id AS of_id,
       d.name AS "filegroups[]"
  FROM sys.destination_data_spaces e
  JOIN sys.data_spaces d ON d.data_space_id = e.data_space_id
 ORDER BY e.partition_scheme_id, e.destination_id
