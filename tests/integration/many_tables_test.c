/* Ten thousand tables survive pg_dump and psql, as they survive being read. */
#include "integration/database.h"

#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024, TABLES = 10000 };

/* Columns, defaults, keys, checks, foreign keys, indexes, comments and rights, but not everything on each table: the
 * server takes long enough to make them. */
static const char make_tables[] =
    "DO $$ BEGIN FOR i IN 1..10 LOOP EXECUTE format('CREATE SCHEMA s%s', i); END LOOP;"
    " FOR i IN 1..10000 LOOP"
    "  EXECUTE format('CREATE TABLE s%s.t%s (id int NOT NULL, code varchar(%s), price numeric(10, 2) DEFAULT %s)',"
    "                 i % 10 + 1, i, i % 90 + 1, i);"
    "  CASE i % 10"
    "  WHEN 1 THEN EXECUTE format('ALTER TABLE s2.t%s ADD PRIMARY KEY (id)', i);"
    "  WHEN 2 THEN EXECUTE format('ALTER TABLE s3.t%s ADD CHECK (price > %s)', i, i);"
    "  WHEN 3 THEN EXECUTE format('CREATE INDEX ON s4.t%s (code DESC, id)', i);"
    "  WHEN 4 THEN EXECUTE format('COMMENT ON COLUMN s5.t%s.code IS %L', i, 'number ' || i);"
    "  WHEN 5 THEN EXECUTE format('GRANT SELECT ON s6.t%s TO PUBLIC', i);"
    "  WHEN 6 THEN EXECUTE format('CREATE VIEW s7.v%s AS SELECT id, price * 2 AS twice FROM s7.t%s', i, i);"
    "  WHEN 7 THEN EXECUTE format('ALTER TABLE s8.t%s ADD FOREIGN KEY (id) REFERENCES s2.t%s', i, i - 6);"
    "  ELSE NULL; END CASE;"
    " END LOOP; END $$";

static void test_ten_thousand_tables(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *snapshot;
    const char *from;
    const char *to;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    from = database_make(&arena, "dl_many_tables", "");
    to = database_make(&arena, "dl_many_tables_copy", "");
    test_postgres_execute(from, make_tables);
    database_restore(from, to, "plain");
    snapshot = database_read(from);
    assert_int_equal(snapshot_home(snapshot, KIND_TABLE)->count, TABLES + TABLES / 10 + 10 + 2);
    snapshot_free(snapshot);
    database_assert_same(from, to, "ten thousand tables");
    database_drop("dl_many_tables");
    database_drop("dl_many_tables_copy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ten_thousand_tables)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
