-- Comments on every kind of object.

-- case: comment on a schema changed
-- expect: modified schema shop structure low
COMMENT ON SCHEMA shop IS 'something else';

-- case: comment on the schema public changed
-- expect: modified schema public structure low
COMMENT ON SCHEMA public IS 'nothing to see here';

-- case: comment on a table added
-- expect: modified table shop.shipments structure low
COMMENT ON TABLE shop.shipments IS 'under way';

-- case: comment on a table changed
-- expect: modified table shop.orders structure low
COMMENT ON TABLE shop.orders IS E'two\nlines, a quote '' and a backslash \\';

-- case: comment on a table taken away
-- expect: modified table shop.orders structure low
COMMENT ON TABLE shop.orders IS NULL;

-- case: comment on a column added
-- expect: modified column shop.orders.quantity structure low
COMMENT ON COLUMN shop.orders.quantity IS 'pieces';

-- case: comment on a column taken away
-- expect: modified column shop.orders.total structure low
COMMENT ON COLUMN shop.orders.total IS NULL;

-- case: comment on a column with a line break in its name changed
-- expect: modified column "Odd Names"."Order Details"."new\nline" structure low
COMMENT ON COLUMN "Odd Names"."Order Details".U&"new\000Aline" IS 'short';

-- case: comment on a column with a backslash in its name added
-- expect: modified column "Odd Names"."Order Details"."back\\slash" structure low
COMMENT ON COLUMN "Odd Names"."Order Details"."back\slash" IS 'slash';

-- case: comment on a constraint changed
-- expect: modified foreign_key shop.orders.orders_customer_fkey structure low
COMMENT ON CONSTRAINT orders_customer_fkey ON shop.orders IS 'changed';

-- case: comment on a primary key added
-- expect: modified primary_key shop.orders.orders_pkey structure low
COMMENT ON CONSTRAINT orders_pkey ON shop.orders IS 'the key';

-- case: comment on a check added
-- expect: modified check shop.orders.orders_quantity_check structure low
COMMENT ON CONSTRAINT orders_quantity_check ON shop.orders IS 'one at least';

-- case: comment on an index changed
-- expect: modified index shop.orders.orders_customer_idx structure low
COMMENT ON INDEX shop.orders_customer_idx IS 'changed';

-- case: comment on the index of a key changed
-- expect: modified primary_key shop.customers.customers_pkey structure low
COMMENT ON INDEX shop.customers_pkey IS 'changed';

-- case: comment on a view changed
-- expect: modified view shop.open_orders structure low
COMMENT ON VIEW shop.open_orders IS 'changed';

-- case: comment on a view column changed
-- expect: modified column shop.open_orders.customer structure low
COMMENT ON COLUMN shop.open_orders.customer IS 'changed';

-- case: comment on a materialized view changed
-- expect: modified materialized_view shop.sales_by_customer structure low
COMMENT ON MATERIALIZED VIEW shop.sales_by_customer IS 'changed';

-- case: comment on a materialized view column changed
-- expect: modified column shop.sales_by_customer.orders structure low
COMMENT ON COLUMN shop.sales_by_customer.orders IS 'changed';

-- case: comment on a sequence changed
-- expect: modified sequence shop.invoice_numbers structure low
COMMENT ON SEQUENCE shop.invoice_numbers IS 'changed';

-- case: comment on the sequence of an identity column added
-- expect: modified column shop.customers.id structure low
COMMENT ON SEQUENCE shop.customers_id_seq IS 'added';

-- case: comment on a function changed
-- expect: modified function shop.add_tax(numeric, numeric) structure low
COMMENT ON FUNCTION shop.add_tax(numeric, numeric) IS 'changed';

-- case: comment on a procedure changed
-- expect: modified procedure shop.ping() structure low
COMMENT ON PROCEDURE shop.ping() IS 'changed';

-- case: comment on an aggregate changed
-- expect: modified aggregate lab.total(integer) structure low
COMMENT ON AGGREGATE lab.total(integer) IS 'changed';

-- case: comment on an enum changed
-- expect: modified enum shop.order_status structure low
COMMENT ON TYPE shop.order_status IS 'changed';

-- case: comment on a domain changed
-- expect: modified domain shop.amount structure low
COMMENT ON DOMAIN shop.amount IS 'changed';

-- case: comment on a domain constraint changed
-- expect: modified check shop.amount.amount_not_negative structure low
COMMENT ON CONSTRAINT amount_not_negative ON DOMAIN shop.amount IS 'changed';

-- case: comment on a composite type changed
-- expect: modified composite_type shop.address structure low
COMMENT ON TYPE shop.address IS 'changed';

-- case: comment on an attribute changed
-- expect: modified column shop.address.zip structure low
COMMENT ON COLUMN shop.address.zip IS 'changed';

-- case: comment on a range changed
-- expect: modified range_type lab.float_range structure low
COMMENT ON TYPE lab.float_range IS 'changed';

-- case: comment on a base type changed
-- expect: modified base_type lab.token structure low
COMMENT ON TYPE lab.token IS 'changed';

-- case: comment on a cast changed
-- expect: modified cast lab.point3 AS text structure low
COMMENT ON CAST (lab.point3 AS text) IS 'changed';

-- case: comment on an operator changed
-- expect: modified operator lab.===(integer, integer) structure low
COMMENT ON OPERATOR lab.=== (integer, integer) IS 'changed';

-- case: comment on an operator class changed
-- expect: modified operator_class lab.int_ops(btree) structure low
COMMENT ON OPERATOR CLASS lab.int_ops USING btree IS 'changed';

-- case: comment on an operator family changed
-- expect: modified operator_family lab.whole_numbers(btree) structure low
COMMENT ON OPERATOR FAMILY lab.whole_numbers USING btree IS 'changed';

-- case: comment on a collation changed
-- expect: modified collation lab.german structure low
COMMENT ON COLLATION lab.german IS 'changed';

-- case: comment on a conversion changed
-- expect: modified conversion lab.latin_to_utf structure low
COMMENT ON CONVERSION lab.latin_to_utf IS 'changed';

-- case: comment on a text search parser changed
-- expect: modified text_search_parser lab.words structure low
COMMENT ON TEXT SEARCH PARSER lab.words IS 'changed';

-- case: comment on a text search template changed
-- expect: modified text_search_template lab.simple_two structure low
COMMENT ON TEXT SEARCH TEMPLATE lab.simple_two IS 'changed';

-- case: comment on a text search dictionary changed
-- expect: modified text_search_dictionary lab.stop_english structure low
COMMENT ON TEXT SEARCH DICTIONARY lab.stop_english IS 'changed';

-- case: comment on a text search configuration changed
-- expect: modified text_search_configuration lab.search structure low
COMMENT ON TEXT SEARCH CONFIGURATION lab.search IS 'changed';

-- case: comment on a language changed
-- expect: modified language pltwo structure low
COMMENT ON LANGUAGE pltwo IS 'changed';

-- case: comment on a transform changed
-- expect: modified transform integer FOR sql structure low
COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'changed';

-- case: comment on an extension changed
-- expect: modified extension lo structure low
COMMENT ON EXTENSION lo IS 'changed';

-- case: comment on a wrapper changed
-- expect: modified foreign_data_wrapper dummy_wrapper structure low
COMMENT ON FOREIGN DATA WRAPPER dummy_wrapper IS 'changed';

-- case: comment on a server changed
-- expect: modified foreign_server warehouse structure low
COMMENT ON SERVER warehouse IS 'changed';

-- case: comment on a foreign table changed
-- expect: modified foreign_table shop.stock structure low
COMMENT ON FOREIGN TABLE shop.stock IS 'changed';

-- case: comment on a trigger changed
-- expect: modified trigger shop.orders.orders_touch structure low
COMMENT ON TRIGGER orders_touch ON shop.orders IS 'changed';

-- case: comment on a rule changed
-- expect: modified rule lab.scores.scores_log structure low
COMMENT ON RULE scores_log ON lab.scores IS 'changed';

-- case: comment on a policy changed
-- expect: modified policy shop.accounts.own_account structure low
COMMENT ON POLICY own_account ON shop.accounts IS 'changed';

-- case: comment on an event trigger changed
-- expect: modified event_trigger dl_on_ddl structure low
COMMENT ON EVENT TRIGGER dl_on_ddl IS 'changed';

-- case: comment on a publication changed
-- expect: modified publication dl_some structure low
COMMENT ON PUBLICATION dl_some IS 'changed';

-- case: comment on extended statistics changed
-- expect: modified statistics shop.orders_stats structure low
COMMENT ON STATISTICS shop.orders_stats IS 'changed';

-- case: comment on an access method changed
-- expect: modified access_method heap_two structure low
COMMENT ON ACCESS METHOD heap_two IS 'changed';

-- case: comment beside another change
-- expect: modified column shop.orders.channel structure medium
ALTER TABLE shop.orders ALTER channel SET DEFAULT 9;
COMMENT ON COLUMN shop.orders.channel IS 'changed too';
