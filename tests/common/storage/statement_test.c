#include "storage/statement.h"

#include <string.h>

#include "storage/database.h"
#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "test_sql.h"

static const char *const migrations[] = {
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT UNIQUE, number INTEGER NOT NULL CHECK (number <> 13),"
    " bytes BLOB, parent INTEGER REFERENCES thing) STRICT",
    NULL,
};

static const struct database_format format = {.application_id = 7, .what = "the test's file", .migrations = migrations};

struct fixture {
    struct test_directory directory;
    struct database *database;
    struct arena arena;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct error error = {0};

    test_directory_make(&fixture.directory);
    arena_init(&fixture.arena, 1024 * 1024);
    if (database_open(&fixture.database, test_directory_path(&fixture.directory, "file.db"), &format, DATABASE_WRITE,
                      &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;

    database_close(fixture->database);
    arena_free(&fixture->arena);
    test_directory_remove(&fixture->directory);
    return 0;
}

static struct statement *prepare(struct database *database, const char *sql)
{
    struct statement *statement = NULL;
    struct error error = {0};

    if (database_prepare(database, sql, &statement, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return statement;
}

static bool step(struct statement *statement)
{
    struct error error = {0};
    bool row = false;

    if (statement_step(statement, &row, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return row;
}

static enum error_code insert(struct database *database, struct text name, int64_t number, struct text bytes,
                              struct error *error)
{
    struct statement *statement = prepare(database, test_sql_insert);

    statement_bind_text(statement, ":name", name);
    statement_bind_number(statement, ":number", number);
    statement_bind_blob(statement, ":bytes", bytes);
    return statement_run(statement, error);
}

static void test_files_are_embedded_as_they_are(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(statement_done) struct statement *statement = prepare(fixture->database, test_sql_odd_text);

    assert_true(step(statement));
    assert_true(
        text_equal(statement_text(statement, 0), TEXT("a \"quoted\" \\n text; [with] ${signs} and \xc3\xbcn\xc3\xaf"
                                                      "code")));
    assert_ptr_equal(test_sql_all[0], test_sql_insert);
    assert_ptr_equal(test_sql_all[1], test_sql_odd_text);
    assert_ptr_equal(test_sql_all[2], test_sql_read);
    assert_null(test_sql_all[3]);
}

static void test_values_come_back_as_they_went_in(void **state)
{
    static const struct {
        const char *what;
        struct text name;
        int64_t number;
        struct text bytes;
    } cases[] = {
        {"plain", TEXT_INIT("one"), 1, TEXT_INIT("x")},
        {"empty is not NULL", TEXT_INIT(""), 0, TEXT_INIT("")},
        {"NULL", {NULL, 0}, INT64_MIN, {NULL, 0}},
        {"any bytes", TEXT_INIT("\xff\xfe'); DROP"), INT64_MAX, TEXT_INIT("\0\1\0")},
    };
    struct fixture *fixture = *state;
    struct error error = {0};
    CLEANUP(statement_done) struct statement *read = NULL;

    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_int_equal(insert(fixture->database, cases[i].name, cases[i].number, cases[i].bytes, &error), ERROR_NONE);
    assert_int_equal(database_last_id(fixture->database), LENGTH_OF(cases));
    assert_int_equal(database_changes(fixture->database), 1);
    read = prepare(fixture->database, test_sql_read);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct text copy = {NULL, 0};

        print_message("  %s\n", cases[i].what);
        assert_true(step(read));
        assert_true(text_equal(statement_text(read, 0), cases[i].name));
        assert_int_equal(statement_is_null(read, 0), cases[i].name.bytes == NULL);
        assert_true(statement_number(read, 1) == cases[i].number);
        assert_int_equal(statement_copy(read, 2, &fixture->arena, &copy, &error), ERROR_NONE);
        assert_true(text_equal(statement_blob(read, 2), cases[i].bytes));
        assert_true(text_equal(copy, cases[i].bytes));
        assert_int_equal(copy.bytes == NULL, cases[i].bytes.bytes == NULL);
        assert_int_equal(statement_blob(read, 2).bytes == NULL, cases[i].bytes.bytes == NULL);
    }
    assert_false(step(read));
}

static void test_a_hash_has_its_length(void **state)
{
    static const char select[] = "SELECT :good, :bad";
    struct fixture *fixture = *state;
    CLEANUP(statement_done) struct statement *statement = prepare(fixture->database, select);
    struct hash hash = {{1, 2, 3}}, read = {{0}};
    struct error error = {0};

    statement_bind_hash(statement, ":good", &hash);
    statement_bind_blob(statement, ":bad", (struct text){(const char *)hash.bytes, HASH_SIZE - 1});
    assert_true(step(statement));
    assert_int_equal(statement_hash(statement, 0, &read, &error), ERROR_NONE);
    assert_true(hash_equal(&read, &hash));
    assert_int_equal(statement_hash(statement, 1, &read, &error), ERROR_CORRUPT);
}

static void test_a_broken_constraint_is_a_conflict(void **state)
{
    static const char *const cases[] = {
        "INSERT INTO thing (name, number) VALUES ('taken', 2)",  "INSERT INTO thing (id, number) VALUES (1, 2)",
        "INSERT INTO thing (name, number) VALUES ('other', 13)", "INSERT INTO thing (name) VALUES ('other')",
        "INSERT INTO thing (number) VALUES ('no number')",       "INSERT INTO thing (number, parent) VALUES (1, 99)",
    };
    struct fixture *fixture = *state;
    struct error error = {0};

    assert_int_equal(insert(fixture->database, TEXT("taken"), 1, TEXT(""), &error), ERROR_NONE);
    assert_int_equal(database_begin(fixture->database, &error), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  %s\n", cases[i]);
        assert_int_equal(statement_run(prepare(fixture->database, cases[i]), &error), ERROR_CONFLICT);
        assert_true(database_in_transaction(fixture->database));
    }
    assert_int_equal(database_commit(fixture->database, &error), ERROR_NONE);
}

static void test_a_failed_binding_comes_out_of_the_step(void **state)
{
    struct fixture *fixture = *state;
    struct statement *statement = prepare(fixture->database, test_sql_insert);
    struct error error = {0};

    statement_bind_number(statement, ":nummer", 1);
    statement_bind_number(statement, ":number", 1);
    assert_int_equal(statement_run(statement, &error), ERROR_INTERNAL);
    assert_non_null(strstr(error.message, "INSERT INTO thing"));
    assert_int_equal(insert(fixture->database, TEXT("fine again"), 1, TEXT(""), &error), ERROR_NONE);
}

static void test_a_statement_is_found_again_and_forgets_its_values(void **state)
{
    static const char select[] = "SELECT :value";
    struct fixture *fixture = *state;
    struct statement *statement = prepare(fixture->database, select);

    statement_bind_string(statement, ":value", "before");
    assert_true(step(statement));
    assert_false(statement_is_null(statement, 0));
    statement_reset(statement);
    assert_ptr_equal(prepare(fixture->database, select), statement);
    assert_true(step(statement));
    assert_true(statement_is_null(statement, 0));
    statement_bind_null(statement, ":value"); /* while a row is there: SQLite refuses, which must not be lost */
    statement_reset(statement);
    statement_reset(NULL);
}

static void test_what_is_no_single_statement_is_refused(void **state)
{
    static const char *const cases[] = {"SELEKT 1", "SELECT 1; SELECT 2", "", "-- nothing", "SELECT * FROM absent"};
    struct fixture *fixture = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct statement *statement = NULL;
        struct error error = {0};

        print_message("  '%s'\n", cases[i]);
        assert_int_equal(database_prepare(fixture->database, cases[i], &statement, &error), ERROR_INTERNAL);
        assert_null(statement);
    }
}

static void test_a_statement_in_use_is_not_given_twice(void **state)
{
    struct fixture *fixture = *state;
    struct statement *statement = prepare(fixture->database, test_sql_read), *again = NULL;
    struct error error = {0};

    assert_int_equal(database_prepare(fixture->database, test_sql_read, &again, &error), ERROR_INTERNAL);
    assert_null(again);
    statement_done(&statement);
    assert_int_equal(database_prepare(fixture->database, test_sql_read, &again, &error), ERROR_NONE);
    statement_done(&again);
}

static enum error_code copy_a_row(void *context, struct error *error)
{
    static const char select[] = "SELECT 'some text'";
    struct fixture *fixture = context;
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct text copy = {NULL, 0};
    bool row = false;

    arena_init(&arena, 1000);
    if (database_prepare(fixture->database, select, &statement, error) != ERROR_NONE ||
        statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    return statement_copy(statement, 0, &arena, &copy, error);
}

static void test_allocations_may_fail(void **state)
{
    struct fixture *fixture = *state;
    CLEANUP(arena_free) struct arena tiny;
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct text copy = {NULL, 0};
    struct error error = {0};

    assert_true(test_every_allocation(copy_a_row, fixture) >= 2);
    assert_int_equal(insert(fixture->database, TEXT("a long text"), 1, TEXT(""), &error), ERROR_NONE);
    arena_init(&tiny, 4);
    statement = prepare(fixture->database, test_sql_read);
    assert_true(step(statement));
    assert_int_equal(statement_copy(statement, 0, &tiny, &copy, &error), ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_are_embedded_as_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(test_values_come_back_as_they_went_in, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_hash_has_its_length, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_broken_constraint_is_a_conflict, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_failed_binding_comes_out_of_the_step, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_statement_is_found_again_and_forgets_its_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_no_single_statement_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_statement_in_use_is_not_given_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_allocations_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
