#include "sources/postgres/settings.h"

enum { IDLE_MIN_MS = 10000 };

/* JIT and parallel workers cost more than they give on catalogues; a join of all columns must not spill to disk. */
void settings_sql(struct buffer *buffer, const struct source_settings *settings)
{
    static const char *const fixed[][2] = {
        {"search_path", ""},
        {"DateStyle", "ISO"},
        {"IntervalStyle", "postgres"},
        {"TimeZone", "UTC"},
        {"extra_float_digits", "3"},
        {"bytea_output", "hex"},
        {"xmloption", "content"},
        {"quote_all_identifiers", "off"},
        {"lc_monetary", "C"},
        {"standard_conforming_strings", "on"},
        {"lc_numeric", "C"},
        {"lc_time", "C"},
        {"work_mem", "32MB"},
        {"jit", "off"},
        {"max_parallel_workers_per_gather", "0"},
    };

    buffer_printf(buffer,
                  "SELECT pg_catalog.set_config('statement_timeout', '%u', true),"
                  " pg_catalog.set_config('lock_timeout', '%u', true),"
                  " pg_catalog.set_config('idle_in_transaction_session_timeout', '%u', true)",
                  settings->statement_timeout_ms, settings->lock_timeout_ms,
                  settings->statement_timeout_ms < IDLE_MIN_MS ? IDLE_MIN_MS : settings->statement_timeout_ms);
    for (size_t i = 0; i < LENGTH_OF(fixed); i++)
        buffer_printf(buffer, ", pg_catalog.set_config('%s', '%s', true)", fixed[i][0], fixed[i][1]);
}
