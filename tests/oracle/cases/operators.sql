-- Operators, operator classes and families, casts, access methods.

-- case: operator added
-- expect: added operator lab.<~>(integer, integer) structure low
CREATE OPERATOR lab.<~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = lab.int_same);

-- case: prefix operator added
-- expect: added operator lab.@@@(NONE, integer) structure low
CREATE OPERATOR lab.@@@ (RIGHTARG = integer, FUNCTION = lab.int_twice);

-- case: operator dropped
-- expect: removed operator lab.!!(NONE, integer) structure high
DROP OPERATOR lab.!! (NONE, integer);

-- case: function of an operator changed
-- expect: modified operator lab.!!(NONE, integer) structure high
DROP OPERATOR lab.!! (NONE, integer);
CREATE OPERATOR lab.!! (RIGHTARG = integer, FUNCTION = int4abs);
COMMENT ON OPERATOR lab.!! (NONE, integer) IS 'twice';
ALTER OPERATOR lab.!! (NONE, integer) OWNER TO dl_owner;

-- case: restriction estimator of an operator given up
-- expect: modified operator lab.===(integer, integer) structure high
ALTER OPERATOR lab.=== (integer, integer) SET (RESTRICT = NONE);

-- case: join estimator of an operator given up
-- expect: modified operator lab.!==(integer, integer) structure high
ALTER OPERATOR lab.!== (integer, integer) SET (JOIN = NONE);

-- case: negator given to two operators
-- expect: modified operator lab.<#(integer, integer) structure high
-- expect: added operator lab.>=#(integer, integer) structure low
CREATE OPERATOR lab.>=# (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ge, NEGATOR = OPERATOR(lab.<#));

-- case: operator class added
-- expect: added operator_class lab.backwards(btree) structure low
-- expect: added operator_family lab.backwards(btree) structure low
CREATE OPERATOR CLASS lab.backwards FOR TYPE integer USING btree AS
  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);

-- case: operator class added to a family
-- expect: added operator_class lab.long_ops(btree) structure low
CREATE OPERATOR CLASS lab.long_ops FOR TYPE bigint USING btree FAMILY lab.whole_numbers AS
  OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint8cmp(bigint, bigint);

-- case: operator class dropped
-- expect: removed operator_class lab.near_ops(gist) structure high
DROP OPERATOR CLASS lab.near_ops USING gist;

-- case: operator class dropped with its index
-- expect: removed operator_class lab.int_ops(btree) structure high
-- expect: removed index shop.products.products_own_ops_idx structure medium
DROP OPERATOR CLASS lab.int_ops USING btree CASCADE;

-- case: operator class no longer the default
-- expect: modified operator_class lab.token_ops(hash) structure high
DROP OPERATOR FAMILY lab.token_ops USING hash CASCADE;
CREATE OPERATOR CLASS lab.token_ops FOR TYPE lab.token USING hash AS
  OPERATOR 1 pg_catalog.= (bigint, bigint), FUNCTION 1 (bigint, bigint) hashint8(bigint);

-- case: operator family added
-- expect: added operator_family lab.some_numbers(btree) structure low
CREATE OPERATOR FAMILY lab.some_numbers USING btree;

-- case: operator family dropped
-- expect: removed operator_family lab.whole_numbers(hash) structure high
DROP OPERATOR FAMILY lab.whole_numbers USING hash;

-- case: operators added to a family
-- expect: modified operator_family lab.whole_numbers(btree) structure high
ALTER OPERATOR FAMILY lab.whole_numbers USING btree ADD OPERATOR 5 > (integer, bigint), FUNCTION 1 (bigint, integer) btint84cmp(bigint, integer);

-- case: operator dropped from a family
-- expect: modified operator_family lab.whole_numbers(btree) structure high
ALTER OPERATOR FAMILY lab.whole_numbers USING btree DROP OPERATOR 1 (integer, bigint);

-- case: cast added
-- expect: added cast shop.address AS lab.point3 structure low
CREATE CAST (shop.address AS lab.point3) WITH INOUT;

-- case: cast dropped
-- expect: removed cast lab.point3 AS text structure high
DROP CAST (lab.point3 AS text);

-- case: context of a cast changed
-- expect: modified cast lab.token AS bigint structure high
DROP CAST (lab.token AS bigint);
CREATE CAST (lab.token AS bigint) WITHOUT FUNCTION AS ASSIGNMENT;

-- case: method of a cast changed
-- expect: modified cast shop.address AS text structure high
DROP CAST (shop.address AS text);
CREATE CAST (shop.address AS text) WITH INOUT;

-- case: access method added
-- expect: added access_method heap_four structure low
CREATE ACCESS METHOD heap_four TYPE TABLE HANDLER heap_tableam_handler;

-- case: access method dropped
-- expect: removed access_method "Heap Three" structure high
DROP ACCESS METHOD "Heap Three";

-- case: handler of an access method changed
-- expect: modified access_method "Heap Three" structure high
DROP ACCESS METHOD "Heap Three";
CREATE ACCESS METHOD "Heap Three" TYPE INDEX HANDLER hashhandler;
