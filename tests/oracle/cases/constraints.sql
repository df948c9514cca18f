-- Primary keys, unique, foreign key, check and exclusion constraints.

-- case: primary key added
-- expect: added primary_key archive.orders.orders_pkey structure medium
ALTER TABLE archive.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

-- case: primary key added on a nullable column
-- expect: added primary_key attic.things.things_pkey structure medium
-- expect: modified column attic.things.id structure high
ALTER TABLE attic.things ADD PRIMARY KEY (id);

-- case: primary key made from an index
-- expect: added primary_key shop.documents.documents_id_idx structure medium
-- expect: removed index shop.documents.documents_id_idx structure medium
ALTER TABLE shop.documents ADD PRIMARY KEY USING INDEX documents_id_idx;

-- case: primary key added to a partitioned table
-- expect: added primary_key shop.grid.grid_pkey structure medium
-- expect: added primary_key shop.grid_low.grid_low_pkey structure medium
-- expect: added primary_key shop.grid_high.grid_high_pkey structure medium
-- expect: modified column shop.grid.x structure high
-- expect: modified column shop.grid.y structure high
-- expect: modified column shop.grid.z structure high
-- expect: modified column shop.grid_low.x structure high
-- expect: modified column shop.grid_low.y structure high
-- expect: modified column shop.grid_low.z structure high
-- expect: modified column shop.grid_high.x structure high
-- expect: modified column shop.grid_high.y structure high
-- expect: modified column shop.grid_high.z structure high
-- expect: modified table shop.grid structure high
-- expect: modified table shop.grid_low structure high
-- expect: modified table shop.grid_high structure high
DROP TABLE shop.grid;
CREATE TABLE shop.grid (x integer, y integer, z text, PRIMARY KEY (x, y, z)) PARTITION BY RANGE (x, y);
CREATE TABLE shop.grid_low PARTITION OF shop.grid FOR VALUES FROM (MINVALUE, MINVALUE) TO (0, 0);
CREATE TABLE shop.grid_high PARTITION OF shop.grid FOR VALUES FROM (0, 0) TO (100, MAXVALUE);

-- case: primary key dropped
-- expect: removed primary_key lab.scores.scores_pkey structure high
ALTER TABLE lab.scores DROP CONSTRAINT scores_pkey;

-- case: primary key dropped with the foreign keys to it
-- expect: removed primary_key shop.products.products_pkey structure high
-- expect: removed foreign_key shop.order_lines.order_lines_product_fkey structure high
ALTER TABLE shop.products DROP CONSTRAINT products_pkey CASCADE;

-- case: columns of a primary key changed
-- expect: modified primary_key lab.scores.scores_pkey structure high
ALTER TABLE lab.scores DROP CONSTRAINT scores_pkey, ADD CONSTRAINT scores_pkey PRIMARY KEY (id, points);

-- case: order of the columns of a key changed
-- expect: modified primary_key "Odd Names"."Order Details"."Order Details PK" structure high
-- expect: modified column "Odd Names"."Order Details".a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc structure high
ALTER TABLE "Odd Names"."Order Details" DROP CONSTRAINT "Order Details PK";
ALTER TABLE "Odd Names"."Order Details" ADD CONSTRAINT "Order Details PK" PRIMARY KEY (a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc, "select");

-- case: included column of a primary key given up
-- expect: modified primary_key lab.scores.scores_pkey structure high
ALTER TABLE lab.scores DROP CONSTRAINT scores_pkey, ADD CONSTRAINT scores_pkey PRIMARY KEY (id) INCLUDE (points);

-- case: primary key becomes deferrable
-- expect: modified primary_key lab.scores.scores_pkey structure high
ALTER TABLE lab.scores DROP CONSTRAINT scores_pkey, ADD CONSTRAINT scores_pkey PRIMARY KEY (id) DEFERRABLE;

-- case: primary key becomes a unique constraint
-- expect: removed primary_key lab.scores.scores_pkey structure high
-- expect: added unique lab.scores.scores_pkey structure medium
ALTER TABLE lab.scores DROP CONSTRAINT scores_pkey, ADD CONSTRAINT scores_pkey UNIQUE (id);

-- case: unique constraint added
-- expect: added unique shop.shipments.shipments_tracking_key structure medium
ALTER TABLE shop.shipments ADD CONSTRAINT shipments_tracking_key UNIQUE (tracking);

-- case: unique constraint made from an index
-- expect: added unique archive.orders.one_of_each structure medium
-- expect: removed index archive.orders.archive_orders_id_idx structure medium
ALTER TABLE archive.orders ADD CONSTRAINT one_of_each UNIQUE USING INDEX archive_orders_id_idx;

-- case: unique constraint dropped
-- expect: removed unique shop.customers.customers_email_key structure high
ALTER TABLE shop.customers DROP CONSTRAINT customers_email_key;

-- case: nulls are distinct again
-- expect: modified unique shop.customers.customers_nickname_key structure high
ALTER TABLE shop.customers DROP CONSTRAINT customers_nickname_key;
ALTER TABLE shop.customers ADD CONSTRAINT customers_nickname_key UNIQUE (nickname) INCLUDE (born);

-- case: included column of a unique constraint changed
-- expect: modified unique shop.customers.customers_nickname_key structure high
ALTER TABLE shop.customers DROP CONSTRAINT customers_nickname_key;
ALTER TABLE shop.customers ADD CONSTRAINT customers_nickname_key UNIQUE NULLS NOT DISTINCT (nickname) INCLUDE (name);

-- case: unique constraint no longer deferred
-- expect: modified unique shop.products.products_code_key structure high
ALTER TABLE shop.products DROP CONSTRAINT products_code_key, ADD CONSTRAINT products_code_key UNIQUE (code) DEFERRABLE;

-- case: unique constraint on an inheritance parent
-- expect: added unique shop.vehicles.vehicles_plate_key structure medium
ALTER TABLE shop.vehicles ADD UNIQUE (plate);

-- case: foreign key added
-- expect: added foreign_key archive.notes.notes_order_fkey structure medium
ALTER TABLE archive.notes ADD CONSTRAINT notes_order_fkey FOREIGN KEY (id) REFERENCES shop.orders (id);

-- case: foreign key added with all clauses
-- expect: added foreign_key archive.orders.again structure medium
ALTER TABLE archive.orders ADD CONSTRAINT again FOREIGN KEY (id) REFERENCES shop.orders MATCH FULL ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID;

-- case: foreign key dropped
-- expect: removed foreign_key shop.order_lines.order_lines_order_fkey structure high
ALTER TABLE shop.order_lines DROP CONSTRAINT order_lines_order_fkey;

-- case: foreign key with another action on delete
-- expect: modified foreign_key shop.order_lines.order_lines_order_fkey structure high
ALTER TABLE shop.order_lines DROP CONSTRAINT order_lines_order_fkey, ADD CONSTRAINT order_lines_order_fkey FOREIGN KEY (order_id) REFERENCES shop.orders ON DELETE RESTRICT;

-- case: foreign key with another action on update
-- expect: modified foreign_key shop.orders.orders_customer_fkey structure high
ALTER TABLE shop.orders DROP CONSTRAINT orders_customer_fkey;
ALTER TABLE shop.orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customers (id) ON UPDATE SET NULL ON DELETE RESTRICT;
COMMENT ON CONSTRAINT orders_customer_fkey ON shop.orders IS 'no order without a customer';

-- case: foreign key references another table
-- expect: modified foreign_key archive.orders.orders_shop_order_fkey structure high
ALTER TABLE archive.orders DROP CONSTRAINT orders_shop_order_fkey, ADD CONSTRAINT orders_shop_order_fkey FOREIGN KEY (shop_order) REFERENCES shop.shipments;

-- case: foreign key from another column
-- expect: modified foreign_key archive.orders.orders_shop_order_fkey structure high
ALTER TABLE archive.orders DROP CONSTRAINT orders_shop_order_fkey, ADD CONSTRAINT orders_shop_order_fkey FOREIGN KEY (id) REFERENCES shop.orders;

-- case: foreign key no longer match full
-- expect: modified foreign_key shop.shipments.shipments_line_fkey structure high
ALTER TABLE shop.shipments DROP CONSTRAINT shipments_line_fkey,
  ADD CONSTRAINT shipments_line_fkey FOREIGN KEY (order_id, line) REFERENCES shop.order_lines;

-- case: columns set null on delete changed
-- expect: modified foreign_key shop.shipments.shipments_line_again_fkey structure high
ALTER TABLE shop.shipments DROP CONSTRAINT shipments_line_again_fkey,
  ADD CONSTRAINT shipments_line_again_fkey FOREIGN KEY (order_id, line) REFERENCES shop.order_lines ON DELETE SET DEFAULT NOT VALID;

-- case: foreign key validated
-- expect: modified foreign_key shop.shipments.shipments_line_again_fkey structure high
ALTER TABLE shop.shipments VALIDATE CONSTRAINT shipments_line_again_fkey;

-- case: foreign key becomes deferrable
-- expect: modified foreign_key shop.order_lines.order_lines_order_fkey structure high
ALTER TABLE shop.order_lines ALTER CONSTRAINT order_lines_order_fkey DEFERRABLE INITIALLY DEFERRED;

-- case: foreign key no longer deferrable
-- expect: modified foreign_key shop.orders.orders_follows_fkey structure high
ALTER TABLE shop.orders ALTER CONSTRAINT orders_follows_fkey NOT DEFERRABLE;

-- case: foreign key of a table to itself added
-- expect: added foreign_key lab.scores.scores_self structure medium
ALTER TABLE lab.scores ADD CONSTRAINT scores_self FOREIGN KEY (points) REFERENCES lab.scores (id);

-- case: foreign key of a partitioned table dropped
-- expect: removed foreign_key shop.events.events_customer_fkey structure high
ALTER TABLE shop.events DROP CONSTRAINT events_customer_fkey;

-- case: foreign key of a partitioned table added
-- expect: added foreign_key shop.grid.grid_x_fkey structure medium
ALTER TABLE shop.grid ADD CONSTRAINT grid_x_fkey FOREIGN KEY (x) REFERENCES lab.scores;

-- case: foreign key on one partition only
-- expect: added foreign_key shop.events_2025.only_here structure medium
ALTER TABLE shop.events_2025 ADD CONSTRAINT only_here FOREIGN KEY (customer_id) REFERENCES shop.customers ON DELETE SET NULL;

-- case: foreign key to a partitioned table
-- expect: added foreign_key shop.cache.cache_session_fkey structure medium
-- expect: added column shop.cache.session structure medium
-- expect: modified table shop.cache structure high
ALTER TABLE shop.cache SET LOGGED;
ALTER TABLE shop.cache ADD COLUMN session uuid;
ALTER TABLE shop.cache ADD CONSTRAINT cache_session_fkey FOREIGN KEY (session) REFERENCES shop.sessions;

-- case: check added
-- expect: added check shop.shipments.carrier_known structure medium
ALTER TABLE shop.shipments ADD CONSTRAINT carrier_known CHECK (carrier IN ('post', 'ship'));

-- case: check added without validation
-- expect: added check shop.orders.later structure medium
ALTER TABLE shop.orders ADD CONSTRAINT later CHECK (quantity < 1000) NOT VALID;

-- case: check dropped
-- expect: removed check shop.orders.orders_quantity_check structure high
ALTER TABLE shop.orders DROP CONSTRAINT orders_quantity_check;

-- case: check changed
-- expect: modified check shop.orders.orders_quantity_check structure high
ALTER TABLE shop.orders DROP CONSTRAINT orders_quantity_check, ADD CONSTRAINT orders_quantity_check CHECK (quantity >= 0);

-- case: check validated
-- expect: modified check shop.products.products_tag_check structure high
ALTER TABLE shop.products VALIDATE CONSTRAINT products_tag_check;

-- case: check inherited from now on
-- expect: modified check shop.customers.customers_name_check structure high
ALTER TABLE shop.customers DROP CONSTRAINT customers_name_check, ADD CONSTRAINT customers_name_check CHECK (name::text <> ''::text);

-- case: check of a parent added
-- expect: added check shop.vehicles.plate_known structure medium
ALTER TABLE shop.vehicles ADD CONSTRAINT plate_known CHECK (plate <> '');

-- case: check of a parent added that is not inherited
-- expect: added check shop.vehicles.plate_here structure medium
ALTER TABLE shop.vehicles ADD CONSTRAINT plate_here CHECK (plate <> '') NO INHERIT;

-- case: check of a parent dropped
-- expect: removed check shop.electric.electric_battery_check structure high
ALTER TABLE shop.electric DROP CONSTRAINT electric_battery_check;

-- case: check of a partitioned table added
-- expect: added check shop.grid.x_small structure medium
ALTER TABLE shop.grid ADD CONSTRAINT x_small CHECK (x < 1000);

-- case: check of one partition dropped
-- expect: removed check shop.events_default.events_default_own structure high
ALTER TABLE shop.events_default DROP CONSTRAINT events_default_own;

-- case: check with an awkward name dropped
-- expect: removed check "Odd Names"."Order Details"."check\nline" structure high
ALTER TABLE "Odd Names"."Order Details" DROP CONSTRAINT U&"check\000Aline";

-- case: check of a foreign table dropped
-- expect: removed check shop.stock.stock_pieces_check structure high
ALTER FOREIGN TABLE shop.stock DROP CONSTRAINT stock_pieces_check;

-- case: exclusion added
-- expect: added exclusion shop.bookings.one_guest structure medium
ALTER TABLE shop.bookings ADD CONSTRAINT one_guest EXCLUDE USING gist (room WITH =, guest WITH =, during WITH &&) WHERE (cancelled);

-- case: exclusion dropped
-- expect: removed exclusion shop.bookings.bookings_no_overlap structure high
ALTER TABLE shop.bookings DROP CONSTRAINT bookings_no_overlap;

-- case: exclusion with another predicate
-- expect: modified exclusion shop.bookings.bookings_no_overlap structure high
ALTER TABLE shop.bookings DROP CONSTRAINT bookings_no_overlap,
  ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled AND room > 0);

-- case: exclusion with another operator
-- expect: modified exclusion shop.bookings.bookings_no_overlap structure high
ALTER TABLE shop.bookings DROP CONSTRAINT bookings_no_overlap,
  ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH -|-) WHERE (NOT cancelled);

-- case: exclusion no longer deferred
-- expect: modified exclusion shop.bookings.bookings_guest_excl structure high
ALTER TABLE shop.bookings DROP CONSTRAINT bookings_guest_excl,
  ADD CONSTRAINT bookings_guest_excl EXCLUDE USING btree (lower(guest) WITH =);

-- case: storage parameter of the index of a key
-- expect: modified primary_key shop.orders.orders_pkey storage low
ALTER INDEX shop.orders_pkey SET (fillfactor = 90);

-- case: tablespace of the index of a key
-- expect: modified unique shop.customers.customers_email_key storage low
ALTER INDEX shop.customers_email_key SET TABLESPACE dl_space;
