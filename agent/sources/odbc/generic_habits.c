/* What is known of single database systems. A line is worth it where a driver is often met and says something that
 * would otherwise be taken for a difference. */
#include "sources/odbc/generic_private.h"

static const struct generic_habits habits[] = {
    {.system = "SQLite", .types_in_full = true, .own_objects = "sqlite_", .own_indexes = "sqlite_autoindex_"},
    {.system = NULL},
};

const struct generic_habits *generic_habits_of(const char *system)
{
    size_t i = 0;

    while (habits[i].system != NULL && !generic_equal_folded(text_from(habits[i].system), text_from(system)))
        i++;
    return &habits[i];
}

/* What the usual systems keep for themselves. */
static const char *const system_schemas[] = {
    "information_schema",
    "definition_schema",
    "pg_catalog",
    "pg_toast",
    "mysql",
    "performance_schema",
    "sys",
    "sysaux",
    "syscat",
    "sysfun",
    "sysibm",
    "sysibmadm",
    "sysibminternal",
    "sysibmts",
    "sysproc",
    "syspublic",
    "sysstat",
    "systools",
    "system",
    "ctxsys",
    "dbsnmp",
    "mdsys",
    "outln",
    "xdb",
    "rdb$admin",
    NULL,
};

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool generic_equal_folded(struct text a, struct text b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (folded(a.bytes[i]) != folded(b.bytes[i]))
            return false;
    return true;
}

bool generic_is_system_schema(struct text schema)
{
    if (text_starts_with(schema, TEXT("pg_temp_")) || text_starts_with(schema, TEXT("pg_toast_temp_")))
        return true;
    for (const char *const *name = system_schemas; *name != NULL; name++)
        if (generic_equal_folded(schema, text_from(*name)))
            return true;
    return false;
}
