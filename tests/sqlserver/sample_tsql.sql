-- The sample schema as T-SQL, for a real server (real_test.py): SQL Server 2022 or later, an empty database whose collation is
-- Latin1_General_CI_AS. sample.sql has what the catalogue then holds. What the grammar of parse.mjs is too old for is in EXEC.
CREATE USER ana WITHOUT LOGIN WITH DEFAULT_SCHEMA = dbo;
CREATE USER report WITHOUT LOGIN WITH DEFAULT_SCHEMA = sales;
CREATE ROLE app_reader AUTHORIZATION dbo;
CREATE ROLE app_writer AUTHORIZATION dbo;
CREATE APPLICATION ROLE kiosk WITH PASSWORD = 'Ki0sk-of-the-shop', DEFAULT_SCHEMA = sales;
ALTER ROLE app_reader ADD MEMBER report;
ALTER ROLE app_writer ADD MEMBER ana;
GO
CREATE SCHEMA sales AUTHORIZATION ana;
GO
-- ---------------------------------------------------------------- storage
EXEC (N'ALTER DATABASE CURRENT ADD FILEGROUP archive; ALTER DATABASE CURRENT ADD FILEGROUP in_memory CONTAINS MEMORY_OPTIMIZED_DATA');
GO
DECLARE @folder nvarchar(400) = CONVERT(nvarchar(400), SERVERPROPERTY('InstanceDefaultDataPath'));
DECLARE @sql nvarchar(max) = CONCAT(N'ALTER DATABASE CURRENT ADD FILE (NAME = archive, FILENAME = N''', @folder, DB_NAME(),
  N'_archive.ndf'') TO FILEGROUP archive; ALTER DATABASE CURRENT ADD FILE (NAME = in_memory, FILENAME = N''', @folder, DB_NAME(),
  N'_memory'') TO FILEGROUP in_memory');
EXEC (@sql);
GO
EXEC (N'CREATE PARTITION FUNCTION by_year (datetime) AS RANGE RIGHT FOR VALUES (''20250101'', ''20260101'')');
EXEC (N'CREATE PARTITION SCHEME years AS PARTITION by_year TO (archive, [PRIMARY], [PRIMARY])');
GO
-- ---------------------------------------------------------------- types
CREATE TYPE dbo.phone FROM nvarchar(20) NULL;
GO
EXEC (N'CREATE DEFAULT dbo.no_phone AS N''''');
EXEC (N'CREATE RULE dbo.status_rule AS @value < 10');
GO
EXEC sys.sp_bindefault N'dbo.no_phone', N'dbo.phone';
GO
CREATE TYPE dbo.line_list AS TABLE (product_id int NOT NULL PRIMARY KEY, quantity int NOT NULL DEFAULT (1) CHECK (quantity > 0));
GO
CREATE XML SCHEMA COLLECTION dbo.product_doc AS
N'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="urn:shop:product" targetNamespace="urn:shop:product">
<xsd:complexType name="product_type"><xsd:sequence><xsd:element name="weight" type="xsd:string"/></xsd:sequence></xsd:complexType>
<xsd:element name="product" type="product_type"/></xsd:schema>';
GO
EXEC (N'CREATE COLUMN MASTER KEY shop_master WITH (KEY_STORE_PROVIDER_NAME = N''MSSQL_CERTIFICATE_STORE'', KEY_PATH = N''CurrentUser/My/0'');
CREATE COLUMN ENCRYPTION KEY shop_key WITH VALUES (COLUMN_MASTER_KEY = shop_master, ALGORITHM = ''RSA_OAEP'', ENCRYPTED_VALUE = 0x01700000)');
GO
-- ---------------------------------------------------------------- tables
EXEC (N'CREATE TABLE dbo.customers (
  id int IDENTITY(1, 1) NOT NULL CONSTRAINT pk_customers PRIMARY KEY CLUSTERED,
  email nvarchar(120) NOT NULL UNIQUE,
  name nvarchar(80) COLLATE Latin1_General_BIN2 NOT NULL,
  phone dbo.phone NULL,
  notes nvarchar(max) SPARSE NULL,
  created datetime2(7) NOT NULL DEFAULT SYSUTCDATETIME(),
  status tinyint NOT NULL CONSTRAINT df_customers_status DEFAULT 0,
  guid uniqueidentifier ROWGUIDCOL NOT NULL DEFAULT NEWID(),
  balance decimal(10, 2) NULL,
  label AS name + N'' <'' + email,
  card varchar(19) MASKED WITH (FUNCTION = ''partial(0,"XXXX-XXXX-XXXX-",4)'') NULL,
  document xml (DOCUMENT dbo.product_doc) NULL,
  tax_number char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = shop_key, ENCRYPTION_TYPE = DETERMINISTIC,
    ALGORITHM = ''AEAD_AES_256_CBC_HMAC_SHA_256'') NULL,
  code varchar(8) NULL,
  seen datetimeoffset(3) NULL,
  photo varbinary(max) NULL)');
GO
EXEC sys.sp_bindrule N'dbo.status_rule', N'dbo.customers.status';
EXEC (N'CREATE INDEX customers_name ON dbo.customers (name, created DESC) INCLUDE (balance, status) WHERE status = 0
  WITH (FILLFACTOR = 90)');
GO
EXEC (N'CREATE TABLE dbo.orders (
  id bigint IDENTITY(1000, 10) NOT NULL PRIMARY KEY NONCLUSTERED ON [PRIMARY],
  customer_id int NOT NULL FOREIGN KEY REFERENCES dbo.customers (id) ON DELETE CASCADE,
  total decimal(12, 2) NOT NULL CHECK (total >= 0),
  placed datetime NOT NULL,
  state char(1) NOT NULL,
  version rowversion NOT NULL,
  CONSTRAINT uq_orders UNIQUE NONCLUSTERED (customer_id, placed) ON [PRIMARY],
  CONSTRAINT ck_orders_state CHECK (state IN (''o'', ''s''))
) ON years (placed);
CREATE CLUSTERED INDEX orders_by_year ON dbo.orders (placed) ON years (placed)');
GO
EXEC (N'ALTER INDEX orders_by_year ON dbo.orders REBUILD PARTITION = 1 WITH (DATA_COMPRESSION = PAGE);
CREATE NONCLUSTERED COLUMNSTORE INDEX orders_columnstore ON dbo.orders (total, placed)');
GO
EXEC (N'CREATE TABLE sales.products (
  id int IDENTITY(1, 1) NOT NULL CONSTRAINT pk_products PRIMARY KEY CLUSTERED WITH (DATA_COMPRESSION = PAGE),
  sku char(12) NOT NULL,
  price numeric(10, 2) NOT NULL,
  valid_from datetime2(7) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL,
  valid_to datetime2(7) GENERATED ALWAYS AS ROW END HIDDEN NOT NULL,
  PERIOD FOR SYSTEM_TIME (valid_from, valid_to)
) WITH (SYSTEM_VERSIONING = ON (HISTORY_RETENTION_PERIOD = 6 MONTHS))');
GO
EXEC (N'CREATE TABLE dbo.sessions (
  token uniqueidentifier NOT NULL CONSTRAINT pk_sessions PRIMARY KEY NONCLUSTERED HASH WITH (BUCKET_COUNT = 65536),
  customer_id int NOT NULL
) WITH (MEMORY_OPTIMIZED = ON, DURABILITY = SCHEMA_ONLY);
CREATE TABLE dbo.person (name nvarchar(40) NULL) AS NODE;
CREATE TABLE dbo.ledger_entries (amount float NOT NULL) ON archive WITH (LEDGER = ON (APPEND_ONLY = ON))');
GO
CREATE TABLE dbo.places (
  id int NOT NULL CONSTRAINT pk_places PRIMARY KEY CLUSTERED,
  position geography NULL,
  description nvarchar(max) NULL,
  details xml NULL
);
CREATE PRIMARY XML INDEX places_xml ON dbo.places (details);
CREATE XML INDEX places_paths ON dbo.places (details) USING XML INDEX places_xml FOR PATH;
GO
EXEC (N'CREATE SPATIAL INDEX places_position ON dbo.places (position) USING GEOGRAPHY_AUTO_GRID');
GO
CREATE TABLE dbo.events (at smalldatetime NOT NULL, kind smallint NOT NULL, flag bit NULL, day date NULL, duration time(0) NULL);
GO
EXEC (N'CREATE CLUSTERED COLUMNSTORE INDEX events_columnstore ON dbo.events');
GO
-- ---------------------------------------------------------------- modules
CREATE VIEW dbo.open_orders WITH SCHEMABINDING AS SELECT id, customer_id FROM dbo.orders WHERE state = 'o'
GO
CREATE UNIQUE CLUSTERED INDEX open_orders_key ON dbo.open_orders (id);
GO
CREATE VIEW sales.emails AS SELECT email FROM dbo.customers WHERE status = 0 WITH CHECK OPTION
GO
CREATE PROCEDURE dbo.add_order @customer int, @lines dbo.line_list READONLY, @id bigint OUTPUT
AS
BEGIN
  SET NOCOUNT ON;
  INSERT INTO dbo.orders (customer_id, total, placed, state) VALUES (@customer, 0, GETDATE(), 'o');
  SET @id = SCOPE_IDENTITY();
END
GO
CREATE FUNCTION dbo.order_total (@id bigint) RETURNS decimal(12, 2) WITH SCHEMABINDING AS BEGIN RETURN 0; END
GO
CREATE FUNCTION dbo.orders_of (@customer int) RETURNS TABLE AS RETURN SELECT id, total FROM dbo.orders WHERE customer_id = @customer
GO
CREATE FUNCTION dbo.split (@text nvarchar(max)) RETURNS @items TABLE (item nvarchar(100)) AS BEGIN RETURN; END
GO
CREATE FUNCTION dbo.may_see (@customer int) RETURNS TABLE WITH SCHEMABINDING AS RETURN SELECT 1 AS yes WHERE @customer > 0
GO
CREATE TRIGGER dbo.orders_audit ON dbo.orders AFTER INSERT, UPDATE AS SET NOCOUNT ON
GO
CREATE TRIGGER sales.emails_write ON sales.emails INSTEAD OF UPDATE AS SET NOCOUNT ON
GO
EXEC (N'CREATE TRIGGER guard_tables ON DATABASE FOR DDL_TABLE_EVENTS, CREATE_VIEW AS SET NOCOUNT ON');
GO
CREATE SEQUENCE dbo.invoice_number AS bigint START WITH 1 INCREMENT BY 1 CACHE 50;
GO
CREATE SYNONYM sales.clients FOR dbo.customers;
GO
-- ---------------------------------------------------------------- rights and properties
GRANT SHOWPLAN TO app_reader;
GRANT SELECT ON dbo.customers TO app_reader;
GRANT INSERT ON dbo.orders TO app_writer WITH GRANT OPTION;
GRANT EXECUTE ON dbo.add_order TO app_writer;
GO
EXEC (N'DENY SELECT ON dbo.customers (card) TO app_reader;
GRANT SELECT ON SCHEMA::sales TO app_reader;
GRANT EXECUTE ON TYPE::dbo.line_list TO app_writer;
CREATE SECURITY POLICY dbo.own_orders ADD FILTER PREDICATE dbo.may_see(customer_id) ON dbo.orders WITH (STATE = ON)');
GO
EXEC sys.sp_addextendedproperty N'owner_team', N'shop';
EXEC sys.sp_addextendedproperty N'MS_Description', N'Who buys', N'SCHEMA', N'dbo', N'TABLE', N'customers';
EXEC sys.sp_addextendedproperty N'MS_Description', N'Unique, in lower case', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'email';
EXEC sys.sp_addextendedproperty N'classification', N'confidential', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'COLUMN', N'balance';
EXEC sys.sp_addextendedproperty N'MS_Description', N'shipped or open', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'CONSTRAINT', N'ck_orders_state';
EXEC sys.sp_addextendedproperty N'MS_Description', N'Who changed an order', N'SCHEMA', N'dbo', N'TABLE', N'orders', N'TRIGGER', N'orders_audit';
EXEC sys.sp_addextendedproperty N'MS_Description', N'Who orders', N'SCHEMA', N'dbo', N'PROCEDURE', N'add_order', N'PARAMETER', N'@customer';
EXEC sys.sp_addextendedproperty N'MS_Description', N'What sales needs', N'SCHEMA', N'sales';
EXEC sys.sp_addextendedproperty N'MS_Description', N'With country code', N'SCHEMA', N'dbo', N'TYPE', N'phone';
EXEC sys.sp_addextendedproperty N'MS_Description', N'For the search', N'SCHEMA', N'dbo', N'TABLE', N'customers', N'INDEX', N'customers_name';
GO
