#include "sources/odbc/odbc_string.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/cmocka.h"
#include "support/directory.h"

static struct arena arena;

static struct odbc_target parse(const char *ref)
{
    struct odbc_target target;
    struct error error = {0};

    if (odbc_target_parse(&target, ref, &arena, &error) != ERROR_NONE)
        fail_msg("'%s': %s", ref, error.message);
    return target;
}

static void assert_string_of(const char *ref, const char *driver, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer string = {0};
    struct odbc_target target = parse(ref);

    odbc_target_string(&string, &target, driver, 10, 62);
    assert_false(string.failed);
    assert_string_equal(string.bytes == NULL ? "" : string.bytes, expected);
}

static void test_urls_become_strings(void **state)
{
    static const struct {
        const char *ref, *driver, *expected;
    } cases[] = {
        {"mysql://app:secret@db1:3307/shop", "MariaDB Unicode",
         "Driver={MariaDB Unicode};SERVER=db1;PORT=3307;READ_TIMEOUT=62;WRITE_TIMEOUT=62;CONN_TIMEOUT=10;"
         "CHARSET=utf8mb4;DATABASE=shop;UID=app;PWD=secret;"},
        {"mariadb:///shop?socket=%2Frun%2Fmysqld%2Fmysqld.sock", "MariaDB Unicode",
         "Driver={MariaDB Unicode};SERVER=localhost;READ_TIMEOUT=62;WRITE_TIMEOUT=62;CONN_TIMEOUT=10;"
         "CHARSET=utf8mb4;DATABASE=shop;socket=/run/mysqld/mysqld.sock;"},
        {"mysql://localhost:3306/shop", "MySQL ODBC 8.0 Unicode Driver",
         "Driver={MySQL ODBC 8.0 Unicode Driver};SERVER=127.0.0.1;PORT=3306;READTIMEOUT=62;WRITETIMEOUT=62;"
         "CHARSET=utf8mb4;DATABASE=shop;"},
        {"sqlserver://sa:a%3Bb%7D@[::1]:1434/Shop?Encrypt=strict", "ODBC Driver 18 for SQL Server",
         "Driver={ODBC Driver 18 for SQL Server};Server={tcp:::1,1434};DATABASE=Shop;UID=sa;PWD={a;b}}};"
         "Encrypt=strict;"},
        {"sqlserver://sa:x@db2/Shop?driver=Mine&TDS_Version=7.4", "FreeTDS",
         "Driver=FreeTDS;Server=db2;Port=1433;DATABASE=Shop;UID=sa;PWD=x;TDS_Version=7.4;"},
        {"odbc:DSN=shop;UID=app;PWD={a;b}}c}", NULL, "DSN=shop;UID=app;PWD={a;b}}c};"},
        {"odbc:Driver={X Y} ; Server = h ; DriftlineDialect=mariadb;;Odd={a}", NULL,
         "Driver={X Y};Server = h;Odd={a};"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        assert_string_of(cases[i].ref, cases[i].driver, cases[i].expected);
    assert_true(text_equal(parse("odbc:Driver=X;driftlinedialect={sqlserver}").dialect, TEXT("sqlserver")));
}

/* Whatever is in a part of a URL stays a value. */
static void test_no_value_becomes_a_keyword(void **state)
{
    static const char *const values[] = {
        "a;SERVER=evil", "a};SERVER=evil;b={", "{a", "a}", "}", "{}", " a ", "a=b", ";"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(values); i++) {
        CLEANUP(buffer_clear) struct buffer string = {0};
        struct odbc_target target;

        buffer_add_string(&string, "odbc:");
        odbc_pair_add(&string, "Driver", TEXT("X"));
        odbc_pair_add(&string, "PWD", text_from(values[i]));
        odbc_pair_add(&string, "UID", TEXT("last"));
        target = parse(string.bytes);
        assert_int_equal(target.pair_count, 3);
        assert_string_equal(odbc_target_value(&target, "pwd").bytes, values[i]);
        assert_string_equal(odbc_target_value(&target, "uid").bytes, "last");
    }
}

static void test_what_is_malformed_is_refused(void **state)
{
    static const char *const refs[] = {"mysql://u:hunter2@x@h/db",
                                       "mysql://u:hun/ter2@h/db",
                                       "mysql://u:%zz@h/db",
                                       "mysql://u:hunter2%4@h/db",
                                       "mysql://u:%00@h/db",
                                       "mysql://h:33x6/db",
                                       "mysql://h:123456/db",
                                       "mysql://[::1/db",
                                       "mysql://[::1]x/db",
                                       "mysql://h/a/b",
                                       "mysql://h/db?novalue",
                                       "mysql://h/db?PWD=hunter2",
                                       "mysql://h/db?Server=evil",
                                       "mysql://h/db?a;b=c",
                                       "mysql://h/db?=x",
                                       "odbc:",
                                       "odbc:shop",
                                       "odbc:=x",
                                       "odbc:DSN=x;SAVEFILE=/tmp/f",
                                       "odbc:Server=h;PWD=hunter2",
                                       "odbc:Driver={X",
                                       "odbc:Driver={X}y;PWD=hunter2",
                                       "odbc:DSN=x;hunter2;Driver=y"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(refs); i++) {
        struct odbc_target target;
        struct error error = {0};

        if (odbc_target_parse(&target, refs[i], &arena, &error) != ERROR_USAGE)
            fail_msg("'%s' is not refused", refs[i]);
        assert_null(strstr(error.message, "hunter2"));
        assert_null(strstr(error.hint, "hunter2"));
    }
}

static void test_passwords_are_fetched(void **state)
{
    struct test_directory directory;
    const char *file;
    char ref[512];
    struct odbc_target target;
    struct error error = {0};

    (void)state;
    test_directory_make(&directory);
    file = test_directory_write(&directory, "secret", TEXT("from;file\n"));
    setenv("DL_ODBC_SECRET", "from}env", 1);
    assert_string_of("odbc:DSN=x;PWD=env:DL_ODBC_SECRET;UID=u", NULL, "DSN=x;PWD={from}}env};UID=u;");
    snprintf(ref, sizeof ref, "odbc:DSN=x;Password={file:%s}", file);
    assert_string_of(ref, NULL, "DSN=x;Password={from;file};");
    assert_string_equal(parse("mysql://u:env%3ADL_ODBC_SECRET@h/db").password.bytes, "from}env");
    setenv("MYSQL_PWD", "usual", 1);
    setenv("SQLCMDPASSWORD", "other", 1);
    assert_string_equal(parse("mysql://u@h/db").password.bytes, "usual");
    assert_string_equal(parse("sqlserver://u@h/db").password.bytes, "other");
    assert_string_equal(parse("mysql://u:own@h/db").password.bytes, "own");
    assert_null(odbc_target_value(&(struct odbc_target){0}, "PWD").bytes);
    unsetenv("MYSQL_PWD");
    unsetenv("SQLCMDPASSWORD");
    assert_int_equal(odbc_target_parse(&target, "odbc:DSN=x;PWD=env:DL_ODBC_NONE", &arena, &error), ERROR_CONFIG);
    assert_non_null(strstr(error.message, "DL_ODBC_NONE"));
    test_directory_remove(&directory);
}

static void test_references_are_shown_without_secrets(void **state)
{
    static const struct {
        const char *ref, *shown;
    } cases[] = {
        {"mysql://u:hunter2@h:3306/db?sslca=x", "mysql://u@h:3306/db"},
        {"mariadb:///db", "mariadb:///db"},
        {"sqlserver://sa:hunter2@[::1]:1433/db", "sqlserver://sa@[::1]:1433/db"},
        {"mysql://u:hun@ter2@h/db", "mysql://…"},
        {"odbc:DSN=x;UID=u;PWD=hunter2", "odbc:DSN=x;UID=u"},
        {"odbc:Driver={A B};Server=h;Password={hun;ter2};Database=d;Token=hunter2;Extra=hunter2",
         "odbc:Driver={A B};Server=h;Database=d"},
        {"odbc:Driver=X;DriftlineDialect=sqlserver;PWD=hunter2", "odbc:Driver=X;DriftlineDialect=sqlserver"},
        {"odbc:PWD=hunter2", "odbc:…"},
        {"odbc:Driver={x;PWD=hunter2", "odbc:…"},
        {"odbc:", "odbc:…"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer shown = {0};

        odbc_redact(&shown, cases[i].ref);
        assert_string_equal(shown.bytes, cases[i].shown);
    }
}

static void test_messages_are_scrubbed(void **state)
{
    struct odbc_target target = parse("odbc:Driver=X;PWD={hun}}ter2};AccessToken=tok3n;UID=sam");
    char message[] = "bad string 'Driver=X;PWD={hun}}ter2};AccessToken=tok3n;UID=sam' or hun}ter2";

    (void)state;
    odbc_target_scrub(&target, message);
    assert_string_equal(message, "bad string 'Driver=X;*;*;UID=sam' or *");
}

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 16 * 1024 * 1024);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls_become_strings),
        cmocka_unit_test(test_no_value_becomes_a_keyword),
        cmocka_unit_test(test_what_is_malformed_is_refused),
        cmocka_unit_test(test_passwords_are_fetched),
        cmocka_unit_test(test_references_are_shown_without_secrets),
        cmocka_unit_test(test_messages_are_scrubbed),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
