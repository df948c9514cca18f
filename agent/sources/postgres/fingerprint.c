#include "sources/postgres/fingerprint.h"

#include <stddef.h>

/* Which rows of a catalogue are temporary, and come and go without being part of the schema. */
enum scope {
    SCOPE_ALL,      /* none can be */
    SCOPE_SCHEMA,   /* by the row's own schema */
    SCOPE_RELATION, /* by the schema of the relation that it belongs to */
};

static const struct {
    const char *catalogue;
    enum scope scope;
    const char *column; /* of the schema or relation */
    long min_version;
} catalogues[] = {
    {"pg_class", SCOPE_SCHEMA, "relnamespace", 0},
    {"pg_attribute", SCOPE_RELATION, "attrelid", 0},
    {"pg_attrdef", SCOPE_RELATION, "adrelid", 0},
    {"pg_constraint", SCOPE_SCHEMA, "connamespace", 0},
    {"pg_index", SCOPE_RELATION, "indrelid", 0},
    {"pg_inherits", SCOPE_RELATION, "inhrelid", 0},
    {"pg_partitioned_table", SCOPE_RELATION, "partrelid", 0},
    {"pg_sequence", SCOPE_RELATION, "seqrelid", 0},
    {"pg_trigger", SCOPE_RELATION, "tgrelid", 0},
    {"pg_rewrite", SCOPE_RELATION, "ev_class", 0},
    {"pg_policy", SCOPE_RELATION, "polrelid", 0},
    {"pg_foreign_table", SCOPE_RELATION, "ftrelid", 0},
    {"pg_statistic_ext", SCOPE_SCHEMA, "stxnamespace", 0},
    {"pg_type", SCOPE_SCHEMA, "typnamespace", 0},
    {"pg_proc", SCOPE_SCHEMA, "pronamespace", 0},
    {"pg_enum", SCOPE_ALL, NULL, 0},
    {"pg_range", SCOPE_ALL, NULL, 0},
    {"pg_aggregate", SCOPE_ALL, NULL, 0},
    {"pg_cast", SCOPE_ALL, NULL, 0},
    {"pg_operator", SCOPE_ALL, NULL, 0},
    {"pg_opclass", SCOPE_ALL, NULL, 0},
    {"pg_opfamily", SCOPE_ALL, NULL, 0},
    {"pg_amop", SCOPE_ALL, NULL, 0},
    {"pg_amproc", SCOPE_ALL, NULL, 0},
    {"pg_am", SCOPE_ALL, NULL, 0},
    {"pg_collation", SCOPE_ALL, NULL, 0},
    {"pg_conversion", SCOPE_ALL, NULL, 0},
    {"pg_ts_config", SCOPE_ALL, NULL, 0},
    {"pg_ts_config_map", SCOPE_ALL, NULL, 0},
    {"pg_ts_dict", SCOPE_ALL, NULL, 0},
    {"pg_ts_parser", SCOPE_ALL, NULL, 0},
    {"pg_ts_template", SCOPE_ALL, NULL, 0},
    {"pg_language", SCOPE_ALL, NULL, 0},
    {"pg_extension", SCOPE_ALL, NULL, 0},
    {"pg_foreign_data_wrapper", SCOPE_ALL, NULL, 0},
    {"pg_foreign_server", SCOPE_ALL, NULL, 0},
    {"pg_event_trigger", SCOPE_ALL, NULL, 0},
    {"pg_publication", SCOPE_ALL, NULL, 0},
    {"pg_publication_rel", SCOPE_ALL, NULL, 0},
    {"pg_publication_namespace", SCOPE_ALL, NULL, 150000},
    {"pg_transform", SCOPE_ALL, NULL, 0},
    {"pg_default_acl", SCOPE_ALL, NULL, 0},
    {"pg_init_privs", SCOPE_ALL, NULL, 0},
    {"pg_namespace", SCOPE_SCHEMA, "oid", 0},
    {"pg_description", SCOPE_ALL, NULL, 0},
    {"pg_seclabel", SCOPE_ALL, NULL, 0},
    {"pg_auth_members", SCOPE_ALL, NULL, 0},
    {"pg_tablespace", SCOPE_ALL, NULL, 0},
};

/* The schemas of temporary objects. */
#define TEMPORARY "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_')"

void fingerprint_sql(struct buffer *buffer, long server_version)
{
    /* Version 14 hashes a row's place and age at once; before, the texts must do. */
    const char *rows = server_version >= 140000
                           ? "bit_xor(hashtidextended(x.ctid, x.xmin::text::bigint))::text"
                           : "sum(hashtextextended(x.ctid::text || '/' || x.xmin::text, 0)::numeric)::text";
    const char *separator = "";

    /* In a fixed order: the server may look at the catalogues in any. */
    buffer_add_string(buffer, "SELECT pg_catalog.string_agg(f, ' ' ORDER BY n) FROM (");
    for (size_t i = 0; i < sizeof catalogues / sizeof catalogues[0]; i++) {
        if (server_version < catalogues[i].min_version)
            continue;
        buffer_printf(buffer, "%sSELECT %zu AS n, count(*) || ':' || coalesce(%s, '') AS f FROM pg_catalog.%s x",
                      separator, i, rows, catalogues[i].catalogue);
        if (catalogues[i].scope == SCOPE_SCHEMA)
            buffer_printf(buffer, " WHERE x.%s NOT IN " TEMPORARY, catalogues[i].column);
        else if (catalogues[i].scope == SCOPE_RELATION)
            buffer_printf(
                buffer,
                " WHERE x.%s NOT IN (SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace IN " TEMPORARY ")",
                catalogues[i].column);
        separator = " UNION ALL ";
    }
    buffer_add_string(buffer, ") AS all_catalogues");
}
