-- Functions, procedures, aggregates, languages, transforms.

-- case: function added
-- expect: added function shop.half(integer) structure low
CREATE FUNCTION shop.half(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN ($1 / 2);

-- case: function without arguments added
-- expect: added function shop.now_() structure low
CREATE FUNCTION shop.now_() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';

-- case: overload of a function added
-- expect: added function shop.format_it(date) structure low
CREATE FUNCTION shop.format_it(date) RETURNS text LANGUAGE sql IMMUTABLE RETURN $1::text;

-- case: function with awkward types added
-- expect: added function "Odd Names"."f (x)"("Odd Names"."Pair Of", integer[], character varying, timestamp with time zone) structure low
CREATE FUNCTION "Odd Names"."f (x)"("a, b" "Odd Names"."Pair Of", integer[], varchar(10), OUT text, timestamptz DEFAULT now()) LANGUAGE sql AS $$ SELECT 'x' $$;

-- case: function dropped
-- expect: removed function shop.sum_all(integer[]) structure critical
DROP FUNCTION shop.sum_all(integer[]);

-- case: one overload of a function dropped
-- expect: removed function shop.format_it(text) structure critical
DROP FUNCTION shop.format_it(text);

-- case: overload with an enum dropped
-- expect: removed function shop.format_it(shop.order_status, text) structure critical
DROP FUNCTION shop.format_it(shop.order_status, text);

-- case: function dropped with its triggers
-- expect: removed function shop.pass() structure critical
-- expect: removed trigger shop.open_orders.open_orders_insert structure high
-- expect: removed trigger shop.stock.stock_note structure high
DROP FUNCTION shop.pass() CASCADE;

-- case: arguments of a function changed
-- expect: removed function shop.add_tax(numeric, numeric) structure critical
-- expect: added function shop.add_tax(numeric) structure low
DROP FUNCTION shop.add_tax(numeric, numeric);
CREATE FUNCTION shop.add_tax(net numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN net * 1.19;

-- case: body of a function changed
-- expect: modified function shop.add_tax(numeric, numeric) structure high
CREATE OR REPLACE FUNCTION shop.add_tax(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT round(net * (1 + rate), 2) $$;

-- case: white space in a body changed
-- expect: modified function shop.add_tax(numeric, numeric) structure high
CREATE OR REPLACE FUNCTION shop.add_tax(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT net  * (1 + rate) $$;

-- case: standard body of a function changed
-- expect: modified function shop.order_value(integer) structure high
CREATE OR REPLACE FUNCTION shop.order_value(the_order integer) RETURNS numeric LANGUAGE sql STABLE
  BEGIN ATOMIC SELECT sum(l.pieces) FROM shop.order_lines l WHERE l.order_id = the_order; END;

-- case: quoted body becomes a standard one
-- expect: modified function shop.sum_all(integer[]) structure high
CREATE OR REPLACE FUNCTION shop.sum_all(VARIADIC numbers integer[]) RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN (SELECT sum(n) FROM unnest(numbers) AS n);

-- case: language of a function changed
-- expect: modified function shop.sum_all(integer[]) structure high
CREATE OR REPLACE FUNCTION shop.sum_all(VARIADIC numbers integer[]) RETURNS bigint LANGUAGE plpgsql IMMUTABLE
  AS $$ BEGIN RETURN 0; END $$;

-- case: function no longer variadic
-- expect: modified function shop.sum_all(integer[]) structure high
DROP FUNCTION shop.sum_all(integer[]);
CREATE FUNCTION shop.sum_all(numbers integer[]) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS $$ SELECT sum(n) FROM unnest(numbers) AS n $$;

-- case: result of a function changed
-- expect: modified function shop.sum_all(integer[]) structure critical
DROP FUNCTION shop.sum_all(integer[]);
CREATE FUNCTION shop.sum_all(VARIADIC numbers integer[]) RETURNS integer LANGUAGE sql IMMUTABLE
  AS $$ SELECT sum(n) FROM unnest(numbers) AS n $$;

-- case: result becomes a set
-- expect: modified function lab.in_two(text) structure critical
DROP FUNCTION lab.in_two(text);
SET check_function_bodies = off;
CREATE FUNCTION lab.in_two(text) RETURNS SETOF text[] LANGUAGE pltwo PARALLEL RESTRICTED CALLED ON NULL INPUT AS $$ BEGIN RETURN string_to_array($1, ','); END $$;

-- case: column of a returned table renamed
-- expect: modified function shop.numbers_to(integer) structure critical
DROP FUNCTION shop.numbers_to(integer);
CREATE FUNCTION shop.numbers_to(upper_end integer) RETURNS TABLE (n integer, squared bigint) LANGUAGE sql IMMUTABLE COST 50 ROWS 20
  AS $$ SELECT i, i::bigint * i FROM generate_series(1, upper_end) AS i $$;

-- case: name of an output argument changed
-- expect: modified function shop.split_name(text) structure high
DROP FUNCTION shop.split_name(text);
SET check_function_bodies = off;
CREATE FUNCTION shop.split_name(full_name text, OUT first_name text, OUT family_name text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  first_name := split_part(full_name, ' ', 1);
  last_name := split_part(full_name, ' ', 2);
END $$;

-- case: name of an argument changed
-- expect: modified function shop.customers_like(text) structure high
DROP FUNCTION shop.customers_like(text);
SET check_function_bodies = off;
CREATE FUNCTION shop.customers_like(wanted text) RETURNS SETOF shop.customers LANGUAGE sql STABLE ROWS 50
  AS $$ SELECT * FROM shop.customers WHERE name LIKE pattern $$;

-- case: default of an argument changed
-- expect: modified function shop.add_tax(numeric, numeric) structure high
CREATE OR REPLACE FUNCTION shop.add_tax(net numeric, rate numeric DEFAULT 0.2) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT net * (1 + rate) $$;

-- case: default of an argument given up
-- expect: modified function lab.first_of(anyarray, anyelement) structure high
DROP FUNCTION lab.first_of(anyarray, anyelement);
CREATE FUNCTION lab.first_of(anyarray, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1[1], $2) $$;

-- case: volatility changed
-- expect: modified function shop.add_tax(numeric, numeric) structure high
ALTER FUNCTION shop.add_tax(numeric, numeric) STABLE;

-- case: function called on null
-- expect: modified function shop.add_tax(numeric, numeric) structure high
ALTER FUNCTION shop.add_tax(numeric, numeric) CALLED ON NULL INPUT;

-- case: parallel safety changed
-- expect: modified function shop.add_tax(numeric, numeric) structure low
ALTER FUNCTION shop.add_tax(numeric, numeric) PARALLEL UNSAFE;

-- case: function becomes leakproof
-- expect: modified function shop.add_tax(numeric, numeric) structure high
ALTER FUNCTION shop.add_tax(numeric, numeric) LEAKPROOF;

-- case: cost of a function changed
-- expect: modified function shop.add_tax(numeric, numeric) structure low
ALTER FUNCTION shop.add_tax(numeric, numeric) COST 7;

-- case: rows of a function changed
-- expect: modified function shop.numbers_to(integer) structure low
ALTER FUNCTION shop.numbers_to(integer) ROWS 2000;

-- case: support function taken away
-- expect: modified function lab.is_like(text, text) structure low
CREATE OR REPLACE FUNCTION lab.is_like(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'textlike';

-- case: support function changed
-- expect: modified function lab.is_like(text, text) structure low
ALTER FUNCTION lab.is_like(text, text) SUPPORT pg_catalog.texticlike_support;

-- case: function becomes security definer
-- expect: modified function shop.sum_all(integer[]) structure high
ALTER FUNCTION shop.sum_all(integer[]) SECURITY DEFINER;

-- case: function no longer security definer
-- expect: modified function shop.safe_now() structure high
ALTER FUNCTION shop.safe_now() SECURITY INVOKER;

-- case: setting of a function changed
-- expect: modified function shop.safe_now() structure high
ALTER FUNCTION shop.safe_now() SET work_mem = '16MB';

-- case: setting of a function added
-- expect: modified function shop.add_tax(numeric, numeric) structure high
ALTER FUNCTION shop.add_tax(numeric, numeric) SET search_path = '';

-- case: settings of a function reset
-- expect: modified function shop.safe_now() structure high
ALTER FUNCTION shop.safe_now() RESET ALL;

-- case: symbol of an internal function changed
-- expect: modified function lab.int_compare(integer, integer) structure high
CREATE OR REPLACE FUNCTION lab.int_compare(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'int4mi';

-- case: symbol of a function in c changed
-- expect: modified function lab.read_only_check() structure high
CREATE OR REPLACE FUNCTION lab.read_only_check() RETURNS trigger LANGUAGE c AS '$libdir/refint', 'check_foreign_key';

-- case: window function becomes an ordinary one
-- expect: modified function lab.row_number_two() structure high
DROP FUNCTION lab.row_number_two();
CREATE FUNCTION lab.row_number_two() RETURNS bigint LANGUAGE internal IMMUTABLE STRICT AS 'window_row_number';

-- case: transform of a function given up
-- expect: modified function lab.transformed(integer) structure high
CREATE OR REPLACE FUNCTION lab.transformed(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- case: procedure added
-- expect: added procedure shop.tidy_all() structure low
CREATE PROCEDURE shop.tidy_all() LANGUAGE sql AS '';

-- case: procedure with an output argument added
-- expect: added procedure shop.tidy_some(integer) structure low
CREATE PROCEDURE shop.tidy_some(integer, OUT text) LANGUAGE plpgsql AS 'BEGIN END';

-- case: procedure dropped
-- expect: removed procedure shop.ping() structure critical
DROP PROCEDURE shop.ping();

-- case: procedure with awkward name dropped
-- expect: removed procedure "Odd Names"."Pro Cedure"(text[]) structure critical
DROP PROCEDURE "Odd Names"."Pro Cedure"(text[]);

-- case: body of a procedure changed
-- expect: modified procedure shop.tidy(integer, integer) structure high
CREATE OR REPLACE PROCEDURE shop.tidy(older_than integer, INOUT removed integer DEFAULT 0) LANGUAGE plpgsql AS $$
BEGIN
  removed := older_than + 1;
END $$;

-- case: setting of a procedure changed
-- expect: modified procedure shop.ping() structure high
ALTER PROCEDURE shop.ping() SET statement_timeout = '2s';

-- case: procedure no longer security definer
-- expect: modified procedure shop.ping() structure high
ALTER PROCEDURE shop.ping() SECURITY INVOKER;

-- case: function becomes a procedure
-- expect: removed function "app.v1"."semi;colon"() structure critical
-- expect: added procedure "app.v1"."semi;colon"() structure low
DROP FUNCTION "app.v1"."semi;colon"();
CREATE PROCEDURE "app.v1"."semi;colon"() LANGUAGE sql AS '';

-- case: aggregate added
-- expect: added aggregate lab.product(integer) structure low
CREATE AGGREGATE lab.product(integer) (SFUNC = int4mul, STYPE = integer, INITCOND = '1');

-- case: aggregate over everything added
-- expect: added aggregate lab.any_count() structure low
CREATE AGGREGATE lab.any_count(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');

-- case: aggregate dropped
-- expect: removed aggregate lab.percentile(double precision, anyelement) structure critical
DROP AGGREGATE lab.percentile(double precision ORDER BY anyelement);

-- case: start value of an aggregate changed
-- expect: modified aggregate lab.total(integer) structure high
CREATE OR REPLACE AGGREGATE lab.total(integer) (SFUNC = int4_sum, STYPE = bigint, INITCOND = '1', COMBINEFUNC = int8pl, PARALLEL = safe, SSPACE = 8);

-- case: parallel safety of an aggregate changed
-- expect: modified aggregate lab.total(integer) structure low
CREATE OR REPLACE AGGREGATE lab.total(integer) (SFUNC = int4_sum, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = restricted, SSPACE = 8);

-- case: moving part of an aggregate given up
-- expect: modified aggregate lab.moving_total(bigint) structure high
CREATE OR REPLACE AGGREGATE lab.moving_total(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0');

-- case: sort operator of an aggregate given up
-- expect: modified aggregate lab.greatest_of(integer) structure high
CREATE OR REPLACE AGGREGATE lab.greatest_of(integer) (SFUNC = int4larger, STYPE = integer);

-- case: final function of an aggregate may not modify
-- expect: modified aggregate lab.mean(numeric) structure high
CREATE OR REPLACE AGGREGATE lab.mean(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
  SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, FINALFUNC_MODIFY = shareable, PARALLEL = safe);

-- case: hypothetical aggregate becomes ordered only
-- expect: modified aggregate lab.rank_of("any") structure high
DROP AGGREGATE lab.rank_of(VARIADIC "any" ORDER BY VARIADIC "any");
CREATE AGGREGATE lab.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA);

-- case: language added
-- expect: added language plfour structure low
CREATE TRUSTED LANGUAGE plfour HANDLER lab.pl_call_handler INLINE lab.pl_inline_handler VALIDATOR lab.pl_validator;

-- case: language dropped
-- expect: removed language "PL Three" structure high
DROP LANGUAGE "PL Three";

-- case: language no longer trusted
-- expect: modified language "PL Three" structure high
CREATE OR REPLACE TRUSTED LANGUAGE "PL Three" HANDLER lab.pl_call_handler;

-- case: validator of a language changed
-- expect: modified language "PL Three" structure high
CREATE OR REPLACE LANGUAGE "PL Three" HANDLER lab.pl_call_handler VALIDATOR lab.pl_validator;

-- case: transform added
-- expect: added transform text FOR sql structure low
CREATE TRANSFORM FOR text LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));

-- case: transform dropped
-- expect: removed transform lab.token FOR pltwo structure high
DROP TRANSFORM FOR lab.token LANGUAGE pltwo;

-- case: function of a transform changed
-- expect: modified transform lab.token FOR pltwo structure high
CREATE OR REPLACE TRANSFORM FOR lab.token LANGUAGE pltwo (TO SQL WITH FUNCTION lab.token_receive(internal));
