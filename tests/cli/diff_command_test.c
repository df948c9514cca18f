/* `driftline diff` as it is called, on snapshots that no source here can give. */
#include <jansson.h>

#include "cli/run.h"
#include "schema/snapshot_file.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { MOST_OPTIONS = 4 };

/* A snapshot of a PostgreSQL server that renders a view and a default in its own way. */
static void make_versioned(struct test_directory *directory, const char *name, const char *version, const char *view,
                           const char *type)
{
    const struct text values[] = {text_from(view), text_from(type)};
    struct attribute definition = {TEXT("definition"), &values[0], 1, false};
    struct attribute column[] = {{TEXT("type"), &values[1], 1, false}, {TEXT("default"), &values[0], 1, false}};
    struct part part = {KIND_COLUMN, TEXT("c"), column, LENGTH_OF(column), 0};
    struct object objects[] = {
        {.kind = KIND_VIEW, .path = {2, {TEXT("shop"), TEXT("v")}}, .attributes = &definition, .attribute_count = 1},
        {.kind = KIND_TABLE, .path = {2, {TEXT("shop"), TEXT("t")}}, .parts = &part, .part_count = 1}};
    struct snapshot_input input = {.info = {.engine = TEXT("postgresql"), .server_version = text_from(version)},
                                   .objects = objects,
                                   .object_count = LENGTH_OF(objects)};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    assert_int_equal(snapshot_build(&snapshot, &input, 1024 * 1024, &error), ERROR_NONE);
    assert_int_equal(snapshot_file_write(snapshot, test_directory_path(directory, name), &error), ERROR_NONE);
    snapshot_free(snapshot);
}

/* What two major versions may only spell differently is no drift, and no agreement either. */
static void test_two_major_versions(void **state)
{
    static const struct {
        const char *from, *to;
        const char *options[MOST_OPTIONS];
        int status;
        const char *verdict;
        unsigned uncovered;
    } comparisons[] = {
        {"15.snap", "15_too.snap", {NULL}, 0, "IN_SYNC", 0},
        {"15.snap", "16_alike.snap", {NULL}, 0, "IN_SYNC", 0},
        {"15.snap", "15_other.snap", {NULL}, 1, "DRIFTED", 0},
        {"15.snap", "16.snap", {NULL}, 3, "UNKNOWN", 2},
        {"16.snap", "15.snap", {NULL}, 3, "UNKNOWN", 2},
        {"15.snap", "16.snap", {"--fail-on", "none"}, 3, "UNKNOWN", 2},
        {"15.snap", "16.snap", {"--aspect", "access"}, 0, "IN_SYNC", 0},
        {"15.snap", "16.snap", {"--ignore", "definition:*", "--ignore", "default:*"}, 0, "IN_SYNC", 0},
        {"15.snap", "16_changed.snap", {NULL}, 1, "DRIFTED", 2},
        {"15.snap", "16_changed.snap", {"--fail-on", "none"}, 3, "DRIFTED", 2},
    };
    struct test_directory *directory = *state;

    make_versioned(directory, "15.snap", "15.20 (Debian 15.20-0+deb12u1)", "SELECT t.c FROM shop.t", "text");
    make_versioned(directory, "15_too.snap", "15.3", "SELECT t.c FROM shop.t", "text");
    make_versioned(directory, "15_other.snap", "15.3", "SELECT c FROM shop.t", "text");
    make_versioned(directory, "16.snap", "16.1", "SELECT c FROM shop.t", "text");
    make_versioned(directory, "16_alike.snap", "16.1", "SELECT t.c FROM shop.t", "text");
    make_versioned(directory, "16_changed.snap", "16.1", "SELECT c FROM shop.t", "integer");
    for (size_t i = 0; i < LENGTH_OF(comparisons); i++) {
        const char *const *options = comparisons[i].options;
        const char *from = test_directory_path(directory, comparisons[i].from);
        const char *to = test_directory_path(directory, comparisons[i].to);
        struct test_process process =
            run_driftline((const char *const[]){"diff", "--format", "json", from, to, options[0], options[1],
                                                options[2], options[3], NULL},
                          &directory->arena);
        json_t *report = json_loads(process.output.bytes, 0, NULL);

        if (process.status != comparisons[i].status)
            fail_msg("%zu: exit status %d\n%s", i, process.status, process.output.bytes);
        assert_string_equal(json_string_value(json_object_get(report, "verdict")), comparisons[i].verdict);
        assert_int_equal(json_array_size(json_object_get(report, "uncovered")), comparisons[i].uncovered);
        assert_string_equal(process.errors.bytes, "");
        json_decref(report);
    }
}

static int prepare(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    *state = &directory;
    return 0;
}

static int clean_up(void **state)
{
    test_directory_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_two_major_versions, prepare, clean_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
