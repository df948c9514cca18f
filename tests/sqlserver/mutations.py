"""What can change in a database, as a change of the catalogue's rows (SQL for the stand-in), as T-SQL for a real server where
one statement does it, and the drift that must come of it.

An expected change is `effect kind object` or, of what was modified, `modified kind object: attribute, attribute`. A part that is
added or removed is named alone. Here one database changes, so that what keeps its number under another name is renamed; of a
constraint whose name the server made up, so is what says something else.
"""
from collections import namedtuple

Mutation = namedtuple("Mutation", "name rows drift tsql")

DRIFTS = []
QUIET = []


def drift(name, rows, *expected, tsql=None):
    DRIFTS.append(Mutation(name, rows, sorted(expected), tsql))


def quiet(name, rows, tsql=None):
    QUIET.append(Mutation(name, rows, [], tsql))


def column(table, name, change):
    return f"UPDATE sys.columns SET {change} WHERE object_id = {table} AND name = '{name}'"


def modified(kind, path, *attributes):
    return f"modified {kind} {path}: {', '.join(sorted(attributes))}"


NEW_COLUMN = ("INSERT INTO sys.columns (object_id, name, column_id, system_type_id, user_type_id, max_length, precision, scale, "
              "is_nullable, xml_collection_id, default_object_id, rule_object_id) VALUES ({0}, '{1}', {2}, 56, 56, 4, 10, 0, 1, 0, 0, 0)")

# ---------------------------------------------------------------- schemas
drift("schema-added", "INSERT INTO sys.schemas VALUES ('stock', 7, 1)", "added schema stock", tsql="CREATE SCHEMA stock")
drift("schema-owner", "UPDATE sys.schemas SET principal_id = 1 WHERE name = 'sales'", modified("schema", "sales", "grants", "owner"),
      tsql="ALTER AUTHORIZATION ON SCHEMA::sales TO dbo")
drift("schema-comment", "DELETE FROM sys.extended_properties WHERE class = 3 AND major_id = 5", modified("schema", "sales", "comment"),
      tsql="EXEC sys.sp_dropextendedproperty @name = N'MS_Description', @level0type = N'SCHEMA', @level0name = N'sales'")

# ---------------------------------------------------------------- tables
drift("table-added", "INSERT INTO sys.tables (name, object_id, schema_id, parent_object_id, type, uses_ansi_nulls, text_in_row_limit) "
      "VALUES ('returns', 1050, 1, 0, 'U', 1, 0); " + NEW_COLUMN.format(1050, "id", 1), "added table dbo.returns",
      tsql="CREATE TABLE dbo.returns (id int NULL)")
drift("table-beside-capture", "INSERT INTO sys.tables (name, object_id, schema_id, parent_object_id, type, uses_ansi_nulls, text_in_row_limit) "
      "VALUES ('hidden', 1051, 6, 0, 'U', 1, 0); " + NEW_COLUMN.format(1051, "id", 1), "added table driftline.hidden",
      tsql="CREATE TABLE driftline.hidden (id int NULL)")
drift("table-owner", "UPDATE sys.tables SET principal_id = 7 WHERE name = 'orders'", modified("table", "dbo.orders", "owner"),
      tsql="ALTER AUTHORIZATION ON OBJECT::dbo.orders TO ana")
drift("table-no-longer-temporal", "UPDATE sys.tables SET temporal_type = 0, history_table_id = NULL, history_retention_period = NULL "
      "WHERE name = 'products'; UPDATE sys.tables SET temporal_type = 0, name = 'products_history' WHERE object_id = 1004; "
      "UPDATE sys.indexes SET name = 'products_history_time' WHERE object_id = 1004",
      modified("table", "sales.products", "history_retention", "history_table", "temporal"),
      'renamed table sales."MSSQL_TemporalHistoryFor_products" > sales.products_history', modified("table", "sales.products_history", "temporal"),
      'renamed index sales."MSSQL_TemporalHistoryFor_products"."ix_MSSQL_TemporalHistoryFor" > sales.products_history.products_history_time')
drift("table-period", "DELETE FROM sys.periods", modified("table", "sales.products", "period"))
drift("table-retention", "UPDATE sys.tables SET history_retention_period = 9 WHERE name = 'products'",
      modified("table", "sales.products", "history_retention"),
      tsql="ALTER TABLE sales.products SET (SYSTEM_VERSIONING = ON (HISTORY_RETENTION_PERIOD = 9 MONTHS))")
drift("table-durability", "UPDATE sys.tables SET durability = 0 WHERE name = 'sessions'", modified("table", "dbo.sessions", "durability"))
drift("table-memory", "UPDATE sys.tables SET is_memory_optimized = 0 WHERE name = 'sessions'",
      modified("table", "dbo.sessions", "durability", "memory_optimized"))
drift("table-ledger", "UPDATE sys.tables SET ledger_type = 0 WHERE name = 'ledger_entries'",
      modified("table", "dbo.ledger_entries", "ledger"))
drift("table-graph", "UPDATE sys.tables SET is_node = 0 WHERE name = 'person'", modified("table", "dbo.person", "graph"))
drift("table-external", "UPDATE sys.tables SET is_external = 1 WHERE name = 'events'", modified("table", "dbo.events", "external_table"))
drift("table-filetable", "UPDATE sys.tables SET is_filetable = 1 WHERE name = 'events'", modified("table", "dbo.events", "file_table"))
drift("table-cdc", "UPDATE sys.tables SET is_tracked_by_cdc = 1 WHERE name = 'orders'",
      modified("table", "dbo.orders", "change_data_capture"))
drift("table-change-tracking", "INSERT INTO sys.change_tracking_tables VALUES (1002, 1, 0, 0, 0)",
      modified("table", "dbo.orders", "change_tracking"))
drift("table-lock-escalation", "UPDATE sys.tables SET lock_escalation = 1 WHERE name = 'orders'",
      modified("table", "dbo.orders", "lock_escalation"), tsql="ALTER TABLE dbo.orders SET (LOCK_ESCALATION = DISABLE)")
drift("table-ansi-nulls", "UPDATE sys.tables SET uses_ansi_nulls = 0 WHERE name = 'orders'", modified("table", "dbo.orders", "ansi_nulls"))
drift("table-partitioning", "UPDATE sys.indexes SET data_space_id = 1 WHERE object_id = 1002 AND index_id = 1",
      modified("table", "dbo.orders", "partition_columns", "partition_scheme"))
drift("table-filegroup", "UPDATE sys.indexes SET data_space_id = 1 WHERE object_id = 1008",
      modified("table", "dbo.ledger_entries", "tablespace"))
drift("table-heap-compression", "UPDATE sys.partitions SET data_compression = 1, data_compression_desc = 'ROW' WHERE object_id = 1008",
      modified("table", "dbo.ledger_entries", "compression"))
drift("table-option", "UPDATE sys.tables SET large_value_types_out_of_row = 1 WHERE name = 'customers'",
      modified("table", "dbo.customers", "storage_parameters"))
drift("table-comment", "UPDATE sys.extended_properties SET value = 'Who buys from us' WHERE class = 1 AND major_id = 1001 AND minor_id = 0",
      modified("table", "dbo.customers", "comment"),
      tsql="EXEC sys.sp_updateextendedproperty N'MS_Description', N'Who buys from us', N'SCHEMA', N'dbo', N'TABLE', N'customers'")

# ---------------------------------------------------------------- columns
CUSTOMERS = "dbo.customers"
drift("column-added", NEW_COLUMN.format(1001, "age", 20), "added column dbo.customers.age",
      tsql="ALTER TABLE dbo.customers ADD age int NULL")
drift("column-removed", "DELETE FROM sys.columns WHERE object_id = 1001 AND name = 'seen'", "removed column dbo.customers.seen",
      tsql="ALTER TABLE dbo.customers DROP COLUMN seen")
drift("column-order", column(1001, "code", "column_id = 30"), modified("table", CUSTOMERS, "column_order"))
for name, change, tsql in (
        ("longer", "max_length = 480", "nvarchar(240) NOT NULL"), ("shorter", "max_length = 120", None),
        ("unlimited", "max_length = -1", None),
        ("other-letters", "system_type_id = 167, user_type_id = 167, max_length = 120", "varchar(120) NOT NULL"),
        ("fixed", "system_type_id = 239, user_type_id = 239", None), ("alias-type", "user_type_id = 257", None)):
    drift(f"column-type-{name}", column(1001, "email", change), modified("column", "dbo.customers.email", "type"),
          tsql=tsql and f"ALTER TABLE dbo.customers ALTER COLUMN email {tsql}")
for table, name, change in (
        (1001, "balance", "precision = 12"), (1001, "balance", "scale = 4"), (1001, "created", "scale = 3"), (1001, "seen", "scale = 7"),
        (1001, "code", "max_length = 16"), (1001, "photo", "max_length = 4000"),
        (1001, "status", "system_type_id = 56, user_type_id = 56"), (1010, "duration", "scale = 3"),
        (1010, "kind", "system_type_id = 127, user_type_id = 127")):
    path = {1001: "dbo.customers", 1010: "dbo.events"}[table]
    drift(f"column-type-{name}-{change.split()[0]}-{change.split()[2].strip(',')}", column(table, name, change),
          modified("column", f"{path}.{name}", "type"))
drift("column-nullable", column(1001, "email", "is_nullable = 1"), modified("column", "dbo.customers.email", "nullable"))
drift("column-identity-step", "UPDATE sys.identity_columns SET increment_value = '1' WHERE object_id = 1002",
      modified("column", "dbo.orders.id", "identity"))
drift("column-identity-replication", "UPDATE sys.identity_columns SET is_not_for_replication = 1 WHERE object_id = 1002",
      modified("column", "dbo.orders.id", "not_for_replication"))
drift("column-computed", "UPDATE sys.computed_columns SET definition = '([name])'", modified("column", "dbo.customers.label", "generated"))
drift("column-persisted", "UPDATE sys.computed_columns SET is_persisted = 1", modified("column", "dbo.customers.label", "virtual"))
drift("column-sparse", column(1001, "notes", "is_sparse = 0"), modified("column", "dbo.customers.notes", "sparse"),
      tsql="ALTER TABLE dbo.customers ALTER COLUMN notes DROP SPARSE")
drift("column-set", column(1001, "document", "is_column_set = 1"), modified("column", "dbo.customers.document", "column_set"))
drift("column-rowguidcol", column(1001, "guid", "is_rowguidcol = 0"), modified("column", "dbo.customers.guid", "rowguidcol"),
      tsql="ALTER TABLE dbo.customers ALTER COLUMN guid DROP ROWGUIDCOL")
drift("column-filestream", column(1001, "photo", "is_filestream = 1"), modified("column", "dbo.customers.photo", "filestream"))
drift("column-hidden", column(1003, "valid_to", "is_hidden = 0"), modified("column", "sales.products.valid_to", "hidden"),
      tsql="ALTER TABLE sales.products ALTER COLUMN valid_to DROP HIDDEN")
drift("column-generated-always", column(1003, "valid_to", "generated_always_type = 0"),
      modified("column", "sales.products.valid_to", "generated_always"))
drift("column-collation", column(1001, "name", "collation_name = 'Latin1_General_CS_AS'"), modified("column", "dbo.customers.name", "collation"))
drift("column-collation-of-database", column(1001, "name", "collation_name = 'Latin1_General_CI_AS'"),
      modified("column", "dbo.customers.name", "collation"))
drift("column-mask", "UPDATE sys.masked_columns SET masking_function = 'default()'", modified("column", "dbo.customers.card", "masked"),
      tsql="ALTER TABLE dbo.customers ALTER COLUMN card ADD MASKED WITH (FUNCTION = 'default()')")
drift("column-unmasked", "UPDATE sys.masked_columns SET is_masked = 0", modified("column", "dbo.customers.card", "masked"),
      tsql="ALTER TABLE dbo.customers ALTER COLUMN card DROP MASKED")
drift("column-encryption", column(1001, "tax_number", "encryption_type = 2"), modified("column", "dbo.customers.tax_number", "encryption"))
drift("column-encryption-key", column(1001, "tax_number", "column_encryption_key_id = 2"),
      modified("column", "dbo.customers.tax_number", "encryption_key"))
drift("column-xml-collection", column(1001, "document", "xml_collection_id = 0"),
      modified("column", "dbo.customers.document", "xml_schema_collection"))
drift("column-xml-document", column(1001, "document", "is_xml_document = 0"), modified("column", "dbo.customers.document", "xml_document"))
drift("column-ansi-padding", column(1001, "code", "is_ansi_padded = 0"), modified("column", "dbo.customers.code", "ansi_padding"))
drift("column-default", "UPDATE sys.default_constraints SET definition = '((1))' WHERE object_id = 1912",
      modified("column", "dbo.customers.status", "default"))
drift("column-default-name", "UPDATE sys.default_constraints SET name = 'df_status' WHERE object_id = 1912",
      modified("column", "dbo.customers.status", "default_name"), tsql="EXEC sp_rename N'dbo.df_customers_status', N'df_status', N'OBJECT'")
drift("column-default-named", "UPDATE sys.default_constraints SET is_system_named = 0 WHERE object_id = 1911",
      modified("column", "dbo.customers.created", "default_name"))
drift("column-default-removed", "DELETE FROM sys.default_constraints WHERE object_id = 1913; " + column(1001, "guid", "default_object_id = 0"),
      modified("column", "dbo.customers.guid", "default"))
drift("column-bound-default", column(1001, "phone", "default_object_id = 0"), modified("column", "dbo.customers.phone", "bound_default"))
drift("column-bound-rule", column(1001, "status", "rule_object_id = 0"), modified("column", "dbo.customers.status", "bound_rule"))
drift("column-comment", "DELETE FROM sys.extended_properties WHERE class = 1 AND major_id = 1001 AND minor_id = 2",
      modified("column", "dbo.customers.email", "comment"))
drift("column-property", "UPDATE sys.extended_properties SET value = 'public' WHERE name = 'classification'",
      modified("column", "dbo.customers.balance", "properties"))

drift("column-deny", "DELETE FROM sys.database_permissions WHERE class = 1 AND minor_id = 11", modified("column", "dbo.customers.card", "denied"),
      tsql="REVOKE SELECT ON dbo.customers (card) FROM app_reader")

# ---------------------------------------------------------------- keys, foreign keys, checks
drift("key-removed", "DELETE FROM sys.key_constraints WHERE object_id = 1924; DELETE FROM sys.indexes WHERE object_id = 1002 AND index_id = 3; "
      "DELETE FROM sys.index_columns WHERE object_id = 1002 AND index_id = 3", "removed unique dbo.orders.uq_orders",
      tsql="ALTER TABLE dbo.orders DROP CONSTRAINT uq_orders")
drift("key-columns", "UPDATE sys.index_columns SET key_ordinal = 3 - key_ordinal WHERE object_id = 1002 AND index_id = 3",
      modified("unique", "dbo.orders.uq_orders", "columns"))
drift("key-of-the-server-columns", "UPDATE sys.index_columns SET column_id = 14 WHERE object_id = 1001 AND index_id = 2",
      'renamed unique dbo.customers."unique(email)" > dbo.customers."unique(code)"')
drift("key-columns-of-primary", "UPDATE sys.index_columns SET column_id = 2 WHERE object_id = 1001 AND index_id = 1",
      modified("primary_key", "dbo.customers.pk_customers", "columns"))
drift("key-name", "UPDATE sys.key_constraints SET name = 'customers_pk' WHERE object_id = 1921",
      "renamed primary_key dbo.customers.pk_customers > dbo.customers.customers_pk",
      tsql="EXEC sp_rename N'dbo.pk_customers', N'customers_pk', N'OBJECT'")
drift("key-clustered", "UPDATE sys.indexes SET type_desc = 'CLUSTERED' WHERE object_id = 1002 AND index_id = 2",
      modified("primary_key", "dbo.orders.primary_key", "method"))
drift("key-descending", "UPDATE sys.index_columns SET is_descending_key = 1 WHERE object_id = 1001 AND index_id = 1",
      modified("primary_key", "dbo.customers.pk_customers", "order"))
drift("key-duplicates", "UPDATE sys.indexes SET ignore_dup_key = 1 WHERE object_id = 1002 AND index_id = 3",
      modified("unique", "dbo.orders.uq_orders", "ignore_duplicates"))
drift("key-disabled", "UPDATE sys.indexes SET is_disabled = 1 WHERE object_id = 1002 AND index_id = 3",
      modified("unique", "dbo.orders.uq_orders", "enabled"), tsql="ALTER INDEX uq_orders ON dbo.orders DISABLE")
drift("key-unique-clustered", "UPDATE sys.indexes SET type_desc = 'CLUSTERED' WHERE object_id = 1002 AND index_id = 3",
      modified("unique", "dbo.orders.uq_orders", "method"))
drift("key-compression", "UPDATE sys.partitions SET data_compression = 0 WHERE object_id = 1003",
      modified("primary_key", "sales.products.pk_products", "compression"))
drift("key-buckets", "UPDATE sys.hash_indexes SET bucket_count = 131072", modified("primary_key", "dbo.sessions.pk_sessions", "bucket_count"))
drift("key-fill", "UPDATE sys.indexes SET fill_factor = 80 WHERE object_id = 1001 AND index_id = 1",
      modified("primary_key", "dbo.customers.pk_customers", "storage_parameters"))
FK = 'dbo.orders."foreign_key(customer_id)"'
drift("foreign-key-removed", "DELETE FROM sys.foreign_keys WHERE object_id = 1932", "removed foreign_key dbo.sessions.fk_sessions_customer")
drift("foreign-key-delete", "UPDATE sys.foreign_keys SET delete_referential_action = 2 WHERE object_id = 1931",
      modified("foreign_key", FK, "on_delete"))
drift("foreign-key-update", "UPDATE sys.foreign_keys SET update_referential_action = 1 WHERE object_id = 1931",
      modified("foreign_key", FK, "on_update"))
drift("foreign-key-table", "UPDATE sys.foreign_keys SET referenced_object_id = 1003 WHERE object_id = 1932; "
      "UPDATE sys.foreign_key_columns SET referenced_object_id = 1003 WHERE constraint_object_id = 1932",
      modified("foreign_key", "dbo.sessions.fk_sessions_customer", "references"))
drift("foreign-key-target", "UPDATE sys.foreign_key_columns SET referenced_column_id = 7 WHERE constraint_object_id = 1932",
      modified("foreign_key", "dbo.sessions.fk_sessions_customer", "referenced_columns"))
drift("foreign-key-columns", "UPDATE sys.foreign_key_columns SET parent_column_id = 1 WHERE constraint_object_id = 1932",
      modified("foreign_key", "dbo.sessions.fk_sessions_customer", "columns"))
drift("foreign-key-disabled", "UPDATE sys.foreign_keys SET is_disabled = 1, is_not_trusted = 1 WHERE object_id = 1932",
      modified("foreign_key", "dbo.sessions.fk_sessions_customer", "enforced", "validated"))
drift("foreign-key-not-trusted", "UPDATE sys.foreign_keys SET is_not_trusted = 1 WHERE object_id = 1931",
      modified("foreign_key", FK, "validated"))
drift("foreign-key-replication", "UPDATE sys.foreign_keys SET is_not_for_replication = 1 WHERE object_id = 1931",
      modified("foreign_key", FK, "not_for_replication"))
drift("foreign-key-twice", "INSERT INTO sys.foreign_keys (name, object_id, schema_id, parent_object_id, type, referenced_object_id, is_system_named) "
      "VALUES ('FK__orders__customer__99', 1933, 1, 1002, 'F', 1009, 1); INSERT INTO sys.foreign_key_columns VALUES (1933, 1, 1002, 2, 1009, 1)",
      'added foreign_key dbo.orders."foreign_key(customer_id) #2"')
drift("check-changed", "UPDATE sys.check_constraints SET definition = '([state]=''s'')' WHERE object_id = 1942",
      modified("check", "dbo.orders.ck_orders_state", "expression"))
drift("check-of-the-server-changed", "UPDATE sys.check_constraints SET definition = '([total]>(0))' WHERE object_id = 1941",
      'renamed check dbo.orders."check([total]>=(0))" > dbo.orders."check([total]>(0))"')
drift("check-disabled", "UPDATE sys.check_constraints SET is_disabled = 1, is_not_trusted = 1 WHERE object_id = 1942",
      modified("check", "dbo.orders.ck_orders_state", "enforced", "validated"), tsql="ALTER TABLE dbo.orders NOCHECK CONSTRAINT ck_orders_state")
drift("check-replication", "UPDATE sys.check_constraints SET is_not_for_replication = 1 WHERE object_id = 1942",
      modified("check", "dbo.orders.ck_orders_state", "not_for_replication"))
drift("check-comment", "DELETE FROM sys.extended_properties WHERE major_id = 1942", modified("check", "dbo.orders.ck_orders_state", "comment"))

# ---------------------------------------------------------------- indexes
NAME_INDEX = "dbo.customers.customers_name"
drift("index-removed", "DELETE FROM sys.indexes WHERE object_id = 1001 AND index_id = 3", f"removed index {NAME_INDEX}",
      tsql="DROP INDEX customers_name ON dbo.customers")
drift("index-added", "INSERT INTO sys.indexes (object_id, name, index_id, type, type_desc, data_space_id, allow_row_locks, allow_page_locks) "
      "VALUES (1002, 'orders_state', 9, 2, 'NONCLUSTERED', 1, 1, 1); INSERT INTO sys.index_columns VALUES (1002, 9, 1, 5, 1, 0, 0, 0, 0)",
      "added index dbo.orders.orders_state", tsql="CREATE INDEX orders_state ON dbo.orders (state) ON [PRIMARY]")
drift("index-unique", "UPDATE sys.indexes SET is_unique = 1 WHERE object_id = 1001 AND index_id = 3", modified("index", NAME_INDEX, "unique"))
drift("index-filter", "UPDATE sys.indexes SET filter_definition = '([status]=(1))' WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "predicate"))
drift("index-no-filter", "UPDATE sys.indexes SET filter_definition = NULL, has_filter = 0 WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "predicate"))
drift("index-columns", "UPDATE sys.index_columns SET column_id = 2 WHERE object_id = 1001 AND index_id = 3 AND key_ordinal = 1",
      modified("index", NAME_INDEX, "columns"))
drift("index-ascending", "UPDATE sys.index_columns SET is_descending_key = 0 WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "order"))
drift("index-included", "DELETE FROM sys.index_columns WHERE object_id = 1001 AND index_id = 3 AND column_id = 9",
      modified("index", NAME_INDEX, "included"))
drift("index-disabled", "UPDATE sys.indexes SET is_disabled = 1 WHERE object_id = 1001 AND index_id = 3", modified("index", NAME_INDEX, "enabled"),
      tsql="ALTER INDEX customers_name ON dbo.customers DISABLE")
drift("index-duplicates", "UPDATE sys.indexes SET ignore_dup_key = 1 WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "ignore_duplicates"))
drift("index-fill-factor", "UPDATE sys.indexes SET fill_factor = 70 WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "storage_parameters"), tsql="ALTER INDEX customers_name ON dbo.customers REBUILD WITH (FILLFACTOR = 70)")
for name, change in (("padded", "is_padded = 1"), ("row-locks", "allow_row_locks = 0"), ("page-locks", "allow_page_locks = 0"),
                     ("sequential", "optimize_for_sequential_key = 1")):
    drift(f"index-{name}", f"UPDATE sys.indexes SET {change} WHERE object_id = 1001 AND index_id = 3",
          modified("index", NAME_INDEX, "storage_parameters"))
drift("index-compression-delay", "UPDATE sys.indexes SET compression_delay = 10 WHERE object_id = 1002 AND index_id = 4",
      modified("index", "dbo.orders.orders_columnstore", "storage_parameters"))
drift("index-compression", "UPDATE sys.partitions SET data_compression = 2, data_compression_desc = 'PAGE' WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "compression"))
drift("index-compression-of-a-partition", "UPDATE sys.partitions SET data_compression = 1, data_compression_desc = 'ROW' "
      "WHERE object_id = 1002 AND index_id = 1 AND partition_number = 3", modified("index", "dbo.orders.orders_by_year", "compression"))
drift("index-filegroup", "UPDATE sys.indexes SET data_space_id = 2 WHERE object_id = 1001 AND index_id = 3",
      modified("index", NAME_INDEX, "tablespace"))
drift("index-partitioning", "UPDATE sys.indexes SET data_space_id = 1 WHERE object_id = 1002 AND index_id = 4",
      modified("index", "dbo.orders.orders_columnstore", "partition_columns", "partition_scheme"))
drift("index-columnstore-columns", "INSERT INTO sys.index_columns VALUES (1002, 4, 3, 5, 0, 0, 0, 1, 0)",
      modified("index", "dbo.orders.orders_columnstore", "included"))
drift("index-no-columnstore", "DELETE FROM sys.indexes WHERE object_id = 1010", "removed index dbo.events.events_columnstore")
drift("index-method", "UPDATE sys.indexes SET type = 2, type_desc = 'NONCLUSTERED', allow_row_locks = 1, allow_page_locks = 1 "
      "WHERE object_id = 1002 AND index_id = 4",
      modified("index", "dbo.orders.orders_columnstore", "method"))
drift("index-xml", "UPDATE sys.xml_indexes SET secondary_type = 'V', secondary_type_desc = 'VALUE' WHERE index_id = 256001",
      modified("index", "dbo.places.places_paths", "secondary_type"))
drift("index-xml-primary", "UPDATE sys.xml_indexes SET name = 'places_all' WHERE index_id = 256000",
      "renamed index dbo.places.places_xml > dbo.places.places_all", modified("index", "dbo.places.places_paths", "primary_index"))
drift("index-xml-type", "UPDATE sys.xml_indexes SET xml_index_type = 2 WHERE index_id = 256000", modified("index", "dbo.places.places_xml", "xml_index_type"))
drift("index-fulltext-catalog", "UPDATE sys.fulltext_catalogs SET name = 'more words'", modified("index", "dbo.places.fulltext", "fulltext_catalog"))
drift("index-fulltext-key", "UPDATE sys.key_constraints SET is_system_named = 1 WHERE object_id = 1927", modified("index", "dbo.places.fulltext", "key_index"),
      "renamed primary_key dbo.places.pk_places > dbo.places.primary_key")
drift("index-spatial", "UPDATE sys.spatial_indexes SET tessellation_scheme = 'GEOGRAPHY_GRID'",
      modified("index", "dbo.places.places_position", "tessellation"))
drift("index-fulltext", "UPDATE sys.fulltext_index_columns SET language_id = 1031", modified("index", "dbo.places.fulltext", "languages"))
drift("index-fulltext-column", "INSERT INTO sys.fulltext_index_columns VALUES (1009, 4, NULL, 1033, 0)",
      modified("index", "dbo.places.fulltext", "columns", "languages"))
drift("index-fulltext-tracking", "UPDATE sys.fulltext_indexes SET change_tracking_state_desc = 'MANUAL'",
      modified("index", "dbo.places.fulltext", "change_tracking"))
drift("index-comment", "DELETE FROM sys.extended_properties WHERE class = 7", modified("index", NAME_INDEX, "comment"))
drift("index-of-view", "DELETE FROM sys.indexes WHERE object_id = 1101", "removed index dbo.open_orders.open_orders_key",
      tsql="DROP INDEX open_orders_key ON dbo.open_orders")

# ---------------------------------------------------------------- views, routines, triggers
for name, number, path, kind in (("view", 1102, "sales.emails", "view"), ("procedure", 1201, "dbo.add_order()", "procedure"),
                                 ("scalar", 1202, "dbo.order_total()", "function"), ("inline", 1203, "dbo.orders_of()", "function"),
                                 ("table-function", 1204, "dbo.split()", "function"),
                                 ("trigger", 1301, "dbo.orders.orders_audit", "trigger"),
                                 ("view-trigger", 1302, "sales.emails.emails_write", "trigger"),
                                 ("event-trigger", 1303, "guard_tables", "event_trigger")):
    drift(f"{name}-definition", f"UPDATE sys.sql_modules SET definition = definition || ' -- changed' WHERE object_id = {number}",
          modified(kind, path, "definition"))
drift("view-not-bound", "UPDATE sys.sql_modules SET is_schema_bound = 0 WHERE object_id = 1101", modified("view", "dbo.open_orders", "schema_bound"))
drift("view-check-option", "UPDATE sys.views SET with_check_option = 0 WHERE object_id = 1102", modified("view", "sales.emails", "check_option"))
drift("view-metadata", "UPDATE sys.views SET has_opaque_metadata = 1 WHERE object_id = 1102", modified("view", "sales.emails", "view_metadata"))
drift("view-encrypted", "UPDATE sys.sql_modules SET definition = NULL WHERE object_id = 1102; INSERT INTO public.encrypted_module VALUES (1102)",
      modified("view", "sales.emails", "definition", "encrypted"))
drift("view-removed", "DELETE FROM sys.views WHERE object_id = 1102", "removed view sales.emails", tsql="DROP VIEW sales.emails")
drift("view-column", "UPDATE sys.columns SET max_length = 200 WHERE object_id = 1102", modified("column", "sales.emails.email", "type"))
drift("view-column-order", "UPDATE sys.columns SET column_id = 7 WHERE object_id = 1101 AND name = 'id'; "
      "UPDATE sys.index_columns SET column_id = 7 WHERE object_id = 1101", modified("view", "dbo.open_orders", "column_order"))
drift("procedure-clr", "DELETE FROM sys.sql_modules WHERE object_id = 1201; INSERT INTO sys.assembly_modules (object_id, assembly_id, assembly_class, "
      "assembly_method) VALUES (1201, 65536, 'Shop.Orders', 'Add')", modified("procedure", "dbo.add_order()", "assembly_method", "definition", "language"))
drift("procedure-arguments", "UPDATE sys.parameters SET user_type_id = 127, system_type_id = 127 WHERE object_id = 1201 AND parameter_id = 1",
      modified("procedure", "dbo.add_order()", "arguments"))
drift("procedure-output", "UPDATE sys.parameters SET is_output = 0 WHERE object_id = 1201 AND parameter_id = 3",
      modified("procedure", "dbo.add_order()", "arguments"))
drift("procedure-execute-as", "UPDATE sys.sql_modules SET execute_as_principal_id = -2 WHERE object_id = 1201",
      modified("procedure", "dbo.add_order()", "execute_as"))
drift("procedure-execute-as-user", "UPDATE sys.sql_modules SET execute_as_principal_id = 7 WHERE object_id = 1201",
      modified("procedure", "dbo.add_order()", "execute_as"))
drift("procedure-recompile", "UPDATE sys.sql_modules SET is_recompiled = 1 WHERE object_id = 1201",
      modified("procedure", "dbo.add_order()", "recompile"))
drift("procedure-native", "UPDATE sys.sql_modules SET uses_native_compilation = 1 WHERE object_id = 1201",
      modified("procedure", "dbo.add_order()", "native_compilation"))
drift("procedure-quoted-identifier", "UPDATE sys.sql_modules SET uses_quoted_identifier = 0 WHERE object_id = 1201",
      modified("procedure", "dbo.add_order()", "quoted_identifier"))
drift("procedure-ansi-nulls", "UPDATE sys.sql_modules SET uses_ansi_nulls = 0 WHERE object_id = 1201",
      modified("procedure", "dbo.add_order()", "ansi_nulls"))
drift("procedure-encrypted", "UPDATE sys.sql_modules SET definition = NULL WHERE object_id = 1201; INSERT INTO public.encrypted_module VALUES (1201)",
      modified("procedure", "dbo.add_order()", "definition", "encrypted"))
drift("procedure-owner", "UPDATE sys.procedures SET principal_id = 7 WHERE object_id = 1201", modified("procedure", "dbo.add_order()", "owner"))
drift("procedure-removed", "DELETE FROM sys.procedures WHERE object_id = 1201", "removed procedure dbo.add_order()", tsql="DROP PROCEDURE dbo.add_order")
drift("procedure-argument-comment", "DELETE FROM sys.extended_properties WHERE class = 2", modified("procedure", "dbo.add_order()", "properties"))
drift("clr-procedure", "UPDATE sys.assembly_modules SET assembly_method = 'SendLater' WHERE object_id = 1205",
      modified("procedure", "dbo.send_mail()", "assembly_method"))
drift("clr-aggregate", "UPDATE sys.assembly_modules SET assembly_class = 'Shop.Middle' WHERE object_id = 1206",
      modified("aggregate", "dbo.median()", "assembly_method"))
drift("function-returns", "UPDATE sys.parameters SET scale = 4 WHERE object_id = 1202 AND parameter_id = 0",
      modified("function", "dbo.order_total()", "returns"))
drift("function-returned-column", "UPDATE sys.columns SET max_length = 400 WHERE object_id = 1204",
      modified("function", "dbo.split()", "returned_columns"))
drift("function-arguments", "UPDATE sys.parameters SET max_length = 400 WHERE object_id = 1204", modified("function", "dbo.split()", "arguments"))
drift("function-not-bound", "UPDATE sys.sql_modules SET is_schema_bound = 0 WHERE object_id = 1202", modified("function", "dbo.order_total()", "schema_bound"))
drift("function-strict", "UPDATE sys.sql_modules SET null_on_null_input = 1 WHERE object_id = 1202", modified("function", "dbo.order_total()", "strict"))
drift("function-form", "UPDATE sys.objects SET type = 'TF' WHERE object_id = 1203", modified("function", "dbo.orders_of()", "form"))
drift("trigger-disabled", "UPDATE sys.triggers SET is_disabled = 1 WHERE object_id = 1301", modified("trigger", "dbo.orders.orders_audit", "enabled"),
      tsql="DISABLE TRIGGER dbo.orders_audit ON dbo.orders")
drift("trigger-events", "DELETE FROM sys.trigger_events WHERE object_id = 1301 AND type = 2", modified("trigger", "dbo.orders.orders_audit", "events"))
drift("trigger-timing", "UPDATE sys.triggers SET is_instead_of_trigger = 1 WHERE object_id = 1301", modified("trigger", "dbo.orders.orders_audit", "timing"))
drift("trigger-first", "UPDATE sys.trigger_events SET is_first = 1 WHERE object_id = 1301 AND type = 1",
      modified("trigger", "dbo.orders.orders_audit", "fires_first"))
drift("trigger-last", "UPDATE sys.trigger_events SET is_last = 1 WHERE object_id = 1301 AND type = 1",
      modified("trigger", "dbo.orders.orders_audit", "fires_last"))
drift("trigger-replication", "UPDATE sys.triggers SET is_not_for_replication = 1 WHERE object_id = 1301",
      modified("trigger", "dbo.orders.orders_audit", "not_for_replication"))
drift("trigger-comment", "DELETE FROM sys.extended_properties WHERE major_id = 1301", modified("trigger", "dbo.orders.orders_audit", "comment"))
drift("trigger-removed", "DELETE FROM sys.triggers WHERE object_id = 1301", "removed trigger dbo.orders.orders_audit", tsql="DROP TRIGGER dbo.orders_audit")
drift("event-trigger-disabled", "UPDATE sys.triggers SET is_disabled = 1 WHERE object_id = 1303", modified("event_trigger", "guard_tables", "enabled"),
      tsql="DISABLE TRIGGER guard_tables ON DATABASE")
drift("event-trigger-events", "DELETE FROM sys.trigger_events WHERE object_id = 1303 AND type = 41", modified("event_trigger", "guard_tables", "tags"))
drift("event-trigger-removed", "DELETE FROM sys.triggers WHERE object_id = 1303", "removed event_trigger guard_tables", tsql="DROP TRIGGER guard_tables ON DATABASE")

# ---------------------------------------------------------------- sequences, synonyms, types
for name, change, attribute in (("start", "start_value = '5'", "start"), ("increment", "increment = '2'", "increment"),
                                ("minimum", "minimum_value = '1'", "minimum"), ("maximum", "maximum_value = '999'", "maximum"),
                                ("cycle", "is_cycling = 1", "cycle"), ("cache", "cache_size = 10", "cache"),
                                ("no-cache", "is_cached = 0", "cache")):
    drift(f"sequence-{name}", f"UPDATE sys.sequences SET {change} WHERE object_id = 1401", modified("sequence", "dbo.invoice_number", attribute))
drift("sequence-type", "UPDATE sys.sequences SET user_type_id = 56, system_type_id = 56, minimum_value = '-2147483648', maximum_value = '2147483647' "
      "WHERE object_id = 1401", modified("sequence", "dbo.invoice_number", "type"))
drift("sequence-removed", "DELETE FROM sys.sequences WHERE object_id = 1402", "removed sequence sales.ticket", tsql="DROP SEQUENCE sales.ticket")
drift("synonym-target", "UPDATE sys.synonyms SET base_object_name = '[dbo].[clients]'", modified("synonym", "sales.clients", "target"))
drift("synonym-removed", "DELETE FROM sys.synonyms", "removed synonym sales.clients", tsql="DROP SYNONYM sales.clients")
drift("domain-type", "UPDATE sys.types SET max_length = 60 WHERE user_type_id = 257", modified("domain", "dbo.phone", "type"))
drift("domain-nullable", "UPDATE sys.types SET is_nullable = 0 WHERE user_type_id = 257", modified("domain", "dbo.phone", "nullable"))
drift("domain-default", "UPDATE sys.types SET default_object_id = 0 WHERE user_type_id = 257", modified("domain", "dbo.phone", "bound_default"))
drift("domain-comment", "DELETE FROM sys.extended_properties WHERE class = 6", modified("domain", "dbo.phone", "comment"))
drift("base-type", "UPDATE sys.assembly_types SET assembly_class = 'Shop.Point4'", modified("base_type", "dbo.point3", "assembly_class"))
drift("table-type-column", column(1501, "quantity", "user_type_id = 127, system_type_id = 127"), modified("column", "dbo.line_list.quantity", "type"))
drift("table-type-column-order", column(1501, "product_id", "column_id = 9") + "; UPDATE sys.index_columns SET column_id = 9 WHERE object_id = 1501",
      modified("table_type", "dbo.line_list", "column_order"))
drift("table-type-key", "DELETE FROM sys.key_constraints WHERE object_id = 1928", "removed primary_key dbo.line_list.primary_key")
drift("table-type-check", "DELETE FROM sys.check_constraints WHERE object_id = 1943", 'removed check dbo.line_list."check([quantity]>(0))"')
drift("table-type-memory", "UPDATE sys.table_types SET is_memory_optimized = 1", modified("table_type", "dbo.line_list", "memory_optimized"))
drift("xml-component", "DELETE FROM sys.xml_schema_components WHERE xml_component_id = 65538",
      modified("xml_schema_collection", "dbo.product_doc", "components"))
drift("xml-component-base", "UPDATE sys.xml_schema_components SET base_xml_component_id = 1 WHERE xml_component_id = 65536",
      modified("xml_schema_collection", "dbo.product_doc", "components"))

# ---------------------------------------------------------------- partitioning
drift("partition-boundary", "INSERT INTO sys.partition_range_values VALUES (65536, 3, 1, '2027-01-01')",
      modified("partition_function", "by_year", "boundaries"), tsql="ALTER PARTITION FUNCTION by_year() SPLIT RANGE ('20270101')")
drift("partition-side", "UPDATE sys.partition_functions SET boundary_value_on_right = 0", modified("partition_function", "by_year", "range"))
drift("partition-type", "UPDATE sys.partition_parameters SET system_type_id = 42, user_type_id = 42, scale = 3",
      modified("partition_function", "by_year", "boundaries", "type"))
drift("partition-filegroup", "UPDATE sys.destination_data_spaces SET data_space_id = 2 WHERE destination_id = 2",
      modified("partition_scheme", "years", "filegroups"))
drift("partition-scheme-function", "INSERT INTO sys.partition_functions (name, function_id, type) VALUES ('by_month', 65537, 'R'); "
      "UPDATE sys.partition_schemes SET function_id = 65537", "added partition_function by_month", modified("partition_scheme", "years", "function"))

# ---------------------------------------------------------------- rights
drift("policy-expression", "UPDATE sys.security_predicates SET predicate_definition = '([dbo].[sees]([customer_id]))' WHERE security_predicate_id = 1",
      modified("policy", 'dbo.orders."dbo.own_orders filter"', "expression"))
drift("policy-disabled", "UPDATE sys.security_policies SET is_enabled = 0", modified("policy", 'dbo.orders."dbo.own_orders filter"', "enabled"),
      modified("policy", 'dbo.orders."dbo.own_orders block after insert"', "enabled"))
drift("policy-operation", "UPDATE sys.security_predicates SET operation = 2 WHERE security_predicate_id = 2",
      'removed policy dbo.orders."dbo.own_orders block after insert"', 'added policy dbo.orders."dbo.own_orders block after update"')
GRANT = ("INSERT INTO sys.database_permissions (class, major_id, minor_id, grantee_principal_id, grantor_principal_id, type, permission_name, state) "
         "VALUES ({0}, {1}, {2}, {3}, {4}, 'XX', '{5}', '{6}')")
drift("grant-table", GRANT.format(1, 1002, 0, 5, 1, "SELECT", "G"), modified("table", "dbo.orders", "grants"), tsql="GRANT SELECT ON dbo.orders TO app_reader")
drift("grant-to-public", GRANT.format(1, 1002, 0, 0, 1, "SELECT", "G"), modified("table", "dbo.orders", "grants"), tsql="GRANT SELECT ON dbo.orders TO public")
drift("deny-table", GRANT.format(1, 1002, 0, 5, 1, "DELETE", "D"), modified("table", "dbo.orders", "denied"), tsql="DENY DELETE ON dbo.orders TO app_reader")
drift("grant-column", GRANT.format(1, 1001, 2, 6, 1, "UPDATE", "G"), modified("column", "dbo.customers.email", "grants"),
      tsql="GRANT UPDATE ON dbo.customers (email) TO app_writer")
drift("revoke-column", GRANT.format(1, 1001, 2, 5, 1, "SELECT", "R"), modified("column", "dbo.customers.email", "revoked"))
drift("grant-option", "UPDATE sys.database_permissions SET state = 'G' WHERE state = 'W'", modified("table", "dbo.orders", "grants"))
drift("grant-by-another", "UPDATE sys.database_permissions SET grantor_principal_id = 7 WHERE major_id = 1201", modified("procedure", "dbo.add_order()", "grants"))
drift("grant-schema", GRANT.format(3, 1, 0, 6, 1, "EXECUTE", "G"), modified("schema", "dbo", "grants"), tsql="GRANT EXECUTE ON SCHEMA::dbo TO app_writer")
drift("grant-database", GRANT.format(0, 0, 0, 6, 1, "CREATE TABLE", "G"), modified("system_privilege", "database", "grants"),
      tsql="GRANT CREATE TABLE TO app_writer")
drift("deny-database", GRANT.format(0, 0, 0, 7, 1, "CONNECT", "D"), modified("system_privilege", "database", "denied"), tsql="DENY CONNECT TO ana")
drift("grant-guest", "INSERT INTO sys.database_permissions VALUES (0, 'DATABASE', 0, 0, 2, 1, 'CO  ', 'CONNECT', 'G', 'GRANT')",
      modified("system_privilege", "database", "grants"), tsql="GRANT CONNECT TO guest")
drift("grant-type", GRANT.format(6, 257, 0, 6, 1, "REFERENCES", "G"), modified("domain", "dbo.phone", "grants"))
drift("revoke-table-type", "DELETE FROM sys.database_permissions WHERE class = 6", modified("table_type", "dbo.line_list", "grants"))
drift("grant-xml", GRANT.format(10, 65536, 0, 6, 1, "EXECUTE", "G"), modified("xml_schema_collection", "dbo.product_doc", "grants"))
drift("grant-role", GRANT.format(4, 5, 0, 7, 1, "ALTER", "G"), modified("role", "app_reader", "grants"), tsql="GRANT ALTER ON ROLE::app_reader TO ana")
drift("role-added", "INSERT INTO sys.database_principals (name, principal_id, type, owning_principal_id) VALUES ('auditor', 12, 'R', 1)", "added role auditor",
      tsql="CREATE ROLE auditor")
drift("role-member", "INSERT INTO sys.database_role_members VALUES (6, 8)", modified("role", "app_writer", "members"), tsql="ALTER ROLE app_writer ADD MEMBER report")
drift("role-member-of-owner", "INSERT INTO sys.database_role_members VALUES (16384, 7)", modified("role", "db_owner", "members"),
      tsql="ALTER ROLE db_owner ADD MEMBER ana")
drift("role-owner", "UPDATE sys.database_principals SET owning_principal_id = 7 WHERE name = 'app_reader'", modified("role", "app_reader", "owner"))
drift("role-default-schema", "UPDATE sys.database_principals SET default_schema_name = 'dbo' WHERE name = 'kiosk'", modified("role", "kiosk", "default_schema"),
      tsql="ALTER APPLICATION ROLE kiosk WITH DEFAULT_SCHEMA = dbo")
drift("database-property", "UPDATE sys.extended_properties SET value = 'sales' WHERE class = 0", modified("system_privilege", "database", "properties"))

# ---------------------------------------------------------------- what is no drift
quiet("dates", "UPDATE sys.objects SET modify_date = now(), create_date = now(); UPDATE sys.triggers SET modify_date = now(); "
      "UPDATE sys.database_principals SET modify_date = now(), create_date = now()", tsql="EXEC sys.sp_recompile N'dbo.orders'")
quiet("counters", "UPDATE sys.identity_columns SET last_value = '5000'; UPDATE sys.sequences SET current_value = '55', last_used_value = '54'",
      tsql="SELECT NEXT VALUE FOR dbo.invoice_number AS given")
quiet("line-ends", "UPDATE sys.sql_modules SET definition = replace(definition, chr(10), chr(13) || chr(10))")
quiet("rows", "UPDATE sys.partitions SET rows = 5000000, hobt_id = 77, partition_id = partition_id + 1000")
quiet("names-of-the-server", "UPDATE sys.default_constraints SET name = 'DF__x__' || object_id WHERE is_system_named = 1; "
      "UPDATE sys.key_constraints SET name = 'K__' || object_id WHERE is_system_named = 1; UPDATE sys.foreign_keys SET name = 'FK__x' WHERE is_system_named = 1; "
      "UPDATE sys.check_constraints SET name = 'CK__x' || object_id WHERE is_system_named = 1; "
      "UPDATE sys.indexes SET name = 'GRAPH_UNIQUE_INDEX_77' WHERE name LIKE 'GRAPH_UNIQUE%'; "
      "UPDATE sys.columns SET name = 'graph_id_77' WHERE name LIKE 'graph_id_%'; UPDATE sys.columns SET name = '$node_id_77' WHERE name LIKE '$node_id_%'")
quiet("users", "INSERT INTO sys.database_principals (name, principal_id, type, default_schema_name) VALUES ('bert', 13, 'S', 'dbo'); "
      "INSERT INTO sys.database_permissions VALUES (0, 'DATABASE', 0, 0, 13, 1, 'CO  ', 'CONNECT', 'G', 'GRANT')",
      tsql="CREATE USER bert WITHOUT LOGIN")
quiet("statistics", "INSERT INTO sys.indexes (object_id, name, index_id, type, type_desc, is_hypothetical, data_space_id) "
      "VALUES (1002, '_hypothetical', 20, 2, 'NONCLUSTERED', 1, 1)", tsql="CREATE STATISTICS orders_state_stats ON dbo.orders (state)")
quiet("included-order", "UPDATE sys.index_columns SET index_column_id = 9 - index_column_id WHERE object_id = 1001 AND index_id = 3 AND is_included_column = 1")
quiet("own-objects", "UPDATE sys.tables SET is_tracked_by_cdc = 1 WHERE object_id = 1020; "
      "UPDATE sys.triggers SET is_disabled = 1 WHERE name = 'driftline_capture'; "
      "INSERT INTO sys.procedures (name, object_id, schema_id, parent_object_id, type) VALUES ('capture_read', 1022, 6, 0, 'P'); "
      "INSERT INTO sys.database_permissions VALUES (1, 'OBJECT_OR_COLUMN', 1022, 0, 7, 1, 'EX  ', 'EXECUTE', 'G', 'GRANT')")
quiet("no-own-objects", "DELETE FROM sys.tables WHERE object_id = 1020; DELETE FROM sys.triggers WHERE name = 'driftline_capture'; "
      "DELETE FROM sys.schemas WHERE name = 'driftline'; DELETE FROM sys.extended_properties WHERE name = 'driftline_capture'")
quiet("designers", "UPDATE sys.extended_properties SET value = 'moved' WHERE name LIKE 'MS_DiagramPane%'; DELETE FROM sys.tables WHERE name = 'sysdiagrams'")
quiet("shipped-objects", "INSERT INTO sys.tables (name, object_id, schema_id, parent_object_id, type, is_ms_shipped, text_in_row_limit) "
      "VALUES ('systranschemas', 1060, 1, 0, 'U', 1, 0)")
quiet("crawls", "UPDATE sys.fulltext_indexes SET has_crawl_completed = 1, crawl_start_date = now()")
