-- The columns of full-text indexes and the languages of their words. Serves SQL Server 2016 and later.
-- @attach
-- @part_of fulltext_index
SELECT f.object_id AS of_id,
       c.name AS "columns[]",
       CONCAT(c.name, ': ', f.language_id, CASE f.statistical_semantics WHEN 1 THEN ' with semantics' ELSE '' END)
         AS "languages{}"
  FROM sys.fulltext_index_columns f
  JOIN sys.columns c ON c.object_id = f.object_id AND c.column_id = f.column_id
 ORDER BY f.object_id, c.name
