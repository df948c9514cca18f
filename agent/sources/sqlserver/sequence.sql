-- Sequences and what they were told to do, never how far they have counted. Limits that are the type's own are left
-- out. Serves SQL Server 2016 and later.
-- @kind sequence
-- @catalogue object
SELECT q.object_id AS id,
       s.name AS "schema",
       q.name AS name,
       q.principal_id AS "owner@principal",
       CASE WHEN y.is_user_defined = 1 THEN CONCAT(ys.name, '.', y.name)
            WHEN y.name IN ('decimal', 'numeric') THEN CONCAT(y.name, '(', q.precision, ',', q.scale, ')')
            ELSE y.name END AS type,
       CAST(q.start_value AS decimal(38, 0)) AS start,
       CAST(q.increment AS decimal(38, 0)) AS increment,
       CASE WHEN b.name = 'tinyint' AND CAST(q.minimum_value AS decimal(38, 0)) = 0 THEN NULL
            WHEN b.name = 'smallint' AND CAST(q.minimum_value AS decimal(38, 0)) = -32768 THEN NULL
            WHEN b.name = 'int' AND CAST(q.minimum_value AS decimal(38, 0)) = -2147483648 THEN NULL
            WHEN b.name = 'bigint' AND CAST(q.minimum_value AS decimal(38, 0)) = -9223372036854775808 THEN NULL
            ELSE CAST(q.minimum_value AS decimal(38, 0)) END AS minimum,
       CASE WHEN b.name = 'tinyint' AND CAST(q.maximum_value AS decimal(38, 0)) = 255 THEN NULL
            WHEN b.name = 'smallint' AND CAST(q.maximum_value AS decimal(38, 0)) = 32767 THEN NULL
            WHEN b.name = 'int' AND CAST(q.maximum_value AS decimal(38, 0)) = 2147483647 THEN NULL
            WHEN b.name = 'bigint' AND CAST(q.maximum_value AS decimal(38, 0)) = 9223372036854775807 THEN NULL
            ELSE CAST(q.maximum_value AS decimal(38, 0)) END AS maximum,
       CASE q.is_cycling WHEN 1 THEN 'yes' END AS cycle,
       CASE q.is_cached WHEN 0 THEN 'no' ELSE CAST(q.cache_size AS varchar(12)) END AS cache
  FROM sys.sequences q
  JOIN sys.schemas s ON s.schema_id = q.schema_id
  JOIN sys.types y ON y.user_type_id = q.user_type_id
  JOIN sys.schemas ys ON ys.schema_id = y.schema_id
  JOIN sys.types b ON b.user_type_id = q.system_type_id
 WHERE q.is_ms_shipped = 0
