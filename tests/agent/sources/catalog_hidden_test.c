#include <string.h>

#include "sources/catalog.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { LIMIT = 16 * 1024 * 1024, ROWS = 12, WIDTH = 4 };

/* What a file answered. NULL in a row is NULL. */
struct answer {
    const char *sql;
    unsigned width;
    const char *labels[WIDTH];
    const char *rows[ROWS][WIDTH];
    unsigned row_count;
};

static const struct answer objects = {
    "-- @kind table\n-- @catalogue pg_class\n",
    4,
    {"kind", "schema", "name", "id"},
    {{"schema", NULL, "driftline", "1"},
     {"schema", NULL, "shop", "2"},
     {"table", "driftline", "ddl_log", "3"},
     {"table", "shop", "driftline", "4"},
     {"table", "shop", "orders", "5"},
     {"event_trigger", NULL, "capture", "6"},
     {"event_trigger", NULL, "audit", "7"},
     {"user_mapping", "driftline", "ana", "8"},
     {"publication", NULL, "driftline", "9"},
     {"table", "driftline", "hidden", "10"},
     {"view", "driftline", "ddl_log", "11"}},
    11,
};
static const struct answer parts = {
    "-- @kind index\n-- @part_of pg_class\n",
    4,
    {"part_of_id", "name", "comment", "partition_of@pg_class"},
    {{"3", "ddl_log_key", "hidden with its table", NULL}, {"5", "orders_key", "stays", "3"}},
    2,
};
static const struct answer hidden = {
    "-- @hidden\n",
    3,
    {"kind", "schema", "name"},
    {{"schema", NULL, "driftline"},
     {"event_trigger", NULL, "capture"},
     {"table", "shop", "no such"},
     {"table", "driftline", "ddl_log"}},
    4,
};

static enum error_code feed(struct catalog *catalog, const struct answer *answer, bool dropped, struct error *error)
{
    const struct catalog_file file = {"test.sql", answer->sql};
    struct catalog_query query = {0};
    enum error_code code = catalog_query_parse(&query, &file, error);

    if (code == ERROR_NONE)
        code = catalog_begin(catalog, &query, answer->labels, answer->width, error);
    for (unsigned i = 0; code == ERROR_NONE && i < answer->row_count; i++) {
        struct text values[WIDTH];

        for (unsigned k = 0; k < answer->width; k++)
            values[k] = answer->rows[i][k] == NULL ? (struct text){NULL, 0} : text_from(answer->rows[i][k]);
        code = catalog_row(catalog, values, error);
    }
    if (code == ERROR_NONE && dropped)
        catalog_drop_rows(catalog, &query);
    return code;
}

/* The paths of what is seen, each with its parts, separated by blanks. */
static enum error_code see(const struct answer *const *answers, bool dropped, struct buffer *seen, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct catalog *catalog = NULL;
    struct snapshot_input input = {0};
    enum error_code code;

    arena_init(&arena, LIMIT);
    code = catalog_new(&catalog, &arena, TEXT(""), error);
    for (; code == ERROR_NONE && *answers != NULL; answers++)
        code = feed(catalog, *answers, dropped && *answers == &hidden, error);
    if (code == ERROR_NONE)
        code = catalog_finish(catalog, &input, error);
    for (uint32_t i = 0; code == ERROR_NONE && i < input.object_count; i++) {
        path_write(seen, input.objects[i].kind, &input.objects[i].path);
        for (uint32_t k = 0; k < input.objects[i].part_count; k++) {
            const struct part *part = &input.objects[i].parts[k];

            buffer_printf(seen, "/%.*s=%.*s", TEXT_ARGS(part->name),
                          TEXT_ARGS(attribute_value(part->attributes, part->attribute_count, TEXT("partition_of"))));
        }
        buffer_add_byte(seen, ' ');
    }
    catalog_free(catalog);
    return code == ERROR_NONE ? buffer_check(seen, error, "writing what is seen") : code;
}

static void expect(const struct answer *const *answers, bool dropped, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    struct error error = {0};

    if (see(answers, dropped, &seen, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    assert_string_equal(buffer_text(&seen).bytes, expected);
}

#define ALL                                                                                                            \
    "driftline shop driftline.ddl_log/ddl_log_key= shop.driftline shop.orders/orders_key=driftline.ddl_log capture "   \
    "audit driftline.ana driftline driftline.hidden driftline.ddl_log "
#define SEEN                                                                                                           \
    "shop shop.driftline shop.orders/orders_key=driftline.ddl_log audit driftline.ana driftline driftline.hidden "     \
    "driftline.ddl_log "

/* What has the same name elsewhere or is of another kind stays, what else is in a hidden schema too; and what refers to
 * a hidden thing still says its name. */
static void test_only_what_is_named_is_hidden(void **state)
{
    (void)state;
    expect((const struct answer *const[]){&objects, &parts, &hidden, NULL}, false, SEEN);
    expect((const struct answer *const[]){&hidden, &objects, &parts, NULL}, false, SEEN);
    expect((const struct answer *const[]){&objects, &parts, NULL}, false, ALL);
}

static void test_rows_that_hide_are_taken_back(void **state)
{
    (void)state;
    expect((const struct answer *const[]){&objects, &parts, &hidden, NULL}, true, ALL);
}

static void test_only_objects_can_be_hidden(void **state)
{
    static const struct answer column = {"-- @hidden\n", 2, {"kind", "name"}, {{"column", "a"}}, 1};
    static const struct answer nonsense = {"-- @hidden\n", 2, {"kind", "name"}, {{"tables", "a"}}, 1};
    static const struct answer *const cases[] = {&column, &nonsense};
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer seen = {0};

        assert_int_equal(see((const struct answer *const[]){cases[i], NULL}, false, &seen, &error), ERROR_INTERNAL);
        assert_string_equal(error.message, "test.sql: a row is of a kind that cannot be hidden");
    }
}

static enum error_code see_hidden(void *context, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seen = {0};
    enum error_code code = see((const struct answer *const[]){&objects, &parts, &hidden, NULL}, false, &seen, error);

    (void)context;
    return code;
}

static void test_memory_may_run_out(void **state)
{
    (void)state;
    assert_true(test_every_allocation(see_hidden, NULL) >= 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_named_is_hidden),
        cmocka_unit_test(test_rows_that_hide_are_taken_back),
        cmocka_unit_test(test_only_objects_can_be_hidden),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
