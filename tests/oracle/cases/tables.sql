-- Schemas and tables: made, dropped, moved, rewritten, inherited, partitioned.

-- case: schema added
-- expect: added schema warehouse structure low
CREATE SCHEMA warehouse;

-- case: schema added with a table and a view in it
-- expect: added schema warehouse structure low
-- expect: added table warehouse.shelves structure low
-- expect: added view warehouse.full_shelves structure low
CREATE SCHEMA warehouse AUTHORIZATION dl_owner
  CREATE TABLE shelves (id integer, full_up boolean)
  CREATE VIEW full_shelves AS SELECT id FROM shelves WHERE full_up;

-- case: empty schema dropped
-- expect: removed schema vacant structure critical
DROP SCHEMA vacant;

-- case: schema dropped with its table
-- expect: removed schema attic structure critical
-- expect: removed table attic.things structure critical
-- expect: removed rule lab.scores.scores_log structure high
-- expect: modified publication dl_schemas structure high
DROP SCHEMA attic CASCADE;

-- case: table added
-- expect: added table shop.returns structure low
CREATE TABLE shop.returns (id integer, reason text);

-- case: table added with everything in it
-- expect: added table shop.returns structure low
-- expect: added sequence shop.returns_id_seq structure low
CREATE TABLE shop.returns (
  id serial PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY,
  order_id integer REFERENCES shop.orders ON DELETE CASCADE,
  reason text DEFAULT 'none' CHECK (reason <> ''),
  UNIQUE (order_id, reason)
);
CREATE INDEX ON shop.returns (reason);
COMMENT ON TABLE shop.returns IS 'sent back';
COMMENT ON COLUMN shop.returns.reason IS 'why';
GRANT SELECT ON shop.returns TO dl_reader;
ALTER TABLE shop.returns OWNER TO dl_owner;

-- case: table added without columns
-- expect: added table lab.empty_too structure low
CREATE TABLE lab.empty_too ();

-- case: table added with an awkward name
-- expect: added table "Odd Names"."a ""quoted"" name\nwith a line" structure low
CREATE TABLE "Odd Names".U&"a ""quoted"" name\000Awith a line" (" " integer);

-- case: table made from a query
-- expect: added table shop.orders_copy structure low
CREATE TABLE shop.orders_copy AS SELECT id, total FROM shop.orders;

-- case: table made like another one
-- expect: added table shop.orders_like structure low
-- expect: added statistics shop.orders_like_customer_id_status_placed_at_stat structure low
CREATE TABLE shop.orders_like (LIKE shop.orders INCLUDING ALL);

-- case: table dropped
-- expect: removed table shop.cache structure critical
DROP TABLE shop.cache;

-- case: table dropped with its sequence and what points to it
-- expect: removed table shop.products structure critical
-- expect: removed sequence shop.products_id_seq structure high
-- expect: removed view shop.cheap_products structure critical
-- expect: removed view shop.very_cheap_products structure critical
-- expect: removed materialized_view shop.not_yet structure critical
-- expect: removed statistics shop.products_expression_stats structure low
-- expect: removed foreign_key shop.order_lines.order_lines_product_fkey structure high
-- expect: modified publication dl_some structure high
DROP TABLE shop.products CASCADE;

-- case: two tables dropped in one statement
-- expect: removed table lab.no_columns structure critical
-- expect: removed table lab.typed structure critical
DROP TABLE lab.no_columns, lab.typed;

-- case: dropped table made again with another column
-- expect: modified column lab.in_space.payload structure critical
-- expect: modified table lab.in_space storage low
DROP TABLE lab.in_space;
CREATE TABLE lab.in_space (id integer, payload bytea);

-- case: table made unlogged
-- expect: modified table lab.mixedcase structure high
ALTER TABLE lab.mixedcase SET UNLOGGED;

-- case: unlogged table made logged
-- expect: modified table shop.cache structure high
ALTER TABLE shop.cache SET LOGGED;

-- case: table without rows of a type any more
-- expect: modified table lab.typed structure medium
ALTER TABLE lab.typed NOT OF;

-- case: table becomes one of a type
-- expect: modified table lab.point_rows structure medium
ALTER TABLE lab.point_rows OF lab.point3;

-- case: row type of a table attached
-- expect: added composite_type lab.mixed_row structure low
-- expect: modified table lab.mixedcase structure medium
CREATE TYPE lab.mixed_row AS ("ID" integer);
ALTER TABLE lab.mixedcase OF lab.mixed_row;

-- case: table inherits
-- expect: modified column shop.old_electric.battery structure medium
-- expect: modified column shop.old_electric.id structure medium
-- expect: modified table shop.old_electric structure high
ALTER TABLE shop.old_electric INHERIT shop.electric;

-- case: table inherits no more
-- expect: added check shop.electric_cars.electric_battery_check structure medium
-- expect: modified table shop.electric_cars structure high
ALTER TABLE shop.electric_cars NO INHERIT shop.electric;

-- case: child table added
-- expect: added table shop.buses structure low
CREATE TABLE shop.buses (seats integer) INHERITS (shop.vehicles);

-- case: parents of a child table changed
-- expect: added check shop.electric_cars.electric_battery_check structure medium
-- expect: added check shop.electric_cars.vehicles_wheels_check structure medium
-- expect: modified column shop.electric_cars.battery structure medium
-- expect: modified column shop.electric_cars.id structure medium
-- expect: modified column shop.electric_cars.plate structure medium
-- expect: modified column shop.electric_cars.wheels structure medium
-- expect: modified table shop.electric_cars structure high
ALTER TABLE shop.electric_cars NO INHERIT shop.electric;
ALTER TABLE shop.electric_cars NO INHERIT shop.cars;
ALTER TABLE shop.electric_cars INHERIT shop.vehicles;
ALTER TABLE shop.electric_cars INHERIT shop.electric;

-- case: replica identity full
-- expect: modified table shop.orders structure medium
ALTER TABLE shop.orders REPLICA IDENTITY FULL;

-- case: replica identity nothing
-- expect: modified table shop.shipments structure medium
ALTER TABLE shop.shipments REPLICA IDENTITY NOTHING;

-- case: replica identity by an index
-- expect: modified table archive.orders structure medium
ALTER TABLE archive.orders REPLICA IDENTITY USING INDEX archive_orders_id_idx;

-- case: replica identity back to the default
-- expect: modified table shop.documents structure medium
ALTER TABLE shop.documents REPLICA IDENTITY DEFAULT;

-- case: column order changed by moving a column to the end
-- expect: modified table lab.scores structure low
ALTER TABLE lab.scores ADD COLUMN team_new text;
UPDATE lab.scores SET team_new = team;
ALTER TABLE lab.scores DROP COLUMN team CASCADE;
ALTER TABLE lab.scores RENAME COLUMN team_new TO team;
CREATE INDEX scores_team_idx ON lab.scores (team);
CREATE VIEW lab.team_points AS SELECT team, sum(points) AS points, count(*) FILTER (WHERE points > 0) AS good FROM lab.scores GROUP BY team HAVING count(*) > 1 ORDER BY 1 LIMIT 10;
CREATE VIEW lab.windowed AS SELECT id, rank() OVER (PARTITION BY team ORDER BY points DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS place FROM lab.scores;

-- case: partition added to a range
-- expect: added table shop.events_2027 structure low
CREATE TABLE shop.events_2027 PARTITION OF shop.events FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2028-01-01 00:00:00+00');

-- case: partition added to a list
-- expect: added table shop.regions_south structure low
CREATE TABLE shop.regions_south PARTITION OF shop.regions FOR VALUES IN ('s');

-- case: default partition added
-- expect: added table shop.regions_other structure low
CREATE TABLE shop.regions_other PARTITION OF shop.regions DEFAULT;

-- case: first partition of an empty partitioned table
-- expect: added table shop.empty_parts_one structure low
CREATE TABLE shop.empty_parts_one PARTITION OF shop.empty_parts FOR VALUES IN (1, 2);

-- case: partitioned table added
-- expect: added table shop.measurements structure low
CREATE TABLE shop.measurements (at date, value real) PARTITION BY RANGE (at);

-- case: partition dropped
-- expect: removed table shop.events_2025 structure critical
DROP TABLE shop.events_2025;

-- case: partition with partitions dropped
-- expect: removed table shop.events_2026 structure critical
-- expect: removed table shop.events_2026_click structure critical
-- expect: removed table shop.events_2026_rest structure critical
DROP TABLE shop.events_2026;

-- case: partition detached
-- expect: modified table shop.regions_north structure high
ALTER TABLE shop.regions DETACH PARTITION shop.regions_north;

-- case: partition with a foreign key detached
-- expect: added foreign_key shop.events_2025.events_customer_fkey structure medium
-- expect: added check shop.events_2025.events_kind_check structure medium
-- expect: modified index shop.events_2025.events_2025_customer_id_happened_at_idx structure medium
-- expect: modified primary_key shop.events_2025.events_2025_pkey structure high
-- expect: modified table shop.events_2025 structure high
ALTER TABLE shop.events DETACH PARTITION shop.events_2025;

-- case: schema public dropped
-- expect: removed schema public structure critical
-- reason: pg_dump takes the schema public for granted and writes nothing when it is missing
-- oracle: same
DROP SCHEMA public;

-- case: partition detached concurrently
-- expect: modified table shop.grid_low structure high
-- expect: added check shop.grid_low.grid_low_check structure medium
ALTER TABLE shop.grid DETACH PARTITION shop.grid_low CONCURRENTLY;

-- case: partition bounds changed
-- expect: modified table shop.regions_north structure high
ALTER TABLE shop.regions DETACH PARTITION shop.regions_north;
ALTER TABLE shop.regions ATTACH PARTITION shop.regions_north FOR VALUES IN ('n', 'no', 'nn', NULL);

-- case: existing table attached as a partition
-- expect: modified table shop.regions_waiting structure high
ALTER TABLE shop.regions ATTACH PARTITION shop.regions_waiting FOR VALUES IN ('w');

-- case: partition key changed
-- expect: modified table shop.empty_parts structure high
DROP TABLE shop.empty_parts;
CREATE TABLE shop.empty_parts (k integer) PARTITION BY HASH (k);

-- case: partitioned table becomes an ordinary one
-- expect: modified table shop.empty_parts structure high
DROP TABLE shop.empty_parts;
CREATE TABLE shop.empty_parts (k integer);

-- case: partition of a hash exchanged for two
-- expect: modified table shop.sessions_1 structure high
-- expect: added table shop.sessions_3 structure low
ALTER TABLE shop.sessions DETACH PARTITION shop.sessions_1;
ALTER TABLE shop.sessions ATTACH PARTITION shop.sessions_1 FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE shop.sessions_3 PARTITION OF shop.sessions FOR VALUES WITH (MODULUS 4, REMAINDER 3);

-- case: row security enabled
-- expect: modified table shop.orders structure high
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;

-- case: row security disabled
-- expect: modified table shop.bookings structure critical
ALTER TABLE shop.bookings DISABLE ROW LEVEL SECURITY;

-- case: row security forced
-- expect: modified table shop.bookings structure medium
ALTER TABLE shop.bookings FORCE ROW LEVEL SECURITY;

-- case: row security no longer forced
-- expect: modified table shop.accounts structure high
ALTER TABLE shop.accounts NO FORCE ROW LEVEL SECURITY;

-- case: table turned into a view
-- expect: removed table lab.mixedcase structure critical
-- expect: added view lab.mixedcase structure low
DROP TABLE lab.mixedcase;
CREATE VIEW lab.mixedcase AS SELECT 1 AS "ID";

-- case: parent given up and taken again
-- expect: added check shop.trucks.vehicles_wheels_check structure medium
-- expect: modified column shop.trucks.id structure medium
-- expect: modified column shop.trucks.plate structure medium
-- expect: modified column shop.trucks.wheels structure medium
ALTER TABLE shop.trucks NO INHERIT shop.vehicles;
ALTER TABLE shop.trucks INHERIT shop.vehicles;
