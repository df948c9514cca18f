-- A schema with everything that documentation must cope with: names that are reserved, Unicode, quoted, as long as they
-- may be, or alike once they are file names; comments that would like to be markup; one of nearly every kind of object.
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'What people buy.
Second line with <b>HTML</b> and {{ template }}.';
CREATE SCHEMA billing;
CREATE SCHEMA empty_schema;
CREATE SCHEMA "Größe & <Maße>";
CREATE SCHEMA "index";

CREATE TYPE shop.order_state AS ENUM ('new', 'paid', 'shipped', 'it''s "odd" | <i>label</i>', '`tick`');
COMMENT ON TYPE shop.order_state IS 'Where an order is.';
CREATE DOMAIN shop.positive AS integer CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE TYPE shop.address AS (street text, "zip code" text);
CREATE TYPE shop.period AS RANGE (subtype = date);

CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email text UNIQUE CHECK (position('@' IN email) > 1),
  home shop.address,
  tags text[] DEFAULT '{a,b}'::text[]
);
COMMENT ON TABLE shop.customers IS 'People who bought something.';
COMMENT ON COLUMN shop.customers.name IS 'As they write it.';

CREATE TABLE shop.orders (
  id bigserial PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES shop.customers ON DELETE CASCADE ON UPDATE RESTRICT,
  parent_id bigint REFERENCES shop.orders,
  state shop.order_state NOT NULL DEFAULT 'new',
  quantity shop.positive,
  total numeric(12, 2) NOT NULL DEFAULT 0,
  total_with_tax numeric GENERATED ALWAYS AS (total * 1.2) STORED,
  "zip | code" text,
  note character varying(200) COLLATE "C"
) WITH (fillfactor = 80);
COMMENT ON TABLE shop.orders IS '<script>alert(1)</script> <img src=x onerror=alert(2)>
# not a heading
- not a list
```
not a block
```
[link](javascript:alert(3)) ![image](http://example.org/x.png) <!-- driftline:end --> | cell | `code` **bold** _it_ {{ 7*7 }} {% raw %} ]]> $math$ :smile: ---
---
<!-- driftline:end -->
!!! danger "admonition"
    1. not numbered';
COMMENT ON COLUMN shop.orders.note IS 'a | b <b>bold</b> `tick` {: .class } [x](y "z") <!-- comment --> &lt;';
COMMENT ON COLUMN shop.orders.total IS '1. not a list';
CREATE INDEX orders_by_state ON shop.orders USING btree (state, total DESC) INCLUDE (quantity) WHERE total > 0;
COMMENT ON INDEX shop.orders_by_state IS 'For the list | of <open> orders.';
CREATE INDEX "Odd "" index `name`" ON shop.orders (lower(note));
ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON shop.orders FOR SELECT TO PUBLIC USING (customer_id = (SELECT 1));
CREATE RULE nothing AS ON DELETE TO shop.orders WHERE old.total > 100 DO INSTEAD NOTHING;

CREATE TABLE shop.order_lines (
  order_id bigint REFERENCES shop.orders,
  line integer,
  sku text,
  PRIMARY KEY (order_id, line),
  EXCLUDE USING btree (sku WITH =)
);
CREATE TABLE billing.invoices (
  id uuid PRIMARY KEY,
  order_id bigint UNIQUE REFERENCES shop.orders,
  "select" text,
  "from" jsonb
);
CREATE TABLE billing.cycle_a (id int PRIMARY KEY, b int);
CREATE TABLE billing.cycle_b (id int PRIMARY KEY, a int REFERENCES billing.cycle_a);
ALTER TABLE billing.cycle_a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES billing.cycle_b;
CREATE TABLE billing.no_key (note text);

CREATE TABLE shop.events (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

-- Names.
CREATE TABLE shop."select" ("from" int PRIMARY KEY, "PK" int, pkey int, fk_it int, title int, "column with | pipe" int,
  "column `tick`" int, "<b>" int, "größe" int, "a
b" int, o bigint REFERENCES shop.orders);
CREATE TABLE shop."Orders" (id int);
CREATE TABLE shop."ORDERS" (id int);
CREATE TABLE shop."or/ders" (id int);
CREATE TABLE shop."or\ders" (id int);
CREATE TABLE shop."../../../../etc/passwd" (id int);
CREATE TABLE shop."index" (id int);
CREATE TABLE shop."README" (id int);
CREATE TABLE shop.con (id int);
CREATE TABLE shop."a.b" (id int);
CREATE TABLE shop."über""quote""" (id int PRIMARY KEY, o bigint REFERENCES shop.orders);
CREATE TABLE shop."<script>alert('t')</script>" (id int, o bigint REFERENCES shop.orders);
CREATE TABLE shop."{{ 7*7 }}" (id int);
CREATE TABLE shop."[x](javascript:alert(1))" (id int);
CREATE TABLE shop."erDiagram" (id int PRIMARY KEY, o bigint REFERENCES shop.orders);
CREATE TABLE shop.title (id int PRIMARY KEY, o bigint REFERENCES shop.orders);
CREATE TABLE shop.o (id int PRIMARY KEY, o bigint REFERENCES shop.orders);
CREATE TABLE shop.u (id int PRIMARY KEY, "1st" int, o bigint REFERENCES shop.orders);
CREATE TABLE shop.this_name_has_exactly_sixty_three_bytes_so_it_is_as_long_as_can (id int);
CREATE TABLE shop."日本語のテーブル" ("列" int);
CREATE TABLE shop."emoji 🙂" (id int);
CREATE TABLE shop." leading" (id int);
CREATE TABLE shop."trailing " (id int);
CREATE TABLE shop."-" (id int);
CREATE TABLE "Größe & <Maße>"."<b>bold</b>" ("<i>" int);
CREATE TABLE "index"."index" (id int);

CREATE VIEW shop.open_orders AS
  SELECT o.id, c.name, o.total FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.state <> 'shipped';
COMMENT ON VIEW shop.open_orders IS 'What is to do.';
CREATE MATERIALIZED VIEW billing.totals AS SELECT customer_id, sum(total) AS total FROM shop.orders GROUP BY customer_id;
CREATE VIEW billing."```" AS SELECT '````' AS "`", '<!-- driftline:end -->' AS x, '{{ 7*7 }}' AS "{{";

CREATE FUNCTION shop.total(customer bigint) RETURNS numeric LANGUAGE sql STABLE AS
$$SELECT sum(total) FROM shop.orders WHERE customer_id = customer$$;
CREATE FUNCTION shop.total(customer bigint, since date) RETURNS numeric LANGUAGE sql STABLE AS $$SELECT 1$$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
  -- ``` not the end
  -- <script>alert('body')</script>
  INSERT INTO order_lines (order_id) VALUES (new.id);
  UPDATE customers SET name = name;
  RETURN new;
END
$fn$;
COMMENT ON FUNCTION shop.touch() IS 'Keeps things in step.';
CREATE FUNCTION shop.marks() RETURNS text LANGUAGE plpgsql AS $fn$
BEGIN
/*
<!-- driftline:end -->
*/
  RETURN '{{ 7*7 }} </code></pre><script>alert(4)</script>';
END
$fn$;
CREATE TRIGGER touch_orders BEFORE UPDATE OF total ON shop.orders FOR EACH ROW WHEN (new.total > 0) EXECUTE FUNCTION shop.touch();
CREATE PROCEDURE billing.close_month(month date) LANGUAGE sql AS $$INSERT INTO billing.no_key VALUES ('x')$$;
CREATE FUNCTION shop.add_state(bigint, numeric) RETURNS bigint LANGUAGE sql AS $$SELECT 1::bigint$$;
CREATE AGGREGATE shop.weird_sum(numeric) (sfunc = shop.add_state, stype = bigint, initcond = '0');

CREATE SEQUENCE billing.invoice_number START 1000 INCREMENT 5;
COMMENT ON SEQUENCE billing.invoice_number IS 'Numbers on paper.';
CREATE COLLATION shop.plain FROM "C";
CREATE PUBLICATION everything FOR TABLE shop.orders;
CREATE STATISTICS shop.orders_stats ON state, total FROM shop.orders;
CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = pg_catalog.simple);
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER remote FOREIGN DATA WRAPPER elsewhere OPTIONS (host 'a|b <i>');
CREATE FOREIGN TABLE shop.remote_orders (id int) SERVER remote OPTIONS (table_name 'x');
CREATE OPERATOR shop.@+@ (leftarg = bigint, rightarg = numeric, function = shop.add_state);
CREATE CAST (shop.address AS text) WITH INOUT;
GRANT SELECT ON shop.orders TO PUBLIC;
GRANT UPDATE (note) ON shop.orders TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;
