-- A database of PostgreSQL that answers as SQL Server's catalogue does: what the queries in agent/sources/sqlserver ask of it,
-- and nothing else. There is no SQL Server to test with; this is what takes its place.
--
-- Every view has exactly the columns that learn.microsoft.com documents for SQL Server 2022, in that order, so that a query
-- that misspells one fails here, too. Where the documentation says that a view inherits the columns of another, the table
-- inherits them, and its rows are rows of the other as well. Types are written for what PostgreSQL has:
--
--   bit, tinyint → smallint      sysname, nvarchar(n) → varchar(n)      nvarchar(max) → text       datetime → timestamp(3)
--   sql_variant → text           uniqueidentifier → uuid                varbinary(n) → bytea       binary(n) → bytea
--
-- What is not as it is there: letter case always counts; sql_variant holds text; the rows are those of sample.sql.
-- Functions are in the schema public, where PostgreSQL looks for what has no schema.
\set ON_ERROR_STOP on
CREATE SCHEMA sys;
CREATE COLLATION public.database_default (provider = libc, locale = 'C');

-- ---------------------------------------------------------------- functions

-- What the functions answer; the rows are in sample.sql.
CREATE TABLE public.setting (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE public.encrypted_module (object_id integer PRIMARY KEY);

CREATE FUNCTION public.db_name() RETURNS text LANGUAGE sql STABLE AS $$SELECT value FROM public.setting WHERE name = 'DB_NAME'$$;
CREATE FUNCTION public.serverproperty(property text) RETURNS text LANGUAGE sql STABLE
  AS $$SELECT value FROM public.setting WHERE name = property$$;
CREATE FUNCTION public.databasepropertyex(database text, property text) RETURNS text LANGUAGE sql STABLE
  AS $$SELECT value FROM public.setting WHERE name = property$$;
CREATE FUNCTION public.has_perms_by_name(securable text, class text, permission text) RETURNS integer LANGUAGE sql STABLE
  AS $$SELECT value::integer FROM public.setting WHERE name = permission$$;
CREATE FUNCTION public.objectproperty(id integer, property text) RETURNS integer LANGUAGE sql STABLE
  AS $$SELECT CASE WHEN property = 'IsEncrypted' THEN (SELECT count(*)::integer FROM public.encrypted_module e WHERE e.object_id = id) END$$;

-- CONVERT(type(n), value, style): a type is a function that answers something of a type of its own.
CREATE TYPE public.type_nvarchar AS (size integer);
CREATE TYPE public.type_datetime2 AS (scale integer);
CREATE FUNCTION public.nvarchar(size integer) RETURNS public.type_nvarchar LANGUAGE sql IMMUTABLE AS $$SELECT ROW(size)::public.type_nvarchar$$;
CREATE FUNCTION public.datetime2(scale integer) RETURNS public.type_datetime2 LANGUAGE sql IMMUTABLE
  AS $$SELECT ROW(scale)::public.type_datetime2$$;
CREATE FUNCTION public.convert(type public.type_nvarchar, value text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$SELECT left(value, (type).size)$$;
CREATE FUNCTION public.convert(type public.type_datetime2, value text) RETURNS timestamp LANGUAGE sql STABLE
  AS $$SELECT value::timestamp$$;
CREATE FUNCTION public.convert(type public.type_nvarchar, value timestamp, style integer) RETURNS text LANGUAGE sql STABLE
  AS $$SELECT to_char(value, CASE style WHEN 126 THEN 'YYYY-MM-DD"T"HH24:MI:SS.MS' WHEN 121 THEN 'YYYY-MM-DD HH24:MI:SS.MS' END)$$;

-- ---------------------------------------------------------------- objects

CREATE TABLE sys.objects (
  name varchar(128), object_id integer, principal_id integer, schema_id integer, parent_object_id integer, type char(2),
  type_desc varchar(60), create_date timestamp(3), modify_date timestamp(3), is_ms_shipped smallint, is_published smallint,
  is_schema_published smallint);
CREATE TABLE sys.tables (
  lob_data_space_id integer, filestream_data_space_id integer, max_column_id_used integer, lock_on_bulk_load smallint,
  uses_ansi_nulls smallint, is_replicated smallint, has_replication_filter smallint, is_merge_published smallint,
  is_sync_tran_subscribed smallint, has_unchecked_assembly_data smallint, text_in_row_limit integer,
  large_value_types_out_of_row smallint, is_tracked_by_cdc smallint, lock_escalation smallint, lock_escalation_desc varchar(60),
  is_filetable smallint, is_memory_optimized smallint, durability smallint, durability_desc varchar(60), temporal_type smallint,
  temporal_type_desc varchar(60), history_table_id integer, is_remote_data_archive_enabled smallint, is_external smallint,
  history_retention_period integer, history_retention_period_unit integer, history_retention_period_unit_desc varchar(10),
  is_node smallint, is_edge smallint, data_retention_period integer, data_retention_period_unit integer,
  data_retention_period_unit_desc varchar(10), ledger_type smallint, ledger_type_desc varchar(60), ledger_view_id integer,
  is_dropped_ledger_table smallint) INHERITS (sys.objects);
CREATE TABLE sys.views (
  is_replicated smallint, has_replication_filter smallint, has_opaque_metadata smallint, has_unchecked_assembly_data smallint,
  with_check_option smallint, is_date_correlation_view smallint, is_tracked_by_cdc smallint, has_snapshot smallint,
  ledger_view_type smallint, ledger_view_type_desc varchar(60), is_dropped_ledger_view smallint) INHERITS (sys.objects);
CREATE TABLE sys.procedures (
  is_auto_executed smallint, is_execution_replicated smallint, is_repl_serializable_only smallint,
  skips_repl_constraints smallint) INHERITS (sys.objects);
CREATE TABLE sys.sequences (
  start_value text, increment text, minimum_value text, maximum_value text, is_cycling smallint, is_cached smallint,
  cache_size integer, system_type_id smallint, user_type_id integer, precision smallint, scale smallint, current_value text,
  is_exhausted smallint, last_used_value text) INHERITS (sys.objects);
CREATE TABLE sys.synonyms (base_object_name varchar(1035)) INHERITS (sys.objects);
CREATE TABLE sys.key_constraints (unique_index_id integer, is_system_named smallint, is_enforced smallint) INHERITS (sys.objects);
CREATE TABLE sys.foreign_keys (
  referenced_object_id integer, key_index_id integer, is_disabled smallint, is_not_for_replication smallint, is_not_trusted smallint,
  delete_referential_action smallint, delete_referential_action_desc varchar(60), update_referential_action smallint,
  update_referential_action_desc varchar(60), is_system_named smallint) INHERITS (sys.objects);
CREATE TABLE sys.check_constraints (
  is_disabled smallint, is_not_for_replication smallint, is_not_trusted smallint, parent_column_id integer, definition text,
  uses_database_collation smallint, is_system_named smallint) INHERITS (sys.objects);
CREATE TABLE sys.default_constraints (parent_column_id integer, definition text, is_system_named smallint) INHERITS (sys.objects);
CREATE TABLE sys.security_policies (
  name varchar(128), object_id integer, principal_id integer, schema_id integer, parent_object_id integer, type varchar(2),
  type_desc varchar(60), create_date timestamp(3), modify_date timestamp(3), is_ms_shipped smallint, is_enabled smallint,
  is_not_for_replication smallint, uses_database_collation smallint, is_schemabinding_enabled smallint);
CREATE TABLE sys.security_predicates (
  object_id integer, security_predicate_id integer, target_object_id integer, predicate_definition text, predicate_type integer,
  predicate_type_desc varchar(60), operation integer, operation_desc varchar(60));
CREATE TABLE sys.triggers (
  name varchar(128), object_id integer, parent_class smallint, parent_class_desc varchar(60), parent_id integer, type char(2),
  type_desc varchar(60), create_date timestamp(3), modify_date timestamp(3), is_ms_shipped smallint, is_disabled smallint,
  is_not_for_replication smallint, is_instead_of_trigger smallint);
CREATE TABLE sys.trigger_events (
  object_id integer, type integer, type_desc varchar(60), is_trigger_event smallint, event_group_type integer,
  event_group_type_desc varchar(60), is_first smallint, is_last smallint);
CREATE TABLE sys.sql_modules (
  object_id integer, definition text, uses_ansi_nulls smallint, uses_quoted_identifier smallint, is_schema_bound smallint,
  uses_database_collation smallint, is_recompiled smallint, null_on_null_input smallint, execute_as_principal_id integer,
  uses_native_compilation smallint, inline_type smallint, is_inlineable smallint);
CREATE TABLE sys.assembly_modules (
  object_id integer, assembly_id integer, assembly_class varchar(128), assembly_method varchar(128), null_on_null_input smallint,
  execute_as_principal_id integer);
CREATE TABLE sys.assemblies (
  name varchar(128), principal_id integer, assembly_id integer, clr_name varchar(4000), permission_set smallint,
  permission_set_desc varchar(60), is_visible smallint, create_date timestamp(3), modify_date timestamp(3), is_user_defined smallint);
CREATE TABLE sys.parameters (
  object_id integer, name varchar(128), parameter_id integer, system_type_id smallint, user_type_id integer, max_length smallint,
  precision smallint, scale smallint, is_output smallint, is_cursor_ref smallint, has_default_value smallint,
  is_xml_document smallint, default_value text, xml_collection_id integer, is_readonly smallint, is_nullable smallint,
  encryption_type integer, encryption_type_desc varchar(64), encryption_algorithm_name varchar(128),
  column_encryption_key_id integer, column_encryption_key_database_name varchar(128));
CREATE TABLE sys.periods (
  name varchar(128), period_type smallint, period_type_desc varchar(60), object_id integer, start_column_id integer,
  end_column_id integer);
CREATE TABLE sys.change_tracking_tables (
  object_id integer, is_track_columns_updated_on smallint, min_valid_version bigint, begin_version bigint, cleanup_version bigint);

-- ---------------------------------------------------------------- columns and types

CREATE TABLE sys.columns (
  object_id integer, name varchar(128), column_id integer, system_type_id smallint, user_type_id integer, max_length smallint,
  precision smallint, scale smallint, collation_name varchar(128), is_nullable smallint, is_ansi_padded smallint,
  is_rowguidcol smallint, is_identity smallint, is_computed smallint, is_filestream smallint, is_replicated smallint,
  is_non_sql_subscribed smallint, is_merge_published smallint, is_dts_replicated smallint, is_xml_document smallint,
  xml_collection_id integer, default_object_id integer, rule_object_id integer, is_sparse smallint, is_column_set smallint,
  generated_always_type smallint, generated_always_type_desc varchar(60), encryption_type integer, encryption_type_desc varchar(64),
  encryption_algorithm_name varchar(128), column_encryption_key_id integer, column_encryption_key_database_name varchar(128),
  is_hidden smallint, is_masked smallint, graph_type integer, graph_type_desc varchar(60), is_data_deletion_filter_column smallint,
  ledger_view_column_type smallint, ledger_view_column_type_desc varchar(60), is_dropped_ledger_column smallint);
CREATE TABLE sys.identity_columns (seed_value text, increment_value text, last_value text, is_not_for_replication smallint)
  INHERITS (sys.columns);
CREATE TABLE sys.computed_columns (definition text, uses_database_collation smallint, is_persisted smallint) INHERITS (sys.columns);
CREATE TABLE sys.masked_columns (masking_function varchar(4000)) INHERITS (sys.columns);
CREATE TABLE sys.column_encryption_keys (
  name varchar(128), column_encryption_key_id integer, create_date timestamp(3), modify_date timestamp(3));
CREATE TABLE sys.types (
  name varchar(128), system_type_id smallint, user_type_id integer, schema_id integer, principal_id integer, max_length smallint,
  precision smallint, scale smallint, collation_name varchar(128), is_nullable smallint, is_user_defined smallint,
  is_assembly_type smallint, default_object_id integer, rule_object_id integer, is_table_type smallint);
CREATE TABLE sys.table_types (type_table_object_id integer, is_memory_optimized smallint) INHERITS (sys.types);
CREATE TABLE sys.assembly_types (
  assembly_id integer, assembly_class varchar(128), is_binary_ordered smallint, is_fixed_length smallint, prog_id varchar(40),
  assembly_qualified_name varchar(4000)) INHERITS (sys.types);
CREATE TABLE sys.xml_schema_collections (
  xml_collection_id integer, schema_id integer, principal_id integer, name varchar(128), create_date timestamp(3),
  modify_date timestamp(3));
CREATE TABLE sys.xml_schema_namespaces (xml_collection_id integer, name varchar(4000), xml_namespace_id integer);
CREATE TABLE sys.xml_schema_components (
  xml_component_id integer, xml_collection_id integer, xml_namespace_id integer, is_qualified smallint, name varchar(4000),
  symbol_space char(1), symbol_space_desc varchar(60), kind char(1), kind_desc varchar(60), derivation char(1),
  derivation_desc varchar(60), base_xml_component_id integer, scoping_xml_component_id integer);

-- ---------------------------------------------------------------- indexes and storage

CREATE TABLE sys.indexes (
  object_id integer, name varchar(128), index_id integer, type smallint, type_desc varchar(60), is_unique smallint,
  data_space_id integer, ignore_dup_key smallint, is_primary_key smallint, is_unique_constraint smallint, fill_factor smallint,
  is_padded smallint, is_disabled smallint, is_hypothetical smallint, is_ignored_in_optimization smallint, allow_row_locks smallint,
  allow_page_locks smallint, has_filter smallint, filter_definition text, compression_delay integer,
  suppress_dup_key_messages smallint, auto_created smallint, optimize_for_sequential_key smallint);
CREATE TABLE sys.xml_indexes (
  using_xml_index_id integer, secondary_type char(1), secondary_type_desc varchar(60), xml_index_type smallint,
  xml_index_type_description varchar(60), path_id integer) INHERITS (sys.indexes);
CREATE TABLE sys.hash_indexes (bucket_count integer) INHERITS (sys.indexes);
CREATE TABLE sys.spatial_indexes (
  spatial_index_type smallint, spatial_index_type_desc varchar(60), tessellation_scheme varchar(128)) INHERITS (sys.indexes);
CREATE TABLE sys.index_columns (
  object_id integer, index_id integer, index_column_id integer, column_id integer, key_ordinal smallint, partition_ordinal smallint,
  is_descending_key smallint, is_included_column smallint, column_store_order_ordinal smallint);
CREATE TABLE sys.foreign_key_columns (
  constraint_object_id integer, constraint_column_id integer, parent_object_id integer, parent_column_id integer,
  referenced_object_id integer, referenced_column_id integer);
CREATE TABLE sys.partitions (
  partition_id bigint, object_id integer, index_id integer, partition_number integer, hobt_id bigint, rows bigint,
  filestream_filegroup_id smallint, data_compression smallint, data_compression_desc varchar(60), xml_compression smallint,
  xml_compression_desc varchar(3));
CREATE TABLE sys.data_spaces (
  name varchar(128), data_space_id integer, type char(2), type_desc varchar(60), is_default smallint, is_system smallint);
CREATE TABLE sys.filegroups (filegroup_guid uuid, log_filegroup_id integer, is_read_only smallint, is_autogrow_all_files smallint)
  INHERITS (sys.data_spaces);
CREATE TABLE sys.partition_schemes (function_id integer) INHERITS (sys.data_spaces);
CREATE TABLE sys.partition_functions (
  name varchar(128), function_id integer, type char(2), type_desc varchar(60), fanout integer, boundary_value_on_right smallint,
  is_system smallint, create_date timestamp(3), modify_date timestamp(3));
CREATE TABLE sys.partition_parameters (
  function_id integer, parameter_id integer, system_type_id smallint, max_length smallint, precision smallint, scale smallint,
  collation_name varchar(128), user_type_id integer);
CREATE TABLE sys.partition_range_values (function_id integer, boundary_id integer, parameter_id integer, value text);
CREATE TABLE sys.destination_data_spaces (partition_scheme_id integer, destination_id integer, data_space_id integer);
CREATE TABLE sys.fulltext_catalogs (
  fulltext_catalog_id integer, name varchar(128), path varchar(260), is_default smallint, is_accent_sensitivity_on smallint,
  data_space_id integer, file_id integer, principal_id integer, is_importing smallint);
CREATE TABLE sys.fulltext_indexes (
  object_id integer, unique_index_id integer, fulltext_catalog_id integer, is_enabled smallint, change_tracking_state char(1),
  change_tracking_state_desc varchar(60), has_crawl_completed smallint, crawl_type char(1), crawl_type_desc varchar(60),
  crawl_start_date timestamp(3), crawl_end_date timestamp(3), incremental_timestamp bytea, stoplist_id integer,
  data_space_id integer, property_list_id integer);
CREATE TABLE sys.fulltext_index_columns (
  object_id integer, column_id integer, type_column_id integer, language_id integer, statistical_semantics integer);

-- ---------------------------------------------------------------- schemas, principals, databases

CREATE TABLE sys.schemas (name varchar(128), schema_id integer, principal_id integer);
CREATE TABLE sys.database_principals (
  name varchar(128), principal_id integer, type char(1), type_desc varchar(60), default_schema_name varchar(128),
  create_date timestamp(3), modify_date timestamp(3), owning_principal_id integer, sid bytea, is_fixed_role smallint,
  authentication_type integer, authentication_type_desc varchar(60), default_language_name varchar(128),
  default_language_lcid integer, allow_encrypted_value_modifications smallint);
CREATE TABLE sys.database_role_members (role_principal_id integer, member_principal_id integer);
CREATE TABLE sys.database_permissions (
  class smallint, class_desc varchar(60), major_id integer, minor_id integer, grantee_principal_id integer,
  grantor_principal_id integer, type char(4), permission_name varchar(128), state char(1), state_desc varchar(60));
CREATE TABLE sys.extended_properties (
  class smallint, class_desc varchar(60), major_id integer, minor_id integer, name varchar(128), value text);
-- Of its many columns those that this file's reader needs to know one database from another.
CREATE TABLE sys.databases (
  name varchar(128), database_id integer, create_date timestamp(3), compatibility_level smallint, collation_name varchar(128),
  service_broker_guid uuid);

-- A row need say only what is out of the ordinary.
DO $$
DECLARE
  c record;
BEGIN
  FOR c IN SELECT a.attrelid::regclass AS relation, a.attname AS name, a.atttypid AS type
             FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid AND t.relnamespace = 'sys'::regnamespace AND t.relkind = 'r'
            WHERE a.attnum > 0
  LOOP
    IF c.type = 'smallint'::regtype THEN
      EXECUTE format('ALTER TABLE ONLY %s ALTER %I SET DEFAULT 0', c.relation, c.name);
    ELSIF c.type = 'timestamp'::regtype THEN
      EXECUTE format('ALTER TABLE ONLY %s ALTER %I SET DEFAULT ''2026-03-01 09:00''', c.relation, c.name);
    END IF;
  END LOOP;
END
$$;
