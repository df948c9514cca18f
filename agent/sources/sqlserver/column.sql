-- Columns of tables, views and table types. A collation is said where it is not the database's; the name of a default
-- where somebody gave it one. Hidden columns of graph tables, whose names the server makes up, are called by what they
-- are. Serves SQL Server 2016 and later.
-- @kind column
-- @part_of object
-- @plain_lines
SELECT c.object_id AS part_of_id,
       c.column_id AS id,
       c.name AS name,                                                                            --[..139999]
       CASE WHEN c.graph_type IS NOT NULL                                                         --[140000..]
            THEN CONCAT('$', LOWER(c.graph_type_desc) COLLATE DATABASE_DEFAULT)                   --[140000..]
            ELSE c.name COLLATE DATABASE_DEFAULT END AS name,                                     --[140000..]
       CASE WHEN y.is_user_defined = 1 THEN CONCAT(ys.name, '.', y.name)
            WHEN y.name IN ('nvarchar', 'nchar')
            THEN CONCAT(y.name, '(', CASE c.max_length WHEN -1 THEN 'max'
                                          ELSE CAST(c.max_length / 2 AS varchar(10)) END, ')')
            WHEN y.name IN ('varchar', 'char', 'varbinary', 'binary')
            THEN CONCAT(y.name, '(', CASE c.max_length WHEN -1 THEN 'max'
                                          ELSE CAST(c.max_length AS varchar(10)) END, ')')
            WHEN y.name IN ('decimal', 'numeric') THEN CONCAT(y.name, '(', c.precision, ',', c.scale, ')')
            WHEN y.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT(y.name, '(', c.scale, ')')
            ELSE y.name END AS type,
       CASE c.is_nullable WHEN 1 THEN 'yes' ELSE 'no' END AS nullable,
       d.definition AS "default",
       CASE d.is_system_named WHEN 0 THEN d.name END AS default_name,
       CASE WHEN d.object_id IS NULL AND c.default_object_id <> 0
            THEN c.default_object_id END AS "bound_default@object",
       CASE WHEN c.rule_object_id <> 0 THEN c.rule_object_id END AS "bound_rule@object",
       k.definition AS generated,
       CASE k.is_persisted WHEN 0 THEN 'yes' END AS virtual,
       CASE WHEN i.column_id IS NOT NULL
            THEN CONCAT('identity(', CAST(i.seed_value AS decimal(38, 0)), ',',
                        CAST(i.increment_value AS decimal(38, 0)), ')') END AS "identity",
       CASE i.is_not_for_replication WHEN 1 THEN 'yes' END AS not_for_replication,
       CASE WHEN c.collation_name COLLATE DATABASE_DEFAULT
                 <> CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation'))
            THEN c.collation_name END AS collation,
       CASE c.is_sparse WHEN 1 THEN 'yes' END AS sparse,
       CASE c.is_column_set WHEN 1 THEN 'yes' END AS column_set,
       CASE c.is_rowguidcol WHEN 1 THEN 'yes' END AS "rowguidcol",
       CASE c.is_filestream WHEN 1 THEN 'yes' END AS "filestream",
       CASE c.is_hidden WHEN 1 THEN 'yes' END AS hidden,
       CASE c.generated_always_type WHEN 1 THEN 'row start' WHEN 2 THEN 'row end'
                                    WHEN 5 THEN 'transaction id start' WHEN 6 THEN 'transaction id end'
                                    WHEN 7 THEN 'transaction id start' WHEN 8 THEN 'transaction id end'
                                    WHEN 9 THEN 'sequence number start' WHEN 10 THEN 'sequence number end'
                                    END AS generated_always,
       x.masking_function AS masked,
       CASE c.encryption_type WHEN 1 THEN 'deterministic' WHEN 2 THEN 'randomized' END AS encryption,
       e.name AS encryption_key,
       CASE WHEN c.xml_collection_id <> 0 THEN c.xml_collection_id END AS "xml_schema_collection@xml_collection",
       CASE c.is_xml_document WHEN 1 THEN 'yes' END AS xml_document,
       CASE c.is_ansi_padded WHEN 0 THEN CASE WHEN y.name IN ('char', 'varchar', 'binary', 'varbinary') THEN 'no' END
                             END AS ansi_padding
  FROM sys.columns c
  JOIN sys.objects o ON o.object_id = c.object_id AND o.type IN ('U', 'V', 'TT', 'ET')
  JOIN sys.types y ON y.user_type_id = c.user_type_id
  JOIN sys.schemas ys ON ys.schema_id = y.schema_id
  LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
  LEFT JOIN sys.computed_columns k ON k.object_id = c.object_id AND k.column_id = c.column_id
  LEFT JOIN sys.identity_columns i ON i.object_id = c.object_id AND i.column_id = c.column_id
  LEFT JOIN sys.masked_columns x ON x.object_id = c.object_id AND x.column_id = c.column_id AND x.is_masked = 1
  LEFT JOIN sys.column_encryption_keys e ON e.column_encryption_key_id = c.column_encryption_key_id
