-- Views, routines, triggers, events and sequences.

-- case: view added
-- expect: added view main.cheap structure low
CREATE VIEW cheap AS SELECT id, price FROM products WHERE price < 10;

-- case: view dropped
-- expect: removed view main.busy structure critical
DROP VIEW busy;

-- case: view renamed
-- expect: added view main.busier structure low
-- expect: removed view main.busy structure critical
RENAME TABLE busy TO busier;

-- case: view says something else
-- expect: modified view main.busy structure high
CREATE OR REPLACE ALGORITHM=TEMPTABLE DEFINER=dl_app@'%' VIEW busy AS SELECT name FROM order_totals WHERE orders > 20;

-- case: view written otherwise
-- expect: nothing
CREATE OR REPLACE ALGORITHM = TEMPTABLE DEFINER = `dl_app`@`%` VIEW busy AS
  select `name`   from order_totals where (orders) > 10;

-- case: view has another column
-- expect: added column main.good_customers.level structure medium
-- expect: modified view main.good_customers structure high
CREATE OR REPLACE VIEW good_customers AS SELECT id, email, name, level FROM customers WHERE level > 2 WITH CASCADED CHECK OPTION;

-- case: view without check option
-- expect: modified view main.good_customers structure high
CREATE OR REPLACE VIEW good_customers AS SELECT id, email, name FROM customers WHERE level > 2;

-- case: view with a local check option
-- expect: modified view main.good_customers structure high
CREATE OR REPLACE VIEW good_customers AS SELECT id, email, name FROM customers WHERE level > 2 WITH LOCAL CHECK OPTION;

-- case: algorithm of a view
-- expect: modified view main.busy structure high
CREATE OR REPLACE ALGORITHM=UNDEFINED DEFINER=dl_app@'%' VIEW busy AS SELECT name FROM order_totals WHERE orders > 10;

-- case: definer of a view
-- expect: modified view main.busy access medium
CREATE OR REPLACE ALGORITHM=TEMPTABLE DEFINER=root@localhost VIEW busy AS SELECT name FROM order_totals WHERE orders > 10;

-- case: view runs as its invoker
-- expect: modified view main.busy access high
CREATE OR REPLACE ALGORITHM=TEMPTABLE DEFINER=dl_app@'%' SQL SECURITY INVOKER VIEW busy AS SELECT name FROM order_totals WHERE orders > 10;

-- case: text in a view that looks like the database's name
-- expect: added view main.quoted structure low
CREATE VIEW quoted AS SELECT '`dl_oracle_maria`.`x`' AS a, '\'`' AS b, 'c' AS `d.e`;

-- case: view made from a session with another character set
-- expect: modified view main.busy structure high
SET NAMES latin1;
CREATE OR REPLACE ALGORITHM=TEMPTABLE DEFINER=dl_app@'%' VIEW busy AS SELECT name FROM order_totals WHERE orders > 10;

-- case: function added
-- expect: added function main.twice(int) structure low
CREATE FUNCTION twice(x int) RETURNS int DETERMINISTIC RETURN x * 2;

-- case: function dropped
-- expect: removed function main.full_name(varchar(40), varchar(40)) structure critical
DROP FUNCTION full_name;

-- case: body of a function
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
CREATE OR REPLACE FUNCTION full_name(a varchar(40), b varchar(40)) RETURNS varchar(81) DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(a, '  ', b);

-- case: spaces in the body of a function
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
CREATE OR REPLACE FUNCTION full_name(a varchar(40), b varchar(40)) RETURNS varchar(81) DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(a,  ' ',  b);

-- case: spaces in the arguments of a function
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
CREATE OR REPLACE FUNCTION full_name(a varchar(40),b varchar(40)) RETURNS varchar(81) DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(a, ' ', b);

-- case: arguments of a function
-- expect: added function main.full_name(varchar(40), varchar(50)) structure low
-- expect: removed function main.full_name(varchar(40), varchar(40)) structure critical
CREATE OR REPLACE FUNCTION full_name(a varchar(40), b varchar(50)) RETURNS varchar(81) DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(a, ' ', b);

-- case: name of an argument
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
CREATE OR REPLACE FUNCTION full_name(first varchar(40), b varchar(40)) RETURNS varchar(81) DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(first, ' ', b);

-- case: result of a function
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure critical
CREATE OR REPLACE FUNCTION full_name(a varchar(40), b varchar(40)) RETURNS text DETERMINISTIC NO SQL
  COMMENT 'joins two names' RETURN concat(a, ' ', b);

-- case: function not deterministic
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
CREATE OR REPLACE FUNCTION full_name(a varchar(40), b varchar(40)) RETURNS varchar(81) NO SQL
  COMMENT 'joins two names' RETURN concat(a, ' ', b);

-- case: what data a function uses
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure high
ALTER FUNCTION full_name READS SQL DATA;

-- case: comment of a function
-- expect: modified function main.full_name(varchar(40), varchar(40)) structure low
ALTER FUNCTION full_name COMMENT 'one name of two';

-- case: function runs as its definer
-- expect: modified function main.order_count(int unsigned) access high
ALTER FUNCTION order_count SQL SECURITY DEFINER;

-- case: aggregate function dropped
-- expect: removed aggregate main.total(int) structure critical
DROP FUNCTION total;

-- case: aggregate function says something else
-- expect: modified aggregate main.total(int) structure high
DELIMITER //
CREATE OR REPLACE AGGREGATE FUNCTION total(x int) RETURNS int
BEGIN
  DECLARE sum int DEFAULT 1;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN sum;
  LOOP
    FETCH GROUP NEXT ROW;
    SET sum = sum + x;
  END LOOP;
END//
DELIMITER ;

-- case: procedure added
-- expect: added procedure main.clean() structure low
CREATE PROCEDURE clean() DELETE FROM notes;

-- case: procedure dropped
-- expect: removed procedure main.nothing() structure critical
DROP PROCEDURE nothing;

-- case: body of a procedure
-- expect: modified procedure main.nothing() structure high
DELIMITER //
CREATE OR REPLACE DEFINER=dl_app@'%' PROCEDURE nothing() BEGIN DO 1; END//
DELIMITER ;

-- case: definer of a procedure
-- expect: modified procedure main.nothing() access medium
-- expect: modified procedure main.nothing() structure high
DELIMITER //
CREATE OR REPLACE PROCEDURE nothing() BEGIN END//
DELIMITER ;

-- case: procedure made under another mode
-- expect: modified procedure main.nothing() structure high
SET sql_mode = 'ANSI_QUOTES';
DELIMITER //
CREATE OR REPLACE DEFINER=dl_app@'%' PROCEDURE nothing() BEGIN END//
DELIMITER ;

-- case: package of the mode ORACLE
-- expect: added procedure main.tools(package body) structure low
-- expect: added procedure main.tools(package) structure low
SET sql_mode = 'ORACLE';
DELIMITER //
CREATE PACKAGE tools AS FUNCTION one RETURN int; END//
CREATE PACKAGE BODY tools AS FUNCTION one RETURN int AS BEGIN RETURN 1; END; END//
DELIMITER ;

-- case: trigger added
-- expect: added trigger main.spare.spare_up structure medium
CREATE TRIGGER spare_up AFTER UPDATE ON spare FOR EACH ROW SET @a = 1;

-- case: trigger dropped
-- expect: removed trigger main.orders.orders_gone structure high
DROP TRIGGER orders_gone;

-- case: first of two triggers dropped
-- expect: modified trigger main.customers.customers_trim structure high
-- expect: removed trigger main.customers.customers_lower structure high
DROP TRIGGER customers_lower;

-- case: body of a trigger
-- expect: modified trigger main.customers.customers_trim structure high
CREATE OR REPLACE TRIGGER customers_trim BEFORE INSERT ON customers FOR EACH ROW FOLLOWS customers_lower SET NEW.name = ltrim(NEW.name);

-- case: triggers in another order
-- expect: modified trigger main.customers.customers_lower structure high
-- expect: modified trigger main.customers.customers_trim structure high
CREATE OR REPLACE TRIGGER customers_trim BEFORE INSERT ON customers FOR EACH ROW PRECEDES customers_lower SET NEW.name = trim(NEW.name);

-- case: moment of a trigger
-- expect: modified trigger main.orders.orders_gone structure high
DELIMITER //
CREATE OR REPLACE DEFINER=dl_app@'%' TRIGGER orders_gone BEFORE DELETE ON orders FOR EACH ROW
BEGIN
  INSERT INTO log (id, line) VALUES (OLD.id, 'gone');
END//
DELIMITER ;

-- case: definer of a trigger
-- expect: modified trigger main.orders.orders_gone access medium
-- expect: modified trigger main.orders.orders_gone structure high
DELIMITER //
CREATE OR REPLACE TRIGGER orders_gone AFTER DELETE ON orders FOR EACH ROW
BEGIN
  INSERT INTO log (id, line) VALUES (OLD.id, 'gone');
END//
DELIMITER ;

-- case: trigger of another table
-- expect: added trigger main.spare.customers_trim structure medium
-- expect: removed trigger main.customers.customers_trim structure high
DROP TRIGGER customers_trim;
CREATE TRIGGER customers_trim BEFORE INSERT ON spare FOR EACH ROW SET NEW.w = trim(NEW.w);

-- case: event added
-- expect: added event main.hourly structure medium
CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01 00:00:00' DO DELETE FROM log;

-- case: event dropped
-- expect: removed event main.nightly structure high
DROP EVENT nightly;

-- case: event renamed
-- expect: added event main.daily structure medium
-- expect: removed event main.nightly structure high
ALTER EVENT nightly RENAME TO daily;

-- case: event enabled
-- expect: modified event main.nightly structure medium
ALTER EVENT nightly ENABLE;

-- case: event disabled
-- expect: modified event main.once structure high
ALTER EVENT once DISABLE;

-- case: schedule of an event
-- expect: modified event main.nightly structure high
ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY STARTS '2030-01-01 03:00:00' ENDS '2035-01-01 00:00:00';

-- case: first time of an event
-- expect: modified event main.nightly structure high
ALTER EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2031-01-01 03:00:00' ENDS '2035-01-01 00:00:00';

-- case: last time of an event
-- expect: nothing
ALTER EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00';

-- case: time of an event
-- expect: modified event main.once structure high
ALTER EVENT once ON SCHEDULE AT '2034-06-02 12:00:00';

-- case: event is not kept
-- expect: modified event main.nightly structure high
ALTER EVENT nightly ON COMPLETION NOT PRESERVE;

-- case: body of an event
-- expect: modified event main.nightly structure high
ALTER EVENT nightly DO DELETE FROM log WHERE id < 200;

-- case: comment of an event
-- expect: modified event main.nightly structure low
ALTER EVENT nightly COMMENT 'tidies up';

-- case: sequence added
-- expect: added sequence main.tickets structure low
CREATE SEQUENCE tickets;

-- case: sequence dropped
-- expect: removed sequence main.plain structure high
DROP SEQUENCE plain;

-- case: sequence renamed
-- expect: added sequence main.simple structure low
-- expect: removed sequence main.plain structure high
RENAME TABLE plain TO simple;

-- case: step of a sequence
-- expect: modified sequence main.numbers structure medium
ALTER SEQUENCE numbers INCREMENT BY 5;

-- case: limits of a sequence
-- expect: modified sequence main.numbers structure medium
ALTER SEQUENCE numbers MAXVALUE 5000;

-- case: start of a sequence
-- expect: modified sequence main.numbers structure medium
ALTER SEQUENCE numbers START WITH 200;

-- case: cache of a sequence
-- expect: modified sequence main.plain structure medium
ALTER SEQUENCE plain CACHE 10;

-- case: sequence no longer begins anew
-- expect: modified sequence main.numbers structure medium
ALTER SEQUENCE numbers NOCYCLE;

-- case: engine of a sequence
-- expect: modified sequence main.plain structure medium
ALTER TABLE plain ENGINE = Aria;
