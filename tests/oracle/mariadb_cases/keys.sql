-- Primary keys, unique keys, foreign keys, checks and indexes.

-- case: primary key added
-- expect: added primary_key main.log."PRIMARY" structure medium
-- expect: modified column main.log.id structure high
ALTER TABLE log ADD PRIMARY KEY (id);

-- case: primary key dropped
-- expect: removed primary_key main.counters."PRIMARY" structure high
ALTER TABLE counters DROP PRIMARY KEY;

-- case: primary key over other columns
-- expect: modified primary_key main.order_lines."PRIMARY" structure high
ALTER TABLE order_lines DROP PRIMARY KEY, ADD PRIMARY KEY (order_id, line, part);

-- case: columns of a primary key in another order
-- expect: modified primary_key main.visits."PRIMARY" structure high
ALTER TABLE visits DROP PRIMARY KEY, ADD PRIMARY KEY (day, id, shop);

-- case: unique key added
-- expect: added unique main.spare.spare_w structure medium
ALTER TABLE spare ADD UNIQUE KEY spare_w (w);

-- case: unique key dropped
-- expect: removed unique main.customers.customers_email structure high
ALTER TABLE customers DROP KEY customers_email;

-- case: unique key becomes an index
-- expect: added index main.customers.customers_email structure low
-- expect: removed unique main.customers.customers_email structure high
ALTER TABLE customers DROP KEY customers_email, ADD KEY customers_email (email);

-- case: unique key over long texts
-- expect: added unique main.notes.notes_line structure medium
-- expect: modified table main.notes storage low
-- expect: modified table main.notes structure medium
ALTER TABLE notes ENGINE = InnoDB;
ALTER TABLE notes ADD UNIQUE KEY notes_line (line);

-- case: index added
-- expect: added index main.spare.spare_v structure low
CREATE INDEX spare_v ON spare (v);

-- case: index dropped
-- expect: removed index main.products.products_price structure medium
DROP INDEX products_price ON products;

-- case: index renamed
-- expect: added index main.products.by_price structure low
-- expect: removed index main.products.products_price structure medium
ALTER TABLE products RENAME INDEX products_price TO by_price;

-- case: index over other columns
-- expect: modified index main.customers.customers_name structure medium
ALTER TABLE customers DROP KEY customers_name, ADD KEY customers_name (name(20), since DESC, level) COMMENT 'for the search page';

-- case: columns of an index in another order
-- expect: added index main.orders.p structure low
-- expect: modified index main.orders.orders_product structure medium
ALTER TABLE orders DROP KEY orders_product, ADD KEY orders_product (placed, product_id), ADD KEY p (product_id);

-- case: prefix of an index
-- expect: modified index main.customers.customers_name structure medium
ALTER TABLE customers DROP KEY customers_name, ADD KEY customers_name (name(30), since DESC) COMMENT 'for the search page';

-- case: index no longer descending
-- expect: modified index main.customers.customers_name structure medium
ALTER TABLE customers DROP KEY customers_name, ADD KEY customers_name (name(20), since) COMMENT 'for the search page';

-- case: comment of an index
-- expect: modified index main.customers.customers_name structure low
ALTER TABLE customers DROP KEY customers_name, ADD KEY customers_name (name(20), since DESC) COMMENT 'for the reports';

-- case: index ignored
-- expect: modified index main.products.products_price structure medium
ALTER TABLE products ALTER INDEX products_price IGNORED;

-- case: index no longer ignored
-- expect: modified index main.products.products_kind structure medium
ALTER TABLE products ALTER INDEX products_kind NOT IGNORED;

-- case: fulltext index added
-- expect: added index main.spare.spare_words structure low
ALTER TABLE spare ADD FULLTEXT KEY spare_words (w);

-- case: fulltext index dropped
-- expect: removed index main.products.products_words structure medium
ALTER TABLE products DROP KEY products_words;

-- case: spatial index dropped
-- expect: removed index main.products.products_place structure medium
ALTER TABLE products DROP KEY products_place;

-- case: index of a memory table is a tree
-- expect: added index main.counters.counters_v structure low
ALTER TABLE counters ADD KEY counters_v (v) USING BTREE;

-- case: index of a memory table is a hash
-- expect: added index main.counters.counters_v structure low
ALTER TABLE counters ADD KEY counters_v (v);

-- case: kind of tree said though it is the usual one
-- expect: nothing
-- oracle: changed
-- reason: BTREE is what the index is anyway, and the information schema does not tell whether somebody said so
ALTER TABLE products DROP KEY products_price, ADD KEY products_price (price) USING BTREE;

-- case: size of blocks of an index
-- expect: nothing
-- oracle: changed
-- reason: the information schema does not tell it
ALTER TABLE log DROP KEY log_id, ADD KEY log_id (id) KEY_BLOCK_SIZE = 2048;

-- case: indexes in another order
-- expect: nothing
ALTER TABLE products DROP KEY products_price, ADD KEY products_price (price);

-- case: foreign key added
-- expect: added foreign_key main.order_lines.lines_2 structure medium
-- expect: added index main.order_lines.lines_2 structure low
ALTER TABLE order_lines ADD CONSTRAINT lines_2 FOREIGN KEY (line) REFERENCES ledger (id);

-- case: foreign key dropped
-- expect: removed foreign_key main.order_lines.lines_fk structure high
ALTER TABLE order_lines DROP FOREIGN KEY lines_fk;

-- case: foreign key dropped with its index
-- expect: removed foreign_key main.orders.orders_customer_fk structure high
-- expect: removed index main.orders.orders_customer structure medium
ALTER TABLE orders DROP FOREIGN KEY orders_customer_fk, DROP KEY orders_customer;

-- case: foreign key with another rule
-- expect: modified foreign_key main.orders.orders_customer_fk structure high
ALTER TABLE orders DROP FOREIGN KEY orders_customer_fk;
ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE RESTRICT ON UPDATE CASCADE;

-- case: foreign key renamed
-- expect: added foreign_key main.order_lines.lines_of_order structure medium
-- expect: removed foreign_key main.order_lines.lines_fk structure high
ALTER TABLE order_lines DROP FOREIGN KEY lines_fk;
ALTER TABLE order_lines ADD CONSTRAINT lines_of_order FOREIGN KEY (order_id) REFERENCES orders (id);

-- case: foreign key says RESTRICT
-- expect: nothing
ALTER TABLE order_lines DROP FOREIGN KEY lines_fk;
ALTER TABLE order_lines ADD CONSTRAINT lines_fk FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT;

-- case: foreign key says NO ACTION
-- expect: modified foreign_key main.order_lines.lines_fk structure high
ALTER TABLE order_lines DROP FOREIGN KEY lines_fk;
ALTER TABLE order_lines ADD CONSTRAINT lines_fk FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE NO ACTION;

-- case: foreign key to another table
-- expect: modified foreign_key main.order_lines.lines_fk structure high
ALTER TABLE order_lines DROP FOREIGN KEY lines_fk;
ALTER TABLE order_lines ADD CONSTRAINT lines_fk FOREIGN KEY (order_id) REFERENCES customers (id);

-- case: foreign key to a table that is not there
-- expect: added table main.waiting structure low
SET foreign_key_checks = 0;
CREATE TABLE waiting (id int PRIMARY KEY, CONSTRAINT waiting_fk FOREIGN KEY (id) REFERENCES nowhere (id));

-- case: check added
-- expect: added check main.spare.spare_v structure medium
ALTER TABLE spare ADD CONSTRAINT spare_v CHECK (v > 0);

-- case: check added without a name
-- expect: added check main.spare."CONSTRAINT_1" structure medium
ALTER TABLE spare ADD CHECK (v > 0);

-- case: check dropped
-- expect: removed check main.orders.orders_amount structure high
ALTER TABLE orders DROP CONSTRAINT orders_amount;

-- case: check says something else
-- expect: modified check main.orders.orders_amount structure high
ALTER TABLE orders DROP CONSTRAINT orders_amount, ADD CONSTRAINT orders_amount CHECK (amount >= 0);

-- case: check written otherwise
-- expect: nothing
ALTER TABLE orders DROP CONSTRAINT orders_amount, ADD CONSTRAINT orders_amount CHECK (   ( `amount` ) > 0 );

-- case: check of a column added
-- expect: added check main.spare.v structure medium
ALTER TABLE spare MODIFY v int CHECK (v <> 3);

-- case: check of a column dropped
-- expect: removed check main.products.price structure high
ALTER TABLE products MODIFY price decimal(12,4) NOT NULL;
