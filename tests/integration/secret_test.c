/* Passwords in the catalogues: a change of one shows, under a key; the password itself is nowhere in what is kept. */
#include "integration/database.h"

#include <stdio.h>

#include "schema/snapshot_file.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

/* Every one of them is put into the database of the test. */
static const char *const passwords[] = {
    "dl-hidden-subscription", "dl-hidden-mapping", "dl-hidden-public", "dl-hidden-server",
    "dl-hidden-wrapper",      "dl-hidden-token",   "dl-hidden-in-url", "dl-hidden-in-string",
};

static const char schema[] =
    "SET client_min_messages = error;\n"
    "CREATE FOREIGN DATA WRAPPER dl_any OPTIONS (api_key 'dl-hidden-wrapper');\n"
    "CREATE SERVER dl_far FOREIGN DATA WRAPPER dl_any OPTIONS (host 'far.example', password 'dl-hidden-server',\n"
    "  access_token 'dl-hidden-token', address 'https://u:dl-hidden-in-url@far.example/',\n"
    "  odbc 'Driver=x;UID=u;PWD=dl-hidden-in-string');\n"
    "CREATE USER MAPPING FOR CURRENT_USER SERVER dl_far OPTIONS (user 'app', password 'dl-hidden-mapping');\n"
    "CREATE USER MAPPING FOR PUBLIC SERVER dl_far OPTIONS (user 'all', password 'dl-hidden-public');\n"
    "CREATE SUBSCRIPTION dl_secret_sub CONNECTION 'host=far.example password=dl-hidden-subscription' PUBLICATION p\n"
    "  WITH (connect = false, enabled = false, create_slot = false, slot_name = NONE);\n";

struct fixture {
    struct test_directory directory;
    const char *ref;
};

static struct fixture fixture;

static struct snapshot *read_with(struct text key)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    database_settings(&settings);
    settings.secret_key = key;
    if (source_postgres.read(&snapshot, fixture.ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

/* Neither in the file nor in memory. */
static void assert_hidden(const struct snapshot *snapshot, const char *const *words, size_t count)
{
    struct error error = {0};
    struct text bytes;

    assert_int_equal(snapshot_file_write(snapshot, test_directory_path(&fixture.directory, "x.snap"), &error),
                     ERROR_NONE);
    bytes = test_directory_read(&fixture.directory, "x.snap");
    for (size_t i = 0; i < count; i++)
        if (memmem(bytes.bytes, bytes.length, words[i], strlen(words[i])) != NULL)
            fail_msg("the file contains '%s'", words[i]);
    /* That the search finds anything at all. */
    assert_non_null(memmem(bytes.bytes, bytes.length, "dl_", 3));
}

static void test_no_password_is_in_a_file(void **state)
{
    CLEANUP(database_free) struct snapshot *with_key = read_with(TEXT("a key"));
    CLEANUP(database_free) struct snapshot *without_key = read_with((struct text){"", 0});
    CLEANUP(database_free) struct snapshot *other_key = read_with(TEXT("another key"));

    (void)state;
    assert_int_equal(with_key->gap_count, 0);
    assert_hidden(with_key, passwords, LENGTH_OF(passwords));
    assert_hidden(without_key, passwords, LENGTH_OF(passwords));
    assert_false(hash_equal(&with_key->root, &without_key->root));
    assert_false(hash_equal(&with_key->root, &other_key->root));
}

/* The value of a list attribute of the one object of a kind whose path is this, joined with spaces. */
static const char *items_of(const struct snapshot *snapshot, enum kind kind, const char *path, const char *attribute)
{
    const struct trie *home = snapshot_home(snapshot, kind);
    struct arena *arena = &fixture.directory.arena;
    struct object object = {0};
    struct error error;

    for (uint32_t i = 0; i < home->count; i++) {
        CLEANUP(buffer_clear) struct buffer shown = {0};
        CLEANUP(buffer_clear) struct buffer items = {0};
        const struct attribute *found;

        path_write(&shown, home->entries[i].kind, &home->entries[i].path);
        if (home->entries[i].kind != kind || !text_equal(buffer_text(&shown), text_from(path)))
            continue;
        assert_int_equal(snapshot_object(snapshot, &home->entries[i], arena, &object, &error), ERROR_NONE);
        found = attribute_find(object.attributes, object.attribute_count, text_from(attribute));
        assert_non_null(found);
        for (uint32_t item = 0; item < found->count; item++)
            buffer_printf(&items, "%s%.*s", item == 0 ? "" : " ", TEXT_ARGS(found->items[item]));
        return arena_string(arena, buffer_text(&items));
    }
    fail_msg("there is no '%s'", path);
    return NULL;
}

static void test_without_a_key_only_that_it_is_set(void **state)
{
    CLEANUP(database_free) struct snapshot *snapshot = read_with((struct text){"", 0});

    (void)state;
    assert_string_equal(items_of(snapshot, KIND_SUBSCRIPTION, "dl_secret_sub", "connection"), "set");
    assert_string_equal(items_of(snapshot, KIND_USER_MAPPING, "dl_far.postgres", "secret_options"), "password=set");
    assert_string_equal(items_of(snapshot, KIND_USER_MAPPING, "dl_far.public", "options"), "user=all");
    assert_string_equal(items_of(snapshot, KIND_FOREIGN_DATA_WRAPPER, "dl_any", "secret_options"), "api_key=set");
    assert_string_equal(items_of(snapshot, KIND_FOREIGN_SERVER, "dl_far", "options"), "host=far.example");
    assert_string_equal(items_of(snapshot, KIND_FOREIGN_SERVER, "dl_far", "secret_options"),
                        "access_token=set address=set odbc=set password=set");
}

/* Each statement changes the root under a key; without one, only if something else than a secret changed. */
static void test_a_changed_secret_shows_under_a_key(void **state)
{
    static const struct {
        const char *sql;
        bool plain;
    } cases[] = {
        {"ALTER SUBSCRIPTION dl_secret_sub CONNECTION 'host=far.example password=dl-hidden-later'", false},
        {"ALTER SUBSCRIPTION dl_secret_sub SET (synchronous_commit = local)", true},
        {"ALTER SUBSCRIPTION dl_secret_sub SET (binary = true)", true},
        {"ALTER SUBSCRIPTION dl_secret_sub SET PUBLICATION q WITH (refresh = false)", true},
        {"ALTER USER MAPPING FOR CURRENT_USER SERVER dl_far OPTIONS (SET password 'dl-hidden-later')", false},
        {"ALTER USER MAPPING FOR PUBLIC SERVER dl_far OPTIONS (SET user 'others')", true},
        {"ALTER SERVER dl_far OPTIONS (SET password 'dl-hidden-later')", false},
        {"ALTER SERVER dl_far OPTIONS (SET address 'https://u:dl-hidden-later@far.example/')", false},
        {"ALTER SERVER dl_far OPTIONS (SET host 'near.example')", true},
        {"ALTER FOREIGN DATA WRAPPER dl_any OPTIONS (SET api_key 'dl-hidden-later')", false},
    };
    static const char *const later[] = {"dl-hidden-later"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(database_free) struct snapshot *before = read_with(TEXT("a key"));
        CLEANUP(database_free) struct snapshot *before_plain = read_with((struct text){"", 0});
        CLEANUP(database_free) struct snapshot *after = NULL;
        CLEANUP(database_free) struct snapshot *after_plain = NULL;

        print_message("  %s\n", cases[i].sql);
        test_postgres_execute(fixture.ref, cases[i].sql);
        after = read_with(TEXT("a key"));
        after_plain = read_with((struct text){"", 0});
        assert_false(hash_equal(&before->root, &after->root));
        assert_int_equal(hash_equal(&before_plain->root, &after_plain->root), !cases[i].plain);
        assert_hidden(after, later, LENGTH_OF(later));
        assert_hidden(after, passwords, LENGTH_OF(passwords));
    }
}

/* The passwords that tests/oracle/rich.sql has. */
static void test_the_rich_database_gives_nothing_away(void **state)
{
    static const char *const words[] = {"not 'secret'", "not ''secret''", "partner.example", "it\\'s"};
    CLEANUP(database_free) struct snapshot *snapshot = NULL;
    const char *ref = fixture.ref;

    (void)state;
    fixture.ref = database_make_rich(&fixture.directory.arena, "dl_secret_rich", "");
    snapshot = read_with(TEXT("a key"));
    fixture.ref = ref;
    assert_hidden(snapshot, words, LENGTH_OF(words));
    database_drop("dl_secret_rich");
}

static int setup(void **state)
{
    (void)state;
    test_directory_make(&fixture.directory);
    fixture.ref = database_make(&fixture.directory.arena, "dl_secret", "");
    database_script(fixture.ref, schema);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    database_drop("dl_secret");
    test_directory_remove(&fixture.directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_password_is_in_a_file),
        cmocka_unit_test(test_without_a_key_only_that_it_is_set),
        cmocka_unit_test(test_a_changed_secret_shows_under_a_key),
        cmocka_unit_test(test_the_rich_database_gives_nothing_away),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
