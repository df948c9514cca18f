-- The sample schema as rows of the stand-in's catalogue: what SQL Server 2022 would have after sample_tsql.sql, with a few
-- things besides that no script can make anywhere (CLR routines need an assembly, full-text search a service).
\set ON_ERROR_STOP on
INSERT INTO public.setting VALUES
  ('DB_NAME', 'shop'), ('Collation', 'Latin1_General_CI_AS'), ('EngineEdition', '3'), ('ProductMajorVersion', '16'),
  ('ProductVersion', '16.0.4135.4'), ('ServerName', 'standin'), ('VIEW DEFINITION', '1');
INSERT INTO sys.databases VALUES
  ('master', 1, '2003-04-08', 160, 'Latin1_General_CI_AS', '00000000-0000-0000-0000-000000000000'),
  ('shop', 5, '2026-03-01 08:00', 160, 'Latin1_General_CI_AS', '7a9f3c52-0d4e-4b58-9a57-3a7b1c5d2e01');

-- ---------------------------------------------------------------- principals and schemas
INSERT INTO sys.database_principals (name, principal_id, type, type_desc, default_schema_name, owning_principal_id, is_fixed_role) VALUES
  ('public', 0, 'R', 'DATABASE_ROLE', NULL, 1, 0), ('dbo', 1, 'S', 'SQL_USER', 'dbo', NULL, 0),
  ('guest', 2, 'S', 'SQL_USER', 'guest', NULL, 0), ('INFORMATION_SCHEMA', 3, 'S', 'SQL_USER', NULL, NULL, 0),
  ('sys', 4, 'S', 'SQL_USER', NULL, NULL, 0), ('app_reader', 5, 'R', 'DATABASE_ROLE', NULL, 1, 0),
  ('app_writer', 6, 'R', 'DATABASE_ROLE', NULL, 1, 0), ('ana', 7, 'S', 'SQL_USER', 'dbo', NULL, 0),
  ('report', 8, 'S', 'SQL_USER', 'sales', NULL, 0), ('kiosk', 9, 'A', 'APPLICATION_ROLE', 'sales', NULL, 0),
  ('db_owner', 16384, 'R', 'DATABASE_ROLE', NULL, 1, 1), ('db_datareader', 16390, 'R', 'DATABASE_ROLE', NULL, 1, 1);
INSERT INTO sys.database_role_members VALUES (16384, 1), (5, 8), (6, 7);
INSERT INTO sys.schemas VALUES
  ('dbo', 1, 1), ('guest', 2, 2), ('INFORMATION_SCHEMA', 3, 3), ('sys', 4, 4), ('sales', 5, 7), ('driftline', 6, 1),
  ('db_owner', 16384, 16384), ('db_datareader', 16390, 16390);

-- ---------------------------------------------------------------- types
INSERT INTO sys.types (name, system_type_id, user_type_id, schema_id, max_length, precision, scale, collation_name, is_nullable, is_assembly_type,
                       default_object_id, rule_object_id) VALUES
  ('uniqueidentifier', 36, 36, 4, 16, 0, 0, NULL, 1, 0, 0, 0), ('date', 40, 40, 4, 3, 10, 0, NULL, 1, 0, 0, 0),
  ('time', 41, 41, 4, 5, 16, 7, NULL, 1, 0, 0, 0), ('datetime2', 42, 42, 4, 8, 27, 7, NULL, 1, 0, 0, 0),
  ('datetimeoffset', 43, 43, 4, 10, 34, 7, NULL, 1, 0, 0, 0), ('tinyint', 48, 48, 4, 1, 3, 0, NULL, 1, 0, 0, 0),
  ('smallint', 52, 52, 4, 2, 5, 0, NULL, 1, 0, 0, 0), ('int', 56, 56, 4, 4, 10, 0, NULL, 1, 0, 0, 0),
  ('smalldatetime', 58, 58, 4, 4, 16, 0, NULL, 1, 0, 0, 0), ('datetime', 61, 61, 4, 8, 23, 3, NULL, 1, 0, 0, 0),
  ('float', 62, 62, 4, 8, 53, 0, NULL, 1, 0, 0, 0), ('bit', 104, 104, 4, 1, 1, 0, NULL, 1, 0, 0, 0),
  ('decimal', 106, 106, 4, 17, 38, 38, NULL, 1, 0, 0, 0), ('numeric', 108, 108, 4, 17, 38, 38, NULL, 1, 0, 0, 0),
  ('bigint', 127, 127, 4, 8, 19, 0, NULL, 1, 0, 0, 0), ('varbinary', 165, 165, 4, 8000, 0, 0, NULL, 1, 0, 0, 0),
  ('varchar', 167, 167, 4, 8000, 0, 0, 'Latin1_General_CI_AS', 1, 0, 0, 0), ('char', 175, 175, 4, 8000, 0, 0, 'Latin1_General_CI_AS', 1, 0, 0, 0),
  ('timestamp', 189, 189, 4, 8, 0, 0, NULL, 0, 0, 0, 0), ('nvarchar', 231, 231, 4, 8000, 0, 0, 'Latin1_General_CI_AS', 1, 0, 0, 0),
  ('nchar', 239, 239, 4, 8000, 0, 0, 'Latin1_General_CI_AS', 1, 0, 0, 0), ('xml', 241, 241, 4, -1, 0, 0, NULL, 1, 0, 0, 0),
  ('sysname', 231, 256, 4, 256, 0, 0, 'Latin1_General_CI_AS', 0, 0, 0, 0), ('geography', 240, 130, 4, -1, 0, 0, NULL, 1, 1, 0, 0);
INSERT INTO sys.types (name, system_type_id, user_type_id, schema_id, max_length, precision, scale, collation_name, is_nullable, is_user_defined,
                       default_object_id, rule_object_id) VALUES
  ('phone', 231, 257, 1, 40, 0, 0, 'Latin1_General_CI_AS', 1, 1, 1901, 0);
INSERT INTO sys.table_types (name, system_type_id, user_type_id, schema_id, max_length, is_nullable, is_user_defined, is_table_type,
                             default_object_id, rule_object_id, type_table_object_id) VALUES
  ('line_list', 243, 258, 1, -1, 0, 1, 1, 0, 0, 1501);
INSERT INTO sys.assembly_types (name, system_type_id, user_type_id, schema_id, max_length, is_nullable, is_user_defined, is_assembly_type,
                                default_object_id, rule_object_id, assembly_id, assembly_class) VALUES
  ('point3', 240, 259, 1, 24, 1, 1, 1, 0, 0, 65536, 'Shop.Point3');
INSERT INTO sys.assemblies (name, principal_id, assembly_id, clr_name, permission_set, permission_set_desc, is_user_defined) VALUES
  ('shop_clr', 1, 65536, 'shop_clr, version=1.0.0.0', 1, 'SAFE_ACCESS', 1);
INSERT INTO sys.xml_schema_collections (xml_collection_id, schema_id, name) VALUES (1, 4, 'sys'), (65536, 1, 'product_doc');
INSERT INTO sys.xml_schema_namespaces VALUES (65536, 'urn:shop:product', 1);
INSERT INTO sys.xml_schema_components (xml_component_id, xml_collection_id, xml_namespace_id, is_qualified, name, symbol_space, symbol_space_desc,
                                       kind, kind_desc, derivation, derivation_desc, base_xml_component_id, scoping_xml_component_id) VALUES
  (1, 1, 1, 1, 'string', 'T', 'TYPE', 'P', 'PRIMITIVE_TYPE', 'R', 'RESTRICTION', NULL, NULL),
  (65536, 65536, 1, 1, 'product', 'E', 'ELEMENT', 'E', 'ELEMENT', 'N', 'NONE', 65537, NULL),
  (65537, 65536, 1, 1, 'product_type', 'T', 'TYPE', 'K', 'COMPLEX_TYPE', 'X', 'EXTENSION', NULL, NULL),
  (65538, 65536, 1, 0, 'weight', 'E', 'ELEMENT', 'E', 'ELEMENT', 'N', 'NONE', 1, 65537);
INSERT INTO sys.column_encryption_keys (name, column_encryption_key_id) VALUES ('shop_key', 1), ('new_key', 2);

-- ---------------------------------------------------------------- storage
INSERT INTO sys.filegroups (name, data_space_id, type, type_desc, is_default) VALUES
  ('PRIMARY', 1, 'FG', 'ROWS_FILEGROUP', 1), ('archive', 2, 'FG', 'ROWS_FILEGROUP', 0);
INSERT INTO sys.partition_functions (name, function_id, type, type_desc, fanout, boundary_value_on_right) VALUES
  ('by_year', 65536, 'R', 'RANGE', 3, 1);
INSERT INTO sys.partition_parameters VALUES (65536, 1, 61, 8, 23, 3, NULL, 61);
INSERT INTO sys.partition_range_values VALUES (65536, 1, 1, '2025-01-01 00:00:00'), (65536, 2, 1, '2026-01-01 00:00:00');
INSERT INTO sys.partition_schemes (name, data_space_id, type, type_desc, function_id) VALUES ('years', 65601, 'PS', 'PARTITION_SCHEME', 65536);
INSERT INTO sys.destination_data_spaces VALUES (65601, 1, 2), (65601, 2, 1), (65601, 3, 1);

-- ---------------------------------------------------------------- tables
INSERT INTO sys.tables (name, object_id, schema_id, parent_object_id, type, type_desc, uses_ansi_nulls, text_in_row_limit, temporal_type,
                        history_table_id, history_retention_period, history_retention_period_unit_desc, is_memory_optimized, durability, is_node,
                        is_edge, ledger_type) VALUES
  ('customers', 1001, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0),
  ('orders', 1002, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0),
  ('products', 1003, 5, 0, 'U', 'USER_TABLE', 1, 0, 2, 1004, 6, 'MONTH', 0, 0, 0, 0, 0),
  ('MSSQL_TemporalHistoryFor_1003', 1004, 5, 0, 'U', 'USER_TABLE', 1, 0, 1, NULL, NULL, NULL, 0, 0, 0, 0, 0),
  ('sessions', 1005, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 1, 1, 0, 0, 0),
  ('person', 1006, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 1, 0, 0),
  ('ledger_entries', 1008, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 3),
  ('places', 1009, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0),
  ('events', 1010, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0),
  ('ddl_log', 1020, 6, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0),
  ('sysdiagrams', 1021, 1, 0, 'U', 'USER_TABLE', 1, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0);
INSERT INTO sys.periods VALUES ('SYSTEM_TIME', 1, 'SYSTEM_TIME_PERIOD', 1003, 4, 5);
INSERT INTO sys.objects (name, object_id, schema_id, parent_object_id, type, type_desc, is_ms_shipped) VALUES
  ('TT_line_list_1501', 1501, 4, 0, 'TT', 'TYPE_TABLE', 1);

INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, collation_name, is_nullable,
                         is_ansi_padded, is_rowguidcol, xml_collection_id, default_object_id, rule_object_id, is_sparse, is_xml_document) VALUES
  (1001, 'email', 2, 231, 231, 240, 0, 0, 'Latin1_General_CI_AS', 0, 1, 0, 0, 0, 0, 0, 0),
  (1001, 'name', 3, 231, 231, 160, 0, 0, 'Latin1_General_BIN2', 0, 1, 0, 0, 0, 0, 0, 0),
  (1001, 'phone', 4, 231, 257, 40, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 1901, 0, 0, 0),
  (1001, 'notes', 5, 231, 231, -1, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 0, 1, 0),
  (1001, 'created', 6, 42, 42, 8, 27, 7, NULL, 0, 0, 0, 0, 1911, 0, 0, 0),
  (1001, 'status', 7, 48, 48, 1, 3, 0, NULL, 0, 0, 0, 0, 1912, 1902, 0, 0),
  (1001, 'guid', 8, 36, 36, 16, 0, 0, NULL, 0, 0, 1, 0, 1913, 0, 0, 0),
  (1001, 'balance', 9, 106, 106, 9, 10, 2, NULL, 1, 0, 0, 0, 0, 0, 0, 0),
  (1001, 'document', 12, 241, 241, -1, 0, 0, NULL, 1, 1, 0, 65536, 0, 0, 0, 1),
  (1001, 'code', 14, 167, 167, 8, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 0, 0, 0),
  (1001, 'seen', 15, 43, 43, 8, 30, 3, NULL, 1, 0, 0, 0, 0, 0, 0, 0),
  (1001, 'photo', 16, 165, 165, -1, 0, 0, NULL, 1, 1, 0, 0, 0, 0, 0, 0),
  (1002, 'customer_id', 2, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1002, 'total', 3, 106, 106, 9, 12, 2, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1002, 'placed', 4, 61, 61, 8, 23, 3, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1002, 'state', 5, 175, 175, 1, 0, 0, 'Latin1_General_CI_AS', 0, 1, 0, 0, 0, 0, 0, 0),
  (1002, 'version', 6, 189, 189, 8, 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1003, 'sku', 2, 175, 175, 12, 0, 0, 'Latin1_General_CI_AS', 0, 1, 0, 0, 0, 0, 0, 0),
  (1003, 'price', 3, 108, 108, 9, 10, 2, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1004, 'id', 1, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1004, 'sku', 2, 175, 175, 12, 0, 0, 'Latin1_General_CI_AS', 0, 1, 0, 0, 0, 0, 0, 0),
  (1004, 'price', 3, 108, 108, 9, 10, 2, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1004, 'valid_from', 4, 42, 42, 8, 27, 7, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1004, 'valid_to', 5, 42, 42, 8, 27, 7, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1005, 'token', 1, 36, 36, 16, 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1005, 'customer_id', 2, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1006, 'name', 3, 231, 231, 80, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 0, 0, 0),
  (1008, 'amount', 1, 62, 62, 8, 53, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1009, 'id', 1, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1009, 'position', 2, 240, 130, -1, 0, 0, NULL, 1, 1, 0, 0, 0, 0, 0, 0),
  (1009, 'description', 3, 231, 231, -1, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 0, 0, 0),
  (1009, 'details', 4, 241, 241, -1, 0, 0, NULL, 1, 1, 0, 0, 0, 0, 0, 0),
  (1010, 'at', 1, 58, 58, 4, 16, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1010, 'kind', 2, 52, 52, 2, 5, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1010, 'flag', 3, 104, 104, 1, 1, 0, NULL, 1, 0, 0, 0, 0, 0, 0, 0),
  (1010, 'day', 4, 40, 40, 3, 10, 0, NULL, 1, 0, 0, 0, 0, 0, 0, 0),
  (1010, 'duration', 5, 41, 41, 3, 8, 0, NULL, 1, 0, 0, 0, 0, 0, 0, 0),
  (1020, 'number', 1, 127, 127, 8, 19, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1021, 'name', 1, 231, 256, 256, 0, 0, 'Latin1_General_CI_AS', 0, 1, 0, 0, 0, 0, 0, 0),
  (1101, 'id', 1, 127, 127, 8, 19, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1101, 'customer_id', 2, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1102, 'email', 1, 231, 231, 240, 0, 0, 'Latin1_General_CI_AS', 0, 1, 0, 0, 0, 0, 0, 0),
  (1203, 'id', 1, 127, 127, 8, 19, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1203, 'total', 2, 106, 106, 9, 12, 2, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1204, 'item', 1, 231, 231, 200, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 0, 0, 0),
  (1501, 'product_id', 1, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0),
  (1501, 'quantity', 2, 56, 56, 4, 10, 0, NULL, 0, 0, 0, 0, 1914, 0, 0, 0);
INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, is_nullable, xml_collection_id,
                         default_object_id, rule_object_id, generated_always_type, generated_always_type_desc, is_hidden) VALUES
  (1003, 'valid_from', 4, 42, 42, 8, 27, 7, 0, 0, 0, 0, 1, 'AS_ROW_START', 1),
  (1003, 'valid_to', 5, 42, 42, 8, 27, 7, 0, 0, 0, 0, 2, 'AS_ROW_END', 1);
INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, collation_name, is_nullable,
                         is_ansi_padded, xml_collection_id, default_object_id, rule_object_id, encryption_type, encryption_type_desc,
                         encryption_algorithm_name, column_encryption_key_id) VALUES
  (1001, 'tax_number', 13, 175, 175, 11, 0, 0, 'Latin1_General_BIN2', 1, 1, 0, 0, 0, 1, 'DETERMINISTIC', 'AEAD_AES_256_CBC_HMAC_SHA_256', 1);
INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, is_nullable, xml_collection_id,
                         default_object_id, rule_object_id, graph_type, graph_type_desc, is_hidden) VALUES
  (1006, 'graph_id_5B3F0A7C', 1, 127, 127, 8, 19, 0, 0, 0, 0, 0, 1, 'GRAPH_ID', 1);
INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, collation_name, is_nullable,
                         is_ansi_padded, xml_collection_id, default_object_id, rule_object_id, graph_type, graph_type_desc) VALUES
  (1006, '$node_id_91E0D4B2', 2, 231, 231, 2000, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 2, 'GRAPH_ID_COMPUTED');
INSERT INTO sys.identity_columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, is_nullable, is_identity,
                                  xml_collection_id, default_object_id, rule_object_id, seed_value, increment_value, last_value) VALUES
  (1001, 'id', 1, 56, 56, 4, 10, 0, 0, 1, 0, 0, 0, '1', '1', '4711'),
  (1002, 'id', 1, 127, 127, 8, 19, 0, 0, 1, 0, 0, 0, '1000', '10', '99000'),
  (1003, 'id', 1, 56, 56, 4, 10, 0, 0, 1, 0, 0, 0, '1', '1', NULL);
INSERT INTO sys.computed_columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, collation_name, is_nullable,
                                  is_ansi_padded, is_computed, xml_collection_id, default_object_id, rule_object_id, definition, is_persisted) VALUES
  (1001, 'label', 10, 231, 231, 404, 0, 0, 'Latin1_General_CI_AS', 0, 1, 1, 0, 0, 0, '(([name]+N'' <'')+[email])', 0);
INSERT INTO sys.masked_columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, collation_name, is_nullable,
                                is_ansi_padded, xml_collection_id, default_object_id, rule_object_id, is_masked, masking_function) VALUES
  (1001, 'card', 11, 167, 167, 19, 0, 0, 'Latin1_General_CI_AS', 1, 1, 0, 0, 0, 1, 'partial(0,"XXXX-XXXX-XXXX-",4)');

-- ---------------------------------------------------------------- defaults, keys, checks
INSERT INTO sys.objects (name, object_id, schema_id, parent_object_id, type, type_desc) VALUES
  ('no_phone', 1901, 1, 0, 'D', 'DEFAULT_CONSTRAINT'), ('status_rule', 1902, 1, 0, 'R', 'RULE');
INSERT INTO sys.default_constraints (name, object_id, schema_id, parent_object_id, type, type_desc, parent_column_id, definition, is_system_named) VALUES
  ('DF__customers__creat__4BAC3F29', 1911, 1, 1001, 'D', 'DEFAULT_CONSTRAINT', 6, '(sysutcdatetime())', 1),
  ('df_customers_status', 1912, 1, 1001, 'D', 'DEFAULT_CONSTRAINT', 7, '((0))', 0),
  ('DF__customers__guid__4CA06362', 1913, 1, 1001, 'D', 'DEFAULT_CONSTRAINT', 8, '(newid())', 1),
  ('DF__TT_line_l__quant__01', 1914, 4, 1501, 'D', 'DEFAULT_CONSTRAINT', 2, '((1))', 1);
INSERT INTO sys.key_constraints (name, object_id, schema_id, parent_object_id, type, type_desc, unique_index_id, is_system_named, is_enforced) VALUES
  ('pk_customers', 1921, 1, 1001, 'PK', 'PRIMARY_KEY_CONSTRAINT', 1, 0, 1),
  ('UQ__customer__AB6E6164D4C6D5B1', 1922, 1, 1001, 'UQ', 'UNIQUE_CONSTRAINT', 2, 1, 1),
  ('PK__orders__3213E83F0A1B2C3D', 1923, 1, 1002, 'PK', 'PRIMARY_KEY_CONSTRAINT', 2, 1, 1),
  ('uq_orders', 1924, 1, 1002, 'UQ', 'UNIQUE_CONSTRAINT', 3, 0, 1),
  ('pk_products', 1925, 5, 1003, 'PK', 'PRIMARY_KEY_CONSTRAINT', 1, 0, 1),
  ('pk_sessions', 1926, 1, 1005, 'PK', 'PRIMARY_KEY_CONSTRAINT', 2, 0, 1),
  ('pk_places', 1927, 1, 1009, 'PK', 'PRIMARY_KEY_CONSTRAINT', 1, 0, 1),
  ('PK__TT_line___47027DF5', 1928, 4, 1501, 'PK', 'PRIMARY_KEY_CONSTRAINT', 1, 1, 1);
INSERT INTO sys.foreign_keys (name, object_id, schema_id, parent_object_id, type, type_desc, referenced_object_id, key_index_id,
                              delete_referential_action, update_referential_action, is_system_named) VALUES
  ('FK__orders__customer__5070F446', 1931, 1, 1002, 'F', 'FOREIGN_KEY_CONSTRAINT', 1001, 1, 1, 0, 1),
  ('fk_sessions_customer', 1932, 1, 1005, 'F', 'FOREIGN_KEY_CONSTRAINT', 1001, 1, 0, 0, 0);
INSERT INTO sys.foreign_key_columns VALUES (1931, 1, 1002, 2, 1001, 1), (1932, 1, 1005, 2, 1001, 1);
INSERT INTO sys.check_constraints (name, object_id, schema_id, parent_object_id, type, type_desc, parent_column_id, definition, is_system_named) VALUES
  ('CK__orders__total__5165187F', 1941, 1, 1002, 'C', 'CHECK_CONSTRAINT', 3, '([total]>=(0))', 1),
  ('ck_orders_state', 1942, 1, 1002, 'C', 'CHECK_CONSTRAINT', 0, '([state]=''s'' OR [state]=''o'')', 0),
  ('CK__TT_line_l__quant__02', 1943, 4, 1501, 'C', 'CHECK_CONSTRAINT', 2, '([quantity]>(0))', 1);

-- ---------------------------------------------------------------- indexes
INSERT INTO sys.indexes (object_id, name, index_id, type, type_desc, is_unique, data_space_id, is_primary_key, is_unique_constraint, fill_factor,
                         allow_row_locks, allow_page_locks, has_filter, filter_definition) VALUES
  (1001, 'pk_customers', 1, 1, 'CLUSTERED', 1, 1, 1, 0, 0, 1, 1, 0, NULL),
  (1001, 'UQ__customer__AB6E6164D4C6D5B1', 2, 2, 'NONCLUSTERED', 1, 1, 0, 1, 0, 1, 1, 0, NULL),
  (1001, 'customers_name', 3, 2, 'NONCLUSTERED', 0, 1, 0, 0, 90, 1, 1, 1, '([status]=(0))'),
  (1002, 'orders_by_year', 1, 1, 'CLUSTERED', 0, 65601, 0, 0, 0, 1, 1, 0, NULL),
  (1002, 'PK__orders__3213E83F0A1B2C3D', 2, 2, 'NONCLUSTERED', 1, 1, 1, 0, 0, 1, 1, 0, NULL),
  (1002, 'uq_orders', 3, 2, 'NONCLUSTERED', 1, 1, 0, 1, 0, 1, 1, 0, NULL),
  (1002, 'orders_columnstore', 4, 6, 'NONCLUSTERED COLUMNSTORE', 0, 65601, 0, 0, 0, 0, 0, 0, NULL),
  (1003, 'pk_products', 1, 1, 'CLUSTERED', 1, 1, 1, 0, 0, 1, 1, 0, NULL),
  (1004, 'ix_MSSQL_TemporalHistoryFor_1003', 1, 1, 'CLUSTERED', 0, 1, 0, 0, 0, 1, 1, 0, NULL),
  (1006, NULL, 0, 0, 'HEAP', 0, 1, 0, 0, 0, 1, 1, 0, NULL),
  (1006, 'GRAPH_UNIQUE_INDEX_0F2E8D', 2, 2, 'NONCLUSTERED', 1, 1, 0, 0, 0, 1, 1, 0, NULL),
  (1008, NULL, 0, 0, 'HEAP', 0, 2, 0, 0, 0, 1, 1, 0, NULL),
  (1009, 'pk_places', 1, 1, 'CLUSTERED', 1, 1, 1, 0, 0, 1, 1, 0, NULL),
  (1010, 'events_columnstore', 1, 5, 'CLUSTERED COLUMNSTORE', 0, 1, 0, 0, 0, 0, 0, 0, NULL),
  (1020, 'ddl_log_key', 1, 1, 'CLUSTERED', 1, 1, 0, 0, 0, 1, 1, 0, NULL),
  (1101, 'open_orders_key', 1, 1, 'CLUSTERED', 1, 1, 0, 0, 0, 1, 1, 0, NULL),
  (1501, 'PK__TT_line___47027DF5', 1, 1, 'CLUSTERED', 1, 1, 1, 0, 0, 1, 1, 0, NULL);
INSERT INTO sys.hash_indexes (object_id, name, index_id, type, type_desc, is_unique, data_space_id, is_primary_key, bucket_count) VALUES
  (1005, 'pk_sessions', 2, 7, 'NONCLUSTERED HASH', 1, 0, 1, 65536);
INSERT INTO sys.xml_indexes (object_id, name, index_id, type, type_desc, data_space_id, allow_row_locks, allow_page_locks, using_xml_index_id,
                             secondary_type, secondary_type_desc, xml_index_type, xml_index_type_description) VALUES
  (1009, 'places_xml', 256000, 3, 'XML', 1, 1, 1, NULL, NULL, NULL, 0, 'PRIMARY_XML'),
  (1009, 'places_paths', 256001, 3, 'XML', 1, 1, 1, 256000, 'P', 'PATH', 1, 'SECONDARY_XML');
INSERT INTO sys.spatial_indexes (object_id, name, index_id, type, type_desc, data_space_id, allow_row_locks, allow_page_locks, spatial_index_type,
                                 spatial_index_type_desc, tessellation_scheme) VALUES
  (1009, 'places_position', 384000, 4, 'SPATIAL', 1, 1, 1, 2, 'GEOGRAPHY', 'GEOGRAPHY_AUTO_GRID');
INSERT INTO sys.index_columns (object_id, index_id, index_column_id, column_id, key_ordinal, partition_ordinal, is_descending_key, is_included_column) VALUES
  (1001, 1, 1, 1, 1, 0, 0, 0), (1001, 2, 1, 2, 1, 0, 0, 0), (1001, 3, 1, 3, 1, 0, 0, 0), (1001, 3, 2, 6, 2, 0, 1, 0),
  (1001, 3, 3, 9, 0, 0, 0, 1), (1001, 3, 4, 7, 0, 0, 0, 1),
  (1002, 1, 1, 4, 1, 1, 0, 0), (1002, 2, 1, 1, 1, 0, 0, 0), (1002, 3, 1, 2, 1, 0, 0, 0), (1002, 3, 2, 4, 2, 0, 0, 0),
  (1002, 4, 1, 3, 0, 0, 0, 1), (1002, 4, 2, 4, 0, 1, 0, 1),
  (1003, 1, 1, 1, 1, 0, 0, 0), (1004, 1, 1, 5, 1, 0, 0, 0), (1004, 1, 2, 4, 2, 0, 0, 0), (1005, 2, 1, 1, 1, 0, 0, 0),
  (1006, 2, 1, 1, 1, 0, 0, 0), (1009, 1, 1, 1, 1, 0, 0, 0), (1009, 256000, 1, 4, 0, 0, 0, 0), (1009, 256001, 1, 4, 0, 0, 0, 0),
  (1009, 384000, 1, 2, 0, 0, 0, 0), (1010, 1, 1, 1, 0, 0, 0, 1), (1010, 1, 2, 2, 0, 0, 0, 1), (1101, 1, 1, 1, 1, 0, 0, 0),
  (1501, 1, 1, 1, 1, 0, 0, 0);
INSERT INTO sys.partitions (partition_id, object_id, index_id, partition_number, hobt_id, rows, data_compression, data_compression_desc)
SELECT row_number() OVER (ORDER BY i.object_id, i.index_id, n.n), i.object_id, i.index_id, n.n, 0, 100,
       CASE WHEN i.type IN (5, 6) THEN 3 WHEN i.object_id = 1003 THEN 2 WHEN i.object_id = 1002 AND i.index_id = 1 AND n.n = 1 THEN 2 ELSE 0 END,
       CASE WHEN i.type IN (5, 6) THEN 'COLUMNSTORE' WHEN i.object_id = 1003 THEN 'PAGE'
            WHEN i.object_id = 1002 AND i.index_id = 1 AND n.n = 1 THEN 'PAGE' ELSE 'NONE' END
  FROM sys.indexes i, generate_series(1, CASE WHEN i.data_space_id = 65601 THEN 3 ELSE 1 END) AS n(n)
 WHERE i.index_id < 256000 AND i.object_id <> 1005;
INSERT INTO sys.fulltext_catalogs (fulltext_catalog_id, name) VALUES (5, 'words');
INSERT INTO sys.fulltext_indexes (object_id, unique_index_id, fulltext_catalog_id, is_enabled, change_tracking_state, change_tracking_state_desc) VALUES
  (1009, 1, 5, 1, 'A', 'AUTO');
INSERT INTO sys.fulltext_index_columns VALUES (1009, 3, NULL, 1033, 0);

-- ---------------------------------------------------------------- views, routines, triggers
INSERT INTO sys.views (name, object_id, schema_id, parent_object_id, type, type_desc, with_check_option) VALUES
  ('open_orders', 1101, 1, 0, 'V', 'VIEW', 0), ('emails', 1102, 5, 0, 'V', 'VIEW', 1);
INSERT INTO sys.procedures (name, object_id, schema_id, parent_object_id, type, type_desc) VALUES
  ('add_order', 1201, 1, 0, 'P', 'SQL_STORED_PROCEDURE'), ('send_mail', 1205, 1, 0, 'PC', 'CLR_STORED_PROCEDURE');
INSERT INTO sys.objects (name, object_id, schema_id, parent_object_id, type, type_desc) VALUES
  ('order_total', 1202, 1, 0, 'FN', 'SQL_SCALAR_FUNCTION'), ('orders_of', 1203, 1, 0, 'IF', 'SQL_INLINE_TABLE_VALUED_FUNCTION'),
  ('split', 1204, 1, 0, 'TF', 'SQL_TABLE_VALUED_FUNCTION'), ('median', 1206, 1, 0, 'AF', 'AGGREGATE_FUNCTION'),
  ('orders_audit', 1301, 1, 1002, 'TR', 'SQL_TRIGGER'), ('emails_write', 1302, 5, 1102, 'TR', 'SQL_TRIGGER');
INSERT INTO sys.triggers (name, object_id, parent_class, parent_class_desc, parent_id, type, type_desc, is_instead_of_trigger) VALUES
  ('orders_audit', 1301, 1, 'OBJECT_OR_COLUMN', 1002, 'TR', 'SQL_TRIGGER', 0),
  ('emails_write', 1302, 1, 'OBJECT_OR_COLUMN', 1102, 'TR', 'SQL_TRIGGER', 1),
  ('guard_tables', 1303, 0, 'DATABASE', 0, 'TR', 'SQL_TRIGGER', 0),
  ('driftline_capture', 1304, 0, 'DATABASE', 0, 'TR', 'SQL_TRIGGER', 0);
INSERT INTO sys.trigger_events (object_id, type, type_desc, is_trigger_event, event_group_type, event_group_type_desc) VALUES
  (1301, 1, 'INSERT', 1, NULL, NULL), (1301, 2, 'UPDATE', 1, NULL, NULL), (1302, 2, 'UPDATE', 1, NULL, NULL),
  (1303, 21, 'CREATE_TABLE', 1, 10018, 'DDL_TABLE_EVENTS'), (1303, 22, 'ALTER_TABLE', 1, 10018, 'DDL_TABLE_EVENTS'),
  (1303, 41, 'CREATE_VIEW', 1, NULL, NULL), (1304, 21, 'CREATE_TABLE', 1, 10016, 'DDL_DATABASE_LEVEL_EVENTS');
INSERT INTO sys.sql_modules (object_id, definition, uses_ansi_nulls, uses_quoted_identifier, is_schema_bound) VALUES
  (1101, 'CREATE VIEW dbo.open_orders WITH SCHEMABINDING AS SELECT id, customer_id FROM dbo.orders WHERE state = ''o''', 1, 1, 1),
  (1102, 'CREATE VIEW sales.emails AS SELECT email FROM dbo.customers WHERE status = 0 WITH CHECK OPTION', 1, 1, 0),
  (1201, 'CREATE PROCEDURE dbo.add_order @customer int, @lines dbo.line_list READONLY, @id bigint OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  INSERT INTO dbo.orders (customer_id, total, placed, state) VALUES (@customer, 0, GETDATE(), ''o'');
  SET @id = SCOPE_IDENTITY();
END', 1, 1, 0),
  (1202, 'CREATE FUNCTION dbo.order_total (@id bigint) RETURNS decimal(12, 2) WITH SCHEMABINDING AS BEGIN RETURN 0; END', 1, 1, 1),
  (1203, 'CREATE FUNCTION dbo.orders_of (@customer int) RETURNS TABLE AS RETURN SELECT id, total FROM dbo.orders WHERE customer_id = @customer', 1, 1, 0),
  (1204, 'CREATE FUNCTION dbo.split (@text nvarchar(max)) RETURNS @items TABLE (item nvarchar(100)) AS BEGIN RETURN; END', 1, 1, 0),
  (1301, 'CREATE TRIGGER dbo.orders_audit ON dbo.orders AFTER INSERT, UPDATE AS SET NOCOUNT ON', 1, 1, 0),
  (1302, 'CREATE TRIGGER sales.emails_write ON sales.emails INSTEAD OF UPDATE AS SET NOCOUNT ON', 1, 1, 0),
  (1303, 'CREATE TRIGGER guard_tables ON DATABASE FOR DDL_TABLE_EVENTS, CREATE_VIEW AS SET NOCOUNT ON', 1, 1, 0),
  (1304, 'CREATE TRIGGER driftline_capture ON DATABASE FOR DDL_DATABASE_LEVEL_EVENTS AS SET NOCOUNT ON', 1, 1, 0);
INSERT INTO sys.assembly_modules (object_id, assembly_id, assembly_class, assembly_method) VALUES
  (1205, 65536, 'Shop.Mail', 'Send'), (1206, 65536, 'Shop.Median', NULL);
INSERT INTO sys.parameters (object_id, name, parameter_id, system_type_id, user_type_id, max_length, precision, scale, is_output, is_readonly,
                            is_nullable, xml_collection_id) VALUES
  (1201, '@customer', 1, 56, 56, 4, 10, 0, 0, 0, 1, 0), (1201, '@lines', 2, 243, 258, -1, 0, 0, 0, 1, 1, 0),
  (1201, '@id', 3, 127, 127, 8, 19, 0, 1, 0, 1, 0), (1202, '', 0, 106, 106, 9, 12, 2, 1, 0, 1, 0),
  (1202, '@id', 1, 127, 127, 8, 19, 0, 0, 0, 1, 0), (1203, '@customer', 1, 56, 56, 4, 10, 0, 0, 0, 1, 0),
  (1204, '@text', 1, 231, 231, -1, 0, 0, 0, 0, 1, 0), (1205, '@to', 1, 231, 231, 512, 0, 0, 0, 0, 1, 0);
INSERT INTO sys.sequences (name, object_id, schema_id, parent_object_id, type, type_desc, start_value, increment, minimum_value, maximum_value,
                           is_cached, cache_size, system_type_id, user_type_id, precision, scale, current_value) VALUES
  ('invoice_number', 1401, 1, 0, 'SO', 'SEQUENCE_OBJECT', '1', '1', '-9223372036854775808', '9223372036854775807', 1, 50, 127, 127, 19, 0, '17'),
  ('ticket', 1402, 5, 0, 'SO', 'SEQUENCE_OBJECT', '100', '-1', '1', '100', 0, NULL, 106, 106, 5, 0, '88');
INSERT INTO sys.synonyms (name, object_id, schema_id, parent_object_id, type, type_desc, base_object_name) VALUES
  ('clients', 1411, 5, 0, 'SN', 'SYNONYM', '[dbo].[customers]');

-- ---------------------------------------------------------------- row-level security, rights, properties
INSERT INTO sys.security_policies (name, object_id, schema_id, parent_object_id, type, type_desc, is_enabled) VALUES
  ('own_orders', 1421, 1, 0, 'SP', 'SECURITY_POLICY', 1);
INSERT INTO sys.security_predicates VALUES
  (1421, 1, 1002, '([dbo].[may_see]([customer_id]))', 0, 'FILTER', NULL, NULL),
  (1421, 2, 1002, '([dbo].[may_write]([customer_id]))', 1, 'BLOCK', 1, 'AFTER INSERT');
INSERT INTO sys.database_permissions (class, class_desc, major_id, minor_id, grantee_principal_id, grantor_principal_id, type, permission_name, state,
                                      state_desc) VALUES
  (0, 'DATABASE', 0, 0, 1, 1, 'CO  ', 'CONNECT', 'G', 'GRANT'), (0, 'DATABASE', 0, 0, 7, 1, 'CO  ', 'CONNECT', 'G', 'GRANT'),
  (0, 'DATABASE', 0, 0, 8, 1, 'CO  ', 'CONNECT', 'G', 'GRANT'), (0, 'DATABASE', 0, 0, 5, 1, 'SPLN', 'SHOWPLAN', 'G', 'GRANT'),
  (0, 'DATABASE', 0, 0, 0, 1, 'VWCK', 'VIEW ANY COLUMN ENCRYPTION KEY DEFINITION', 'G', 'GRANT'),
  (1, 'OBJECT_OR_COLUMN', 1001, 0, 5, 1, 'SL  ', 'SELECT', 'G', 'GRANT'),
  (1, 'OBJECT_OR_COLUMN', 1001, 11, 5, 1, 'SL  ', 'SELECT', 'D', 'DENY'),
  (1, 'OBJECT_OR_COLUMN', 1002, 0, 6, 1, 'IN  ', 'INSERT', 'W', 'GRANT_WITH_GRANT_OPTION'),
  (1, 'OBJECT_OR_COLUMN', 1201, 0, 6, 1, 'EX  ', 'EXECUTE', 'G', 'GRANT'),
  (3, 'SCHEMA', 5, 0, 5, 7, 'SL  ', 'SELECT', 'G', 'GRANT'),
  (6, 'TYPE', 258, 0, 6, 1, 'EX  ', 'EXECUTE', 'G', 'GRANT');
INSERT INTO sys.extended_properties VALUES
  (0, 'DATABASE', 0, 0, 'owner_team', 'shop'),
  (1, 'OBJECT_OR_COLUMN', 1001, 0, 'MS_Description', 'Who buys'),
  (1, 'OBJECT_OR_COLUMN', 1001, 2, 'MS_Description', 'Unique, in lower case'),
  (1, 'OBJECT_OR_COLUMN', 1001, 9, 'classification', 'confidential'),
  (1, 'OBJECT_OR_COLUMN', 1942, 0, 'MS_Description', 'shipped or open'),
  (1, 'OBJECT_OR_COLUMN', 1301, 0, 'MS_Description', 'Who changed an order'),
  (2, 'PARAMETER', 1201, 1, 'MS_Description', 'Who orders'),
  (3, 'SCHEMA', 5, 0, 'MS_Description', 'What sales needs'),
  (3, 'SCHEMA', 6, 0, 'driftline_capture', '1'),
  (6, 'TYPE', 257, 0, 'MS_Description', 'With country code'),
  (7, 'INDEX', 1001, 3, 'MS_Description', 'For the search'),
  (1, 'OBJECT_OR_COLUMN', 1101, 0, 'MS_DiagramPane1', '[0E232FF0-B466-11cf'),
  (1, 'OBJECT_OR_COLUMN', 1021, 0, 'microsoft_database_tools_support', '1');
