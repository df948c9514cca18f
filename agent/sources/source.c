#include "sources/source.h"

const struct source_ops *const source_all[] = {
    &source_postgres, &source_sqlite, &source_mariadb, &source_sqlserver, &source_odbc,
    &source_ddl,      &source_spec,   &source_python,  &source_dummy,     NULL};

void source_settings_init(struct source_settings *settings)
{
    *settings = (struct source_settings){
        .connect_timeout_ms = 10 * 1000,
        .statement_timeout_ms = 60 * 1000,
        .lock_timeout_ms = 2 * 1000,
        .attempts = 5,
        .memory_limit = (size_t)2 * 1024 * 1024 * 1024,
    };
}

const struct source_ops *source_find(const char *ref)
{
    struct text text = text_from(ref);

    for (size_t i = 0; source_all[i] != NULL; i++)
        for (const char *const *scheme = source_all[i]->schemes; *scheme != NULL; scheme++)
            if (text_starts_with(text, text_from(*scheme)))
                return source_all[i];
    return NULL;
}
