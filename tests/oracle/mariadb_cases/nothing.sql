-- Statements after which the schema is what it was before.

-- case: rows inserted
-- expect: nothing
INSERT INTO spare (v) SELECT seq FROM seq_1_to_1000;

-- case: counter of a table
-- expect: nothing
ALTER TABLE spare AUTO_INCREMENT = 5000;

-- case: rows deleted and the table truncated
-- expect: nothing
DELETE FROM customers;
TRUNCATE TABLE spare;

-- case: table analyzed
-- expect: nothing
ANALYZE TABLE spare, customers, products PERSISTENT FOR ALL;

-- case: table optimized
-- expect: nothing
OPTIMIZE TABLE spare, log, notes;

-- case: table checked and repaired
-- expect: nothing
CHECK TABLE log, notes;
REPAIR TABLE log, notes;

-- case: table rebuilt
-- expect: nothing
ALTER TABLE spare FORCE;

-- case: engine said though it is the same
-- expect: nothing
ALTER TABLE spare ENGINE = InnoDB;

-- case: table renamed there and back
-- expect: nothing
RENAME TABLE spare TO spare_2;
RENAME TABLE spare_2 TO spare;

-- case: column added and dropped at once
-- expect: nothing
ALTER TABLE spare ADD COLUMN y int FIRST, ALGORITHM = INSTANT;
ALTER TABLE spare DROP COLUMN y, ALGORITHM = INSTANT;

-- case: index added and dropped
-- expect: nothing
CREATE INDEX spare_v ON spare (v);
DROP INDEX spare_v ON spare;

-- case: keys switched off and on
-- expect: nothing
ALTER TABLE log DISABLE KEYS;
ALTER TABLE log ENABLE KEYS;

-- case: table dropped and made again
-- expect: nothing
DROP TABLE counters;
CREATE TABLE counters (id int PRIMARY KEY, v int) ENGINE=MEMORY;

-- case: temporary table
-- expect: nothing
CREATE TEMPORARY TABLE t (id int);
ALTER TABLE t ADD COLUMN b int;

-- case: temporary table hides another
-- expect: nothing
CREATE TEMPORARY TABLE spare (id int);

-- case: sequence counts
-- expect: nothing
SELECT nextval(numbers), nextval(numbers), nextval(downwards);

-- case: sequence set
-- expect: nothing
SELECT setval(numbers, 5000);

-- case: sequence restarted
-- expect: nothing
ALTER SEQUENCE numbers RESTART 700;

-- case: procedure called
-- expect: nothing
CALL place_order(1, NULL, @n);

-- case: view made again
-- expect: nothing
CREATE OR REPLACE VIEW good_customers AS SELECT id, email, name FROM customers WHERE level > 2 WITH CASCADED CHECK OPTION;

-- case: statement in a transaction rolled back
-- expect: nothing
START TRANSACTION;
INSERT INTO spare (v) VALUES (7);
ROLLBACK;

-- case: statement refused
-- expect: nothing
CREATE TABLE IF NOT EXISTS spare (id int, other int);
DROP TABLE IF EXISTS nowhere;
DROP VIEW IF EXISTS nowhere;

-- case: column changed to what it is
-- expect: nothing
ALTER TABLE customers MODIFY name varchar(80) NOT NULL DEFAULT '' COMMENT 'as on the invoice';

-- case: tables locked
-- expect: nothing
LOCK TABLES spare WRITE, orders READ;
UNLOCK TABLES;

-- case: tables flushed
-- expect: nothing
FLUSH TABLES;

-- case: modes and character sets of a session
-- expect: nothing
SET SESSION sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES';
SET NAMES latin1;
SET SESSION collation_database = latin1_bin;
DO 1;

-- case: another database
-- expect: nothing
CREATE DATABASE dl_oracle_other;
CREATE TABLE dl_oracle_other.t (id int);
DROP DATABASE dl_oracle_other;

-- case: account made and dropped
-- expect: nothing
CREATE USER dl_passing@localhost;
DROP USER dl_passing@localhost;

-- case: variables of the server
-- expect: nothing
SET GLOBAL sort_buffer_size = 1048576;
SET GLOBAL sort_buffer_size = DEFAULT;
