-- Publications and subscriptions. A copy of a database has no subscriptions, so they can only be added here.

-- case: publication added
-- expect: added publication dl_new structure medium
CREATE PUBLICATION dl_new;

-- case: publication of all tables added
-- expect: added publication dl_new structure medium
CREATE PUBLICATION dl_new FOR ALL TABLES WITH (publish = 'truncate');

-- case: publication with rows and columns added
-- expect: added publication dl_new structure medium
CREATE PUBLICATION dl_new FOR TABLE shop.cars (id, plate) WHERE (id > 7), shop.grid WITH (publish = 'insert', publish_via_partition_root);

-- case: publication dropped
-- expect: removed publication dl_some structure high
DROP PUBLICATION dl_some;

-- case: publication with a name to quote dropped
-- expect: removed publication "dl Empty Pub" structure high
DROP PUBLICATION "dl Empty Pub";

-- case: table added to a publication
-- expect: modified publication dl_roots structure high
ALTER PUBLICATION dl_roots ADD TABLE lab.scores;

-- case: table dropped from a publication
-- expect: modified publication dl_some structure high
ALTER PUBLICATION dl_some DROP TABLE shop.shipments;

-- case: columns of a published table changed
-- expect: modified publication dl_some structure high
ALTER PUBLICATION dl_some DROP TABLE shop.products;
ALTER PUBLICATION dl_some ADD TABLE shop.products (id, code);

-- case: rows of a published table changed
-- expect: modified publication dl_some structure high
ALTER PUBLICATION dl_some SET TABLE shop.products (id, code, price), shop.shipments WHERE (id > 200), ONLY shop.vehicles;

-- case: row filter given up
-- expect: modified publication dl_some structure high
ALTER PUBLICATION dl_some SET TABLE shop.products (id, code, price), shop.shipments, ONLY shop.vehicles;

-- case: children of a published table published too
-- expect: modified publication dl_some structure high
ALTER PUBLICATION dl_some ADD TABLE shop.cars;

-- case: schema added to a publication
-- expect: modified publication dl_schemas structure high
ALTER PUBLICATION dl_schemas ADD TABLES IN SCHEMA "app.v1";

-- case: schema dropped from a publication
-- expect: modified publication dl_schemas structure high
ALTER PUBLICATION dl_schemas DROP TABLES IN SCHEMA archive;

-- case: published operations changed
-- expect: modified publication dl_everything structure high
ALTER PUBLICATION dl_everything SET (publish = 'insert');

-- case: publication no longer by the root
-- expect: modified publication dl_roots structure high
ALTER PUBLICATION dl_roots SET (publish_via_partition_root = false);

-- case: publication of tables becomes one of all tables
-- expect: modified publication "dl Empty Pub" structure high
DROP PUBLICATION "dl Empty Pub";
CREATE PUBLICATION "dl Empty Pub" FOR ALL TABLES WITH (publish = 'insert');
ALTER PUBLICATION "dl Empty Pub" SET (publish = 'insert, update, delete, truncate');

-- case: subscription added
-- expect: added subscription dl_sub structure medium
SET client_min_messages = error;
CREATE SUBSCRIPTION dl_sub CONNECTION 'host=nowhere dbname=x' PUBLICATION one, two WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE);

-- case: subscription added with every option
-- expect: added subscription "dl Sub 2" structure medium
SET client_min_messages = error;
CREATE SUBSCRIPTION "dl Sub 2" CONNECTION 'host=nowhere dbname=x' PUBLICATION "One" WITH (connect = false, enabled = false, create_slot = false, slot_name = slotty,
  binary = true, streaming = true, synchronous_commit = 'remote_apply', two_phase = true, disable_on_error = true);
ALTER SUBSCRIPTION "dl Sub 2" SET (slot_name = NONE);

-- case: publication of a schema and a table added
-- expect: added publication dl_new structure medium
CREATE PUBLICATION dl_new FOR TABLES IN SCHEMA lab, "select", TABLE attic.things;
