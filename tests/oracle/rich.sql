-- A PostgreSQL 15 database that holds every kind of object `pg_dump --schema-only` writes, most of them in several
-- forms and under awkward names. Run it with psql as a superuser on an empty database; the cases beside it each
-- start from a copy of the result. Roles and the tablespace belong to the whole server, so they are made only where
-- they are missing. A pg_dump of this database restores without errors and dumps the same again.
--
-- Security labels are not here: they need a provider module, and none is packaged with the server.

SET client_encoding = 'UTF8';
SET client_min_messages = warning;
SET standard_conforming_strings = on;

-- ------------------------------------------------------------------ roles, tablespace

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['dl_owner', 'dl_app', 'dl_reader', 'dl_audit', 'dl_spare', 'dl_Odd "Röle"'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  END LOOP;
END $$;

SET allow_in_place_tablespaces = on;
SELECT 'CREATE TABLESPACE dl_space LOCATION ''''' WHERE NOT EXISTS (SELECT FROM pg_tablespace WHERE spcname = 'dl_space')
\gexec
GRANT CREATE ON TABLESPACE dl_space TO dl_owner;

-- ------------------------------------------------------------------ schemas

CREATE SCHEMA shop AUTHORIZATION dl_owner;
CREATE SCHEMA archive AUTHORIZATION dl_owner;
CREATE SCHEMA lab;
CREATE SCHEMA ext;
CREATE SCHEMA attic;
CREATE SCHEMA vacant;
CREATE SCHEMA "Odd Names" AUTHORIZATION "dl_Odd ""Röle""";
CREATE SCHEMA "app.v1";
CREATE SCHEMA "Ünïcode 🚚";
CREATE SCHEMA "select";
COMMENT ON SCHEMA shop IS 'What we sell, to whom; the heart of it all';
COMMENT ON SCHEMA "app.v1" IS E'a dot in the name\nand two lines in the comment';
GRANT USAGE ON SCHEMA shop TO dl_app, dl_reader;
GRANT CREATE ON SCHEMA shop TO dl_app WITH GRANT OPTION;
GRANT USAGE ON SCHEMA lab TO PUBLIC;
GRANT ALL ON SCHEMA "Odd Names" TO dl_audit;

-- ------------------------------------------------------------------ extensions

CREATE EXTENSION btree_gist SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE EXTENSION citext SCHEMA ext;
CREATE EXTENSION file_fdw SCHEMA ext;
CREATE EXTENSION postgres_fdw SCHEMA ext;
CREATE EXTENSION lo SCHEMA ext;
CREATE EXTENSION intarray SCHEMA ext;
CREATE EXTENSION "uuid-ossp" SCHEMA ext;
COMMENT ON EXTENSION lo IS 'kept for the old reports';

-- ------------------------------------------------------------------ access methods

CREATE ACCESS METHOD heap_two TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD btree_two TYPE INDEX HANDLER bthandler;
CREATE ACCESS METHOD "Heap Three" TYPE TABLE HANDLER heap_tableam_handler;
COMMENT ON ACCESS METHOD heap_two IS 'the heap under a second name';

-- ------------------------------------------------------------------ collations, conversions

CREATE COLLATION lab.german (provider = icu, locale = 'de-u-co-phonebk');
CREATE COLLATION lab.ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION lab.plain (provider = libc, locale = 'C');
CREATE COLLATION lab.split (provider = libc, lc_collate = 'C', lc_ctype = 'C.utf8');
CREATE COLLATION "Odd Names"."Phone Book" (provider = icu, locale = 'de');
COMMENT ON COLLATION lab.german IS 'as in the telephone book';
ALTER COLLATION lab.plain OWNER TO dl_owner;

CREATE CONVERSION lab.latin_to_utf FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION lab.utf_to_latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION lab.latin_to_utf IS 'for the old files';
ALTER CONVERSION lab.utf_to_latin OWNER TO dl_owner;

-- ------------------------------------------------------------------ languages

CREATE FUNCTION lab.pl_call_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION lab.pl_inline_handler(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION lab.pl_validator(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE pltwo HANDLER lab.pl_call_handler INLINE lab.pl_inline_handler VALIDATOR lab.pl_validator;
CREATE LANGUAGE "PL Three" HANDLER lab.pl_call_handler;
COMMENT ON LANGUAGE pltwo IS 'plpgsql once more';
ALTER LANGUAGE pltwo OWNER TO dl_owner;
REVOKE USAGE ON LANGUAGE pltwo FROM PUBLIC;
GRANT USAGE ON LANGUAGE pltwo TO dl_app WITH GRANT OPTION;

-- ------------------------------------------------------------------ types

CREATE TYPE shop.order_status AS ENUM ('new', 'paid', 'sent', 'done');
CREATE TYPE shop.colour AS ENUM ('red', 'green', 'blue', 'it''s "odd"', 'größe');
CREATE TYPE "Odd Names"."Mood of Day" AS ENUM ('good', 'bad');
CREATE TYPE lab.empty_enum AS ENUM ();
CREATE TYPE lab.moods AS ENUM ('glad', 'sad');
COMMENT ON TYPE shop.order_status IS 'how far an order has come';
ALTER TYPE shop.colour OWNER TO dl_owner;
REVOKE USAGE ON TYPE shop.colour FROM PUBLIC;
GRANT USAGE ON TYPE shop.colour TO dl_app WITH GRANT OPTION;

CREATE DOMAIN shop.amount AS numeric(12, 2) DEFAULT 0 NOT NULL CONSTRAINT amount_not_negative CHECK (VALUE >= 0);
CREATE DOMAIN shop.sku AS text COLLATE "C" CONSTRAINT sku_form CHECK (VALUE ~ '^[A-Z]{3}-\d+$') CONSTRAINT sku_length CHECK (length(VALUE) < 40);
CREATE DOMAIN shop.small_amount AS shop.amount CONSTRAINT small CHECK (VALUE < 100);
CREATE DOMAIN "Odd Names"."Post Code" AS character varying(10);
CREATE DOMAIN lab.short_text AS character varying(5);
CREATE DOMAIN lab.colours AS shop.colour[] DEFAULT ARRAY['red'::shop.colour];
ALTER DOMAIN shop.sku ADD CONSTRAINT sku_later CHECK (VALUE <> 'AAA-0') NOT VALID;
COMMENT ON DOMAIN shop.amount IS 'money, never below zero';
COMMENT ON CONSTRAINT amount_not_negative ON DOMAIN shop.amount IS 'credit notes are orders of their own';
ALTER DOMAIN shop.amount OWNER TO dl_owner;
GRANT USAGE ON TYPE shop.amount TO dl_reader;

CREATE TYPE shop.address AS (street text COLLATE "C", city character varying(80), zip "Odd Names"."Post Code", tags text[]);
CREATE TYPE lab.point3 AS (x double precision, y double precision, z double precision);
CREATE TYPE lab.line_item AS (sku text, amount integer, note character varying(20));
CREATE TYPE lab.nothing AS ();
CREATE TYPE "Odd Names"."Pair Of" AS ("Left Side" integer, "right.side" text, "quo""te" boolean);
CREATE TYPE "Odd Names"."Spare Pair" AS ("A" integer, "B" text);
COMMENT ON TYPE shop.address IS 'where to send it';
COMMENT ON COLUMN shop.address.zip IS 'with the country in front';
ALTER TYPE lab.point3 OWNER TO dl_owner;

CREATE TYPE lab.float_range AS RANGE (subtype = double precision, subtype_diff = float8mi, multirange_type_name = lab.float_ranges);
CREATE TYPE lab.word_range AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
CREATE TYPE lab.step_range;
CREATE FUNCTION lab.step_canonical(lab.step_range) RETURNS lab.step_range LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE lab.step_range AS RANGE (subtype = integer, canonical = lab.step_canonical, multirange_type_name = lab.step_ranges);
COMMENT ON TYPE lab.float_range IS 'from here to there';
ALTER TYPE lab.float_range OWNER TO dl_owner;

CREATE TYPE lab.token;
CREATE FUNCTION lab.token_in(cstring) RETURNS lab.token LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION lab.token_out(lab.token) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE FUNCTION lab.token_receive(internal) RETURNS lab.token LANGUAGE internal IMMUTABLE STRICT AS 'int8recv';
CREATE FUNCTION lab.token_send(lab.token) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int8send';
CREATE TYPE lab.token (INPUT = lab.token_in, OUTPUT = lab.token_out, RECEIVE = lab.token_receive, SEND = lab.token_send,
  INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double, STORAGE = plain, CATEGORY = 'N', DEFAULT = '0', DELIMITER = ';');
CREATE TYPE lab.label;
CREATE FUNCTION lab.label_in(cstring) RETURNS lab.label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION lab.label_out(lab.label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION lab.label_typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION lab.label_typmod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE lab.label (INPUT = lab.label_in, OUTPUT = lab.label_out, TYPMOD_IN = lab.label_typmod_in, TYPMOD_OUT = lab.label_typmod_out,
  INTERNALLENGTH = variable, STORAGE = extended, COLLATABLE = true);
CREATE TYPE lab.shell_only;
COMMENT ON TYPE lab.token IS 'a number nobody should read';
ALTER TYPE lab.token OWNER TO dl_owner;
GRANT USAGE ON TYPE lab.label TO dl_reader;

-- ------------------------------------------------------------------ functions over types, for operators and casts

CREATE FUNCTION lab.point3_text(lab.point3) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT format('(%s|%s|%s)', $1.x, $1.y, $1.z) $$;
CREATE FUNCTION lab.address_text(shop.address) RETURNS text LANGUAGE sql STABLE AS $$ SELECT ($1).street || ', ' || ($1).city $$;
CREATE FUNCTION lab.int_same(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE COST 5 AS 'int4eq';
CREATE FUNCTION lab.int_other(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4ne';
CREATE FUNCTION lab.int_less(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4lt';
CREATE FUNCTION lab.int_more(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4gt';
CREATE FUNCTION lab.int_twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN ($1 * 2);
CREATE FUNCTION lab.int_compare(integer, integer) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';

-- ------------------------------------------------------------------ casts

CREATE CAST (lab.point3 AS text) WITH FUNCTION lab.point3_text(lab.point3) AS ASSIGNMENT;
CREATE CAST (shop.address AS text) WITH FUNCTION lab.address_text(shop.address);
CREATE CAST (lab.token AS bigint) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (shop.colour AS "Odd Names"."Mood of Day") WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (lab.point3 AS text) IS 'for people';

-- ------------------------------------------------------------------ operators, classes, families

CREATE OPERATOR lab.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = lab.int_same, COMMUTATOR = OPERATOR(lab.===),
  NEGATOR = OPERATOR(lab.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR lab.!== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = lab.int_other, COMMUTATOR = OPERATOR(lab.!==),
  NEGATOR = OPERATOR(lab.===), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR lab.<# (LEFTARG = integer, RIGHTARG = integer, FUNCTION = lab.int_less, COMMUTATOR = OPERATOR(lab.>#));
CREATE OPERATOR lab.># (LEFTARG = integer, RIGHTARG = integer, FUNCTION = lab.int_more, COMMUTATOR = OPERATOR(lab.<#));
CREATE OPERATOR lab.!! (RIGHTARG = integer, FUNCTION = lab.int_twice);
COMMENT ON OPERATOR lab.=== (integer, integer) IS 'truly the same';
COMMENT ON OPERATOR lab.!! (NONE, integer) IS 'twice';
ALTER OPERATOR lab.!! (NONE, integer) OWNER TO dl_owner;

CREATE OPERATOR FAMILY lab.whole_numbers USING btree;
CREATE OPERATOR FAMILY lab.whole_numbers USING hash;
ALTER OPERATOR FAMILY lab.whole_numbers USING btree ADD
  OPERATOR 1 pg_catalog.< (integer, bigint), OPERATOR 3 pg_catalog.= (integer, bigint), FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);
CREATE OPERATOR CLASS lab.int_ops FOR TYPE integer USING btree FAMILY lab.whole_numbers AS
  OPERATOR 1 lab.<#, OPERATOR 2 pg_catalog.<=, OPERATOR 3 lab.===, OPERATOR 4 pg_catalog.>=, OPERATOR 5 lab.>#, FUNCTION 1 lab.int_compare(integer, integer);
CREATE OPERATOR CLASS lab.token_ops DEFAULT FOR TYPE lab.token USING hash AS
  OPERATOR 1 pg_catalog.= (bigint, bigint), FUNCTION 1 (bigint, bigint) hashint8(bigint);
CREATE OPERATOR CLASS lab.near_ops FOR TYPE integer USING gist AS
  OPERATOR 15 ext.<-> (integer, integer) FOR ORDER BY pg_catalog.integer_ops, OPERATOR 3 pg_catalog.= (integer, integer),
  FUNCTION 1 ext.gbt_int4_consistent(internal, integer, smallint, oid, internal), FUNCTION 2 ext.gbt_int4_union(internal, internal),
  FUNCTION 3 ext.gbt_int4_compress(internal), FUNCTION 5 ext.gbt_int4_penalty(internal, internal, internal),
  FUNCTION 6 ext.gbt_int4_picksplit(internal, internal), FUNCTION 7 ext.gbt_int4_same(ext.gbtreekey8, ext.gbtreekey8, internal),
  FUNCTION 8 (integer, integer) ext.gbt_int4_distance(internal, integer, smallint, oid, internal), STORAGE ext.gbtreekey8;
CREATE OPERATOR CLASS lab.int_two_ops DEFAULT FOR TYPE integer USING btree_two AS
  OPERATOR 1 pg_catalog.<, OPERATOR 2 pg_catalog.<=, OPERATOR 3 pg_catalog.=, OPERATOR 4 pg_catalog.>=, OPERATOR 5 pg_catalog.>, FUNCTION 1 btint4cmp(integer, integer);
COMMENT ON OPERATOR CLASS lab.int_ops USING btree IS 'our own order';
COMMENT ON OPERATOR FAMILY lab.whole_numbers USING btree IS 'small and large together';
ALTER OPERATOR CLASS lab.int_ops USING btree OWNER TO dl_owner;
ALTER OPERATOR FAMILY lab.whole_numbers USING hash OWNER TO dl_owner;

-- ------------------------------------------------------------------ text search

CREATE TEXT SEARCH PARSER lab.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER lab.idle_words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE lab.simple_two (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE lab.no_init (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY lab.stop_english (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY lab.plain_words (TEMPLATE = lab.simple_two);
CREATE TEXT SEARCH DICTIONARY "Odd Names"."Stem It" (TEMPLATE = snowball, LANGUAGE = german);
CREATE TEXT SEARCH CONFIGURATION lab.search (PARSER = lab.words);
ALTER TEXT SEARCH CONFIGURATION lab.search ADD MAPPING FOR asciiword, word WITH lab.stop_english, "Odd Names"."Stem It";
ALTER TEXT SEARCH CONFIGURATION lab.search ADD MAPPING FOR email, url WITH simple;
CREATE TEXT SEARCH CONFIGURATION "Odd Names"."English, copied" (COPY = english);
CREATE TEXT SEARCH CONFIGURATION lab.bare (PARSER = "default");
COMMENT ON TEXT SEARCH PARSER lab.words IS 'the default parser under our name';
COMMENT ON TEXT SEARCH TEMPLATE lab.simple_two IS 'simple again';
COMMENT ON TEXT SEARCH DICTIONARY lab.stop_english IS 'drops what everybody says';
COMMENT ON TEXT SEARCH CONFIGURATION lab.search IS 'for the shop window';
ALTER TEXT SEARCH DICTIONARY lab.stop_english OWNER TO dl_owner;
ALTER TEXT SEARCH CONFIGURATION lab.search OWNER TO dl_owner;

-- ------------------------------------------------------------------ sequences

CREATE SEQUENCE shop.invoice_numbers AS bigint INCREMENT BY 10 MINVALUE 100 MAXVALUE 999999999 START WITH 1000 CACHE 20 CYCLE;
CREATE SEQUENCE shop.tickets AS smallint;
CREATE SEQUENCE shop.countdown AS integer INCREMENT BY -1 MINVALUE -1000 MAXVALUE -1;
CREATE UNLOGGED SEQUENCE lab.scratch_numbers;
CREATE SEQUENCE "Odd Names"."Number Please!" OWNED BY NONE;
COMMENT ON SEQUENCE shop.invoice_numbers IS 'no gaps, says the law';
ALTER SEQUENCE shop.invoice_numbers OWNER TO dl_owner;
GRANT USAGE ON SEQUENCE shop.invoice_numbers TO dl_app;
GRANT SELECT, UPDATE ON SEQUENCE shop.tickets TO dl_app WITH GRANT OPTION;

-- ------------------------------------------------------------------ functions and procedures

CREATE FUNCTION shop.add_tax(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT net * (1 + rate) $$;
CREATE FUNCTION shop.sum_all(VARIADIC numbers integer[]) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS $$ SELECT sum(n) FROM unnest(numbers) AS n $$;
CREATE FUNCTION shop.split_name(full_name text, OUT first_name text, OUT last_name text) LANGUAGE plpgsql STABLE AS $$
BEGIN
  first_name := split_part(full_name, ' ', 1);
  last_name := split_part(full_name, ' ', 2);
END $$;
CREATE FUNCTION shop.numbers_to(upper_end integer) RETURNS TABLE (n integer, square bigint) LANGUAGE sql IMMUTABLE COST 50 ROWS 20
  AS $$ SELECT i, i::bigint * i FROM generate_series(1, upper_end) AS i $$;
CREATE FUNCTION shop.safe_now() RETURNS timestamp with time zone LANGUAGE sql STABLE SECURITY DEFINER SET search_path TO 'shop', 'pg_temp' SET work_mem TO '8MB'
  AS $$ SELECT now() $$;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := now();
  RETURN NEW;
END $$;
CREATE FUNCTION shop.note_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE DEBUG 'changed %', TG_RELID::regclass;
  RETURN NULL;
END
$body$;
CREATE FUNCTION shop.pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION shop.format_it(integer) RETURNS text LANGUAGE sql IMMUTABLE RETURN to_char($1, 'FM999G999');
CREATE FUNCTION shop.format_it(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN upper($1);
CREATE FUNCTION shop.format_it(shop.order_status, text DEFAULT 'x') RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT $1::text || $2 $$;
CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE FUNCTION lab.row_number_two() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_row_number';
CREATE FUNCTION lab.is_like(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT SUPPORT pg_catalog.textlike_support AS 'textlike';
CREATE FUNCTION lab.read_only_check() RETURNS trigger LANGUAGE c AS '$libdir/refint', 'check_primary_key';
CREATE FUNCTION lab.first_of(anyarray, anyelement DEFAULT NULL) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1[1], $2) $$;
CREATE FUNCTION lab.in_two(text) RETURNS text[] LANGUAGE pltwo PARALLEL RESTRICTED CALLED ON NULL INPUT AS $$ BEGIN RETURN string_to_array($1, ','); END $$;
CREATE FUNCTION "Odd Names"."Do It!"("Which One" "Odd Names"."Pair Of", "dot.ted" integer DEFAULT 1) RETURNS "Odd Names"."Mood of Day" LANGUAGE sql
  AS $_$ SELECT 'good'::"Odd Names"."Mood of Day" WHERE '$$' <> '$' $_$;
CREATE FUNCTION "app.v1"."semi;colon"() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION "Ünïcode 🚚"."größer_als"("für" integer) RETURNS boolean LANGUAGE sql AS $$ SELECT "für" > 0 -- größer
$$;
CREATE FUNCTION "select"."from"("where" text) RETURNS SETOF text LANGUAGE sql ROWS 7 AS $$ SELECT "where" $$;
COMMENT ON FUNCTION shop.add_tax(numeric, numeric) IS 'gross from net';
ALTER FUNCTION shop.add_tax(numeric, numeric) OWNER TO dl_owner;
ALTER FUNCTION shop.safe_now() OWNER TO dl_owner;
REVOKE EXECUTE ON FUNCTION shop.safe_now() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.safe_now() TO dl_app;
GRANT EXECUTE ON FUNCTION shop.add_tax(numeric, numeric) TO dl_reader WITH GRANT OPTION;

CREATE PROCEDURE shop.tidy(older_than integer, INOUT removed integer DEFAULT 0) LANGUAGE plpgsql AS $$
BEGIN
  removed := older_than;
  COMMIT;
END $$;
CREATE PROCEDURE shop.ping() LANGUAGE sql SECURITY DEFINER SET statement_timeout TO '1s' AS $$ SELECT 1 $$;
CREATE PROCEDURE "Odd Names"."Pro Cedure"(VARIADIC "all" text[]) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
COMMENT ON PROCEDURE shop.ping() IS 'are you there?';
ALTER PROCEDURE shop.ping() OWNER TO dl_owner;
REVOKE EXECUTE ON PROCEDURE shop.tidy(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE shop.tidy(integer, integer) TO dl_audit;

CREATE TRANSFORM FOR lab.token LANGUAGE pltwo (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION lab.token_receive(internal));
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'never called';
CREATE FUNCTION lab.transformed(integer) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT 1';

-- ------------------------------------------------------------------ aggregates

CREATE AGGREGATE lab.total(integer) (SFUNC = int4_sum, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = safe, SSPACE = 8);
CREATE AGGREGATE lab.moving_total(bigint) (SFUNC = int8pl, STYPE = bigint, MSFUNC = int8pl, MINVFUNC = int8mi, MSTYPE = bigint, INITCOND = '0', MINITCOND = '0');
CREATE AGGREGATE lab.greatest_of(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = OPERATOR(pg_catalog.>));
CREATE AGGREGATE lab.mean(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
  SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, FINALFUNC_MODIFY = read_write, PARALLEL = safe);
CREATE AGGREGATE lab.percentile(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
  FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = read_write);
CREATE AGGREGATE lab.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal,
  FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE "Odd Names"."Count All"(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE lab.total(integer) IS 'all of it';
ALTER AGGREGATE lab.total(integer) OWNER TO dl_owner;
GRANT EXECUTE ON FUNCTION lab.total(integer) TO dl_reader;

-- ------------------------------------------------------------------ tables

CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000 INCREMENT BY 5 CACHE 10) CONSTRAINT customers_pkey PRIMARY KEY,
  email ext.citext NOT NULL,
  name character varying(100) NOT NULL,
  nickname text COLLATE lab.ignore_case,
  name_upper text GENERATED ALWAYS AS (upper(name::text)) STORED,
  home shop.address,
  credit shop.amount,
  likes shop.colour[] DEFAULT '{}'::shop.colour[],
  born date,
  notes jsonb DEFAULT '{}' NOT NULL,
  referred_by bigint,
  changed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT customers_email_key UNIQUE (email),
  CONSTRAINT customers_nickname_key UNIQUE NULLS NOT DISTINCT (nickname) INCLUDE (born),
  CONSTRAINT customers_referred_by_fkey FOREIGN KEY (referred_by) REFERENCES shop.customers (id) ON DELETE SET NULL,
  CONSTRAINT customers_born_check CHECK (born > '1900-01-01'::date),
  CONSTRAINT customers_name_check CHECK (name::text <> ''::text) NO INHERIT
);
COMMENT ON TABLE shop.customers IS 'who buys';
COMMENT ON COLUMN shop.customers.email IS 'also the login';
COMMENT ON CONSTRAINT customers_born_check ON shop.customers IS 'older ones were typing errors';

CREATE TABLE shop.products (
  id serial PRIMARY KEY,
  code shop.sku NOT NULL,
  title text COLLATE lab.german NOT NULL,
  description text,
  price numeric(10, 2) DEFAULT 0.00 NOT NULL,
  weight real DEFAULT 1.5,
  length integer,
  width integer,
  area integer GENERATED ALWAYS AS (length * width) STORED,
  colour shop.colour DEFAULT 'red' NOT NULL,
  search tsvector,
  valid_during tstzrange,
  tag character(3),
  mask bit varying(16),
  code_date timestamp(3) without time zone,
  wait interval day to second(2),
  numbers integer[],
  old_id lab.token DEFAULT '0'::lab.token,
  CONSTRAINT products_code_key UNIQUE (code) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT products_price_check CHECK (price >= 0),
  CONSTRAINT products_price_weight_check CHECK (price > 0 OR weight IS NULL)
);
ALTER TABLE shop.products ADD CONSTRAINT products_tag_check CHECK (tag <> 'abc') NOT VALID;
COMMENT ON TABLE shop.products IS 'what they buy';

CREATE TABLE shop.orders (
  id serial,
  customer_id bigint NOT NULL,
  follows integer,
  status shop.order_status DEFAULT 'new'::shop.order_status NOT NULL,
  placed_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
  quantity integer NOT NULL,
  total numeric(10, 2),
  discount numeric(5, 2) DEFAULT 0,
  reference character varying(20),
  remark text,
  invoice bigint DEFAULT nextval('shop.invoice_numbers'),
  channel smallint DEFAULT 1,
  changed_at timestamp with time zone,
  CONSTRAINT orders_pkey PRIMARY KEY (id) INCLUDE (status) WITH (fillfactor = 80),
  CONSTRAINT orders_reference_key UNIQUE (reference) DEFERRABLE,
  CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customers (id) ON UPDATE CASCADE ON DELETE RESTRICT,
  CONSTRAINT orders_follows_fkey FOREIGN KEY (follows) REFERENCES shop.orders (id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT orders_quantity_check CHECK (quantity > 0),
  CONSTRAINT orders_total_check CHECK (total >= discount)
);
COMMENT ON TABLE shop.orders IS 'one row an order';
COMMENT ON COLUMN shop.orders.total IS 'with tax';
COMMENT ON CONSTRAINT orders_customer_fkey ON shop.orders IS 'no order without a customer';

CREATE TABLE shop.order_lines (
  order_id integer NOT NULL,
  line smallint NOT NULL,
  product_id integer,
  pieces integer DEFAULT 1 NOT NULL,
  price shop.amount,
  CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, line),
  CONSTRAINT order_lines_order_fkey FOREIGN KEY (order_id) REFERENCES shop.orders (id) ON DELETE CASCADE,
  CONSTRAINT order_lines_product_fkey FOREIGN KEY (product_id) REFERENCES shop.products (id) ON UPDATE SET DEFAULT ON DELETE SET DEFAULT
);
CREATE TABLE shop.shipments (
  id integer NOT NULL,
  order_id integer,
  line smallint,
  carrier text,
  tracking text,
  CONSTRAINT shipments_pkey PRIMARY KEY (id),
  CONSTRAINT shipments_line_fkey FOREIGN KEY (order_id, line) REFERENCES shop.order_lines (order_id, line) MATCH FULL,
  CONSTRAINT shipments_order_fkey FOREIGN KEY (order_id) REFERENCES shop.orders (id) ON DELETE SET NULL (order_id)
);
ALTER TABLE shop.shipments ADD CONSTRAINT shipments_line_again_fkey FOREIGN KEY (order_id, line) REFERENCES shop.order_lines (order_id, line)
  ON DELETE SET DEFAULT (line) NOT VALID;

CREATE TABLE archive.orders (
  id integer NOT NULL,
  shop_order integer,
  data jsonb,
  CONSTRAINT orders_shop_order_fkey FOREIGN KEY (shop_order) REFERENCES shop.orders (id)
);
CREATE TABLE archive.notes (id integer PRIMARY KEY, note text);
CREATE TABLE attic.things (id integer, what text DEFAULT 'old');
COMMENT ON COLUMN attic.things.what IS 'whatever it was';

CREATE FUNCTION shop.order_value(the_order integer) RETURNS numeric LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT sum(l.pieces * l.price) FROM shop.order_lines l WHERE l.order_id = the_order;
    SELECT coalesce(max(s.id), 0) FROM shop.shipments s;
  END;
CREATE FUNCTION shop.customers_like(pattern text) RETURNS SETOF shop.customers LANGUAGE sql STABLE ROWS 50
  AS $$ SELECT * FROM shop.customers WHERE name LIKE pattern $$;

CREATE TABLE shop.bookings (
  room integer NOT NULL,
  during tsrange NOT NULL,
  cancelled boolean DEFAULT false NOT NULL,
  guest text,
  CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (NOT cancelled),
  CONSTRAINT bookings_guest_excl EXCLUDE USING btree (lower(guest) WITH =) DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE shop.accounts (
  id integer GENERATED BY DEFAULT AS IDENTITY,
  owner_name name DEFAULT CURRENT_USER,
  balance bigint DEFAULT 0,
  region text,
  secret text
);
CREATE UNLOGGED TABLE shop.cache (key text PRIMARY KEY, value bytea, until timestamp with time zone);

CREATE TABLE shop.documents (
  id uuid DEFAULT ext.uuid_generate_v4() NOT NULL,
  title text,
  body text,
  body_two text,
  author text,
  keywords text[],
  meta jsonb,
  place point,
  net inet,
  made_on date,
  size integer,
  raster ext.lo,
  dropped integer,
  code character varying(30)
) WITH (fillfactor = 70, autovacuum_enabled = false, toast_tuple_target = 4000, toast.autovacuum_vacuum_threshold = 500);
ALTER TABLE shop.documents DROP COLUMN dropped;
ALTER TABLE shop.documents ALTER COLUMN title SET STATISTICS 500;
ALTER TABLE shop.documents ALTER COLUMN body SET STORAGE external;
ALTER TABLE shop.documents ALTER COLUMN body SET COMPRESSION pglz;
ALTER TABLE shop.documents ALTER COLUMN meta SET STORAGE main;
ALTER TABLE shop.documents ALTER COLUMN author SET (n_distinct = 200);
ALTER TABLE shop.documents ALTER COLUMN code SET (n_distinct = -0.5, n_distinct_inherited = -0.25);

CREATE TABLE lab.typed OF shop.address (street WITH OPTIONS NOT NULL, city WITH OPTIONS DEFAULT 'Bonn', CONSTRAINT typed_pkey PRIMARY KEY (street));
CREATE TABLE lab.in_space (id integer, payload text) USING heap_two TABLESPACE dl_space;
CREATE TABLE lab.lines OF lab.line_item;
CREATE TABLE lab.no_columns ();
CREATE TABLE lab.point_rows (x double precision, y double precision, z double precision);
CREATE TABLE lab.scores (id integer CONSTRAINT scores_pkey PRIMARY KEY, points integer NOT NULL, team text, at timestamp without time zone);

-- inheritance
CREATE TABLE shop.vehicles (id integer NOT NULL, plate character varying(12), wheels smallint DEFAULT 4, CONSTRAINT vehicles_wheels_check CHECK (wheels > 0),
  CONSTRAINT vehicles_own_check CHECK (id > 0) NO INHERIT);
CREATE TABLE shop.electric (id integer NOT NULL, battery integer, CONSTRAINT electric_battery_check CHECK (battery > 0));
CREATE TABLE shop.cars (doors smallint, plate character varying(12) DEFAULT 'none') INHERITS (shop.vehicles);
CREATE TABLE shop.electric_cars (range_km integer) INHERITS (shop.cars, shop.electric);
CREATE TABLE shop.trucks (load integer) INHERITS (shop.vehicles);
ALTER TABLE shop.trucks ALTER COLUMN wheels SET DEFAULT 6;
ALTER TABLE shop.trucks ALTER COLUMN plate SET NOT NULL;
CREATE TABLE shop.old_electric (id integer NOT NULL, battery integer, CONSTRAINT electric_battery_check CHECK (battery > 0));
COMMENT ON TABLE shop.vehicles IS 'all that rolls';

-- partitions
CREATE TABLE shop.events (
  id bigint NOT NULL,
  happened_at timestamp with time zone NOT NULL,
  kind text DEFAULT 'click' NOT NULL,
  customer_id bigint,
  payload jsonb,
  CONSTRAINT events_pkey PRIMARY KEY (id, happened_at, kind),
  CONSTRAINT events_kind_check CHECK (kind <> ''),
  CONSTRAINT events_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customers (id)
) PARTITION BY RANGE (happened_at);
CREATE TABLE shop.events_2025 PARTITION OF shop.events FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');
CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00') PARTITION BY LIST (kind);
CREATE TABLE shop.events_2026_click PARTITION OF shop.events_2026 FOR VALUES IN ('click', 'tap');
CREATE TABLE shop.events_2026_rest PARTITION OF shop.events_2026 DEFAULT;
CREATE TABLE shop.events_default (payload jsonb, customer_id bigint, kind text DEFAULT 'none' NOT NULL, id bigint NOT NULL, happened_at timestamp with time zone NOT NULL,
  CONSTRAINT events_kind_check CHECK (kind <> ''), CONSTRAINT events_default_own CHECK (id >= 0));
ALTER TABLE shop.events ATTACH PARTITION shop.events_default DEFAULT;
CREATE INDEX events_customer_idx ON shop.events (customer_id, happened_at DESC);
COMMENT ON TABLE shop.events IS 'what they do';
CREATE TABLE shop.sessions (token uuid NOT NULL, data bytea, CONSTRAINT sessions_pkey PRIMARY KEY (token)) PARTITION BY HASH (token);
CREATE TABLE shop.sessions_0 PARTITION OF shop.sessions FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.sessions_1 PARTITION OF shop.sessions FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (fillfactor = 50);
CREATE TABLE shop.regions (code text COLLATE "C", part integer, label text) PARTITION BY LIST (lower(code) COLLATE "C");
CREATE TABLE shop.regions_north PARTITION OF shop.regions FOR VALUES IN ('n', 'no', NULL);
CREATE TABLE shop.regions_waiting (code text COLLATE "C", part integer, label text);
CREATE TABLE shop.grid (x integer, y integer, z text) PARTITION BY RANGE (x, y, (length(z)));
CREATE TABLE shop.grid_low PARTITION OF shop.grid FOR VALUES FROM (MINVALUE, MINVALUE, MINVALUE) TO (0, 0, 0);
CREATE TABLE shop.grid_high PARTITION OF shop.grid FOR VALUES FROM (0, 0, 0) TO (100, MAXVALUE, MAXVALUE);
CREATE TABLE shop.empty_parts (k integer) PARTITION BY LIST (k);

-- awkward names
CREATE TABLE "Odd Names"."Order Details" (
  "Unit Price" numeric DEFAULT 0,
  "select" integer NOT NULL,
  "a.b" text,
  "quo""te" text,
  U&"new\000Aline" text,
  "back\slash" text,
  "🚚" text,
  "tab	bed" text,
  " leading and trailing " text,
  mood "Odd Names"."Mood of Day",
  a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc integer,
  "ÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜx" integer,
  "$1" integer,
  CONSTRAINT "Order Details PK" PRIMARY KEY ("select"),
  CONSTRAINT U&"check\000Aline" CHECK ("Unit Price" >= 0),
  CONSTRAINT "uni.que ""one""" UNIQUE ("a.b", "quo""te")
);
CREATE TABLE "Odd Names".U&"two\000Alines" ("user" text, "table" text);
CREATE TABLE "app.v1"."t.able" ("x.y" integer PRIMARY KEY, "X.Y" integer REFERENCES "app.v1"."t.able" ON UPDATE CASCADE);
CREATE TABLE "app.v1"."quo""ted" ("""" text, "'" text, ";" text, "--" text, "/*" text);
CREATE TABLE "Ünïcode 🚚"."straße" ("größe" integer DEFAULT 42, "名前" text DEFAULT 'ünï', "Ωmega" text);
CREATE TABLE "select"."table" ("column" integer, "check" boolean, "user" text DEFAULT 'it''s "quoted" \ here');
CREATE TABLE lab.a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc (
  b23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc integer
);
CREATE TABLE lab."ÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜÜx" ();
CREATE TABLE lab."MixedCase" ("Id" integer, id text);
CREATE TABLE lab.mixedcase ("ID" integer);
CREATE TABLE lab."1st" ("2nd" integer, _third integer, "fourth$" integer, dash_ed integer, "dash-ed" integer);
COMMENT ON COLUMN "Odd Names"."Order Details".U&"new\000Aline" IS E'a tab\there, a quote '' and a backslash \\ too';
COMMENT ON COLUMN "Odd Names"."Order Details"."quo""te" IS '"';
COMMENT ON TABLE "Odd Names".U&"two\000Alines" IS E'first\nsecond';

-- ------------------------------------------------------------------ foreign data

CREATE FOREIGN DATA WRAPPER dummy_wrapper;
CREATE FOREIGN DATA WRAPPER pg_two HANDLER ext.postgres_fdw_handler VALIDATOR ext.postgres_fdw_validator;
CREATE FOREIGN DATA WRAPPER "Odd Wrapper" OPTIONS ("Some Option" 'a ''quoted'' value', debug 'true');
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE SERVER warehouse TYPE 'postgres' VERSION '15.1' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'warehouse.example', port '5433', dbname 'stock');
CREATE SERVER "Odd Server" FOREIGN DATA WRAPPER "Odd Wrapper" OPTIONS (path '/a/b');
CREATE USER MAPPING FOR PUBLIC SERVER warehouse OPTIONS (user 'guest');
CREATE USER MAPPING FOR dl_app SERVER warehouse OPTIONS (user 'app', password 'not ''secret''');
CREATE USER MAPPING FOR "dl_Odd ""Röle""" SERVER "Odd Server";
CREATE FOREIGN TABLE shop.stock (
  product_id integer OPTIONS (column_name 'prod') NOT NULL,
  place text COLLATE "C" DEFAULT 'here',
  pieces bigint,
  CONSTRAINT stock_pieces_check CHECK (pieces >= 0)
) SERVER warehouse OPTIONS (schema_name 'public', table_name 'stock');
CREATE FOREIGN TABLE lab.server_log (line text) SERVER files OPTIONS (filename '/var/log/some.log', format 'text', delimiter '|');
CREATE FOREIGN TABLE shop.regions_far PARTITION OF shop.regions FOR VALUES IN ('far') SERVER warehouse OPTIONS (table_name 'regions');
CREATE FOREIGN TABLE "Odd Names"."Far Away" ("Col A" integer OPTIONS (opt 'x')) SERVER "Odd Server" OPTIONS ("Big Opt" 'y');
CREATE FOREIGN TABLE shop.far_trucks () INHERITS (shop.trucks) SERVER warehouse;
ALTER FOREIGN TABLE shop.stock ALTER COLUMN pieces SET STATISTICS 10;
COMMENT ON FOREIGN DATA WRAPPER dummy_wrapper IS 'to nowhere';
COMMENT ON SERVER warehouse IS 'the big one';
COMMENT ON FOREIGN TABLE shop.stock IS 'what is left';
COMMENT ON COLUMN shop.stock.place IS 'which shelf';
ALTER SERVER warehouse OWNER TO dl_owner;
ALTER FOREIGN TABLE shop.stock OWNER TO dl_owner;
GRANT USAGE ON FOREIGN DATA WRAPPER dummy_wrapper TO dl_app WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER warehouse TO dl_app, dl_reader;
GRANT SELECT ON shop.stock TO dl_reader;
GRANT UPDATE (pieces) ON shop.stock TO dl_app;

-- ------------------------------------------------------------------ indexes

CREATE INDEX orders_customer_idx ON shop.orders (customer_id);
CREATE INDEX orders_placed_idx ON shop.orders USING brin (placed_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX orders_open_idx ON shop.orders (placed_at DESC NULLS LAST, id) WHERE status <> 'done'::shop.order_status;
CREATE INDEX orders_remark_idx ON shop.orders USING hash (remark);
CREATE UNIQUE INDEX orders_reference_lower_idx ON shop.orders (lower(reference::text) text_pattern_ops) WHERE reference IS NOT NULL;
CREATE INDEX orders_total_idx ON shop.orders (total NULLS FIRST) INCLUDE (discount, status) WITH (fillfactor = 60, deduplicate_items = off);
CREATE INDEX products_title_idx ON shop.products (title COLLATE "C" text_pattern_ops, (lower(title)) COLLATE lab.german DESC);
CREATE INDEX products_search_idx ON shop.products USING gin (search) WITH (fastupdate = off, gin_pending_list_limit = 512);
CREATE INDEX products_valid_idx ON shop.products USING spgist (valid_during);
CREATE INDEX products_trgm_idx ON shop.products USING gist (description ext.gist_trgm_ops (siglen = '32'));
CREATE INDEX products_numbers_idx ON shop.products USING gin (numbers);
CREATE INDEX products_area_idx ON shop.products ((length + width), ((length - width)) DESC);
CREATE INDEX products_own_ops_idx ON shop.products (length lab.int_ops);
CREATE UNIQUE INDEX products_pair_idx ON shop.products (weight, tag) NULLS NOT DISTINCT;
CREATE INDEX documents_place_idx ON shop.documents USING gist (place);
CREATE INDEX documents_meta_idx ON shop.documents USING gin (meta jsonb_path_ops);
CREATE INDEX documents_net_idx ON shop.documents USING spgist (net);
CREATE INDEX documents_made_idx ON shop.documents USING brin (made_on date_minmax_multi_ops (values_per_range = '16'), size int4_bloom_ops);
CREATE INDEX documents_title_idx ON shop.documents (lower(title));
ALTER INDEX shop.documents_title_idx ALTER COLUMN 1 SET STATISTICS 700;
CREATE UNIQUE INDEX documents_id_idx ON shop.documents (id);
CREATE INDEX documents_size_idx ON shop.documents (size) TABLESPACE dl_space;
CREATE UNIQUE INDEX accounts_id_idx ON shop.accounts (id);
CREATE INDEX scores_points_idx ON lab.scores (points);
CREATE INDEX scores_team_idx ON lab.scores (team);
CREATE INDEX "Odd ""Idx"", really" ON "Odd Names"."Order Details" ("Unit Price", "a.b");
CREATE INDEX U&"idx\000Aline" ON "Odd Names"."Order Details" (lower("quo""te"));
CREATE INDEX a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_idx ON lab.a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc (b23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc);
CREATE INDEX electric_battery_idx ON shop.electric (battery);
CREATE INDEX only_parent_idx ON ONLY shop.events (payload);
CREATE UNIQUE INDEX archive_orders_id_idx ON archive.orders (id);
COMMENT ON INDEX shop.orders_customer_idx IS 'for the customer page';
COMMENT ON INDEX shop.customers_pkey IS 'the index of the key';
ALTER TABLE shop.orders CLUSTER ON orders_customer_idx;
ALTER TABLE shop.customers CLUSTER ON customers_pkey;
ALTER TABLE shop.documents REPLICA IDENTITY USING INDEX documents_id_idx;
ALTER TABLE shop.order_lines REPLICA IDENTITY FULL;
ALTER TABLE archive.orders REPLICA IDENTITY NOTHING;

CREATE STATISTICS shop.orders_stats (ndistinct, dependencies, mcv) ON customer_id, status, placed_at FROM shop.orders;
CREATE STATISTICS shop.products_expression_stats ON (lower(title)), (price * 2), id FROM shop.products;
CREATE STATISTICS shop.documents_mcv_stats (mcv) ON title, author FROM shop.documents;
CREATE STATISTICS "Odd Names"."St ats" ON (a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_abc % 10) FROM "Odd Names"."Order Details";
ALTER STATISTICS shop.orders_stats SET STATISTICS 333;
ALTER STATISTICS shop.documents_mcv_stats OWNER TO dl_owner;
COMMENT ON STATISTICS shop.orders_stats IS 'the planner guessed wrong';

-- ------------------------------------------------------------------ views

CREATE VIEW shop.open_orders AS
  SELECT o.id, o.customer_id, c.name AS customer, o.total FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.status <> 'done';
CREATE VIEW shop.cheap_products WITH (security_barrier = true) AS SELECT id, title, price FROM shop.products WHERE price < 10 WITH LOCAL CHECK OPTION;
CREATE VIEW shop.very_cheap_products WITH (security_invoker = true, check_option = cascaded) AS SELECT * FROM shop.cheap_products WHERE price < 1;
CREATE RECURSIVE VIEW shop.order_chain (id, depth) AS
  SELECT id, 0 FROM shop.orders WHERE follows IS NULL UNION ALL SELECT o.id, c.depth + 1 FROM shop.orders o JOIN order_chain c ON o.follows = c.id;
CREATE VIEW shop.account_list AS SELECT a.id, a.owner_name, a.balance FROM shop.accounts a;
ALTER VIEW shop.account_list ALTER COLUMN balance SET DEFAULT 100;
CREATE VIEW lab.numbers AS VALUES (1, 'one'), (2, 'two');
CREATE VIEW lab.team_points AS SELECT team, sum(points) AS points, count(*) FILTER (WHERE points > 0) AS good FROM lab.scores GROUP BY team HAVING count(*) > 1 ORDER BY 1 LIMIT 10;
CREATE VIEW lab.windowed AS SELECT id, rank() OVER (PARTITION BY team ORDER BY points DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS place FROM lab.scores;
CREATE VIEW lab.first_half AS SELECT 1 AS one, NULL::text AS two;
CREATE VIEW lab.second_half AS SELECT one, two FROM lab.first_half;
CREATE OR REPLACE VIEW lab.first_half AS SELECT s.one, 'x'::text AS two FROM (SELECT 1 AS one) s;
CREATE VIEW "Odd Names"."V iew" AS SELECT "select" AS "Se lect", "quo""te" AS U&"li\000Ane", 'a''b' AS "a'b" FROM "Odd Names"."Order Details";
CREATE VIEW "select"."view" AS SELECT "column" AS "group", "user" AS "order" FROM "select"."table";
COMMENT ON VIEW shop.open_orders IS 'to be done today';
COMMENT ON COLUMN shop.open_orders.customer IS 'the name only';

CREATE MATERIALIZED VIEW shop.sales_by_customer WITH (fillfactor = 90) AS
  SELECT customer_id, sum(total) AS total, count(*) AS orders FROM shop.orders GROUP BY customer_id;
CREATE UNIQUE INDEX sales_by_customer_idx ON shop.sales_by_customer (customer_id);
CREATE INDEX sales_by_customer_total_idx ON shop.sales_by_customer (total DESC) WHERE orders > 1;
CREATE MATERIALIZED VIEW shop.not_yet USING heap_two TABLESPACE dl_space AS SELECT id, title FROM shop.products WITH NO DATA;
CREATE MATERIALIZED VIEW "Odd Names"."Mat View" AS SELECT mood FROM "Odd Names"."Order Details" WITH NO DATA;
ALTER MATERIALIZED VIEW shop.sales_by_customer ALTER COLUMN total SET STATISTICS 250;
ALTER MATERIALIZED VIEW shop.sales_by_customer CLUSTER ON sales_by_customer_idx;
COMMENT ON MATERIALIZED VIEW shop.sales_by_customer IS 'refreshed at night';
COMMENT ON COLUMN shop.sales_by_customer.orders IS 'how many';

-- ------------------------------------------------------------------ triggers

CREATE TRIGGER orders_touch BEFORE INSERT OR UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE TRIGGER orders_status BEFORE UPDATE OF status, total ON shop.orders FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION shop.note_change('status', 'it''s', '\x');
CREATE TRIGGER orders_bulk AFTER UPDATE ON shop.orders REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION shop.note_change();
CREATE TRIGGER orders_truncate BEFORE TRUNCATE ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION shop.note_change();
CREATE CONSTRAINT TRIGGER orders_balance AFTER INSERT OR UPDATE ON shop.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE CONSTRAINT TRIGGER lines_against_orders AFTER DELETE ON shop.order_lines FROM shop.orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE TRIGGER customers_touch BEFORE UPDATE ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.touch();
CREATE TRIGGER customers_off AFTER INSERT ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE TRIGGER customers_replica AFTER INSERT ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE TRIGGER customers_always AFTER INSERT ON shop.customers FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE TRIGGER open_orders_insert INSTEAD OF INSERT OR DELETE ON shop.open_orders FOR EACH ROW EXECUTE FUNCTION shop.pass();
CREATE TRIGGER events_note AFTER INSERT ON shop.events FOR EACH ROW EXECUTE FUNCTION shop.note_change();
CREATE TRIGGER stock_note BEFORE INSERT ON shop.stock FOR EACH ROW EXECUTE FUNCTION shop.pass();
CREATE TRIGGER "Odd Trig ""ger""" AFTER INSERT OR DELETE ON "Odd Names"."Order Details" FOR EACH STATEMENT EXECUTE FUNCTION shop.note_change();
ALTER TABLE shop.customers DISABLE TRIGGER customers_off;
ALTER TABLE shop.customers ENABLE REPLICA TRIGGER customers_replica;
ALTER TABLE shop.customers ENABLE ALWAYS TRIGGER customers_always;
ALTER TABLE shop.events_2025 DISABLE TRIGGER events_note;
COMMENT ON TRIGGER orders_touch ON shop.orders IS 'keeps changed_at';

-- ------------------------------------------------------------------ rules

CREATE RULE account_list_insert AS ON INSERT TO shop.account_list DO INSTEAD INSERT INTO shop.accounts (owner_name, balance) VALUES (new.owner_name, new.balance);
CREATE RULE account_list_delete AS ON DELETE TO shop.account_list WHERE old.balance > 0 DO INSTEAD NOTHING;
CREATE RULE scores_log AS ON UPDATE TO lab.scores WHERE new.points <> old.points DO ALSO (
  INSERT INTO attic.things (id, what) VALUES (old.id, 'points');
  DELETE FROM attic.things WHERE id < 0;
);
CREATE RULE scores_off AS ON DELETE TO lab.scores DO ALSO NOTIFY gone;
CREATE RULE "Ru le" AS ON INSERT TO "Odd Names"."Order Details" WHERE new."select" = 0 DO INSTEAD NOTHING;
ALTER TABLE lab.scores DISABLE RULE scores_off;
COMMENT ON RULE scores_log ON lab.scores IS 'who changed the points';

-- ------------------------------------------------------------------ row security

ALTER TABLE shop.accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE shop.bookings ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_account ON shop.accounts USING (owner_name = CURRENT_USER) WITH CHECK (balance >= 0);
CREATE POLICY read_all ON shop.accounts FOR SELECT TO dl_audit, dl_reader USING (true);
CREATE POLICY only_region ON shop.accounts AS RESTRICTIVE FOR ALL TO dl_app USING (region = ANY (ARRAY['n'::text, 's'::text]));
CREATE POLICY may_insert ON shop.accounts FOR INSERT TO dl_app WITH CHECK (balance = 0);
CREATE POLICY may_update ON shop.accounts FOR UPDATE TO dl_app USING (balance < 1000);
CREATE POLICY may_delete ON shop.accounts FOR DELETE TO dl_app USING (EXISTS (SELECT FROM shop.customers c WHERE c.id = accounts.id));
CREATE POLICY "Pol icy" ON "Odd Names"."Order Details" TO "dl_Odd ""Röle""" USING ("select" > 0);
COMMENT ON POLICY own_account ON shop.accounts IS 'everybody his own';

-- ------------------------------------------------------------------ event triggers

CREATE EVENT TRIGGER dl_on_ddl ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION shop.on_ddl();
CREATE EVENT TRIGGER dl_on_drop ON sql_drop EXECUTE FUNCTION shop.on_ddl();
CREATE EVENT TRIGGER "dl Odd Event" ON table_rewrite EXECUTE FUNCTION shop.on_ddl();
CREATE EVENT TRIGGER dl_always ON ddl_command_start EXECUTE FUNCTION shop.on_ddl();
ALTER EVENT TRIGGER dl_on_drop DISABLE;
ALTER EVENT TRIGGER "dl Odd Event" ENABLE REPLICA;
ALTER EVENT TRIGGER dl_always ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER dl_on_ddl IS 'does nothing, quietly';

-- ------------------------------------------------------------------ publications, subscriptions

SET client_min_messages = error;

CREATE PUBLICATION dl_everything FOR ALL TABLES WITH (publish = 'insert, truncate');
CREATE PUBLICATION dl_some FOR TABLE shop.products (id, code, price), shop.shipments WHERE (id > 100), ONLY shop.vehicles WITH (publish = 'insert');
CREATE PUBLICATION dl_schemas FOR TABLES IN SCHEMA archive, "Odd Names", TABLE attic.things WITH (publish = 'insert');
CREATE PUBLICATION dl_roots FOR TABLE shop.sessions WITH (publish_via_partition_root = true);
CREATE PUBLICATION "dl Empty Pub";
COMMENT ON PUBLICATION dl_some IS 'for the partner';
ALTER PUBLICATION dl_roots OWNER TO dl_owner;

CREATE SUBSCRIPTION dl_from_partner CONNECTION 'host=partner.example dbname=stock' PUBLICATION one, "Two"
  WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE, binary = true, streaming = true, synchronous_commit = 'local', two_phase = false, disable_on_error = true);
CREATE SUBSCRIPTION "dl Odd Sub" CONNECTION 'dbname=''it\''s''' PUBLICATION p
  WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE);
COMMENT ON SUBSCRIPTION dl_from_partner IS 'asleep';

-- ------------------------------------------------------------------ owners and grants

ALTER TABLE shop.customers OWNER TO dl_owner;
ALTER TABLE shop.orders OWNER TO dl_owner;
ALTER TABLE shop.order_lines OWNER TO dl_owner;
ALTER VIEW shop.open_orders OWNER TO dl_owner;
ALTER MATERIALIZED VIEW shop.sales_by_customer OWNER TO dl_owner;
ALTER TABLE "Odd Names"."Order Details" OWNER TO "dl_Odd ""Röle""";
GRANT SELECT, INSERT, UPDATE ON shop.customers TO dl_app;
GRANT SELECT ON shop.customers TO dl_reader WITH GRANT OPTION;
GRANT SELECT (id, email), UPDATE (email) ON shop.customers TO dl_audit;
GRANT SELECT (id) ON shop.orders TO PUBLIC;
GRANT ALL ON shop.orders TO dl_app;
REVOKE DELETE ON shop.order_lines FROM dl_owner;
GRANT SELECT ON shop.open_orders, shop.sales_by_customer TO dl_reader;
GRANT SELECT ON attic.things TO PUBLIC;
GRANT SELECT ON "Odd Names"."Order Details" TO "dl_Odd ""Röle""" WITH GRANT OPTION;
GRANT UPDATE ("quo""te") ON "Odd Names"."Order Details" TO dl_app;
REVOKE ALL ON lab.scores FROM CURRENT_USER;
SET SESSION AUTHORIZATION dl_reader;
GRANT SELECT ON shop.customers TO dl_spare;
RESET SESSION AUTHORIZATION;

-- things of the server and of extensions
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO dl_audit;
GRANT SELECT ON pg_catalog.pg_authid TO dl_audit;
GRANT SELECT (rolname) ON pg_catalog.pg_authid TO dl_reader;
REVOKE EXECUTE ON FUNCTION ext.uuid_generate_v1() FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO dl_owner;

ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA shop GRANT SELECT ON TABLES TO dl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA shop GRANT USAGE ON SEQUENCES TO dl_app WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner GRANT USAGE ON SCHEMAS TO dl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE "dl_Odd ""Röle""" IN SCHEMA "Odd Names" GRANT USAGE ON TYPES TO dl_app;

-- ------------------------------------------------------------------ a little data, so that statements have something to work on

INSERT INTO shop.customers (email, name, nickname) VALUES ('a@example.org', 'Anna A', 'a'), ('b@example.org', 'Bert B', 'b');
INSERT INTO shop.products (code, title, price, tag) VALUES ('ABC-1', 'Apple', 1.20, 'one'), ('ABC-2', 'Pear', 2.40, 'two');
INSERT INTO shop.orders (customer_id, quantity, total, reference) SELECT id, 2, 10, 'R' || id FROM shop.customers;
INSERT INTO shop.order_lines SELECT id, 1, 1, 3, 4.50 FROM shop.orders;
INSERT INTO shop.events (id, happened_at) VALUES (1, '2025-05-05 00:00:00+00'), (2, '2026-05-05 00:00:00+00'), (3, '2030-01-01 00:00:00+00');
INSERT INTO attic.things VALUES (1, 'lamp');
INSERT INTO shop.documents (title, body) VALUES ('one', 'text');
INSERT INTO lab.scores SELECT i, i, 'team ' || i % 3, now() FROM generate_series(1, 20) AS i;
REFRESH MATERIALIZED VIEW shop.sales_by_customer;
