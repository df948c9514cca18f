/* What pg_dump writes and psql or pg_restore reads makes a database that is the same to us, in every aspect. */
#include "integration/database.h"

#include <stdlib.h>

#include "support/cmocka.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024, LEAST_EXTENSIONS = 30 };

static void restored_is_same(const char *from, const char *name, const char *format)
{
    CLEANUP(arena_free) struct arena arena;
    const char *to;

    arena_init(&arena, ARENA_LIMIT);
    to = database_make(&arena, name, "");
    database_restore(from, to, format);
    database_assert_same(from, to, format);
    database_drop(name);
}

static void test_an_empty_database(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const char *from;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    from = database_make(&arena, "dl_restore_empty", "");
    restored_is_same(from, "dl_restore_empty_copy", "plain");
    database_drop("dl_restore_empty");
}

static void test_a_database_of_every_kind_of_object(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const char *from;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    from = database_make_rich(&arena, "dl_restore_rich", "");
    restored_is_same(from, "dl_restore_rich_copy", "plain");
    restored_is_same(from, "dl_restore_rich_copy", "custom");
    database_drop("dl_restore_rich");
}

/* Restoring twice: a schema that another pg_dump has seen is no different from its first copy. */
static void test_a_copy_of_a_copy(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const char *from;
    const char *copy;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    from = database_make_rich(&arena, "dl_restore_first", "");
    copy = database_make(&arena, "dl_restore_second", "");
    database_restore(from, copy, "plain");
    restored_is_same(copy, "dl_restore_third", "plain");
    database_drop("dl_restore_first");
    database_drop("dl_restore_second");
}

/* All that this server offers. Some cannot be made here: they want to be preloaded, or a language that is missing. */
static void test_all_extensions(void **state)
{
    static const char create_all[] = "DO $$ DECLARE e name; BEGIN"
                                     "  FOR e IN SELECT name FROM pg_available_extensions ORDER BY name LOOP"
                                     "    BEGIN EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', e);"
                                     "    EXCEPTION WHEN OTHERS THEN RAISE NOTICE '% is left out: %', e, SQLERRM; END;"
                                     "  END LOOP; END $$";
    CLEANUP(arena_free) struct arena arena;
    const char *from;
    const char *count;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    from = database_make(&arena, "dl_restore_extensions", "");
    test_postgres_execute(from, create_all);
    count = test_postgres_value(&arena, from, "SELECT count(*) FROM pg_extension");
    print_message("%s extensions\n", count);
    assert_true(atoi(count) >= LEAST_EXTENSIONS);
    restored_is_same(from, "dl_restore_extensions_copy", "plain");
    database_drop("dl_restore_extensions");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_database),
        cmocka_unit_test(test_a_database_of_every_kind_of_object),
        cmocka_unit_test(test_a_copy_of_a_copy),
        cmocka_unit_test(test_all_extensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
