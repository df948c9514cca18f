#include "sources/postgres/fingerprint.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "sources/catalog.h"

extern const struct catalog_file postgres_files[];

/* Which rows of a catalogue count: the temporary ones come and go without being part of the schema. */
enum scope {
    SCOPE_ALL,      /* none can be temporary, or hardly ever is */
    SCOPE_SCHEMA,   /* by the row's own schema */
    SCOPE_RELATION, /* by the schema of the relation that it belongs to */
    SCOPE_MEMBER,   /* what ties objects to extensions; all other dependencies follow from other rows */
    SCOPE_HIDDEN,   /* ordinary roles may not read it: see `views` */
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
    {"pg_depend", SCOPE_MEMBER, NULL, 0},
    {"pg_shseclabel", SCOPE_ALL, NULL, 0},
    {"pg_authid", SCOPE_HIDDEN, NULL, 0},
    {"pg_user_mapping", SCOPE_HIDDEN, NULL, 0},
    {"pg_subscription", SCOPE_HIDDEN, NULL, 0},
};

/* Queries of the snapshot, run for the fingerprint as well. Of subscriptions ordinary roles see nothing before version
 * 14, where the query would fail and everything with it: so it is a text that is run only by those who may. */
static const struct {
    const char *file;
    bool guarded;
} views[] = {
    {"dictionary_role.sql", false},
    {"user_mapping.sql", false},
    {"subscription.sql", true},
    {"subscription_secret.sql", true},
};

enum { PARTS = LENGTH_OF(catalogues) + LENGTH_OF(views) };

static const char doing[] = "comparing the catalogues";

/* The schemas of temporary objects. */
#define TEMPORARY "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_(toast_)?temp_')"

#define TEMPORARY_RELATION "(SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace IN " TEMPORARY ")"

/* Rows in any order as one text. Version 14 hashes a row's place and age at once; before, the texts must do, and an
 * index that was built beside running transactions becomes valid where its row stands. */
static void catalogue_sql(struct buffer *buffer, unsigned part, long version)
{
    const char *catalogue = catalogues[part].catalogue;
    const char *column = catalogues[part].column;

    buffer_printf(buffer, "SELECT %u AS n, count(*) || ':' || coalesce(", part);
    if (version >= 140000)
        buffer_add_string(buffer, "bit_xor(hashtidextended(x.ctid, x.xmin::text::bigint))::text");
    else
        buffer_printf(buffer, "sum(hashtextextended(x.ctid::text || '/' || x.xmin::text%s, 0)::numeric)::text",
                      strcmp(catalogue, "pg_index") == 0 ? " || x.indisvalid::text" : "");
    buffer_printf(buffer, ", '') AS f FROM pg_catalog.%s x", catalogue);
    switch (catalogues[part].scope) {
    case SCOPE_SCHEMA:
        buffer_printf(buffer, " WHERE x.%s NOT IN " TEMPORARY, column);
        break;
    case SCOPE_RELATION:
        buffer_printf(buffer, " WHERE x.%s NOT IN " TEMPORARY_RELATION, column);
        break;
    case SCOPE_MEMBER:
        buffer_add_string(buffer, " WHERE x.deptype IN ('e', 'x')");
        break;
    case SCOPE_ALL:
    case SCOPE_HIDDEN:
        break;
    }
}

static void query_sql(struct buffer *buffer, const char *file, long version)
{
    struct catalog_query query = {.file = postgres_files};

    while (strcmp(query.file->name, file) != 0)
        query.file++;
    catalog_query_sql(buffer, &query, version);
}

static void view_sql(struct buffer *buffer, unsigned view, long version)
{
    unsigned number = (unsigned)LENGTH_OF(catalogues) + view;

    if (views[view].guarded) {
        buffer_printf(buffer,
                      "SELECT %u AS n, CASE WHEN pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'oid',"
                      " 'SELECT') THEN hashtextextended(pg_catalog.query_to_xml($query$",
                      number);
        query_sql(buffer, views[view].file, version);
        buffer_add_string(buffer, "$query$, true, true, '')::text, 0)::text END AS f");
    } else {
        buffer_printf(
            buffer, "SELECT %u AS n, count(*) || ':' || coalesce(sum(hashtextextended(x::text, 0)::numeric)::text, '')",
            number);
        buffer_add_string(buffer, " AS f FROM (");
        query_sql(buffer, views[view].file, version);
        buffer_add_string(buffer, ") x");
    }
}

/* Nothing, if servers of this version have no such catalogue or only the counts need it. */
static void part_sql(struct buffer *buffer, unsigned part, long version)
{
    if (part >= LENGTH_OF(catalogues))
        view_sql(buffer, part - (unsigned)LENGTH_OF(catalogues), version);
    else if (version >= catalogues[part].min_version && catalogues[part].scope != SCOPE_HIDDEN)
        catalogue_sql(buffer, part, version);
}

void fingerprint_sql(struct buffer *buffer, long server_version)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    const char *separator = "";

    /* In a fixed order: the server may look at the catalogues in any. */
    buffer_add_string(buffer, "SELECT pg_catalog.string_agg(n || '=' || f, ' ' ORDER BY n) FROM (");
    for (unsigned part = 0; part < PARTS; part++) {
        buffer_reset(&sql);
        part_sql(&sql, part, server_version);
        if (sql.length == 0)
            continue;
        buffer_add_string(buffer, separator);
        buffer_add_text(buffer, buffer_text(&sql));
        separator = " UNION ALL ";
    }
    buffer_add_string(buffer, ") AS all_parts");
    buffer->failed = buffer->failed || sql.failed;
}

/* ---- fetching ---- */

static enum error_code take_row(void *context, const PGresult *result, int row, struct error *error)
{
    (void)error;
    for (int column = 0; row >= 0 && column < PQnfields(result); column++) {
        buffer_add(context, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
        buffer_add_byte(context, ' ');
    }
    return ERROR_NONE;
}

static enum error_code fetch(struct session *session, const char *first, const struct buffer *sql,
                             struct buffer *ret_text, bool *ret_denied, struct error *error)
{
    const char *const statements[] = {first, sql->bytes};
    struct outcome outcome;

    if (buffer_check(sql, error, doing) != ERROR_NONE ||
        session_run(session, statements, LENGTH_OF(statements), take_row, ret_text, &outcome, error) != ERROR_NONE)
        return error->code;
    *ret_denied = outcome.failed && strcmp(outcome.sqlstate, "42501") == 0;
    return outcome.failed && !*ret_denied ? session_refused(&outcome, error) : ERROR_NONE;
}

static enum error_code fetch_parts(struct session *session, const char *first, struct buffer *ret_text,
                                   struct error *error)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};

    for (unsigned part = 0; part < PARTS; part++) {
        bool denied;

        buffer_reset(&sql);
        part_sql(&sql, part, session_version(session));
        if (sql.length == 0 && !sql.failed)
            continue;
        if (fetch(session, first, &sql, ret_text, &denied, error) != ERROR_NONE)
            return error->code;
        if (denied)
            buffer_printf(ret_text, "%u denied ", part);
    }
    return ERROR_NONE;
}

enum error_code fingerprint_fetch(struct session *session, const char *first, struct buffer *ret_text,
                                  struct error *error)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    bool denied;

    fingerprint_sql(&sql, session_version(session));
    if (fetch(session, first, &sql, ret_text, &denied, error) != ERROR_NONE ||
        (denied && fetch_parts(session, first, ret_text, error) != ERROR_NONE) ||
        buffer_check(ret_text, error, doing) != ERROR_NONE)
        return error->code;
    return ret_text->length > 0 ? ERROR_NONE : error_set(error, ERROR_QUERY, "the catalogues have no fingerprint");
}

/* ---- counts ---- */

void fingerprint_catalogues(struct buffer *buffer, long server_version)
{
    const char *separator = "'{";

    for (size_t i = 0; i < LENGTH_OF(catalogues); i++) {
        if (server_version < catalogues[i].min_version)
            continue;
        buffer_printf(buffer, "%spg_catalog.%s", separator, catalogues[i].catalogue);
        separator = ",";
    }
    buffer_add_string(buffer, "}'::pg_catalog.regclass[]");
}
