/* Every rule: a statement that it finds, and a near one that it does not. */
#include "cli/lint/linting.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

static const char shop[] = "@server postgresql 15.4\n"
                           "schema shop\n"
                           "table shop.orders\n"
                           "  column id type=bigint nullable=no\n"
                           "  column total type='numeric(10,2)' nullable=yes\n"
                           "  column name type='character varying(20)' nullable=no\n"
                           "  column buyer type=bigint nullable=yes\n"
                           "  primary_key orders_pkey columns=[id]\n"
                           "  index orders_total columns=[total] method=btree\n"
                           "  check positive expression='(total > 0)'\n"
                           "table shop.lines\n"
                           "  column order_id type=bigint nullable=no\n"
                           "  foreign_key lines_fk columns=[order_id] references=shop.orders referenced_columns=[id]\n"
                           "view shop.totals definition='SELECT orders.total FROM shop.orders'\n"
                           "function shop.sum_up() body='SELECT sum(total) FROM shop.orders'\n"
                           "enum shop.colour labels=[red|green]\n"
                           "domain shop.positive_number type=integer nullable=yes\n"
                           "  check positive expression='(VALUE > 0)'\n"
                           "domain shop.any_number type=integer nullable=yes\n";

static const char billing[] = "name: billing\n"
                              "owner: finance\n"
                              "consumers: [invoices, reports]\n"
                              "database: shop\n"
                              "requires:\n"
                              "  - table: shop.orders\n"
                              "    columns:\n"
                              "      - {name: total, type_family: number}\n";

#define IN_TRANSACTION                                                                                                 \
    {                                                                                                                  \
        .in_transaction = true                                                                                         \
    }
#define WITH_TARGET                                                                                                    \
    {                                                                                                                  \
        .target = shop                                                                                                 \
    }

static const struct {
    const char *rule;
    const char *found;
    const char *clean;
    struct linting_wish wish;
} cases[] = {
    {"syntax-error", "ALTER TABLE orders DROP COLUM total;", "ALTER TABLE orders DROP COLUMN total;", {0}},
    {"syntax-error", "SELECT 1;\nSELECT '\xff';", "SELECT '\xc3\xa4';", {0}},
    {"psql-command", "\\set ON_ERROR_STOP on\nSELECT 1;", "SELECT E'\\\\set';", {0}},
    {"code-not-checked", "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$;", "SELECT 1;", {0}},
    {"code-not-checked", "CALL clean_up();", "SELECT clean_up();", {0}},
    {"name-too-long",
     "CREATE TABLE a234567890123456789012345678901234567890123456789012345678901234 (id int);",
     "CREATE TABLE a23456789012345678901234567890123456789012345678901234567890123 (id int);",
     {0}},
    {"waiver-malformed",
     "-- driftline: allow drop-table\nDROP TABLE t;",
     "-- driftline: allow drop-table it is empty\nDROP TABLE t;",
     {0}},
    {"waiver-unused",
     "-- driftline: allow drop-table it is empty\nSELECT 1;",
     "-- driftline: allow drop-table it is empty\nDROP TABLE t;",
     {0}},

    {"drop-database", "DROP DATABASE shop;", "CREATE DATABASE shop;", {0}},
    {"drop-schema", "DROP SCHEMA shop;", "CREATE SCHEMA shop; DROP SCHEMA shop;", {0}},
    {"drop-table", "DROP TABLE orders;", "CREATE TABLE t (id int); DROP TABLE t;", {0}},
    {"drop-table", "DROP FOREIGN TABLE orders;", "DROP VIEW orders;", {0}},
    {"drop-column",
     "ALTER TABLE orders DROP COLUMN total;",
     "ALTER TABLE orders ADD COLUMN a int; ALTER TABLE orders DROP COLUMN a;",
     {0}},
    {"drop-view", "DROP VIEW totals;", "CREATE VIEW totals AS SELECT 1 AS a; DROP VIEW totals;", {0}},
    {"drop-view", "DROP MATERIALIZED VIEW totals;", "BEGIN; DROP VIEW v; CREATE VIEW v AS SELECT 1 AS a; COMMIT;", {0}},
    {"drop-function",
     "DROP FUNCTION f(int);",
     "BEGIN; DROP FUNCTION f(int); CREATE FUNCTION f(integer) RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMIT;",
     {0}},
    {"drop-type", "DROP TYPE colour;", "CREATE TYPE colour AS ENUM ('red'); DROP TYPE colour;", {0}},
    {"drop-type", "DROP DOMAIN d;", "ALTER DOMAIN d DROP DEFAULT;", {0}},
    {"drop-sequence", "DROP SEQUENCE s;", "CREATE SEQUENCE s; DROP SEQUENCE s;", {0}},
    {"drop-constraint",
     "ALTER TABLE orders DROP CONSTRAINT positive;",
     "ALTER TABLE orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;",
     {0}},
    {"drop-index",
     "DROP INDEX CONCURRENTLY orders_total;",
     "CREATE INDEX CONCURRENTLY i ON orders (a); DROP INDEX CONCURRENTLY i;",
     {0}},
    {"drop-default",
     "ALTER TABLE orders ALTER total DROP DEFAULT;",
     "ALTER TABLE orders ALTER total SET DEFAULT 0;",
     {0}},
    {"drop-not-null", "ALTER TABLE shop.orders ALTER name DROP NOT NULL;",
     "ALTER TABLE shop.orders ALTER total DROP NOT NULL;", WITH_TARGET},
    {"drop-trigger",
     "DROP TRIGGER t ON orders;",
     "BEGIN; DROP TRIGGER t ON orders; CREATE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION f(); COMMIT;",
     {0}},
    {"drop-extension", "DROP EXTENSION citext;", "CREATE EXTENSION citext;", {0}},
    {"drop-owned", "DROP OWNED BY bob;", "REASSIGN OWNED BY bob TO alice;", {0}},
    {"drop-object", "DROP PUBLICATION p;", "CREATE PUBLICATION p;", {0}},
    {"drop-object", "DROP RULE r ON orders;", "SELECT 1;", {0}},
    {"drop-cascade", "DROP TABLE orders CASCADE;", "DROP TABLE orders;", {0}},
    {"drop-cascade", "ALTER TABLE orders DROP COLUMN a CASCADE;", "ALTER TABLE orders DROP COLUMN a RESTRICT;", {0}},
    {"rename-schema", "ALTER SCHEMA shop RENAME TO store;", "CREATE SCHEMA a; ALTER SCHEMA a RENAME TO b;", {0}},
    {"rename-table",
     "ALTER TABLE orders RENAME TO purchases;",
     "BEGIN; ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT id FROM purchases; COMMIT;",
     {0}},
    {"rename-view",
     "ALTER VIEW totals RENAME TO sums;",
     "CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v RENAME TO w;",
     {0}},
    {"rename-column",
     "ALTER TABLE orders RENAME COLUMN total TO amount;",
     "CREATE TABLE t (a int); ALTER TABLE t RENAME a TO b;",
     {0}},
    {"rename-function", "ALTER FUNCTION f(int) RENAME TO g;", "ALTER FUNCTION f(int) STABLE;", {0}},
    {"rename-type",
     "ALTER TYPE colour RENAME TO tint;",
     "CREATE TYPE colour AS ENUM (); ALTER TYPE colour RENAME TO tint;",
     {0}},
    {"rename-enum-value",
     "ALTER TYPE colour RENAME VALUE 'red' TO 'scarlet';",
     "ALTER TYPE colour ADD VALUE 'blue';",
     {0}},
    {"rename-object",
     "ALTER INDEX orders_total RENAME TO i;",
     "CREATE INDEX i ON orders (a); ALTER INDEX i RENAME TO k;",
     {0}},
    {"rename-object",
     "ALTER TABLE orders RENAME CONSTRAINT a TO b;",
     "CREATE TABLE t (a int CONSTRAINT a UNIQUE); ALTER TABLE t RENAME CONSTRAINT a TO b;",
     {0}},
    {"move-object",
     "ALTER TABLE orders SET SCHEMA old;",
     "BEGIN; ALTER TABLE orders SET SCHEMA old; CREATE VIEW orders AS SELECT id FROM old.orders; COMMIT;",
     {0}},
    {"move-object", "ALTER FUNCTION f(int) SET SCHEMA old;", "ALTER FUNCTION f(int) OWNER TO bob;", {0}},
    {"column-type-narrowed", "ALTER TABLE shop.orders ALTER name TYPE varchar(10);",
     "ALTER TABLE shop.orders ALTER name TYPE varchar(30);", WITH_TARGET},
    {"column-type-changed", "ALTER TABLE shop.orders ALTER id TYPE text USING id::text;",
     "ALTER TABLE shop.orders ALTER name TYPE text;", WITH_TARGET},
    {"add-required-column",
     "ALTER TABLE orders ADD COLUMN a int NOT NULL;",
     "ALTER TABLE orders ADD COLUMN a int NOT NULL DEFAULT 0;",
     {0}},
    {"detach-partition",
     "ALTER TABLE orders DETACH PARTITION p CONCURRENTLY;",
     "CREATE TABLE t (id int) PARTITION BY LIST (id); ALTER TABLE t DETACH PARTITION p;",
     {0}},
    {"inherit-changed",
     "ALTER TABLE orders INHERIT base;",
     "CREATE TABLE t (id int); ALTER TABLE t INHERIT base;",
     {0}},
    {"inherit-changed", "ALTER TABLE orders NO INHERIT base;", "CREATE TABLE t (id int) INHERITS (base);", {0}},
    {"revoke", "REVOKE SELECT ON orders FROM bob;", "REVOKE ALL ON orders FROM PUBLIC;", {0}},

    {"index-not-concurrent",
     "CREATE INDEX i ON orders (total);",
     "CREATE INDEX CONCURRENTLY i ON orders (total);",
     {0}},
    {"index-not-concurrent",
     "CREATE UNIQUE INDEX i ON orders (total);",
     "CREATE TABLE t (id int); CREATE INDEX i ON t (id);",
     {0}},
    {"drop-index-not-concurrent", "DROP INDEX orders_total;", "DROP INDEX CONCURRENTLY orders_total;", {0}},
    {"reindex-not-concurrent", "REINDEX TABLE orders;", "REINDEX TABLE CONCURRENTLY orders;", {0}},
    {"reindex-not-concurrent", "REINDEX (CONCURRENTLY off) INDEX i;", "REINDEX (CONCURRENTLY) INDEX i;", {0}},
    {"add-unique",
     "ALTER TABLE orders ADD CONSTRAINT u UNIQUE (name);",
     "ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX i;",
     {0}},
    {"add-primary-key",
     "ALTER TABLE orders ADD PRIMARY KEY (id);",
     "ALTER TABLE orders ADD PRIMARY KEY USING INDEX i;",
     {0}},
    {"primary-key-nullable",
     "CREATE UNIQUE INDEX CONCURRENTLY i ON shop.orders (total); ALTER TABLE shop.orders ADD PRIMARY KEY USING INDEX "
     "i;",
     "CREATE UNIQUE INDEX CONCURRENTLY i ON shop.orders (name); ALTER TABLE shop.orders ADD PRIMARY KEY USING INDEX i;",
     WITH_TARGET},
    {"add-foreign-key",
     "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (buyer) REFERENCES buyers;",
     "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (buyer) REFERENCES buyers NOT VALID;",
     {0}},
    {"add-check",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;",
     {0}},
    {"add-exclusion",
     "ALTER TABLE orders ADD CONSTRAINT e EXCLUDE USING gist (during WITH &&);",
     "CREATE TABLE t (during tsrange, EXCLUDE USING gist (during WITH &&));",
     {0}},
    {"validate-in-same-transaction",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c;",
     "BEGIN; ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID; COMMIT;"
     "BEGIN; ALTER TABLE orders VALIDATE CONSTRAINT c; COMMIT;",
     IN_TRANSACTION},
    {"set-not-null",
     "ALTER TABLE orders ALTER total SET NOT NULL;",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL) NOT VALID;"
     "ALTER TABLE orders VALIDATE CONSTRAINT c; ALTER TABLE orders ALTER total SET NOT NULL;",
     {0}},
    {"set-not-null",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (total IS NOT NULL) NOT VALID; ALTER TABLE orders ALTER total SET NOT "
     "NULL;",
     "CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL;",
     {0}},
    {"column-type-rewrite", "ALTER TABLE shop.orders ALTER id TYPE numeric;",
     "ALTER TABLE shop.orders ALTER total TYPE numeric(12,2);", WITH_TARGET},
    {"column-type-rewrite",
     "ALTER TABLE orders ALTER a TYPE text;",
     "CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE text;",
     {0}},
    {"column-type-rewrite",
     "ALTER TABLE shop.more ALTER a TYPE shop.positive_number;",
     "ALTER TABLE shop.more ALTER a TYPE shop.any_number;",
     {.target = "@server postgresql 15.4\nschema shop\ntable shop.more\n  column a type=integer nullable=yes\n"
                "domain shop.positive_number type=integer nullable=yes\n  check c expression='(VALUE > 0)'\n"
                "domain shop.any_number type=integer nullable=yes\n"}},
    {"column-type-scan", "ALTER TABLE shop.orders ALTER total TYPE numeric(12,2);",
     "ALTER TABLE shop.orders ALTER name TYPE text;", WITH_TARGET},
    {"add-column-default",
     "ALTER TABLE orders ADD COLUMN a int DEFAULT 0;",
     "ALTER TABLE orders ADD COLUMN a int;",
     {.version = 10}},
    {"add-column-volatile-default",
     "ALTER TABLE orders ADD COLUMN a uuid DEFAULT gen_random_uuid();",
     "ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT now();",
     {0}},
    {"add-column-serial", "ALTER TABLE orders ADD COLUMN a bigserial;", "ALTER TABLE orders ADD COLUMN a bigint;", {0}},
    {"add-column-identity",
     "ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS IDENTITY;",
     "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);",
     {0}},
    {"add-column-generated",
     "ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS (b * 2) STORED;",
     "CREATE TABLE t (b int, a int GENERATED ALWAYS AS (b * 2) STORED);",
     {0}},
    {"add-column-domain", "ALTER TABLE shop.orders ADD COLUMN a shop.positive_number;",
     "ALTER TABLE shop.orders ADD COLUMN a shop.any_number;", WITH_TARGET},
    {"add-column-unique", "ALTER TABLE orders ADD COLUMN a int UNIQUE;", "ALTER TABLE orders ADD COLUMN a int;", {0}},
    {"add-column-check",
     "ALTER TABLE orders ADD COLUMN a int CHECK (a > 0);",
     "ALTER TABLE orders ADD COLUMN a int;",
     {0}},
    {"add-column-foreign-key",
     "ALTER TABLE orders ADD COLUMN a int REFERENCES b;",
     "CREATE TABLE t (a int REFERENCES b);",
     {0}},
    {"add-domain-check",
     "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0);",
     "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID;",
     {0}},
    {"set-logged",
     "ALTER TABLE orders SET UNLOGGED;",
     "CREATE UNLOGGED TABLE t (id int); ALTER TABLE t SET LOGGED;",
     {0}},
    {"set-tablespace", "ALTER TABLE orders SET TABLESPACE fast;", "ALTER TABLE orders SET (fillfactor = 80);", {0}},
    {"set-access-method",
     "ALTER TABLE orders SET ACCESS METHOD columnar;",
     "CREATE TABLE t (a int) USING columnar;",
     {0}},
    {"cluster", "CLUSTER orders USING orders_total;", "ALTER TABLE orders CLUSTER ON orders_total;", {0}},
    {"vacuum-full", "VACUUM FULL orders;", "VACUUM (FULL off, ANALYZE) orders;", {0}},
    {"refresh-not-concurrent",
     "REFRESH MATERIALIZED VIEW totals;",
     "REFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
     {0}},
    {"lock-table", "LOCK TABLE orders;", "LOCK TABLE orders IN ACCESS SHARE MODE;", {0}},
    {"attach-partition",
     "ALTER TABLE t ATTACH PARTITION orders FOR VALUES IN (1);",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (id = 1) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c;"
     "ALTER TABLE t ATTACH PARTITION orders FOR VALUES IN (1);",
     {0}},
    {"detach-not-concurrent",
     "ALTER TABLE orders DETACH PARTITION p;",
     "ALTER TABLE orders DETACH PARTITION p CONCURRENTLY;",
     {0}},
    {"add-trigger",
     "CREATE TRIGGER t AFTER INSERT ON orders EXECUTE FUNCTION f();",
     "CREATE TABLE t (a int); CREATE TRIGGER t AFTER INSERT ON t EXECUTE FUNCTION f();",
     {0}},
    {"lock-timeout-missing",
     "ALTER TABLE orders ADD COLUMN a int;",
     "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN a int;",
     {0}},
    {"statement-timeout-missing",
     "ALTER TABLE orders ADD COLUMN a int;",
     "SET statement_timeout = 10000; ALTER TABLE orders ADD COLUMN a int;",
     {0}},
    {"several-tables-locked", "ALTER TABLE a ADD COLUMN x int; ALTER TABLE b ADD COLUMN x int;",
     "ALTER TABLE a ADD COLUMN x int; ALTER TABLE a ADD COLUMN y int; CREATE TABLE b (); ALTER TABLE b ADD COLUMN x "
     "int;",
     IN_TRANSACTION},
    {"lock-held-during-work", "ALTER TABLE a ADD COLUMN x int; UPDATE a SET x = 1 WHERE x IS NULL;",
     "UPDATE a SET x = 1 WHERE x IS NULL; ALTER TABLE a ADD COLUMN y int;", IN_TRANSACTION},
    {"several-alters",
     "ALTER TABLE a ADD x int; ALTER TABLE a ADD y int;",
     "ALTER TABLE a ADD x int; ALTER TABLE b ADD y int; ALTER TABLE a ADD z int;",
     {0}},
    {"concurrent-if-not-exists",
     "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (a);",
     "CREATE INDEX CONCURRENTLY i ON orders (a);",
     {0}},
    {"not-validated",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID;",
     "ALTER TABLE orders ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c;",
     {0}},

    {"not-in-transaction", "CREATE INDEX CONCURRENTLY i ON orders (a);",
     "COMMIT; CREATE INDEX CONCURRENTLY i ON orders (a);", IN_TRANSACTION},
    {"not-in-transaction", "BEGIN; VACUUM orders; COMMIT;", "VACUUM orders;", {0}},
    {"not-in-transaction", "BEGIN; REINDEX SCHEMA shop; COMMIT;", "BEGIN; REINDEX TABLE t; COMMIT;", {0}},
    {"enum-value-in-transaction", "ALTER TYPE colour ADD VALUE 'blue';",
     "CREATE TYPE colour AS ENUM ('red'); ALTER TYPE colour ADD VALUE 'blue';", IN_TRANSACTION},
    {"transaction-nested", "BEGIN; SELECT 1; COMMIT;", "SAVEPOINT a; RELEASE a;", IN_TRANSACTION},
    {"transaction-unopened", "COMMIT;", "BEGIN; COMMIT;", {0}},
    {"transaction-left-open", "BEGIN; SELECT 1;", "BEGIN; SELECT 1; ROLLBACK;", {0}},

    {"truncate", "TRUNCATE orders;", "CREATE TABLE t (a int); TRUNCATE t;", {0}},
    {"truncate-cascade", "TRUNCATE orders CASCADE;", "TRUNCATE orders;", {0}},
    {"delete-without-where", "DELETE FROM orders;", "DELETE FROM orders WHERE total = 0;", {0}},
    {"delete-without-where",
     "WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone;",
     "SELECT 1;",
     {0}},
    {"update-without-where", "UPDATE orders SET total = 0;", "UPDATE orders SET total = 0 WHERE id = 1;", {0}},
    {"data-change", "UPDATE orders SET total = 0 WHERE id = 1;", "INSERT INTO orders (id) VALUES (1);", {0}},
    {"data-change", "INSERT INTO orders SELECT * FROM old_orders;", "INSERT INTO orders SELECT 1, 2;", {0}},

    {"grant-to-public", "GRANT SELECT ON orders TO PUBLIC;", "GRANT SELECT ON orders TO reader;", {0}},
    {"grant-to-public",
     "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;",
     "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",
     {0}},
    {"security-definer-search-path",
     "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
     "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1';",
     {0}},
    {"disable-row-security",
     "ALTER TABLE orders DISABLE ROW LEVEL SECURITY;",
     "ALTER TABLE orders FORCE ROW LEVEL SECURITY;",
     {0}},
    {"row-security-without-policy", "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;",
     "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.orders USING (id = 1);", WITH_TARGET},
    {"policy-true",
     "CREATE POLICY p ON orders USING (true);",
     "CREATE POLICY p ON orders AS RESTRICTIVE USING (true);",
     {0}},
    {"drop-policy",
     "DROP POLICY p ON orders;",
     "BEGIN; DROP POLICY p ON orders; CREATE POLICY p ON orders USING (id = 1); COMMIT;",
     {0}},
    {"disable-trigger", "ALTER TABLE orders DISABLE TRIGGER ALL;", "ALTER TABLE orders ENABLE TRIGGER ALL;", {0}},
    {"replication-role", "SET session_replication_role = replica;", "SET session_replication_role = origin;", {0}},
    {"password-in-text",
     "CREATE ROLE bob PASSWORD 'secret';",
     "CREATE ROLE bob PASSWORD 'SCRAM-SHA-256$4096:a$b:c';",
     {0}},
    {"password-in-text", "ALTER ROLE bob PASSWORD 'secret';", "ALTER ROLE bob PASSWORD NULL;", {0}},
    {"role-superuser", "ALTER ROLE bob SUPERUSER;", "ALTER ROLE bob NOSUPERUSER;", {0}},

    {"contract-broken",
     "ALTER TABLE shop.orders DROP COLUMN total;",
     "ALTER TABLE shop.orders DROP COLUMN name;",
     {.contracts = billing}},
    {"contract-broken",
     "ALTER TABLE shop.orders ALTER total TYPE text;",
     "ALTER TABLE shop.orders ALTER total TYPE bigint;",
     {.contracts = billing}},
    {"contract-broken", "DROP TABLE shop.orders;", "DROP TABLE shop.lines;", {.contracts = billing}},
    {"contract-broken", "DROP SCHEMA shop CASCADE;", "DROP SCHEMA shopping;", {.contracts = billing}},
    {"not-there", "DROP TABLE shop.nothing;", "DROP TABLE IF EXISTS shop.nothing;", WITH_TARGET},
    {"not-there", "ALTER TABLE shop.orders DROP COLUMN nothing;", "ALTER TABLE shop.orders DROP COLUMN name;",
     WITH_TARGET},
    {"not-there", "DROP INDEX CONCURRENTLY shop.nothing;", "DROP INDEX CONCURRENTLY shop.orders_total;", WITH_TARGET},
    {"not-there", "ALTER TABLE shop.orders VALIDATE CONSTRAINT nothing;",
     "ALTER TABLE shop.orders VALIDATE CONSTRAINT positive;", WITH_TARGET},
    {"not-there", "DROP FUNCTION shop.sum_up(int);", "DROP FUNCTION shop.sum_up();", WITH_TARGET},
    {"not-there", "DROP TABLE shop.orders; ALTER TABLE shop.orders ADD a int;", "SELECT * FROM pg_class;", WITH_TARGET},
    {"already-there", "CREATE TABLE shop.orders (id bigint PRIMARY KEY);",
     "CREATE TABLE shop.other (id bigint PRIMARY KEY);", WITH_TARGET},
    {"already-there", "ALTER TABLE shop.orders ADD COLUMN total int;", "ALTER TABLE shop.orders ADD COLUMN a int;",
     WITH_TARGET},
    {"already-there", "CREATE INDEX CONCURRENTLY orders_total ON shop.orders (name);",
     "CREATE INDEX CONCURRENTLY orders_name ON shop.orders (name);", WITH_TARGET},
    {"already-there-skipped", "CREATE TABLE IF NOT EXISTS shop.orders (id int);",
     "CREATE TABLE IF NOT EXISTS shop.a (id int);", WITH_TARGET},
    {"used-by-view", "ALTER TABLE shop.orders DROP COLUMN total;", "ALTER TABLE shop.orders DROP COLUMN name;",
     WITH_TARGET},
    {"used-by-function", "ALTER TABLE shop.orders RENAME COLUMN total TO amount;",
     "ALTER TABLE shop.orders RENAME COLUMN name TO title;", WITH_TARGET},
    {"used-by-foreign-key", "DROP TABLE shop.orders;", "DROP TABLE shop.lines;", WITH_TARGET},
    {"used-by-foreign-key", "ALTER TABLE shop.orders DROP COLUMN id;", "ALTER TABLE shop.orders DROP COLUMN name;",
     WITH_TARGET},
    {"no-change", "ALTER TABLE shop.orders ALTER name SET NOT NULL;",
     "ALTER TABLE shop.orders ALTER total SET NOT NULL;", WITH_TARGET},
    {"index-duplicate", "CREATE INDEX CONCURRENTLY i ON shop.orders (total);",
     "CREATE INDEX CONCURRENTLY i ON shop.orders (total) WHERE total > 0;", WITH_TARGET},

    {"table-without-primary-key",
     "CREATE TABLE t (a int);",
     "CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a);",
     {0}},
    {"table-without-primary-key", "CREATE UNLOGGED TABLE t (a int UNIQUE);", "CREATE TEMP TABLE t (a int);", {0}},
    {"foreign-key-without-index",
     "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES u);",
     "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES u); CREATE INDEX i ON t (b, a);",
     {0}},
    {"foreign-key-without-index", "ALTER TABLE shop.orders ADD FOREIGN KEY (buyer) REFERENCES shop.orders NOT VALID;",
     "ALTER TABLE shop.orders ADD FOREIGN KEY (total) REFERENCES shop.orders NOT VALID;", WITH_TARGET},
    {"primary-key-int",
     "CREATE TABLE t (id serial PRIMARY KEY);",
     "CREATE TABLE t (id bigserial PRIMARY KEY, a int);",
     {0}},
    {"type-serial", "CREATE TABLE t (id bigserial);", "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY);", {0}},
    {"type-char", "CREATE TABLE t (a char(3));", "CREATE TABLE t (a varchar(3));", {0}},
    {"type-varchar", "CREATE TABLE t (a varchar(3));", "CREATE TABLE t (a varchar);", {0}},
    {"type-timestamp", "CREATE TABLE t (a timestamp(3));", "CREATE TABLE t (a timestamptz);", {0}},
    {"type-timetz", "CREATE TABLE t (a timetz);", "CREATE TABLE t (a time);", {0}},
    {"type-json", "ALTER TABLE t ADD a json;", "ALTER TABLE t ADD a jsonb;", {0}},
    {"type-money", "CREATE TABLE t (a money);", "CREATE TABLE t (a numeric(12,2));", {0}},
    {"create-table-as", "CREATE TABLE t AS SELECT * FROM u;", "CREATE TABLE t (id int);", {0}},
    {"create-table-as", "SELECT * INTO t FROM u;", "SELECT * FROM u;", {0}},
    {"table-unlogged", "CREATE UNLOGGED TABLE t (id int);", "CREATE TABLE t (id int);", {0}},
    {"view-star", "CREATE VIEW v AS SELECT t.* FROM t;", "CREATE VIEW v AS SELECT count(*) FROM t;", {0}},
    {"rule-created", "CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING;", "SELECT 1;", {0}},
    {"domain-with-check", "CREATE DOMAIN d AS int CHECK (VALUE > 0);", "CREATE DOMAIN d AS int;", {0}},
    {"index-wide",
     "CREATE INDEX CONCURRENTLY i ON t (a, b, c, d);",
     "CREATE INDEX CONCURRENTLY i ON t (a, b, c);",
     {0}},
    {"name-missing", "CREATE INDEX CONCURRENTLY ON t (a);", "CREATE INDEX CONCURRENTLY i ON t (a);", {0}},
    {"name-missing", "ALTER TABLE t ADD UNIQUE (a);", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);", {0}},
    {"enum-value-order", "ALTER TYPE colour ADD VALUE 'blue';", "ALTER TYPE colour ADD VALUE 'blue' AFTER 'red';", {0}},
    {"not-idempotent", "CREATE TABLE t (a int);", "CREATE TABLE IF NOT EXISTS t (a int);", {0}},
    {"schema-missing", "CREATE TABLE t (a int);", "CREATE TABLE s.t (a int);", {0}},
    {"schema-missing", "CREATE VIEW v AS SELECT 1 AS a;", "CREATE TEMP TABLE t (a int);", {0}},
    {"extension-changed", "ALTER EXTENSION postgis UPDATE;", "CREATE EXTENSION postgis;", {0}},
};

static void check_case(size_t number, struct arena *arena)
{
    const struct lint_findings found = linting_run(cases[number].found, &cases[number].wish, arena);
    const struct lint_findings clean = linting_run(cases[number].clean, &cases[number].wish, arena);

    if (linting_count(&found, cases[number].rule) == 0)
        fail_msg("%s does not find: %s\nbut:\n%s", cases[number].rule, cases[number].found,
                 linting_list(&found, arena));
    if (linting_count(&clean, cases[number].rule) != 0)
        fail_msg("%s finds: %s\n%s", cases[number].rule, cases[number].clean, linting_list(&clean, arena));
}

static void test_every_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;

        arena_init(&arena, ARENA_LIMIT);
        check_case(i, &arena);
    }
}

/* `naming` needs a configuration, and `not-checked` a statement that no table holds: they have tests of their own. */
static void test_every_rule_has_a_case(void **state)
{
    (void)state;
    for (size_t rule = 0; rule < RULE_COUNT; rule++) {
        bool has_case = rule == RULE_NAMING || rule == RULE_NOT_CHECKED;

        for (size_t i = 0; i < LENGTH_OF(cases) && !has_case; i++)
            has_case = strcmp(cases[i].rule, lint_rules[rule].id) == 0;
        if (!has_case)
            fail_msg("rule %s has no case", lint_rules[rule].id);
    }
}

static void test_ids_are_unique_and_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        assert_ptr_equal(lint_rule_find(text_from(lint_rules[i].id)), &lint_rules[i]);
        assert_string_equal(lint_rule_near(text_from(lint_rules[i].id)), lint_rules[i].id);
        for (const char *c = lint_rules[i].id; *c != '\0'; c++)
            assert_true((*c >= 'a' && *c <= 'z') || *c == '-');
    }
    assert_string_equal(lint_rule_near(TEXT("drop-tabel")), "drop-table");
    assert_null(lint_rule_near(TEXT("something-else-entirely")));
}

/* What somebody would run into every day must not be found with the rules as they are. */
static void test_good_migrations_are_clean(void **state)
{
    static const char *const files[] = {
        "BEGIN;\nCREATE TABLE shop.buyers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,\n"
        "  parent bigint REFERENCES shop.buyers (id), created_at timestamptz NOT NULL DEFAULT now());\n"
        "CREATE INDEX ON shop.buyers (parent);\nCREATE UNIQUE INDEX ON shop.buyers (name);\n"
        "INSERT INTO shop.buyers (name) VALUES ('a'), ('b');\nCOMMENT ON TABLE shop.buyers IS 'who buys';\nCOMMIT;\n",
        "SET lock_timeout = '2s';\nALTER TABLE shop.orders ADD COLUMN note text;\n"
        "ALTER TABLE shop.orders ADD CONSTRAINT note_short CHECK (length(note) < 100) NOT VALID;\n"
        "ALTER TABLE shop.orders VALIDATE CONSTRAINT note_short;\n",
        "CREATE INDEX CONCURRENTLY orders_note ON shop.orders (note);\n"
        "CREATE OR REPLACE VIEW shop.totals AS SELECT total FROM shop.orders;\n"
        "CREATE OR REPLACE FUNCTION shop.one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;\n",
        NULL};
    const struct linting_wish wishes[] = {{.only_usual = true}, {.only_usual = true, .target = shop}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(wishes); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct lint_findings findings;

        arena_init(&arena, ARENA_LIMIT);
        findings = linting_run_files(files, &wishes[i], &arena);
        if (findings.count > 0)
            fail_msg("%zu:\n%s", i, linting_list(&findings, &arena));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case),
        cmocka_unit_test(test_every_rule_has_a_case),
        cmocka_unit_test(test_ids_are_unique_and_found),
        cmocka_unit_test(test_good_migrations_are_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
