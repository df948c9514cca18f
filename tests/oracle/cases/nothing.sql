-- Statements after which the schema is what it was before.

-- case: vacuum
-- expect: nothing
VACUUM;

-- case: vacuum full of one table
-- expect: nothing
VACUUM FULL shop.orders;

-- case: vacuum full of several tables
-- expect: nothing
VACUUM (FULL, ANALYZE) shop.orders, shop.products, shop.documents, shop.customers, lab.scores;

-- case: vacuum with freezing
-- expect: nothing
VACUUM (FREEZE) shop.orders;

-- case: analyze
-- expect: nothing
ANALYZE shop.orders, shop.customers (email), shop.events;

-- case: reindex a table
-- expect: nothing
REINDEX TABLE shop.orders;

-- case: reindex concurrently
-- expect: nothing
REINDEX TABLE CONCURRENTLY shop.orders;

-- case: reindex an index concurrently
-- expect: nothing
REINDEX INDEX CONCURRENTLY shop.orders_customer_idx;

-- case: reindex a schema
-- expect: nothing
REINDEX SCHEMA shop;

-- case: cluster
-- expect: nothing
CLUSTER shop.orders;

-- case: cluster by the index it is clustered on
-- expect: nothing
CLUSTER shop.orders USING orders_customer_idx;

-- case: rows inserted
-- expect: nothing
INSERT INTO shop.orders (customer_id, quantity) SELECT id, 7 FROM shop.customers;

-- case: rows updated
-- expect: nothing
UPDATE shop.orders SET quantity = quantity + 1;

-- case: rows deleted
-- expect: nothing
DELETE FROM shop.order_lines;

-- case: table emptied
-- expect: nothing
TRUNCATE shop.order_lines, shop.shipments;

-- case: table emptied and its identity restarted
-- expect: nothing
TRUNCATE shop.customers RESTART IDENTITY CASCADE;

-- case: merge
-- expect: nothing
MERGE INTO attic.things t USING (VALUES (1, 'x'), (2, 'y')) AS s (id, what) ON t.id = s.id
WHEN MATCHED THEN UPDATE SET what = s.what
WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.what);

-- case: rows copied in by a query
-- expect: nothing
INSERT INTO archive.notes SELECT i, 'note ' || i FROM generate_series(1, 1000) AS i ON CONFLICT DO NOTHING;

-- case: rows moved between partitions
-- expect: nothing
UPDATE shop.events SET kind = 'other';

-- case: sequence advanced
-- expect: nothing
SELECT nextval('shop.invoice_numbers'), nextval('shop.invoice_numbers');

-- case: sequence set
-- expect: nothing
SELECT setval('shop.invoice_numbers', 5000), setval('shop.tickets', 3, false);

-- case: sequence restarted
-- expect: nothing
ALTER SEQUENCE shop.invoice_numbers RESTART;

-- case: sequence restarted at a number
-- expect: nothing
ALTER SEQUENCE shop.tickets RESTART WITH 77;

-- case: identity restarted
-- expect: nothing
ALTER TABLE shop.customers ALTER id RESTART WITH 5000;

-- case: materialized view refreshed
-- expect: nothing
REFRESH MATERIALIZED VIEW shop.sales_by_customer;

-- case: materialized view refreshed concurrently
-- expect: nothing
REFRESH MATERIALIZED VIEW CONCURRENTLY shop.sales_by_customer;

-- case: materialized view emptied
-- expect: nothing
REFRESH MATERIALIZED VIEW shop.sales_by_customer WITH NO DATA;

-- case: materialized view filled for the first time
-- expect: nothing
REFRESH MATERIALIZED VIEW shop.not_yet;

-- case: checkpoint
-- expect: nothing
CHECKPOINT;

-- case: advisory lock
-- expect: nothing
SELECT pg_advisory_lock(1), pg_advisory_unlock(1);

-- case: tables locked
-- expect: nothing
BEGIN;
LOCK TABLE shop.orders, shop.customers IN ACCESS EXCLUSIVE MODE;
COMMIT;

-- case: listen and notify
-- expect: nothing
LISTEN news;
NOTIFY news, 'something';
UNLISTEN *;

-- case: prepared statement
-- expect: nothing
PREPARE p (integer) AS SELECT * FROM shop.orders WHERE id = $1;
EXECUTE p (1);
DEALLOCATE p;

-- case: cursor
-- expect: nothing
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM shop.orders;
FETCH 1 FROM c;
COMMIT;

-- case: anonymous block
-- expect: nothing
DO $$ BEGIN PERFORM 1; END $$;

-- case: procedure called
-- expect: nothing
CALL shop.tidy(5);

-- case: explain of a statement that would create
-- expect: nothing
EXPLAIN CREATE TABLE shop.never AS SELECT 1 AS a;

-- case: settings of the session
-- expect: nothing
SET search_path = shop, public;
SET work_mem = '64MB';
RESET ALL;

-- case: settings of the database
-- expect: nothing
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = ''10min''', current_database()); END $$;

-- case: comment of the database
-- expect: nothing
DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''a copy''', current_database()); END $$;

-- case: privileges on the database
-- expect: nothing
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO dl_app', current_database()); END $$;

-- case: large object
-- expect: nothing
SELECT lo_from_bytea(0, 'some bytes');

-- case: statistics read
-- expect: nothing
ANALYZE shop.orders, shop.products, shop.documents;
SELECT count(*) FROM pg_stats_ext;

-- case: table created and rolled back
-- expect: nothing
BEGIN;
CREATE TABLE shop.never (id serial PRIMARY KEY);
ROLLBACK;

-- case: table dropped and rolled back
-- expect: nothing
BEGIN;
DROP TABLE shop.orders CASCADE;
ALTER TABLE shop.customers ADD COLUMN x integer;
ROLLBACK;

-- case: column added and rolled back to a savepoint
-- expect: nothing
BEGIN;
SAVEPOINT s;
ALTER TABLE shop.orders ADD COLUMN x integer;
ROLLBACK TO SAVEPOINT s;
COMMIT;

-- case: transaction prepared by nobody
-- expect: nothing
BEGIN;
CREATE SCHEMA short_lived;
DROP SCHEMA short_lived;
COMMIT;

-- case: temporary table
-- expect: nothing
CREATE TEMPORARY TABLE scratch (id serial PRIMARY KEY, t text);
CREATE INDEX ON scratch (t);
COMMENT ON TABLE scratch IS 'mine';

-- case: temporary view and sequence
-- expect: nothing
CREATE TEMPORARY VIEW mine AS SELECT * FROM shop.orders;
CREATE TEMPORARY SEQUENCE my_numbers;

-- case: temporary function
-- expect: nothing
CREATE FUNCTION pg_temp.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE pg_temp.my_type AS (a integer);

-- case: table created and dropped
-- expect: nothing
CREATE TABLE shop.never (id serial PRIMARY KEY, c text);
DROP TABLE shop.never;

-- case: column added and dropped
-- expect: nothing
ALTER TABLE shop.orders ADD COLUMN gift boolean DEFAULT true NOT NULL;
ALTER TABLE shop.orders DROP COLUMN gift;

-- case: many columns added and dropped
-- expect: nothing
ALTER TABLE lab.no_columns ADD COLUMN a integer, ADD COLUMN b text;
ALTER TABLE lab.no_columns DROP COLUMN a, DROP COLUMN b;

-- case: last column dropped and added again
-- expect: nothing
ALTER TABLE archive.notes DROP COLUMN note;
ALTER TABLE archive.notes ADD COLUMN note text;

-- case: table dropped and made again
-- expect: nothing
DROP TABLE archive.notes;
CREATE TABLE archive.notes (id integer PRIMARY KEY, note text);

-- case: table dropped and made again with comment and grants
-- expect: nothing
DROP TABLE attic.things CASCADE;
CREATE TABLE attic.things (id integer, what text DEFAULT 'old');
COMMENT ON COLUMN attic.things.what IS 'whatever it was';
GRANT SELECT ON attic.things TO PUBLIC;
CREATE RULE scores_log AS ON UPDATE TO lab.scores WHERE new.points <> old.points DO ALSO (
  INSERT INTO attic.things (id, what) VALUES (old.id, 'points');
  DELETE FROM attic.things WHERE id < 0;
);
COMMENT ON RULE scores_log ON lab.scores IS 'who changed the points';
ALTER PUBLICATION dl_schemas ADD TABLE attic.things;

-- case: table renamed there and back
-- expect: nothing
ALTER TABLE shop.orders RENAME TO purchases;
ALTER TABLE shop.purchases RENAME TO orders;

-- case: column renamed there and back
-- expect: nothing
ALTER TABLE shop.orders RENAME total TO amount;
ALTER TABLE shop.orders RENAME amount TO total;

-- case: schema renamed there and back
-- expect: nothing
ALTER SCHEMA shop RENAME TO store;
ALTER SCHEMA store RENAME TO shop;

-- case: table moved to another schema and back
-- expect: nothing
ALTER TABLE shop.cache SET SCHEMA lab;
ALTER TABLE lab.cache SET SCHEMA shop;

-- case: view replaced by the same
-- expect: nothing
CREATE OR REPLACE VIEW shop.open_orders AS
  SELECT o.id, o.customer_id, c.name AS customer, o.total FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.status <> 'done';

-- case: view replaced by the same in other words
-- expect: nothing
SET search_path = shop;
CREATE OR REPLACE VIEW open_orders AS
  select o.id, o.customer_id, c.name customer, o.total from orders as o inner join customers as c on (c.id=o.customer_id) where o.status != 'done'::order_status;

-- case: view dropped and made again
-- expect: nothing
DROP VIEW lab.team_points;
CREATE VIEW lab.team_points AS SELECT team, sum(points) AS points, count(*) FILTER (WHERE points > 0) AS good FROM lab.scores GROUP BY team HAVING count(*) > 1 ORDER BY 1 LIMIT 10;

-- case: function replaced by the same
-- expect: nothing
CREATE OR REPLACE FUNCTION shop.add_tax(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT net * (1 + rate) $$;

-- case: function replaced by the same with another quoting
-- expect: nothing
CREATE OR REPLACE FUNCTION shop.pass() RETURNS trigger AS $xyz$BEGIN RETURN NEW; END$xyz$ LANGUAGE plpgsql VOLATILE COST 100;

-- case: function dropped and made again
-- expect: nothing
DROP FUNCTION lab.first_of(anyarray, anyelement);
CREATE FUNCTION lab.first_of(anyarray, anyelement DEFAULT NULL) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1[1], $2) $$;

-- case: function dropped and made again with owner and grants
-- expect: nothing
DROP FUNCTION shop.safe_now();
CREATE FUNCTION shop.safe_now() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO 'shop', 'pg_temp' SET work_mem TO '8MB'
  AS $$ SELECT now() $$;
ALTER FUNCTION shop.safe_now() OWNER TO dl_owner;
REVOKE EXECUTE ON FUNCTION shop.safe_now() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.safe_now() TO dl_app;

-- case: index dropped and made again
-- expect: nothing
DROP INDEX shop.orders_remark_idx;
CREATE INDEX orders_remark_idx ON shop.orders USING hash (remark);

-- case: index made again concurrently under its name
-- expect: nothing
CREATE INDEX CONCURRENTLY fresh ON shop.orders USING hash (remark);
DROP INDEX CONCURRENTLY shop.orders_remark_idx;
ALTER INDEX shop.fresh RENAME TO orders_remark_idx;

-- case: index created and dropped
-- expect: nothing
CREATE INDEX fleeting ON shop.orders (channel);
DROP INDEX shop.fleeting;

-- case: constraint dropped and added again
-- expect: nothing
ALTER TABLE shop.orders DROP CONSTRAINT orders_quantity_check;
ALTER TABLE shop.orders ADD CONSTRAINT orders_quantity_check CHECK (quantity > 0);

-- case: foreign key dropped and added again
-- expect: nothing
ALTER TABLE shop.order_lines DROP CONSTRAINT order_lines_order_fkey;
ALTER TABLE shop.order_lines ADD CONSTRAINT order_lines_order_fkey FOREIGN KEY (order_id) REFERENCES shop.orders ON DELETE CASCADE;

-- case: primary key dropped and added again
-- expect: nothing
ALTER TABLE lab.scores DROP CONSTRAINT scores_pkey;
ALTER TABLE lab.scores ADD CONSTRAINT scores_pkey PRIMARY KEY (id);

-- case: check written in other words
-- expect: nothing
ALTER TABLE shop.products DROP CONSTRAINT products_price_weight_check;
ALTER TABLE shop.products ADD CONSTRAINT products_price_weight_check CHECK ((((price > 0)) OR (weight isnull)));

-- case: trigger dropped and made again
-- expect: nothing
DROP TRIGGER customers_touch ON shop.customers;
CREATE TRIGGER customers_touch BEFORE UPDATE ON shop.customers FOR EACH ROW EXECUTE PROCEDURE shop.touch();

-- case: trigger replaced by the same
-- expect: nothing
CREATE OR REPLACE TRIGGER orders_touch BEFORE UPDATE OR INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();

-- case: trigger disabled and enabled
-- expect: nothing
ALTER TABLE shop.orders DISABLE TRIGGER orders_touch;
ALTER TABLE shop.orders ENABLE TRIGGER orders_touch;

-- case: all triggers disabled and enabled
-- expect: nothing
ALTER TABLE shop.orders DISABLE TRIGGER ALL;
ALTER TABLE shop.orders ENABLE TRIGGER ALL;

-- case: rule replaced by the same
-- expect: nothing
CREATE OR REPLACE RULE account_list_delete AS ON DELETE TO shop.account_list WHERE (old.balance > 0) DO INSTEAD NOTHING;

-- case: row security on and off
-- expect: nothing
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.orders DISABLE ROW LEVEL SECURITY;

-- case: policy dropped and made again
-- expect: nothing
DROP POLICY may_insert ON shop.accounts;
CREATE POLICY may_insert ON shop.accounts AS PERMISSIVE FOR INSERT TO dl_app WITH CHECK ((balance = 0));

-- case: policy for the same roles in another order
-- expect: nothing
ALTER POLICY read_all ON shop.accounts TO dl_reader, dl_audit;

-- case: type of a column changed and changed back
-- expect: nothing
ALTER TABLE shop.orders ALTER quantity TYPE bigint;
ALTER TABLE shop.orders ALTER quantity TYPE integer;

-- case: type of a column set to an alias of it
-- expect: nothing
ALTER TABLE shop.orders ALTER quantity TYPE int4;
ALTER TABLE shop.orders ALTER channel TYPE int2;
ALTER TABLE shop.documents ALTER code TYPE varchar(30);
ALTER TABLE shop.cache ALTER until TYPE timestamptz;
ALTER TABLE shop.orders ALTER discount TYPE decimal(5, 2);

-- case: table made again with the aliases of its types
-- expect: nothing
DROP TABLE lab."1st";
CREATE TABLE lab."1st" ("2nd" int, _third int4, "fourth$" INTEGER NULL, dash_ed pg_catalog.int4 DEFAULT NULL, "dash-ed" integer);

-- case: default set to the same
-- expect: nothing
ALTER TABLE shop.orders ALTER discount SET DEFAULT 0, ALTER status SET DEFAULT 'new';

-- case: default dropped and set again
-- expect: nothing
ALTER TABLE shop.orders ALTER channel DROP DEFAULT;
ALTER TABLE shop.orders ALTER channel SET DEFAULT 1;

-- case: default dropped where there is none
-- expect: nothing
ALTER TABLE shop.orders ALTER remark DROP DEFAULT;

-- case: not null set again
-- expect: nothing
ALTER TABLE shop.orders ALTER quantity SET NOT NULL;
ALTER TABLE shop.orders ALTER remark DROP NOT NULL;

-- case: not null taken away and given back
-- expect: nothing
ALTER TABLE shop.orders ALTER quantity DROP NOT NULL;
ALTER TABLE shop.orders ALTER quantity SET NOT NULL;

-- case: collation set to the one of the type
-- expect: nothing
ALTER TABLE shop.documents ALTER body_two TYPE text COLLATE "default";

-- case: storage set to the one of the type
-- expect: nothing
ALTER TABLE shop.documents ALTER author SET STORAGE extended;

-- case: statistics target set and given up
-- expect: nothing
ALTER TABLE shop.orders ALTER remark SET STATISTICS 100;
ALTER TABLE shop.orders ALTER remark SET STATISTICS -1;

-- case: storage parameter set and reset
-- expect: nothing
ALTER TABLE shop.orders SET (fillfactor = 50);
ALTER TABLE shop.orders RESET (fillfactor);

-- case: storage parameter set to what it is
-- expect: nothing
-- reason: it moves to the end of the list; the order has no meaning, but pg_dump writes the list as it stands in the catalogue
-- oracle: changed
ALTER TABLE shop.documents SET (fillfactor = 70);

-- case: owner set to the same
-- expect: nothing
ALTER TABLE shop.orders OWNER TO dl_owner;
ALTER FUNCTION shop.pass() OWNER TO CURRENT_USER;
ALTER SCHEMA shop OWNER TO dl_owner;

-- case: owner changed and changed back
-- expect: nothing
ALTER TABLE lab."MixedCase" OWNER TO dl_app;
ALTER TABLE lab."MixedCase" OWNER TO CURRENT_USER;

-- case: comment set to the same
-- expect: nothing
COMMENT ON TABLE shop.orders IS 'one row an order';

-- case: comment set and taken away
-- expect: nothing
COMMENT ON TABLE shop.shipments IS 'under way';
COMMENT ON TABLE shop.shipments IS NULL;

-- case: empty comment
-- expect: nothing
COMMENT ON TABLE shop.shipments IS '';

-- case: privilege granted already
-- expect: nothing
GRANT SELECT ON shop.customers TO dl_app;

-- case: privilege granted and revoked
-- expect: nothing
GRANT SELECT ON shop.shipments TO dl_reader;
REVOKE SELECT ON shop.shipments FROM dl_reader;

-- case: privilege revoked that nobody had
-- expect: nothing
REVOKE TRUNCATE ON shop.customers FROM dl_reader;

-- case: privilege of a column granted and revoked
-- expect: nothing
GRANT UPDATE (remark) ON shop.orders TO dl_reader;
REVOKE UPDATE (remark) ON shop.orders FROM dl_reader;

-- case: privileges in another order
-- expect: nothing
-- reason: the order of the entries of an access list has no meaning, but pg_dump writes them as they stand in the catalogue
-- oracle: changed
REVOKE ALL ON shop.customers FROM dl_app;
GRANT SELECT, INSERT, UPDATE ON shop.customers TO dl_app;

-- case: the owner grants itself what it has
-- expect: nothing
GRANT ALL ON shop.shipments TO CURRENT_USER;

-- case: execution granted to all who have it anyway
-- expect: nothing
GRANT EXECUTE ON FUNCTION shop.pass() TO PUBLIC;

-- case: privilege of the owner revoked and given back
-- expect: nothing
REVOKE INSERT ON shop.shipments FROM CURRENT_USER;
GRANT INSERT ON shop.shipments TO CURRENT_USER;

-- case: default privilege granted already
-- expect: nothing
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA shop GRANT SELECT ON TABLES TO dl_reader;

-- case: default privilege granted and revoked
-- expect: nothing
ALTER DEFAULT PRIVILEGES FOR ROLE dl_app GRANT SELECT ON TABLES TO dl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE dl_app REVOKE SELECT ON TABLES FROM dl_reader;

-- case: system privilege granted and revoked
-- expect: nothing
GRANT SELECT ON pg_catalog.pg_statistic TO dl_audit;
REVOKE SELECT ON pg_catalog.pg_statistic FROM dl_audit;

-- case: partition detached and attached
-- expect: nothing
ALTER TABLE shop.regions DETACH PARTITION shop.regions_north;
ALTER TABLE shop.regions ATTACH PARTITION shop.regions_north FOR VALUES IN ('n', 'no', NULL);

-- case: partition bounds in other words
-- expect: nothing
ALTER TABLE shop.grid DETACH PARTITION shop.grid_low;
ALTER TABLE shop.grid ATTACH PARTITION shop.grid_low FOR VALUES FROM (MINVALUE, MINVALUE, MINVALUE) TO (1 - 1, '0', 0);

-- case: partition of a hash detached and attached
-- expect: nothing
ALTER TABLE shop.sessions DETACH PARTITION shop.sessions_1;
ALTER TABLE shop.sessions ATTACH PARTITION shop.sessions_1 FOR VALUES WITH (REMAINDER 1, MODULUS 2);

-- case: logged and unlogged again
-- expect: nothing
ALTER TABLE shop.shipments SET (fillfactor = 100);
ALTER TABLE shop.shipments RESET (fillfactor);
ALTER TABLE shop.cache SET LOGGED;
ALTER TABLE shop.cache SET UNLOGGED;

-- case: tablespace changed and changed back
-- expect: nothing
ALTER TABLE shop.shipments SET TABLESPACE dl_space;
ALTER TABLE shop.shipments SET TABLESPACE pg_default;

-- case: replica identity changed and changed back
-- expect: nothing
ALTER TABLE shop.orders REPLICA IDENTITY FULL;
ALTER TABLE shop.orders REPLICA IDENTITY DEFAULT;

-- case: identity changed and changed back
-- expect: nothing
ALTER TABLE shop.customers ALTER id SET GENERATED BY DEFAULT;
ALTER TABLE shop.customers ALTER id SET GENERATED ALWAYS;

-- case: enum label added where it is already
-- expect: nothing
ALTER TYPE shop.order_status ADD VALUE IF NOT EXISTS 'paid';

-- case: enum label renamed there and back
-- expect: nothing
ALTER TYPE shop.order_status RENAME VALUE 'paid' TO 'payed';
ALTER TYPE shop.order_status RENAME VALUE 'payed' TO 'paid';

-- case: domain constraint dropped and added again
-- expect: nothing
ALTER DOMAIN shop.small_amount DROP CONSTRAINT small;
ALTER DOMAIN shop.small_amount ADD CONSTRAINT small CHECK (VALUE < 100);

-- case: operator dropped and made again
-- expect: nothing
DROP OPERATOR lab.!! (NONE, integer);
CREATE OPERATOR lab.!! (RIGHTARG = integer, FUNCTION = lab.int_twice);
COMMENT ON OPERATOR lab.!! (NONE, integer) IS 'twice';
ALTER OPERATOR lab.!! (NONE, integer) OWNER TO dl_owner;

-- case: publication table added and dropped
-- expect: nothing
ALTER PUBLICATION dl_roots ADD TABLE lab.scores;
ALTER PUBLICATION dl_roots DROP TABLE lab.scores;

-- case: publication table set to the same
-- expect: nothing
ALTER PUBLICATION dl_roots SET TABLE shop.sessions;

-- case: subscription made and dropped
-- expect: nothing
SET client_min_messages = error;
CREATE SUBSCRIPTION dl_short CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE);
DROP SUBSCRIPTION dl_short;

-- case: server option set to the same
-- expect: nothing
ALTER SERVER warehouse OPTIONS (SET port '5433');

-- case: server options in another order
-- expect: nothing
ALTER SERVER warehouse OPTIONS (DROP host);
ALTER SERVER warehouse OPTIONS (ADD host 'warehouse.example');

-- case: event trigger disabled and enabled
-- expect: nothing
ALTER EVENT TRIGGER dl_on_ddl DISABLE;
ALTER EVENT TRIGGER dl_on_ddl ENABLE;

-- case: extension dropped and made again
-- expect: nothing
DROP EXTENSION lo CASCADE;
CREATE EXTENSION lo SCHEMA ext;
COMMENT ON EXTENSION lo IS 'kept for the old reports';
ALTER TABLE shop.documents ADD COLUMN raster ext.lo;
ALTER TABLE shop.documents DROP COLUMN code;
ALTER TABLE shop.documents ADD COLUMN code character varying(30);
ALTER TABLE shop.documents ALTER COLUMN code SET (n_distinct = -0.5, n_distinct_inherited = -0.25);

-- case: extended statistics dropped and made again
-- expect: nothing
DROP STATISTICS shop.orders_stats;
CREATE STATISTICS shop.orders_stats (mcv, dependencies, ndistinct) ON placed_at, customer_id, status FROM shop.orders;
ALTER STATISTICS shop.orders_stats SET STATISTICS 333;
COMMENT ON STATISTICS shop.orders_stats IS 'the planner guessed wrong';

-- case: text search mapping dropped and added again
-- expect: nothing
ALTER TEXT SEARCH CONFIGURATION lab.search DROP MAPPING FOR email;
ALTER TEXT SEARCH CONFIGURATION lab.search ADD MAPPING FOR email WITH pg_catalog.simple;

-- case: statements that find nothing to do
-- expect: nothing
SET client_min_messages = error;
CREATE TABLE IF NOT EXISTS shop.orders (id integer);
CREATE SCHEMA IF NOT EXISTS shop;
CREATE EXTENSION IF NOT EXISTS lo;
CREATE INDEX IF NOT EXISTS orders_customer_idx ON shop.orders (id);
CREATE SEQUENCE IF NOT EXISTS shop.tickets;
DROP TABLE IF EXISTS shop.nothing_there;
DROP FUNCTION IF EXISTS shop.nothing_there();
ALTER TABLE IF EXISTS shop.nothing_there ADD COLUMN x integer;
ALTER TABLE shop.orders ADD COLUMN IF NOT EXISTS total text;
ALTER TABLE shop.orders DROP COLUMN IF EXISTS nothing_there;

-- case: role made and dropped
-- expect: nothing
CREATE ROLE dl_short_lived;
GRANT dl_reader TO dl_short_lived;
GRANT SELECT ON shop.shipments TO dl_short_lived;
DROP OWNED BY dl_short_lived;
DROP ROLE dl_short_lived;

-- case: session authorization and role changed
-- expect: nothing
SET ROLE dl_reader;
SELECT count(*) FROM shop.customers;
RESET ROLE;
