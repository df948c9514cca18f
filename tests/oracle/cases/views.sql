-- Views and materialized views.

-- case: view added
-- expect: added view shop.big_orders structure low
CREATE VIEW shop.big_orders AS SELECT id, total FROM shop.orders WHERE total > 1000;

-- case: recursive view added
-- expect: added view lab.count_up structure low
CREATE RECURSIVE VIEW lab.count_up (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM count_up WHERE n < 10;

-- case: view with an awkward name added
-- expect: added view "Ünïcode 🚚"."Ansicht, größer" structure low
CREATE VIEW "Ünïcode 🚚"."Ansicht, größer" AS SELECT "größe" AS "Spalte ""1""" FROM "Ünïcode 🚚"."straße";

-- case: view dropped
-- expect: removed view shop.order_chain structure critical
DROP VIEW shop.order_chain;

-- case: view dropped with the view on it
-- expect: removed view shop.cheap_products structure critical
-- expect: removed view shop.very_cheap_products structure critical
DROP VIEW shop.cheap_products CASCADE;

-- case: view condition changed
-- expect: modified view shop.open_orders structure high
CREATE OR REPLACE VIEW shop.open_orders AS
  SELECT o.id, o.customer_id, c.name AS customer, o.total FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.status = 'new';

-- case: view join changed
-- expect: modified view shop.open_orders structure high
CREATE OR REPLACE VIEW shop.open_orders AS
  SELECT o.id, o.customer_id, c.name AS customer, o.total FROM shop.orders o LEFT JOIN shop.customers c ON c.id = o.customer_id WHERE o.status <> 'done';

-- case: view order changed
-- expect: modified view lab.team_points structure high
CREATE OR REPLACE VIEW lab.team_points AS SELECT team, sum(points) AS points, count(*) FILTER (WHERE points > 0) AS good FROM lab.scores GROUP BY team HAVING count(*) > 1 ORDER BY 2 LIMIT 10;

-- case: view column added
-- expect: modified view lab.second_half structure high
-- expect: added column lab.second_half.three structure medium
CREATE OR REPLACE VIEW lab.second_half AS SELECT one, two, 3 AS three FROM lab.first_half;

-- case: view column dropped
-- expect: modified view lab.second_half structure high
-- expect: removed column lab.second_half.two structure critical
DROP VIEW lab.second_half;
CREATE VIEW lab.second_half AS SELECT one FROM lab.first_half;

-- case: view column with another type
-- expect: modified view lab.second_half structure high
-- expect: modified column lab.second_half.one structure low
DROP VIEW lab.second_half;
CREATE VIEW lab.second_half AS SELECT one::bigint AS one, two FROM lab.first_half;

-- case: order of view columns changed
-- expect: modified view lab.second_half structure high
DROP VIEW lab.second_half;
CREATE VIEW lab.second_half AS SELECT two, one FROM lab.first_half;

-- case: view loses its security barrier
-- expect: modified view shop.cheap_products structure high
ALTER VIEW shop.cheap_products RESET (security_barrier);

-- case: view gets a security barrier
-- expect: modified view shop.open_orders structure high
ALTER VIEW shop.open_orders SET (security_barrier);

-- case: view security becomes that of the invoker
-- expect: modified view shop.open_orders structure high
ALTER VIEW shop.open_orders SET (security_invoker = true);

-- case: check option of a view changed
-- expect: modified view shop.cheap_products structure high
ALTER VIEW shop.cheap_products SET (check_option = cascaded);

-- case: check option of a view given up
-- expect: modified view shop.very_cheap_products structure high
ALTER VIEW shop.very_cheap_products RESET (check_option);

-- case: default of a view column added
-- expect: modified column shop.open_orders.total structure medium
ALTER VIEW shop.open_orders ALTER total SET DEFAULT 1;

-- case: view becomes a materialized one
-- expect: removed view lab.numbers structure critical
-- expect: added materialized_view lab.numbers structure low
DROP VIEW lab.numbers;
CREATE MATERIALIZED VIEW lab.numbers AS VALUES (1, 'one'), (2, 'two');

-- case: materialized view added
-- expect: added materialized_view lab.snapshot structure low
CREATE MATERIALIZED VIEW lab.snapshot AS SELECT * FROM lab.scores;

-- case: materialized view added without data
-- expect: added materialized_view lab.snapshot structure low
CREATE MATERIALIZED VIEW lab.snapshot AS SELECT * FROM lab.scores WITH NO DATA;

-- case: materialized view dropped
-- expect: removed materialized_view shop.sales_by_customer structure critical
DROP MATERIALIZED VIEW shop.sales_by_customer;

-- case: definition of a materialized view changed
-- expect: modified materialized_view "Odd Names"."Mat View" structure high
DROP MATERIALIZED VIEW "Odd Names"."Mat View";
CREATE MATERIALIZED VIEW "Odd Names"."Mat View" AS SELECT mood FROM "Odd Names"."Order Details" WHERE "select" > 0 WITH NO DATA;

-- case: materialized view column added
-- expect: modified materialized_view "Odd Names"."Mat View" structure high
-- expect: added column "Odd Names"."Mat View"."a.b" structure medium
DROP MATERIALIZED VIEW "Odd Names"."Mat View";
CREATE MATERIALIZED VIEW "Odd Names"."Mat View" AS SELECT mood, "a.b" FROM "Odd Names"."Order Details" WITH NO DATA;

-- case: storage parameters of a materialized view changed
-- expect: modified materialized_view shop.sales_by_customer storage low
ALTER MATERIALIZED VIEW shop.sales_by_customer SET (fillfactor = 80, autovacuum_enabled = false);

-- case: tablespace of a materialized view changed
-- expect: modified materialized_view shop.not_yet storage low
ALTER MATERIALIZED VIEW shop.not_yet SET TABLESPACE pg_default;

-- case: access method of a materialized view changed
-- expect: modified materialized_view shop.not_yet storage low
ALTER MATERIALIZED VIEW shop.not_yet SET ACCESS METHOD heap;

-- case: materialized view clustered on another index
-- expect: modified materialized_view shop.sales_by_customer storage low
ALTER MATERIALIZED VIEW shop.sales_by_customer SET WITHOUT CLUSTER;

-- case: statistics target of a materialized view column changed
-- expect: modified column shop.sales_by_customer.total storage low
ALTER MATERIALIZED VIEW shop.sales_by_customer ALTER total SET STATISTICS 20;
