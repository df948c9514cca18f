-- Indexes of every method and with every clause, and extended statistics.

-- case: index added
-- expect: added index shop.orders.orders_channel_idx structure low
CREATE INDEX orders_channel_idx ON shop.orders (channel);

-- case: index added concurrently
-- expect: added index shop.orders.orders_channel_idx structure low
CREATE INDEX CONCURRENTLY orders_channel_idx ON shop.orders (channel);

-- case: index added with every clause
-- expect: added index shop.shipments.everything structure low
CREATE UNIQUE INDEX everything ON shop.shipments USING btree (lower(carrier) COLLATE "C" text_pattern_ops DESC NULLS LAST, tracking) INCLUDE (line) NULLS NOT DISTINCT
  WITH (fillfactor = 50) TABLESPACE dl_space WHERE order_id > 0;

-- case: index with an awkward name added
-- expect: added index "Odd Names"."Order Details"."select" structure low
CREATE INDEX "select" ON "Odd Names"."Order Details" ("back\slash");

-- case: index added on a partitioned table
-- expect: added index shop.sessions.sessions_data_idx structure low
-- expect: added index shop.sessions_0.sessions_0_data_idx structure low
-- expect: added index shop.sessions_1.sessions_1_data_idx structure low
CREATE INDEX sessions_data_idx ON shop.sessions (data);

-- case: index added on the parent of partitions only
-- expect: added index shop.sessions.sessions_data_idx structure low
CREATE INDEX sessions_data_idx ON ONLY shop.sessions (data);

-- case: index of a partition attached to that of the parent
-- expect: added index shop.events_2025.events_2025_payload_idx structure low
CREATE INDEX events_2025_payload_idx ON shop.events_2025 (payload);
ALTER INDEX shop.only_parent_idx ATTACH PARTITION shop.events_2025_payload_idx;

-- case: index of a partitioned table dropped
-- expect: removed index shop.events.events_customer_idx structure medium
-- expect: removed index shop.events_2025.events_2025_customer_id_happened_at_idx structure medium
-- expect: removed index shop.events_2026.events_2026_customer_id_happened_at_idx structure medium
-- expect: removed index shop.events_2026_click.events_2026_click_customer_id_happened_at_idx structure medium
-- expect: removed index shop.events_2026_rest.events_2026_rest_customer_id_happened_at_idx structure medium
-- expect: removed index shop.events_default.events_default_customer_id_happened_at_idx structure medium
DROP INDEX shop.events_customer_idx;

-- case: index added on a materialized view
-- expect: added index shop.not_yet.not_yet_title_idx structure low
CREATE INDEX ON shop.not_yet (title);

-- case: index dropped
-- expect: removed index shop.orders.orders_remark_idx structure medium
DROP INDEX shop.orders_remark_idx;

-- case: unique index dropped
-- expect: removed index shop.orders.orders_reference_lower_idx structure medium
DROP INDEX shop.orders_reference_lower_idx;

-- case: index of a materialized view dropped
-- expect: removed index shop.sales_by_customer.sales_by_customer_total_idx structure medium
DROP INDEX shop.sales_by_customer_total_idx;

-- case: index becomes unique
-- expect: modified index shop.orders.orders_remark_idx structure medium
DROP INDEX shop.orders_remark_idx;
CREATE UNIQUE INDEX orders_remark_idx ON shop.orders (remark);

-- case: index method changed
-- expect: modified index shop.documents.documents_net_idx structure medium
DROP INDEX shop.documents_net_idx;
CREATE INDEX documents_net_idx ON shop.documents USING gist (net inet_ops);

-- case: index column changed
-- expect: modified index lab.scores.scores_team_idx structure medium
DROP INDEX lab.scores_team_idx;
CREATE INDEX scores_team_idx ON lab.scores (at);

-- case: order of index columns changed
-- expect: modified index shop.orders.orders_open_idx structure medium
DROP INDEX shop.orders_open_idx;
CREATE INDEX orders_open_idx ON shop.orders (id, placed_at DESC NULLS LAST) WHERE status <> 'done'::shop.order_status;

-- case: sort order of an index column changed
-- expect: modified index lab.scores.scores_points_idx structure medium
DROP INDEX lab.scores_points_idx;
CREATE INDEX scores_points_idx ON lab.scores (points DESC);

-- case: place of the nulls in an index changed
-- expect: modified index lab.scores.scores_points_idx structure medium
DROP INDEX lab.scores_points_idx;
CREATE INDEX scores_points_idx ON lab.scores (points NULLS FIRST);

-- case: predicate of an index changed
-- expect: modified index shop.orders.orders_open_idx structure medium
DROP INDEX shop.orders_open_idx;
CREATE INDEX orders_open_idx ON shop.orders (placed_at DESC NULLS LAST, id) WHERE status = 'new'::shop.order_status;

-- case: predicate of an index given up
-- expect: modified index shop.orders.orders_open_idx structure medium
DROP INDEX shop.orders_open_idx;
CREATE INDEX orders_open_idx ON shop.orders (placed_at DESC NULLS LAST, id);

-- case: included columns of an index changed
-- expect: modified index shop.orders.orders_total_idx structure medium
DROP INDEX shop.orders_total_idx;
CREATE INDEX orders_total_idx ON shop.orders (total NULLS FIRST) INCLUDE (status) WITH (fillfactor = 60, deduplicate_items = off);

-- case: expression of an index changed
-- expect: modified index shop.documents.documents_title_idx structure medium
-- expect: modified index shop.documents.documents_title_idx storage low
DROP INDEX shop.documents_title_idx;
CREATE INDEX documents_title_idx ON shop.documents (upper(title));

-- case: collation of an index column changed
-- expect: modified index shop.products.products_title_idx structure medium
DROP INDEX shop.products_title_idx;
CREATE INDEX products_title_idx ON shop.products (title COLLATE "C" text_pattern_ops, (lower(title)) COLLATE lab.plain DESC);

-- case: operator class of an index column changed
-- expect: modified index shop.documents.documents_meta_idx structure medium
DROP INDEX shop.documents_meta_idx;
CREATE INDEX documents_meta_idx ON shop.documents USING gin (meta);

-- case: parameter of an operator class changed
-- expect: modified index shop.products.products_trgm_idx structure medium
DROP INDEX shop.products_trgm_idx;
CREATE INDEX products_trgm_idx ON shop.products USING gist (description ext.gist_trgm_ops (siglen = '64'));

-- case: own operator class of an index given up
-- expect: modified index shop.products.products_own_ops_idx structure medium
DROP INDEX shop.products_own_ops_idx;
CREATE INDEX products_own_ops_idx ON shop.products (length);

-- case: nulls of a unique index distinct again
-- expect: modified index shop.products.products_pair_idx structure medium
DROP INDEX shop.products_pair_idx;
CREATE UNIQUE INDEX products_pair_idx ON shop.products (weight, tag);

-- case: storage parameter of an index changed
-- expect: modified index shop.orders.orders_total_idx storage low
ALTER INDEX shop.orders_total_idx SET (fillfactor = 65);

-- case: storage parameter of an index reset
-- expect: modified index shop.products.products_search_idx storage low
ALTER INDEX shop.products_search_idx RESET (gin_pending_list_limit);

-- case: pages per range of an index changed
-- expect: modified index shop.orders.orders_placed_idx storage low
ALTER INDEX shop.orders_placed_idx SET (pages_per_range = 64);

-- case: tablespace of an index changed
-- expect: modified index shop.orders.orders_total_idx storage low
ALTER INDEX shop.orders_total_idx SET TABLESPACE dl_space;

-- case: tablespace of an index given up
-- expect: modified index shop.documents.documents_size_idx storage low
ALTER INDEX shop.documents_size_idx SET TABLESPACE pg_default;

-- case: statistics target of an index expression changed
-- expect: modified index shop.documents.documents_title_idx storage low
ALTER INDEX shop.documents_title_idx ALTER COLUMN 1 SET STATISTICS 50;

-- case: statistics target of an index expression given up
-- expect: modified index shop.documents.documents_title_idx storage low
ALTER INDEX shop.documents_title_idx ALTER COLUMN 1 SET STATISTICS -1;

-- case: extended statistics added
-- expect: added statistics shop.lines_stats structure low
CREATE STATISTICS shop.lines_stats ON order_id, product_id FROM shop.order_lines;

-- case: extended statistics dropped
-- expect: removed statistics shop.orders_stats structure low
DROP STATISTICS shop.orders_stats;

-- case: columns of extended statistics changed
-- expect: modified statistics shop.documents_mcv_stats structure low
DROP STATISTICS shop.documents_mcv_stats;
CREATE STATISTICS shop.documents_mcv_stats (mcv) ON title, author, size FROM shop.documents;
ALTER STATISTICS shop.documents_mcv_stats OWNER TO dl_owner;

-- case: kinds of extended statistics changed
-- expect: modified statistics shop.documents_mcv_stats structure low
DROP STATISTICS shop.documents_mcv_stats;
CREATE STATISTICS shop.documents_mcv_stats (mcv, ndistinct) ON title, author FROM shop.documents;
ALTER STATISTICS shop.documents_mcv_stats OWNER TO dl_owner;

-- case: expression of extended statistics changed
-- expect: modified statistics "Odd Names"."St ats" structure low
DROP STATISTICS "Odd Names"."St ats";
CREATE STATISTICS "Odd Names"."St ats" ON (a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc % 20) FROM "Odd Names"."Order Details";

-- case: target of extended statistics changed
-- expect: modified statistics shop.orders_stats storage low
ALTER STATISTICS shop.orders_stats SET STATISTICS 44;

-- case: target of extended statistics given up
-- expect: modified statistics shop.orders_stats storage low
ALTER STATISTICS shop.orders_stats SET STATISTICS -1;
