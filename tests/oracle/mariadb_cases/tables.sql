-- Tables: made, dropped, renamed, altered as a whole.

-- case: table added
-- expect: added table main.returns structure low
CREATE TABLE returns (id int, reason text);

-- case: table added with everything in it
-- expect: added table main.returns structure low
CREATE TABLE returns (
  id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id int unsigned,
  reason varchar(40) DEFAULT 'none' CHECK (reason <> ''),
  UNIQUE KEY (order_id, reason),
  CONSTRAINT returns_fk FOREIGN KEY (order_id) REFERENCES orders (id)
);

-- case: table made like another
-- expect: added table main.customers_2 structure low
CREATE TABLE customers_2 LIKE customers;

-- case: table made of a query
-- expect: added table main.names structure low
CREATE TABLE names AS SELECT id, name FROM customers;

-- case: table dropped
-- expect: removed table main.spare structure critical
DROP TABLE spare;

-- case: table with a trigger dropped
-- expect: removed table main.order_lines structure critical
-- expect: removed table main.orders structure critical
-- expect: removed view main.busy structure critical
-- expect: removed view main.order_totals structure critical
DROP VIEW busy, order_totals;
DROP TABLE order_lines, orders;

-- case: table renamed
-- expect: added table main.spare_2 structure low
-- expect: removed table main.spare structure critical
RENAME TABLE spare TO spare_2;

-- case: two tables swap their names
-- expect: added column main.counters.line structure medium
-- expect: added column main.notes.v structure medium
-- expect: added primary_key main.notes."PRIMARY" structure medium
-- expect: modified column main.counters.id structure medium
-- expect: modified column main.notes.id structure high
-- expect: modified table main.counters storage low
-- expect: modified table main.counters structure medium
-- expect: modified table main.notes storage low
-- expect: modified table main.notes structure medium
-- expect: removed column main.counters.v structure critical
-- expect: removed column main.notes.line structure critical
-- expect: removed primary_key main.counters."PRIMARY" structure high
RENAME TABLE counters TO tmp, notes TO counters, tmp TO notes;

-- case: table renamed in the case of a letter
-- expect: added table main."Spare" structure low
-- expect: removed table main.spare structure critical
RENAME TABLE spare TO Spare;

-- case: engine of a table
-- expect: modified table main.notes structure medium
ALTER TABLE notes ENGINE = InnoDB;

-- case: default character set of a table
-- expect: modified column main.spare.w structure high
-- expect: modified column main.spare.x structure high
-- expect: modified table main.spare structure high
ALTER TABLE spare DEFAULT CHARACTER SET latin1;

-- case: table converted to another character set
-- expect: modified table main.old_text structure high
ALTER TABLE old_text CONVERT TO CHARACTER SET utf8mb4;

-- case: collation of a table
-- expect: modified table main.counters structure high
ALTER TABLE counters COLLATE utf8mb4_bin;

-- case: comment of a table
-- expect: modified table main.spare structure low
ALTER TABLE spare COMMENT = 'what''s "left"\nover';

-- case: comment of a table removed
-- expect: modified table main.customers structure low
ALTER TABLE customers COMMENT = '';

-- case: row format of a table
-- expect: modified table main.spare storage low
ALTER TABLE spare ROW_FORMAT = REDUNDANT;

-- case: row format no longer chosen
-- expect: modified table main.products storage low
ALTER TABLE products ROW_FORMAT = DEFAULT;

-- case: size of compressed blocks
-- expect: modified table main.packed storage low
ALTER TABLE packed KEY_BLOCK_SIZE = 8;

-- case: page compression
-- expect: modified table main.spare storage low
ALTER TABLE spare PAGE_COMPRESSED = 1;

-- case: level of page compression
-- expect: modified table main.spare storage low
ALTER TABLE spare PAGE_COMPRESSED = 1 PAGE_COMPRESSION_LEVEL = 4;

-- case: rows that a table is made for
-- expect: modified table main.log storage low
ALTER TABLE log MAX_ROWS = 2000 MIN_ROWS = 10;

-- case: statistics of a table are kept
-- expect: modified table main.spare storage low
ALTER TABLE spare STATS_PERSISTENT = 1, STATS_AUTO_RECALC = 0, STATS_SAMPLE_PAGES = 30;

-- case: checksums of a table
-- expect: modified table main.log storage low
ALTER TABLE log CHECKSUM = 0;

-- case: transactional Aria table
-- expect: modified table main.notes storage low
ALTER TABLE notes TRANSACTIONAL = 0;

-- case: system versioning added
-- expect: modified table main.spare structure medium
ALTER TABLE spare ADD SYSTEM VERSIONING;

-- case: system versioning dropped
-- expect: modified table main.ledger structure medium
ALTER TABLE ledger DROP SYSTEM VERSIONING;

-- case: columns of a system versioned table made visible
-- expect: added column main.ledger.b structure medium
-- expect: added column main.ledger.e structure medium
-- expect: modified primary_key main.ledger."PRIMARY" structure high
ALTER TABLE ledger DROP SYSTEM VERSIONING;
ALTER TABLE ledger ADD COLUMN b timestamp(6) GENERATED ALWAYS AS ROW START,
  ADD COLUMN e timestamp(6) GENERATED ALWAYS AS ROW END, ADD PERIOD FOR SYSTEM_TIME (b, e), ADD SYSTEM VERSIONING;

-- case: period of an application added
-- expect: added check main.old_text.lifetime structure medium
-- expect: added column main.old_text.a structure high
-- expect: added column main.old_text.b structure high
ALTER TABLE old_text ADD COLUMN a date NOT NULL, ADD COLUMN b date NOT NULL, ADD PERIOD FOR lifetime (a, b);

-- case: period of an application dropped
-- expect: removed check main.prices.validity structure high
-- expect: removed unique main.prices.prices_key structure high
ALTER TABLE prices DROP KEY prices_key, DROP PERIOD FOR validity;

-- case: order of columns
-- expect: modified table main.spare structure low
ALTER TABLE spare MODIFY w varchar(10) AFTER x;

-- case: column put first
-- expect: modified table main.spare structure low
ALTER TABLE spare MODIFY v int FIRST;

-- case: MERGE table added
-- expect: added table main.all_logs structure low
CREATE TABLE all_logs (id int, line varchar(200), KEY log_id (id)) ENGINE = MERGE UNION = (log, old_log) INSERT_METHOD = LAST;

-- case: tables behind a MERGE table
-- expect: nothing
-- oracle: changed
-- reason: the information schema does not tell which tables these are, or which of them takes rows
ALTER TABLE logs INSERT_METHOD = LAST;

-- case: default character set of the database
-- expect: modified aggregate main.total(int) structure high
-- expect: modified event main.nightly structure high
-- expect: modified event main.once structure high
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
-- expect: modified function main.order_count(int unsigned) structure high
-- expect: modified procedure main."odd ""procedure"""(int) structure high
-- expect: modified procedure main.nothing() structure high
-- expect: modified procedure main.place_order(int unsigned, bigint, int unsigned) structure high
-- expect: modified schema main structure high
-- expect: modified trigger main.customers.customers_lower structure high
-- expect: modified trigger main.customers.customers_trim structure high
-- expect: modified trigger main.orders.orders_gone structure high
ALTER DATABASE CHARACTER SET latin1;

-- case: comment of the database
-- expect: modified schema main structure low
-- oracle: same
-- reason: a dump of one database does not write the database itself
ALTER DATABASE COMMENT 'the shop';
