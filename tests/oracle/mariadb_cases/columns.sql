-- Columns: added, dropped, renamed, their types, defaults and all else.

-- case: column added
-- expect: added column main.spare.y structure medium
ALTER TABLE spare ADD COLUMN y int;

-- case: column added in between
-- expect: added column main.spare.y structure high
ALTER TABLE spare ADD COLUMN y int NOT NULL AFTER id;

-- case: column added at once
-- expect: added column main.spare.y structure medium
ALTER TABLE spare ADD COLUMN y int DEFAULT 3, ALGORITHM = INSTANT;

-- case: column dropped
-- expect: removed column main.spare.v structure critical
ALTER TABLE spare DROP COLUMN v;

-- case: column renamed
-- expect: added column main.spare.vv structure medium
-- expect: removed column main.spare.v structure critical
ALTER TABLE spare RENAME COLUMN v TO vv;

-- case: column changed and renamed
-- expect: added column main.spare.vv structure high
-- expect: removed column main.spare.v structure critical
ALTER TABLE spare CHANGE v vv bigint NOT NULL;

-- case: column dropped and added again at its place
-- expect: nothing
ALTER TABLE spare DROP COLUMN v, ADD COLUMN v int DEFAULT NULL AFTER id;

-- case: type made wider
-- expect: modified column main.spare.v structure low
ALTER TABLE spare MODIFY v bigint;

-- case: type made narrower
-- expect: modified column main.spare.w structure critical
ALTER TABLE spare MODIFY w varchar(5);

-- case: text made longer
-- expect: modified column main.spare.w structure low
ALTER TABLE spare MODIFY w varchar(200);

-- case: type of another family
-- expect: modified column main.spare.w structure critical
ALTER TABLE spare MODIFY w int;

-- case: integer made unsigned
-- expect: modified column main.spare.v structure critical
ALTER TABLE spare MODIFY v int unsigned;

-- case: integer made wider and unsigned
-- expect: modified column main.spare.v structure critical
ALTER TABLE spare MODIFY v bigint unsigned;

-- case: unsigned integer made signed
-- expect: modified column main.customers.credit structure low
ALTER TABLE customers MODIFY credit decimal(10,2) DEFAULT 0.00;

-- case: display width of an integer
-- expect: nothing
-- oracle: changed
-- reason: a display width is advice to clients, and newer servers of the family have none
ALTER TABLE spare MODIFY v int(5);

-- case: tiny integer becomes a boolean
-- expect: modified column main.customers.level structure low
ALTER TABLE customers MODIFY level boolean NOT NULL DEFAULT 0;

-- case: display width of ZEROFILL
-- expect: modified column main.products.code structure low
ALTER TABLE products MODIFY code int(8) unsigned zerofill DEFAULT NULL;

-- case: ZEROFILL dropped
-- expect: modified column main.products.code structure low
ALTER TABLE products MODIFY code int unsigned DEFAULT NULL;

-- case: scale of a decimal
-- expect: modified column main.customers.credit structure medium
ALTER TABLE customers MODIFY credit decimal(11,3) unsigned DEFAULT 0.00;

-- case: digits of a float
-- expect: modified column main.products.weight structure low
ALTER TABLE products MODIFY weight double DEFAULT NULL;

-- case: fractions of a second
-- expect: modified column main.orders.placed structure medium
ALTER TABLE orders MODIFY placed datetime(6) NOT NULL DEFAULT current_timestamp(6);

-- case: value of an enum appended
-- expect: modified column main.products.kind structure low
ALTER TABLE products MODIFY kind enum('book','game','it''s','film') NOT NULL DEFAULT 'book';

-- case: value of an enum put in front
-- expect: modified column main.products.kind structure critical
ALTER TABLE products MODIFY kind enum('film','book','game','it''s') NOT NULL DEFAULT 'book';

-- case: value of a set removed
-- expect: modified column main.products.tags structure critical
ALTER TABLE products MODIFY tags set('new') DEFAULT NULL;

-- case: text of another size
-- expect: modified column main.products.body structure low
ALTER TABLE products MODIFY body mediumtext DEFAULT NULL;

-- case: JSON becomes text
-- expect: modified column main.customers.settings structure high
-- expect: removed check main.customers.settings structure high
ALTER TABLE customers MODIFY settings longtext DEFAULT NULL;

-- case: column becomes JSON
-- expect: added check main.spare.j structure medium
-- expect: added column main.spare.j structure medium
ALTER TABLE spare ADD COLUMN j json;

-- case: not null
-- expect: modified column main.spare.v structure high
ALTER TABLE spare MODIFY v int NOT NULL;

-- case: null
-- expect: modified column main.orders.amount structure medium
ALTER TABLE orders MODIFY amount int DEFAULT 1;

-- case: default added
-- expect: modified column main.spare.v structure medium
ALTER TABLE spare ALTER v SET DEFAULT 5;

-- case: default dropped
-- expect: modified column main.orders.amount structure high
ALTER TABLE orders ALTER amount DROP DEFAULT;

-- case: default changed
-- expect: modified column main.orders.amount structure medium
ALTER TABLE orders ALTER amount SET DEFAULT 2;

-- case: default of NULL said or not
-- expect: nothing
ALTER TABLE spare MODIFY v int DEFAULT NULL;

-- case: default of a nullable column dropped altogether
-- expect: nothing
ALTER TABLE spare ALTER w DROP DEFAULT;

-- case: default NULL and default 'NULL'
-- expect: modified column main.spare.x structure high
ALTER TABLE spare ALTER x SET DEFAULT NULL;

-- case: default is an expression
-- expect: modified column main.spare.v structure medium
ALTER TABLE spare MODIFY v int DEFAULT (1 + 2);

-- case: default now spelled otherwise
-- expect: nothing
ALTER TABLE orders MODIFY placed datetime(3) NOT NULL DEFAULT now(3);

-- case: default with other spaces
-- expect: nothing
ALTER TABLE products MODIFY place point NOT NULL DEFAULT (  ST_GeomFromText(  'POINT(0 0)' ));

-- case: number as default written otherwise
-- expect: nothing
ALTER TABLE customers MODIFY credit decimal(10,2) unsigned DEFAULT '0';

-- case: bits as default written otherwise
-- expect: nothing
ALTER TABLE products MODIFY flags bit(4) DEFAULT 10;

-- case: on update dropped
-- expect: modified column main.customers.seen structure medium
ALTER TABLE customers MODIFY seen timestamp NOT NULL DEFAULT current_timestamp();

-- case: on update added
-- expect: modified column main.orders.placed structure medium
ALTER TABLE orders MODIFY placed datetime(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3);

-- case: auto increment dropped
-- expect: modified column main.spare.id structure high
ALTER TABLE spare MODIFY id int NOT NULL;

-- case: auto increment added
-- expect: modified column main.counters.id structure high
ALTER TABLE counters MODIFY id int NOT NULL AUTO_INCREMENT;

-- case: comment of a column
-- expect: modified column main.spare.v structure low
ALTER TABLE spare MODIFY v int COMMENT 'how "many"';

-- case: comment of a column changed
-- expect: modified column main.busy.name structure low
-- expect: modified column main.customers.name structure low
-- expect: modified column main.good_customers.name structure low
-- expect: modified column main.order_totals.name structure low
ALTER TABLE customers MODIFY name varchar(80) NOT NULL DEFAULT '' COMMENT 'as on the bill';

-- case: character set of a column
-- expect: modified column main.customers.nickname structure high
ALTER TABLE customers MODIFY nickname varchar(40) CHARACTER SET utf8mb4 DEFAULT NULL;

-- case: collation of a column
-- expect: modified column main.spare.w structure high
ALTER TABLE spare MODIFY w varchar(10) COLLATE utf8mb4_bin;

-- case: collation of a column said though it is the table's
-- expect: nothing
ALTER TABLE spare MODIFY w varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;

-- case: utf8 and utf8mb3
-- expect: modified column main.spare.w structure high
ALTER TABLE spare MODIFY w varchar(10) CHARACTER SET utf8;

-- case: column made invisible
-- expect: modified column main.spare.v structure medium
ALTER TABLE spare MODIFY v int INVISIBLE;

-- case: column made visible
-- expect: modified column main.products.hidden structure medium
ALTER TABLE products MODIFY hidden int DEFAULT 7;

-- case: column compressed
-- expect: modified column main.spare.x storage low
ALTER TABLE spare MODIFY x varchar(20) COMPRESSED DEFAULT 'NULL';

-- case: column no longer compressed
-- expect: modified column main.products.long_text storage low
ALTER TABLE products MODIFY long_text mediumtext DEFAULT NULL;

-- case: generated column added
-- expect: added column main.spare.g structure medium
ALTER TABLE spare ADD COLUMN g int AS (v + 1);

-- case: generated column says something else
-- expect: modified column main.products.cents structure high
ALTER TABLE products MODIFY cents int GENERATED ALWAYS AS (price * 1000) STORED;

-- case: generated column is no longer stored
-- expect: modified column main.products.cents structure high
ALTER TABLE products DROP COLUMN cents, ADD COLUMN cents int GENERATED ALWAYS AS (price * 100) VIRTUAL AFTER label;

-- case: generated column written otherwise
-- expect: nothing
ALTER TABLE products MODIFY label varchar(220) AS (CONCAT( `sku`,' ',`title` ));

-- case: generated column becomes a plain one
-- expect: modified column main.products.cents structure high
ALTER TABLE products MODIFY cents int DEFAULT NULL;

-- case: column leaves system versioning
-- expect: modified column main.ledger.amount structure medium
SET SESSION system_versioning_alter_history = KEEP;
ALTER TABLE ledger MODIFY amount decimal(12,2) NOT NULL WITHOUT SYSTEM VERSIONING;

-- case: type with a synonym
-- expect: nothing
ALTER TABLE spare MODIFY v integer, MODIFY w character varying(10);

-- case: type of a column that a view shows
-- expect: modified column main.busy.name structure low
-- expect: modified column main.customers.name structure low
-- expect: modified column main.good_customers.name structure low
-- expect: modified column main.order_totals.name structure low
ALTER TABLE customers MODIFY name varchar(90) NOT NULL DEFAULT '' COMMENT 'as on the invoice';
