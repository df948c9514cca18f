-- Foreign data wrappers, servers, user mappings, foreign tables, and extensions.

-- case: foreign data wrapper added
-- expect: added foreign_data_wrapper nowhere structure low
CREATE FOREIGN DATA WRAPPER nowhere OPTIONS (a 'b');

-- case: foreign data wrapper dropped
-- expect: removed foreign_data_wrapper pg_two structure high
DROP FOREIGN DATA WRAPPER pg_two;

-- case: option of a wrapper changed
-- expect: modified foreign_data_wrapper "Odd Wrapper" structure high
ALTER FOREIGN DATA WRAPPER "Odd Wrapper" OPTIONS (SET debug 'false');

-- case: option of a wrapper dropped
-- expect: modified foreign_data_wrapper "Odd Wrapper" structure high
ALTER FOREIGN DATA WRAPPER "Odd Wrapper" OPTIONS (DROP "Some Option");

-- case: handler of a wrapper added
-- expect: modified foreign_data_wrapper dummy_wrapper structure high
SET client_min_messages = error;
ALTER FOREIGN DATA WRAPPER dummy_wrapper HANDLER ext.postgres_fdw_handler;

-- case: validator of a wrapper given up
-- expect: modified foreign_data_wrapper pg_two structure high
SET client_min_messages = error;
ALTER FOREIGN DATA WRAPPER pg_two NO VALIDATOR;

-- case: server added
-- expect: added foreign_server warehouse_two structure low
CREATE SERVER warehouse_two FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'two');

-- case: server dropped with what is on it
-- expect: removed foreign_server warehouse structure high
-- expect: removed user_mapping warehouse.public structure high
-- expect: removed user_mapping warehouse.dl_app structure high
-- expect: removed foreign_table shop.stock structure critical
-- expect: removed foreign_table shop.regions_far structure critical
-- expect: removed foreign_table shop.far_trucks structure critical
DROP SERVER warehouse CASCADE;

-- case: option of a server changed
-- expect: modified foreign_server warehouse structure high
ALTER SERVER warehouse OPTIONS (SET host 'other.example', ADD fetch_size '50');

-- case: version of a server changed
-- expect: modified foreign_server warehouse structure high
ALTER SERVER warehouse VERSION '16';

-- case: type of a server added
-- expect: modified foreign_server files structure high
DROP SERVER files CASCADE;
CREATE SERVER files TYPE 'disk' FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE lab.server_log (line text) SERVER files OPTIONS (filename '/var/log/some.log', format 'text', delimiter '|');

-- case: user mapping added
-- expect: added user_mapping warehouse.dl_reader structure low
CREATE USER MAPPING FOR dl_reader SERVER warehouse OPTIONS (user 'reader');

-- case: user mapping dropped
-- expect: removed user_mapping warehouse.public structure high
DROP USER MAPPING FOR PUBLIC SERVER warehouse;

-- case: user mapping with awkward names dropped
-- expect: removed user_mapping "Odd Server"."dl_Odd ""Röle""" structure high
DROP USER MAPPING FOR "dl_Odd ""Röle""" SERVER "Odd Server";

-- case: option of a user mapping changed
-- expect: modified user_mapping warehouse.dl_app structure high
ALTER USER MAPPING FOR dl_app SERVER warehouse OPTIONS (SET user 'other');

-- case: option of a user mapping added
-- expect: modified user_mapping warehouse.public structure high
ALTER USER MAPPING FOR PUBLIC SERVER warehouse OPTIONS (ADD password 'x');

-- case: foreign table added
-- expect: added foreign_table shop.stock_two structure low
CREATE FOREIGN TABLE shop.stock_two (id integer) SERVER warehouse OPTIONS (table_name 'two');

-- case: foreign table dropped
-- expect: removed foreign_table lab.server_log structure critical
DROP FOREIGN TABLE lab.server_log;

-- case: foreign partition detached
-- expect: modified foreign_table shop.regions_far structure high
ALTER TABLE shop.regions DETACH PARTITION shop.regions_far;

-- case: option of a foreign table changed
-- expect: modified foreign_table lab.server_log structure high
ALTER FOREIGN TABLE lab.server_log OPTIONS (SET delimiter ';', ADD header 'true', SET format 'csv');

-- case: server of a foreign table changed
-- expect: added foreign_server "Odd Server 2" structure low
-- expect: modified foreign_table "Odd Names"."Far Away" structure high
CREATE SERVER "Odd Server 2" FOREIGN DATA WRAPPER "Odd Wrapper";
DROP FOREIGN TABLE "Odd Names"."Far Away";
CREATE FOREIGN TABLE "Odd Names"."Far Away" ("Col A" integer OPTIONS (opt 'x')) SERVER "Odd Server 2" OPTIONS ("Big Opt" 'y');

-- case: column added to a foreign table
-- expect: added column shop.stock.weight structure medium
ALTER FOREIGN TABLE shop.stock ADD COLUMN weight real;

-- case: column dropped from a foreign table
-- expect: removed column shop.stock.place structure critical
ALTER FOREIGN TABLE shop.stock DROP COLUMN place;

-- case: type of a foreign column changed
-- expect: modified column shop.stock.pieces structure critical
-- expect: removed check shop.stock.stock_pieces_check structure high
ALTER FOREIGN TABLE shop.stock ALTER pieces TYPE text, DROP CONSTRAINT stock_pieces_check;

-- case: foreign column becomes nullable
-- expect: modified column shop.stock.product_id structure medium
ALTER FOREIGN TABLE shop.stock ALTER product_id DROP NOT NULL;

-- case: statistics target of a foreign column changed
-- expect: modified column shop.stock.pieces storage low
ALTER FOREIGN TABLE shop.stock ALTER pieces SET STATISTICS 99;

-- case: extension added
-- expect: added extension pgcrypto structure low
CREATE EXTENSION pgcrypto SCHEMA ext;

-- case: extension with a name to quote dropped
-- expect: removed extension "uuid-ossp" structure high
-- expect: modified column shop.documents.id structure high
-- expect: removed system_privilege function ext.uuid_generate_v1() access critical
DROP EXTENSION "uuid-ossp" CASCADE;

-- case: extension moved to another schema
-- expect: modified extension pg_trgm structure high
-- expect: modified index shop.products.products_trgm_idx structure medium
ALTER EXTENSION pg_trgm SET SCHEMA public;

-- case: extension of another version
-- expect: modified extension intarray structure medium
-- reason: pg_dump never writes the version of an extension, but a function that only one version has breaks on the other
-- oracle: same
DROP EXTENSION intarray;
CREATE EXTENSION intarray SCHEMA ext VERSION '1.2';

-- case: object taken out of an extension
-- expect: added function ext.uuid_nil() structure low
ALTER EXTENSION "uuid-ossp" DROP FUNCTION ext.uuid_nil();

-- case: own function put into an extension
-- expect: removed function shop.add_tax(numeric, numeric) structure critical
ALTER EXTENSION lo ADD FUNCTION shop.add_tax(numeric, numeric);
