#include "agent/sources/mariadb_session.h"

#include <stdlib.h>

#include "base/file.h"
#include "support/cmocka.h"

const char *mariadb_session_file(struct arena *arena, const char *directory, const char *name)
{
    struct text content = {0};
    struct error error;

    assert_non_null(directory);
    assert_int_equal(file_read(arena_printf(arena, "%s/%s", directory, name), 4096, arena, &content, &error),
                     ERROR_NONE);
    return arena_string(arena, (struct text){content.bytes, strcspn(content.bytes, "\n")});
}

const char *mariadb_session_ref(struct arena *arena, const char *who, const char *database)
{
    return arena_printf(arena, "mysql://%s@127.0.0.1:%s/%s", who,
                        mariadb_session_file(arena, getenv("DRIFTLINE_TEST_MARIADB"), "port"), database);
}

struct source_settings mariadb_session_settings(unsigned connect_ms, unsigned statement_ms)
{
    struct source_settings settings;

    source_settings_init(&settings);
    settings.connect_timeout_ms = connect_ms;
    settings.statement_timeout_ms = statement_ms;
    return settings;
}

struct odbc_connection *mariadb_session_connect(const char *ref, const struct source_settings *settings)
{
    struct odbc_connection *connection = NULL;
    struct error error = {0};

    if (odbc_open(&connection, ref, settings, &error) != ERROR_NONE)
        fail_msg("connecting: %s", error.message);
    return connection;
}

void mariadb_session_execute(struct odbc_connection *connection, const char *sql)
{
    struct error error = {0};

    if (odbc_execute(connection, sql, &error) != ERROR_NONE)
        fail_msg("'%s': %s", sql, error.message);
}

const char *mariadb_session_value(struct arena *arena, struct odbc_connection *connection, const char *sql)
{
    CLEANUP(buffer_clear) struct buffer value = {0};
    struct error error = {0};

    if (odbc_value(connection, sql, &value, &error) != ERROR_NONE)
        fail_msg("'%s': %s", sql, error.message);
    return arena_string(arena, buffer_text(&value));
}
