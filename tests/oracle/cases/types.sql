-- Enums, domains, composite types, ranges, base types.

-- case: enum added
-- expect: added enum shop.size structure low
CREATE TYPE shop.size AS ENUM ('s', 'm', 'l');

-- case: enum with awkward labels added
-- expect: added enum "Odd Names"."E ""num""" structure low
CREATE TYPE "Odd Names"."E ""num""" AS ENUM ('a b', 'it''s', '"', 'ü,{}', E'new\nline');

-- case: enum dropped
-- expect: removed enum lab.empty_enum structure critical
DROP TYPE lab.empty_enum;

-- case: enum label appended
-- expect: modified enum shop.order_status structure medium
ALTER TYPE shop.order_status ADD VALUE 'returned';

-- case: enum label inserted before another
-- expect: modified enum shop.order_status structure high
ALTER TYPE shop.order_status ADD VALUE 'packed' BEFORE 'sent';

-- case: enum label inserted after another
-- expect: modified enum shop.order_status structure high
ALTER TYPE shop.order_status ADD VALUE 'checked' AFTER 'new';

-- case: first label of an empty enum
-- expect: modified enum lab.empty_enum structure medium
ALTER TYPE lab.empty_enum ADD VALUE 'one';

-- case: two labels appended
-- expect: modified enum shop.colour structure medium
ALTER TYPE shop.colour ADD VALUE 'black';
ALTER TYPE shop.colour ADD VALUE 'a, "b" {c}';

-- case: enum label renamed
-- expect: modified enum shop.colour structure critical
ALTER TYPE shop.colour RENAME VALUE 'green' TO 'lime';

-- case: enum labels in another order
-- expect: modified enum lab.moods structure high
DROP TYPE lab.moods;
CREATE TYPE lab.moods AS ENUM ('sad', 'glad');

-- case: enum label removed
-- expect: modified enum lab.moods structure critical
DROP TYPE lab.moods;
CREATE TYPE lab.moods AS ENUM ('glad');

-- case: enum label renamed that defaults name
-- expect: modified enum shop.order_status structure critical
-- expect: modified column shop.orders.status structure medium
ALTER TYPE shop.order_status RENAME VALUE 'new' TO 'fresh';

-- case: domain added
-- expect: added domain shop.percent structure low
CREATE DOMAIN shop.percent AS integer DEFAULT 0 CHECK (VALUE BETWEEN 0 AND 100);

-- case: domain dropped
-- expect: removed domain shop.small_amount structure critical
DROP DOMAIN shop.small_amount;

-- case: domain default changed
-- expect: modified domain shop.amount structure medium
ALTER DOMAIN shop.amount SET DEFAULT 1;

-- case: domain default dropped
-- expect: modified domain shop.amount structure high
ALTER DOMAIN shop.amount DROP DEFAULT;

-- case: domain no longer not null
-- expect: modified domain shop.amount structure medium
ALTER DOMAIN shop.amount DROP NOT NULL;

-- case: domain becomes not null
-- expect: modified domain shop.sku structure high
ALTER DOMAIN shop.sku SET NOT NULL;

-- case: domain check added
-- expect: added check shop.amount.not_huge structure medium
ALTER DOMAIN shop.amount ADD CONSTRAINT not_huge CHECK (VALUE < 1000000);

-- case: domain check added without validation
-- expect: added check shop.amount.not_one structure medium
ALTER DOMAIN shop.amount ADD CONSTRAINT not_one CHECK (VALUE <> 1) NOT VALID;

-- case: domain check dropped
-- expect: removed check shop.sku.sku_length structure high
ALTER DOMAIN shop.sku DROP CONSTRAINT sku_length;

-- case: domain check changed
-- expect: modified check shop.sku.sku_length structure high
ALTER DOMAIN shop.sku DROP CONSTRAINT sku_length;
ALTER DOMAIN shop.sku ADD CONSTRAINT sku_length CHECK (length(VALUE) < 50);

-- case: domain check validated
-- expect: modified check shop.sku.sku_later structure high
ALTER DOMAIN shop.sku VALIDATE CONSTRAINT sku_later;

-- case: type under a domain changed
-- expect: modified domain shop.small_amount structure critical
-- expect: modified check shop.small_amount.small structure high
DROP DOMAIN shop.small_amount;
CREATE DOMAIN shop.small_amount AS integer CONSTRAINT small CHECK (VALUE < 100);

-- case: type under a domain made longer
-- expect: modified domain lab.short_text structure low
DROP DOMAIN lab.short_text;
CREATE DOMAIN lab.short_text AS character varying(50);

-- case: collation of a domain changed
-- expect: modified domain lab.short_text structure high
DROP DOMAIN lab.short_text;
CREATE DOMAIN lab.short_text AS character varying(5) COLLATE "C";

-- case: composite type added
-- expect: added composite_type shop.size_of structure low
CREATE TYPE shop.size_of AS (length integer, width integer);

-- case: composite type dropped
-- expect: removed composite_type lab.nothing structure critical
DROP TYPE lab.nothing;

-- case: attribute added to a composite type
-- expect: added column "Odd Names"."Pair Of".country structure medium
ALTER TYPE "Odd Names"."Pair Of" ADD ATTRIBUTE country text;

-- case: attribute added to a type and the tables of it
-- expect: added column lab.line_item.price structure medium
-- expect: added column lab.lines.price structure medium
ALTER TYPE lab.line_item ADD ATTRIBUTE price numeric CASCADE;

-- case: attribute dropped from a type and the tables of it
-- expect: removed column lab.line_item.amount structure critical
-- expect: removed column lab.lines.amount structure critical
ALTER TYPE lab.line_item DROP ATTRIBUTE amount CASCADE;

-- case: type of an attribute made longer with the tables of it
-- expect: modified column lab.line_item.note structure low
-- expect: modified column lab.lines.note structure low
ALTER TYPE lab.line_item ALTER ATTRIBUTE note TYPE character varying(40) CASCADE;

-- case: attribute of a composite type renamed
-- expect: renamed column lab.line_item.quantity structure critical
-- expect: renamed column lab.lines.quantity structure critical
ALTER TYPE lab.line_item RENAME ATTRIBUTE amount TO quantity CASCADE;

-- case: collation of an attribute changed
-- expect: modified column lab.line_item.sku structure high
-- expect: modified column lab.lines.sku structure high
ALTER TYPE lab.line_item ALTER ATTRIBUTE sku TYPE text COLLATE "C" CASCADE;

-- case: attributes of a composite type in another order
-- expect: modified composite_type "Odd Names"."Spare Pair" structure low
DROP TYPE "Odd Names"."Spare Pair";
CREATE TYPE "Odd Names"."Spare Pair" AS ("B" text, "A" integer);

-- case: range added
-- expect: added range_type lab.int_range structure low
CREATE TYPE lab.int_range AS RANGE (subtype = integer, subtype_diff = int4range_subdiff);

-- case: range dropped
-- expect: removed range_type lab.word_range structure critical
DROP TYPE lab.word_range;

-- case: collation of a range changed
-- expect: modified range_type lab.word_range structure high
DROP TYPE lab.word_range;
CREATE TYPE lab.word_range AS RANGE (subtype = text, collation = lab.german, subtype_opclass = text_pattern_ops);

-- case: operator class of a range changed
-- expect: modified range_type lab.word_range structure high
DROP TYPE lab.word_range;
CREATE TYPE lab.word_range AS RANGE (subtype = text, collation = "C");

-- case: subtype of a range changed
-- expect: modified range_type lab.float_range structure critical
DROP TYPE lab.float_range;
CREATE TYPE lab.float_range AS RANGE (subtype = numeric, multirange_type_name = lab.float_ranges);
COMMENT ON TYPE lab.float_range IS 'from here to there';
ALTER TYPE lab.float_range OWNER TO dl_owner;

-- case: difference function of a range given up
-- expect: modified range_type lab.float_range structure high
DROP TYPE lab.float_range;
CREATE TYPE lab.float_range AS RANGE (subtype = double precision, multirange_type_name = lab.float_ranges);
COMMENT ON TYPE lab.float_range IS 'from here to there';
ALTER TYPE lab.float_range OWNER TO dl_owner;

-- case: multirange of a range renamed
-- expect: modified range_type lab.float_range structure high
ALTER TYPE lab.float_ranges RENAME TO float_many;

-- case: shell type added
-- expect: added base_type lab.another_shell structure low
CREATE TYPE lab.another_shell;

-- case: shell type dropped
-- expect: removed base_type lab.shell_only structure critical
DROP TYPE lab.shell_only;

-- case: base type dropped with what uses it
-- expect: removed base_type lab.label structure critical
-- expect: removed function lab.label_in(cstring) structure critical
-- expect: removed function lab.label_out(lab.label) structure critical
DROP TYPE lab.label CASCADE;

-- case: storage of a base type changed
-- expect: modified base_type lab.label storage low
ALTER TYPE lab.label SET (STORAGE = external);

-- case: functions of a base type changed
-- expect: modified base_type lab.token structure high
ALTER TYPE lab.token SET (RECEIVE = NONE, SEND = NONE);

-- case: collation added
-- expect: added collation lab.swedish structure low
CREATE COLLATION lab.swedish (provider = icu, locale = 'sv');

-- case: collation dropped
-- expect: removed collation lab.split structure high
DROP COLLATION lab.split;

-- case: locale of a collation changed
-- expect: modified collation "Odd Names"."Phone Book" structure high
DROP COLLATION "Odd Names"."Phone Book";
CREATE COLLATION "Odd Names"."Phone Book" (provider = icu, locale = 'fr');

-- case: provider of a collation changed
-- expect: modified collation lab.split structure high
DROP COLLATION lab.split;
CREATE COLLATION lab.split (provider = icu, locale = 'en');

-- case: collation no longer deterministic
-- expect: modified collation "Odd Names"."Phone Book" structure high
DROP COLLATION "Odd Names"."Phone Book";
CREATE COLLATION "Odd Names"."Phone Book" (provider = icu, locale = 'de', deterministic = false);

-- case: conversion added
-- expect: added conversion lab.win_to_utf structure low
CREATE CONVERSION lab.win_to_utf FOR 'WIN1252' TO 'UTF8' FROM win_to_utf8;

-- case: conversion dropped
-- expect: removed conversion lab.latin_to_utf structure high
DROP CONVERSION lab.latin_to_utf;

-- case: conversion becomes the default
-- expect: modified conversion lab.latin_to_utf structure high
DROP CONVERSION lab.latin_to_utf;
CREATE DEFAULT CONVERSION lab.latin_to_utf FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION lab.latin_to_utf IS 'for the old files';
