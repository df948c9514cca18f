-- Sequences.

-- case: sequence added
-- expect: added sequence shop.receipt_numbers structure low
CREATE SEQUENCE shop.receipt_numbers;

-- case: sequence added with every option
-- expect: added sequence shop.receipt_numbers structure low
CREATE SEQUENCE shop.receipt_numbers AS integer INCREMENT 2 MINVALUE 4 MAXVALUE 400 START 8 CACHE 3 CYCLE OWNED BY shop.shipments.id;

-- case: sequence dropped
-- expect: removed sequence shop.tickets structure high
DROP SEQUENCE shop.tickets;

-- case: sequence dropped with the default that uses it
-- expect: removed sequence shop.invoice_numbers structure high
-- expect: modified column shop.orders.invoice structure high
DROP SEQUENCE shop.invoice_numbers CASCADE;

-- case: increment changed
-- expect: modified sequence shop.tickets structure medium
ALTER SEQUENCE shop.tickets INCREMENT BY 5;

-- case: limits of a sequence changed
-- expect: modified sequence shop.invoice_numbers structure medium
ALTER SEQUENCE shop.invoice_numbers MINVALUE 10 NO MAXVALUE;

-- case: start of a sequence changed
-- expect: modified sequence shop.invoice_numbers structure medium
ALTER SEQUENCE shop.invoice_numbers START WITH 2000;

-- case: cache of a sequence changed
-- expect: modified sequence shop.invoice_numbers structure medium
ALTER SEQUENCE shop.invoice_numbers CACHE 1;

-- case: sequence no longer cycles
-- expect: modified sequence shop.invoice_numbers structure medium
ALTER SEQUENCE shop.invoice_numbers NO CYCLE;

-- case: type of a sequence changed
-- expect: modified sequence shop.tickets structure medium
ALTER SEQUENCE shop.tickets AS integer;

-- case: sequence owned by another column
-- expect: modified sequence shop.tickets structure medium
ALTER SEQUENCE shop.tickets OWNED BY shop.shipments.id;

-- case: sequence owned by nobody
-- expect: modified sequence shop.orders_id_seq structure medium
ALTER SEQUENCE shop.orders_id_seq OWNED BY NONE;

-- case: sequence made unlogged
-- expect: modified sequence shop.tickets structure high
ALTER SEQUENCE shop.tickets SET UNLOGGED;

-- case: sequence made logged
-- expect: modified sequence lab.scratch_numbers structure high
ALTER SEQUENCE lab.scratch_numbers SET LOGGED;
