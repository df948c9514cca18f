-- Extended properties: MS_Description is the comment, of a parameter too; the others are `properties`, but for what
-- designers keep in them for themselves. Serves SQL Server 2016 and later.
-- @attach
-- @plain_lines
SELECT q."of", q.of_id, q.of_sub_id,
       CASE WHEN q.name = 'MS_Description' AND q.parameter IS NULL THEN q.value END AS comment,
       CASE WHEN q.name <> 'MS_Description' OR q.parameter IS NOT NULL
            THEN CONCAT(CASE WHEN q.parameter IS NULL THEN '' ELSE CONCAT(q.parameter, ' ') END, q.name, '=',
                        q.value COLLATE DATABASE_DEFAULT) END AS "properties{}"
  FROM (SELECT CASE e.class WHEN 0 THEN 'database' WHEN 3 THEN 'schema' WHEN 4 THEN 'principal' WHEN 6 THEN 'type'
                            WHEN 7 THEN 'index' WHEN 10 THEN 'xml_collection' WHEN 20 THEN 'data_space'
                            WHEN 21 THEN 'partition_function' ELSE 'object' END AS "of",
               CASE e.class WHEN 0 THEN CAST(1 AS bigint)
                            WHEN 7 THEN CAST(e.major_id AS bigint) * 1000000 + e.minor_id
                            ELSE CAST(e.major_id AS bigint) END AS of_id,
               CASE e.class WHEN 1 THEN e.minor_id ELSE 0 END AS of_sub_id,
               e.name, CONVERT(nvarchar(4000), e.value) AS value, p.name AS parameter
          FROM sys.extended_properties e
          LEFT JOIN sys.parameters p ON e.class = 2 AND p.object_id = e.major_id AND p.parameter_id = e.minor_id
         WHERE e.class IN (0, 1, 2, 3, 4, 6, 7, 10, 20, 21)
           AND e.name NOT IN ('microsoft_database_tools_support',
                              'MS_DiagramPane1', 'MS_DiagramPane2', 'MS_DiagramPaneCount')
       ) AS q
