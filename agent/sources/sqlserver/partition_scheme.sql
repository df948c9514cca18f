-- Partition schemes; their filegroups are in partition_destination.sql. Serves SQL Server 2016 and later.
-- @kind partition_scheme
-- @catalogue data_space
SELECT p.data_space_id AS id,
       p.name AS name,
       p.function_id AS "function@partition_function"
  FROM sys.partition_schemes p
 WHERE p.is_system = 0
