/* What clients sent, as a log of MariaDB has it. Properties: names are never empty; what is left of a statement without
 * its literals has no more of them to lose. */
#include <stdlib.h>

#include "fuzz.h"
#include "sources/odbc/mysql_statement.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text sql = {(const char *)bytes, length};
    CLEANUP(buffer_clear) struct buffer plain = {0};
    CLEANUP(buffer_clear) struct buffer plainer = {0};
    CLEANUP(arena_free) struct arena arena;
    struct mysql_statement statement;
    struct text database;
    struct error error;

    arena_init(&arena, (size_t)64 * 1024 * 1024);
    require(mysql_statement_read(&statement, sql, &arena, &error) == ERROR_NONE);
    require(statement.count <= MYSQL_STATEMENT_NAMES);
    for (size_t i = 0; i < statement.count; i++)
        require(statement.names[i].name.length > 0);
    require(mysql_statement_use(&database, sql, &arena, &error) == ERROR_NONE);
    mysql_statement_without_literals(&plain, sql);
    mysql_statement_without_literals(&plainer, buffer_text(&plain));
    require(plainer.length <= plain.length + 1);
    return 0;
}
