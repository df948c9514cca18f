-- Names of filegroups. Serves SQL Server 2016 and later.
-- @dictionary data_space
SELECT d.data_space_id AS id,
       d.name AS text
  FROM sys.data_spaces d
