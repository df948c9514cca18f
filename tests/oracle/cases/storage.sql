-- How things are stored: parameters, tablespaces, access methods, compression, statistics targets, clustering.

-- case: fill factor of a table set
-- expect: modified table shop.orders storage low
ALTER TABLE shop.orders SET (fillfactor = 50);

-- case: storage parameter of a table changed
-- expect: modified table shop.documents storage low
ALTER TABLE shop.documents SET (autovacuum_enabled = true);

-- case: storage parameter of a table reset
-- expect: modified table shop.documents storage low
ALTER TABLE shop.documents RESET (toast_tuple_target);

-- case: storage parameter of the toast table changed
-- expect: modified table shop.documents storage low
ALTER TABLE shop.documents SET (toast.autovacuum_vacuum_threshold = 600, toast.autovacuum_enabled = false);

-- case: storage parameter of a partition changed
-- expect: modified table shop.sessions_1 storage low
ALTER TABLE shop.sessions_1 RESET (fillfactor);

-- case: tablespace of a table changed
-- expect: modified table shop.shipments storage low
ALTER TABLE shop.shipments SET TABLESPACE dl_space;

-- case: tablespace of a table given up
-- expect: modified table lab.in_space storage low
ALTER TABLE lab.in_space SET TABLESPACE pg_default;

-- case: tablespace of a partitioned table changed
-- expect: modified table shop.grid storage low
ALTER TABLE shop.grid SET TABLESPACE dl_space;

-- case: access method of a table changed
-- expect: modified table shop.shipments storage low
ALTER TABLE shop.shipments SET ACCESS METHOD heap_two;

-- case: access method of a table given up
-- expect: modified table lab.in_space storage low
ALTER TABLE lab.in_space SET ACCESS METHOD heap;

-- case: table clustered
-- expect: modified table lab.scores storage low
ALTER TABLE lab.scores CLUSTER ON scores_team_idx;

-- case: table clustered by a statement
-- expect: modified table shop.shipments storage low
CLUSTER shop.shipments USING shipments_pkey;

-- case: table clustered by another index
-- expect: modified table shop.orders storage low
ALTER TABLE shop.orders CLUSTER ON orders_total_idx;

-- case: table no longer clustered
-- expect: modified table shop.orders storage low
ALTER TABLE shop.orders SET WITHOUT CLUSTER;

-- case: storage of a column changed
-- expect: modified column shop.documents.title storage low
ALTER TABLE shop.documents ALTER title SET STORAGE plain;

-- case: storage of a column back to the default
-- expect: modified column shop.documents.body storage low
ALTER TABLE shop.documents ALTER body SET STORAGE extended;

-- case: compression of a column set
-- expect: modified column shop.documents.body_two storage low
ALTER TABLE shop.documents ALTER body_two SET COMPRESSION lz4;

-- case: compression of a column given up
-- expect: modified column shop.documents.body storage low
ALTER TABLE shop.documents ALTER body SET COMPRESSION default;

-- case: statistics target of a column set
-- expect: modified column shop.documents.author storage low
ALTER TABLE shop.documents ALTER author SET STATISTICS 1000;

-- case: statistics target of a column zero
-- expect: modified column shop.documents.author storage low
ALTER TABLE shop.documents ALTER author SET STATISTICS 0;

-- case: statistics target of a column given up
-- expect: modified column shop.documents.title storage low
ALTER TABLE shop.documents ALTER title SET STATISTICS -1;

-- case: distinct values of a column changed
-- expect: modified column shop.documents.author storage low
ALTER TABLE shop.documents ALTER author SET (n_distinct = -0.1);

-- case: distinct values of a column given up
-- expect: modified column shop.documents.code storage low
ALTER TABLE shop.documents ALTER code RESET (n_distinct_inherited);

-- case: storage and structure of a column changed
-- expect: modified column shop.documents.title structure high
-- expect: modified column shop.documents.title storage low
ALTER TABLE shop.documents ALTER title SET NOT NULL, ALTER title SET STATISTICS 9;

-- case: structure, storage and access of a table changed
-- expect: modified table shop.shipments structure low
-- expect: modified table shop.shipments storage low
-- expect: modified table shop.shipments access medium
COMMENT ON TABLE shop.shipments IS 'all three';
ALTER TABLE shop.shipments SET (fillfactor = 40);
ALTER TABLE shop.shipments OWNER TO dl_owner;
