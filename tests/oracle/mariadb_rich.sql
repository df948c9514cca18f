-- A MariaDB 10.11 database that holds every kind of object `mariadb-dump --no-data --routines --events --triggers`
-- writes, most of them in several forms and under awkward names. Run it with the mariadb client as root in an empty
-- database; the cases in mariadb_cases/ each start from it. Accounts and roles are the server's, so they are made only
-- where they are missing. A dump of this database restores without errors and dumps the same again.

SET NAMES utf8mb4;
SET sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION';

-- ------------------------------------------------------------------ accounts and roles

CREATE USER IF NOT EXISTS dl_app@'%' IDENTIFIED BY 'dl-right-word-8';
CREATE USER IF NOT EXISTS dl_reader@'10.0.%' IDENTIFIED BY 'dl-right-word-8';
CREATE USER IF NOT EXISTS 'dl odd "user"'@localhost IDENTIFIED BY 'dl-right-word-8';
CREATE ROLE IF NOT EXISTS dl_staff;
CREATE ROLE IF NOT EXISTS dl_spare;

-- ------------------------------------------------------------------ tables

CREATE TABLE customers (
  id int unsigned NOT NULL AUTO_INCREMENT,
  email varchar(120) NOT NULL,
  name varchar(80) NOT NULL DEFAULT '' COMMENT 'as on the invoice',
  nickname varchar(40) CHARACTER SET latin1 COLLATE latin1_german1_ci DEFAULT NULL,
  level tinyint NOT NULL DEFAULT 0,
  active tinyint(1) NOT NULL DEFAULT 1,
  credit decimal(10,2) unsigned DEFAULT 0.00,
  since date DEFAULT NULL,
  seen timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  settings json DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY customers_email (email),
  KEY customers_name (name(20), since DESC) COMMENT 'for the search page',
  CONSTRAINT customers_credit CHECK (credit < 100000)
) COMMENT 'people who buy';

CREATE TABLE products (
  id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sku char(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title varchar(200) NOT NULL,
  body text DEFAULT NULL,
  price decimal(12,4) NOT NULL CHECK (price >= 0),
  kind enum('book','game','it''s') NOT NULL DEFAULT 'book',
  tags set('new','sale') DEFAULT NULL,
  weight double(8,2) DEFAULT NULL,
  code int(6) unsigned zerofill DEFAULT NULL,
  made year DEFAULT NULL,
  flags bit(4) DEFAULT b'1010',
  raw varbinary(16) DEFAULT NULL,
  picture longblob DEFAULT NULL,
  place point NOT NULL DEFAULT st_geomfromtext('POINT(0 0)'),
  uid uuid DEFAULT uuid(),
  address inet6 DEFAULT NULL,
  label varchar(220) GENERATED ALWAYS AS (concat(sku, ' ', title)) VIRTUAL,
  cents int GENERATED ALWAYS AS (price * 100) STORED,
  hidden int INVISIBLE DEFAULT 7,
  long_text mediumtext COMPRESSED DEFAULT NULL,
  UNIQUE KEY products_sku (sku),
  KEY products_price (price),
  KEY products_kind (kind, made) IGNORED,
  FULLTEXT KEY products_words (title, body),
  SPATIAL KEY products_place (place)
) ROW_FORMAT=DYNAMIC STATS_PERSISTENT=1;

CREATE TABLE orders (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id int unsigned NOT NULL,
  product_id bigint DEFAULT NULL,
  amount int NOT NULL DEFAULT 1,
  note varchar(500) DEFAULT NULL,
  placed datetime(3) NOT NULL DEFAULT current_timestamp(3),
  KEY orders_customer (customer_id),
  KEY orders_product (product_id, placed),
  CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
  CONSTRAINT orders_product_fk FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE SET NULL ON UPDATE NO ACTION,
  CONSTRAINT orders_amount CHECK (amount > 0)
);

CREATE TABLE order_lines (
  order_id int unsigned NOT NULL,
  line int NOT NULL,
  part varchar(60) NOT NULL,
  PRIMARY KEY (order_id, line),
  CONSTRAINT lines_fk FOREIGN KEY (order_id) REFERENCES orders (id)
);

CREATE TABLE prices (
  product_id bigint NOT NULL,
  valid_from date NOT NULL,
  valid_to date NOT NULL,
  amount decimal(12,4) NOT NULL,
  PERIOD FOR validity (valid_from, valid_to),
  UNIQUE KEY prices_key (product_id, validity WITHOUT OVERLAPS)
);

CREATE TABLE ledger (
  id int NOT NULL PRIMARY KEY,
  amount decimal(12,2) NOT NULL,
  comment varchar(100) DEFAULT NULL WITHOUT SYSTEM VERSIONING
) WITH SYSTEM VERSIONING;

CREATE TABLE audited (
  id int NOT NULL PRIMARY KEY,
  started timestamp(6) GENERATED ALWAYS AS ROW START,
  ended timestamp(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (started, ended)
) WITH SYSTEM VERSIONING;

CREATE TABLE visits (
  id int NOT NULL,
  day date NOT NULL,
  shop int NOT NULL,
  PRIMARY KEY (id, day, shop)
) PARTITION BY RANGE COLUMNS (day) SUBPARTITION BY HASH (shop) SUBPARTITIONS 2 (
  PARTITION p2024 VALUES LESS THAN ('2025-01-01') COMMENT 'old',
  PARTITION p2025 VALUES LESS THAN ('2026-01-01'),
  PARTITION rest VALUES LESS THAN (MAXVALUE)
);

CREATE TABLE regions (id int NOT NULL, code varchar(2) NOT NULL) PARTITION BY LIST COLUMNS (code) (
  PARTITION north VALUES IN ('dk', 'se'),
  PARTITION south VALUES IN ('it')
);

CREATE TABLE buckets (id int NOT NULL PRIMARY KEY, v int) PARTITION BY HASH (id) PARTITIONS 4;

CREATE TABLE log (id int, line varchar(200), KEY log_id (id)) ENGINE=MyISAM MAX_ROWS=1000 CHECKSUM=1 DELAY_KEY_WRITE=1;
CREATE TABLE old_log (id int, line varchar(200), KEY log_id (id)) ENGINE=MyISAM;
CREATE TABLE logs (id int, line varchar(200), KEY log_id (id)) ENGINE=MERGE UNION=(old_log) INSERT_METHOD=FIRST;
CREATE TABLE archive (id int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 1000 (
  PARTITION past HISTORY,
  PARTITION now CURRENT
);
CREATE TABLE counters (id int PRIMARY KEY, v int) ENGINE=MEMORY;
CREATE TABLE notes (id int, line text) ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=0;
CREATE TABLE packed (id int NOT NULL PRIMARY KEY, v text) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;
CREATE TABLE old_text (id int NOT NULL PRIMARY KEY, v varchar(30)) CHARSET=latin1;
CREATE TABLE `Odd "Table" ``x``` (`a b` int NOT NULL, `c,"d"` int, `e\f` int, PRIMARY KEY (`a b`), KEY `k,"x"` (`c,"d"`, `e\f`));
CREATE TABLE `odd "table" ``x``` (id int);
CREATE TABLE spare (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, v int, w varchar(10), x varchar(20) DEFAULT 'NULL') AUTO_INCREMENT=100;

-- ------------------------------------------------------------------ sequences

CREATE SEQUENCE numbers START WITH 100 INCREMENT BY 10 MINVALUE 100 MAXVALUE 99999 CACHE 20 CYCLE;
CREATE SEQUENCE downwards START WITH -1 INCREMENT BY -1;
CREATE SEQUENCE plain;

-- ------------------------------------------------------------------ views

CREATE VIEW good_customers AS SELECT id, email, name FROM customers WHERE level > 2 WITH CASCADED CHECK OPTION;
CREATE SQL SECURITY INVOKER VIEW order_totals AS
  SELECT c.name, count(*) AS orders, 'it''s `x`.`y`' AS text FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.name;
CREATE ALGORITHM=TEMPTABLE DEFINER=dl_app@'%' VIEW busy AS SELECT name FROM order_totals WHERE orders > 10;
CREATE ALGORITHM=MERGE VIEW `odd "view"` AS SELECT `a b` AS `x y` FROM `Odd "Table" ``x```;

-- ------------------------------------------------------------------ routines

DELIMITER //
CREATE FUNCTION full_name(a varchar(40), b varchar(40)) RETURNS varchar(81) DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(a, ' ', b)//
CREATE FUNCTION order_count(customer int unsigned) RETURNS int READS SQL DATA SQL SECURITY INVOKER
BEGIN
  DECLARE found int;
  SELECT count(*) INTO found FROM orders WHERE customer_id = customer;
  RETURN found;
END//
CREATE AGGREGATE FUNCTION total(x int) RETURNS int
BEGIN
  DECLARE sum int DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN sum;
  LOOP
    FETCH GROUP NEXT ROW;
    SET sum = sum + x;
  END LOOP;
END//
CREATE PROCEDURE place_order(IN customer int unsigned, IN product bigint, OUT number int unsigned) MODIFIES SQL DATA
BEGIN
  INSERT INTO orders (customer_id, product_id) VALUES (customer, product);
  SET number = last_insert_id();
END//
CREATE DEFINER=dl_app@'%' PROCEDURE nothing() BEGIN END//
CREATE PROCEDURE `odd "procedure"`(INOUT `a b` int) SET `a b` = `a b` + 1//

-- ------------------------------------------------------------------ triggers

CREATE TRIGGER customers_lower BEFORE INSERT ON customers FOR EACH ROW SET NEW.email = lower(NEW.email)//
CREATE TRIGGER customers_trim BEFORE INSERT ON customers FOR EACH ROW FOLLOWS customers_lower SET NEW.name = trim(NEW.name)//
CREATE DEFINER=dl_app@'%' TRIGGER orders_gone AFTER DELETE ON orders FOR EACH ROW
BEGIN
  INSERT INTO log (id, line) VALUES (OLD.id, 'gone');
END//

-- ------------------------------------------------------------------ events

CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' ENDS '2035-01-01 00:00:00'
  ON COMPLETION PRESERVE DISABLE COMMENT 'cleans up' DO DELETE FROM log WHERE id < 100//
CREATE EVENT once ON SCHEDULE AT '2034-06-01 12:00:00' DO BEGIN DELETE FROM notes; END//
DELIMITER ;

-- ------------------------------------------------------------------ grants

GRANT SELECT, INSERT ON * TO dl_app@'%';
GRANT EXECUTE ON PROCEDURE place_order TO dl_app@'%';
GRANT SELECT (id, name), UPDATE (name) ON customers TO dl_reader@'10.0.%';
GRANT SELECT ON orders TO dl_reader@'10.0.%' WITH GRANT OPTION;
GRANT SELECT, SHOW VIEW ON * TO dl_staff;
GRANT SELECT ON products TO 'dl odd "user"'@localhost;

INSERT INTO customers (email, name) VALUES ('Ana@Example.org', 'Ana'), ('bo@example.org', 'Bo');
INSERT INTO spare (v) VALUES (1), (2);
