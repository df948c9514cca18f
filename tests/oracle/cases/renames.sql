-- Renames, and moves to another schema.

-- case: column renamed
-- expect: renamed column shop.shipments.carried_by structure critical
ALTER TABLE shop.shipments RENAME carrier TO carried_by;

-- case: column renamed that a view, an index, a check and a trigger use
-- expect: renamed column shop.orders.amount structure critical
-- expect: modified check shop.orders.orders_total_check structure high
-- expect: modified index shop.orders.orders_total_idx structure medium
-- expect: modified trigger shop.orders.orders_status structure high
-- expect: modified view shop.open_orders structure high
-- expect: modified materialized_view shop.sales_by_customer structure high
ALTER TABLE shop.orders RENAME total TO amount;

-- case: column of a key renamed
-- expect: renamed column lab.scores.number structure critical
-- expect: modified primary_key lab.scores.scores_pkey structure high
-- expect: modified rule lab.scores.scores_log structure high
-- expect: modified view lab.windowed structure high
ALTER TABLE lab.scores RENAME id TO number;

-- case: column of a foreign key renamed
-- expect: renamed column shop.order_lines.product structure critical
-- expect: modified foreign_key shop.order_lines.order_lines_product_fkey structure high
ALTER TABLE shop.order_lines RENAME product_id TO product;

-- case: column that a foreign key references renamed
-- expect: modified primary_key shop.order_lines.order_lines_pkey structure high
-- expect: modified foreign_key shop.shipments.shipments_line_fkey structure high
-- expect: modified foreign_key shop.shipments.shipments_line_again_fkey structure high
-- expect: renamed column shop.order_lines."row" structure critical
ALTER TABLE shop.order_lines RENAME line TO "row";

-- case: column with an awkward name renamed
-- expect: renamed column "Odd Names"."Order Details"."ne\\w\n""name""" structure critical
ALTER TABLE "Odd Names"."Order Details" RENAME "tab	bed" TO U&"ne\005Cw\000A""name""";

-- case: column of a parent renamed
-- expect: renamed column shop.vehicles.sign structure critical
-- expect: renamed column shop.cars.sign structure critical
-- expect: renamed column shop.electric_cars.sign structure critical
-- expect: renamed column shop.trucks.sign structure critical
-- expect: renamed column shop.far_trucks.sign structure critical
ALTER TABLE shop.vehicles RENAME plate TO sign;

-- case: column renamed and changed
-- expect: renamed column shop.documents.bytes structure critical
-- expect: modified index shop.documents.documents_made_idx structure medium
-- expect: modified index shop.documents.documents_size_idx structure medium
ALTER TABLE shop.documents RENAME size TO bytes;
ALTER TABLE shop.documents ALTER bytes SET DEFAULT 0;

-- case: names of two columns exchanged
-- expect: renamed column archive.notes.note structure critical
-- expect: renamed column archive.notes.id structure critical
-- expect: modified primary_key archive.notes.notes_pkey structure high
ALTER TABLE archive.notes RENAME id TO swap;
ALTER TABLE archive.notes RENAME note TO id;
ALTER TABLE archive.notes RENAME swap TO note;

-- case: view column renamed
-- expect: renamed column shop.open_orders.who structure critical
-- expect: modified view shop.open_orders structure high
ALTER VIEW shop.open_orders RENAME COLUMN customer TO who;

-- case: materialized view column renamed
-- expect: renamed column shop.sales_by_customer.how_many structure critical
-- expect: modified materialized_view shop.sales_by_customer structure high
-- expect: modified index shop.sales_by_customer.sales_by_customer_total_idx structure medium
ALTER MATERIALIZED VIEW shop.sales_by_customer RENAME COLUMN orders TO how_many;

-- case: table renamed
-- expect: renamed table shop.hoard structure critical
ALTER TABLE shop.cache RENAME TO hoard;

-- case: table renamed that others depend on
-- expect: renamed table shop.purchases structure critical
-- expect: modified foreign_key shop.order_lines.order_lines_order_fkey structure high
-- expect: modified foreign_key shop.shipments.shipments_order_fkey structure high
-- expect: modified foreign_key archive.orders.orders_shop_order_fkey structure high
-- expect: modified trigger shop.order_lines.lines_against_orders structure high
-- expect: modified view shop.open_orders structure high
-- expect: modified view shop.order_chain structure high
-- expect: modified materialized_view shop.sales_by_customer structure high
-- expect: modified sequence shop.orders_id_seq structure medium
-- expect: modified statistics shop.orders_stats structure low
-- expect: modified foreign_key shop.purchases.orders_follows_fkey structure high
ALTER TABLE shop.orders RENAME TO purchases;

-- case: table and one of its columns renamed
-- expect: renamed table shop.hoard structure critical
-- expect: renamed column shop.hoard.content structure critical
ALTER TABLE shop.cache RENAME TO hoard;
ALTER TABLE shop.hoard RENAME value TO content;

-- case: table renamed and a column added
-- expect: renamed table shop.hoard structure critical
-- expect: added column shop.hoard.hits structure medium
ALTER TABLE shop.cache RENAME TO hoard;
ALTER TABLE shop.hoard ADD COLUMN hits bigint;

-- case: names of two tables exchanged
-- expect: renamed table lab.mixedcase structure critical
-- expect: renamed table lab."MixedCase" structure critical
ALTER TABLE lab.mixedcase RENAME TO swap;
ALTER TABLE lab."MixedCase" RENAME TO mixedcase;
ALTER TABLE lab.swap RENAME TO "MixedCase";

-- case: partition renamed
-- expect: renamed table shop.regions_top structure critical
ALTER TABLE shop.regions_north RENAME TO regions_top;

-- case: partitioned table renamed
-- expect: renamed table shop.raster structure critical
-- expect: modified table shop.grid_low structure high
-- expect: modified table shop.grid_high structure high
ALTER TABLE shop.grid RENAME TO raster;

-- case: parent table renamed
-- expect: renamed table shop.powered structure critical
-- expect: modified table shop.electric_cars structure high
ALTER TABLE shop.electric RENAME TO powered;

-- case: table moved to another schema
-- expect: renamed table archive.cache structure critical
ALTER TABLE shop.cache SET SCHEMA archive;

-- case: table moved with its sequence
-- expect: renamed table archive.products structure critical
-- expect: modified sequence archive.products_id_seq structure medium
-- expect: modified foreign_key shop.order_lines.order_lines_product_fkey structure high
-- expect: modified view shop.cheap_products structure high
-- expect: modified materialized_view shop.not_yet structure high
-- expect: modified statistics shop.products_expression_stats structure low
-- expect: modified column archive.products.id structure medium
-- expect: modified publication dl_some structure high
-- expect: renamed sequence archive.products_id_seq structure high
ALTER TABLE shop.products SET SCHEMA archive;

-- case: constraint renamed
-- expect: renamed check shop.orders.at_least_one structure medium
ALTER TABLE shop.orders RENAME CONSTRAINT orders_quantity_check TO at_least_one;

-- case: primary key renamed
-- expect: renamed primary_key shop.shipments.shipments_key structure medium
ALTER TABLE shop.shipments RENAME CONSTRAINT shipments_pkey TO shipments_key;

-- case: primary key renamed by its index
-- expect: renamed primary_key shop.shipments.shipments_key structure medium
ALTER INDEX shop.shipments_pkey RENAME TO shipments_key;

-- case: foreign key renamed
-- expect: renamed foreign_key shop.orders.customer_known structure medium
ALTER TABLE shop.orders RENAME CONSTRAINT orders_customer_fkey TO customer_known;

-- case: domain constraint renamed
-- expect: renamed check shop.amount.not_below_zero structure medium
ALTER DOMAIN shop.amount RENAME CONSTRAINT amount_not_negative TO not_below_zero;

-- case: index renamed
-- expect: renamed index shop.orders.by_remark structure low
ALTER INDEX shop.orders_remark_idx RENAME TO by_remark;

-- case: index renamed that a table is clustered on
-- expect: renamed index shop.orders.by_customer structure low
-- expect: modified table shop.orders storage low
ALTER INDEX shop.orders_customer_idx RENAME TO by_customer;

-- case: trigger renamed
-- expect: renamed trigger shop.orders.orders_changed structure low
ALTER TRIGGER orders_touch ON shop.orders RENAME TO orders_changed;

-- case: rule renamed
-- expect: renamed rule lab.scores.scores_noted structure low
ALTER RULE scores_log ON lab.scores RENAME TO scores_noted;

-- case: policy renamed
-- expect: renamed policy shop.accounts.mine structure low
ALTER POLICY own_account ON shop.accounts RENAME TO mine;

-- case: view renamed
-- expect: renamed view shop.cheap structure critical
-- expect: modified view shop.very_cheap_products structure high
ALTER VIEW shop.cheap_products RENAME TO cheap;

-- case: materialized view renamed
-- expect: renamed materialized_view shop.sales structure critical
ALTER MATERIALIZED VIEW shop.sales_by_customer RENAME TO sales;

-- case: sequence renamed
-- expect: renamed sequence shop.ticket_numbers structure high
ALTER SEQUENCE shop.tickets RENAME TO ticket_numbers;

-- case: sequence of a serial column renamed
-- expect: renamed sequence shop.order_numbers structure high
-- expect: modified column shop.orders.id structure medium
ALTER SEQUENCE shop.orders_id_seq RENAME TO order_numbers;

-- case: sequence of an identity column renamed
-- expect: modified column shop.accounts.id structure medium
ALTER SEQUENCE shop.accounts_id_seq RENAME TO account_numbers;

-- case: function renamed
-- expect: renamed function shop.gross(numeric, numeric) structure critical
ALTER FUNCTION shop.add_tax(numeric, numeric) RENAME TO gross;

-- case: function of triggers renamed
-- expect: renamed function shop.go_on() structure critical
-- expect: modified trigger shop.open_orders.open_orders_insert structure high
-- expect: modified trigger shop.stock.stock_note structure high
ALTER FUNCTION shop.pass() RENAME TO go_on;

-- case: function moved to another schema
-- expect: renamed function archive.add_tax(numeric, numeric) structure critical
ALTER FUNCTION shop.add_tax(numeric, numeric) SET SCHEMA archive;

-- case: procedure renamed
-- expect: renamed procedure shop.hello() structure critical
ALTER PROCEDURE shop.ping() RENAME TO hello;

-- case: aggregate renamed
-- expect: renamed aggregate lab.average(numeric) structure critical
ALTER AGGREGATE lab.mean(numeric) RENAME TO average;

-- case: enum renamed
-- expect: renamed enum lab.feelings structure critical
ALTER TYPE lab.moods RENAME TO feelings;

-- case: enum renamed that a column and a view use
-- expect: renamed enum "Odd Names"."Mood" structure critical
-- expect: modified column "Odd Names"."Order Details".mood structure critical
-- expect: modified column "Odd Names"."Mat View".mood structure critical
-- expect: modified function "Odd Names"."Do It!"("Odd Names"."Pair Of", integer) structure critical
-- expect: renamed cast shop.colour AS "Odd Names"."Mood" structure high
ALTER TYPE "Odd Names"."Mood of Day" RENAME TO "Mood";

-- case: domain renamed
-- expect: renamed domain shop.little structure critical
ALTER DOMAIN shop.small_amount RENAME TO little;

-- case: composite type renamed
-- expect: renamed composite_type lab.line_of structure critical
-- expect: modified table lab.lines structure medium
ALTER TYPE lab.line_item RENAME TO line_of;

-- case: range renamed
-- expect: renamed range_type lab.words structure critical
ALTER TYPE lab.word_range RENAME TO words;

-- case: operator moved to another schema
-- expect: renamed operator attic.!!(NONE, integer) structure high
ALTER OPERATOR lab.!! (NONE, integer) SET SCHEMA attic;

-- case: operator class renamed
-- expect: renamed operator_class lab.nearest_ops(gist) structure high
ALTER OPERATOR CLASS lab.near_ops USING gist RENAME TO nearest_ops;

-- case: operator family renamed
-- expect: renamed operator_family lab.numbers(hash) structure high
ALTER OPERATOR FAMILY lab.whole_numbers USING hash RENAME TO numbers;

-- case: collation renamed
-- expect: renamed collation lab.mixed structure high
ALTER COLLATION lab.split RENAME TO mixed;

-- case: conversion renamed
-- expect: renamed conversion lab.old_files structure high
ALTER CONVERSION lab.latin_to_utf RENAME TO old_files;

-- case: text search configuration renamed
-- expect: renamed text_search_configuration lab.naked structure high
ALTER TEXT SEARCH CONFIGURATION lab.bare RENAME TO naked;

-- case: text search dictionary renamed
-- expect: renamed text_search_dictionary lab.as_they_are structure high
ALTER TEXT SEARCH DICTIONARY lab.plain_words RENAME TO as_they_are;

-- case: text search parser renamed
-- expect: renamed text_search_parser lab.lazy_words structure high
ALTER TEXT SEARCH PARSER lab.idle_words RENAME TO lazy_words;

-- case: text search template renamed
-- expect: renamed text_search_template lab.bare_template structure high
ALTER TEXT SEARCH TEMPLATE lab.no_init RENAME TO bare_template;

-- case: language renamed
-- expect: renamed language plthree structure high
ALTER LANGUAGE "PL Three" RENAME TO plthree;

-- case: foreign data wrapper renamed
-- expect: renamed foreign_data_wrapper dummy_two structure high
ALTER FOREIGN DATA WRAPPER dummy_wrapper RENAME TO dummy_two;

-- case: foreign server renamed
-- expect: renamed foreign_server disk structure high
-- expect: modified foreign_table lab.server_log structure high
ALTER SERVER files RENAME TO disk;

-- case: foreign table renamed
-- expect: renamed foreign_table lab.log structure critical
ALTER FOREIGN TABLE lab.server_log RENAME TO log;

-- case: event trigger renamed
-- expect: renamed event_trigger dl_each_drop structure low
ALTER EVENT TRIGGER dl_on_drop RENAME TO dl_each_drop;

-- case: publication renamed
-- expect: renamed publication dl_parts structure high
ALTER PUBLICATION dl_roots RENAME TO dl_parts;

-- case: extended statistics renamed
-- expect: renamed statistics shop.orders_together structure low
ALTER STATISTICS shop.orders_stats RENAME TO orders_together;

-- case: extended statistics moved to another schema
-- expect: renamed statistics archive.orders_stats structure low
ALTER STATISTICS shop.orders_stats SET SCHEMA archive;

-- case: schema renamed
-- expect: renamed schema empty_now structure critical
ALTER SCHEMA vacant RENAME TO empty_now;

-- case: schema with tables renamed
-- expect: renamed schema cupboard structure critical
-- expect: modified foreign_key cupboard."t.able"."t.able_X.Y_fkey" structure high
ALTER SCHEMA "app.v1" RENAME TO cupboard;

-- case: schema renamed that a rule and a publication name
-- expect: renamed schema cellar structure critical
-- expect: modified rule lab.scores.scores_log structure high
-- expect: modified publication dl_schemas structure high
ALTER SCHEMA attic RENAME TO cellar;
