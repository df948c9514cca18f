#include "support/mariadb.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "base/file.h"
#include "support/cmocka.h"

enum { ENV_LIMIT = 64 * 1024 };

const char *test_mariadb_setting(struct arena *arena, const char *name)
{
    const char *folder = getenv("DRIFTLINE_TEST_MARIADB");
    const char *path = arena_printf(arena, "%s/env", folder == NULL ? "" : folder);
    size_t length = strlen(name);
    struct text content = {0};
    struct error error = {0};

    assert_non_null(path);
    if (file_read(path, ENV_LIMIT, arena, &content, &error) != ERROR_NONE)
        fail_msg("no MariaDB server for this test (%s): run it through ctest, with its fixture", error.message);
    for (const char *line = content.bytes; *line != '\0'; line = strchrnul(line, '\n') + 1) {
        const char *end = strchrnul(line, '\n');

        if (strncmp(line, name, length) == 0 && line[length] == '=') {
            const char *value =
                arena_string(arena, (struct text){line + length + 1, (size_t)(end - line) - length - 1});
            assert_non_null(value);
            return value;
        }
        if (*end == '\0')
            break;
    }
    fail_msg("'%s' has no setting '%s'", path, name);
    return "";
}

const char *test_mariadb_ref(struct arena *arena, const char *database, const char *account)
{
    const char *ref = arena_printf(arena, "mysql://%s:%s@127.0.0.1:%s/%s", account == NULL ? "dl_admin" : account,
                                   TEST_MARIADB_PASSWORD, test_mariadb_setting(arena, "MYSQL_TCP_PORT"), database);

    assert_non_null(ref);
    return ref;
}

static const char *socket_option(struct arena *arena)
{
    const char *option = arena_printf(arena, "--socket=%s", test_mariadb_setting(arena, "MYSQL_UNIX_PORT"));

    assert_non_null(option);
    return option;
}

struct test_process test_mariadb_run(struct arena *arena, const char *database, struct text sql)
{
    const char *arguments[] = {"mariadb",
                               "--no-defaults",
                               socket_option(arena),
                               "--user=root",
                               "--batch",
                               "--skip-column-names",
                               "--skip-reconnect",
                               "--default-character-set=utf8mb4",
                               database,
                               NULL};
    struct test_process process = {.arguments = arguments, .input = sql};

    test_process_run(&process, arena);
    process.arguments = NULL;
    return process;
}

void test_mariadb_execute(const char *database, const char *sql)
{
    CLEANUP(arena_free) struct arena arena;
    struct test_process process;

    arena_init(&arena, SIZE_MAX);
    process = test_mariadb_run(&arena, database, text_from(sql));
    if (process.status != 0)
        fail_msg("%s\n%.2000s", process.errors.bytes, sql);
}

const char *test_mariadb_value(struct arena *arena, const char *database, const char *sql)
{
    struct test_process process = test_mariadb_run(arena, database, text_from(sql));
    const char *value;

    if (process.status != 0)
        fail_msg("%s\n%.2000s", process.errors.bytes, sql);
    value = arena_string(arena, (struct text){process.output.bytes, strcspn(process.output.bytes, "\t\n")});
    assert_non_null(value);
    return value;
}

/* Grants outlive what they are on. */
void test_mariadb_drop(const char *name)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    static const char *const tables[] = {"db", "tables_priv", "columns_priv", "procs_priv"};

    buffer_printf(&sql, "DROP DATABASE IF EXISTS `%s`;", name);
    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        buffer_printf(&sql, "DELETE FROM mysql.%s WHERE Db = '%s';", tables[i], name);
    buffer_printf(&sql, "FLUSH PRIVILEGES");
    test_mariadb_execute(NULL, (buffer_add_byte(&sql, '\0'), sql.bytes));
}

const char *test_mariadb_database(struct arena *arena, const char *name)
{
    const char *create = arena_printf(arena, "CREATE DATABASE `%s`", name);

    assert_non_null(create);
    test_mariadb_drop(name);
    test_mariadb_execute(NULL, create);
    return test_mariadb_ref(arena, name, NULL);
}

/* Whether a line says nothing but how far a sequence has counted. */
static bool is_counter(const char *line)
{
    return strncmp(line, "DO SETVAL(", 10) == 0;
}

/* Append a line without ` AUTO_INCREMENT=123`. */
static char *copy_line(char *write, const char *line, size_t length)
{
    static const char counter[] = " AUTO_INCREMENT=";
    const char *found = memmem(line, length, counter, sizeof counter - 1);
    const char *end = line + length;

    if (line[0] != ')' || found == NULL) {
        memmove(write, line, length);
        return write + length;
    }
    memmove(write, line, (size_t)(found - line));
    write += found - line;
    for (found += sizeof counter - 1; found < end && isdigit((unsigned char)*found);)
        found++;
    memmove(write, found, (size_t)(end - found));
    return write + (end - found);
}

struct text test_mariadb_dump(struct arena *arena, const char *database)
{
    const char *arguments[] = {
        "mariadb-dump", "--no-defaults", socket_option(arena), "--user=root", "--no-data", "--routines",
        "--events",     "--triggers",    "--skip-comments",    database,      NULL};
    struct test_process process = {.arguments = arguments};
    char *write;
    char *start;

    test_process_run(&process, arena);
    start = write = (char *)process.output.bytes;
    for (const char *line = start; *line != '\0';) {
        const char *end = strchrnul(line, '\n');
        size_t length = (size_t)(end - line) + (*end == '\n');

        if (!is_counter(line))
            write = copy_line(write, line, length);
        line += length;
    }
    *write = '\0';
    return (struct text){start, (size_t)(write - start)};
}
