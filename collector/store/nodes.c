#include "store/nodes.h"

#include "store_sql.h"

static enum error_code find(struct database *database, const struct hash *hash, bool *ret_found, int64_t *ret_id,
                            struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;

    if (database_prepare(database, store_sql_node_find, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_step(statement, ret_found, error) != ERROR_NONE)
        return error->code;
    if (*ret_found)
        *ret_id = statement_number(statement, 0);
    return ERROR_NONE;
}

enum error_code nodes_know(struct database *database, const struct hash *hash, bool *ret_known, struct error *error)
{
    int64_t id = 0;

    return find(database, hash, ret_known, &id, error);
}

static enum error_code not_found(const struct hash *hash, enum error_code code, struct error *error)
{
    char hex[HASH_HEX_SIZE];

    hash_to_hex(hash, hex);
    return error_set(error, code, "the store has no node %.12s…", hex);
}

enum error_code nodes_find(struct database *database, const struct hash *hash, int64_t *ret_id, struct error *error)
{
    bool found = false;
    int64_t id = 0;

    if (find(database, hash, &found, &id, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return not_found(hash, ERROR_NOT_FOUND, error);
    *ret_id = id;
    return ERROR_NONE;
}

enum error_code nodes_add(struct database *database, const struct hash *hash, enum node_type type, struct text bytes,
                          int64_t *ret_id, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_node_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    statement_bind_number(statement, ":type", type);
    statement_bind_blob(statement, ":bytes", bytes);
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    if (ret_id == NULL)
        return ERROR_NONE;
    if (database_changes(database) == 0)
        return nodes_find(database, hash, ret_id, error);
    *ret_id = database_last_id(database);
    return ERROR_NONE;
}

static enum error_code fetch(void *context, const struct hash *hash, enum node_type type, struct arena *arena,
                             struct text *ret_bytes, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(context, store_sql_node_fetch, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", hash);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found || statement_number(statement, 0) != (int64_t)type)
        return not_found(hash, ERROR_CORRUPT, error);
    return statement_copy(statement, 1, arena, ret_bytes, error);
}

struct node_source nodes_source(struct database *database)
{
    return (struct node_source){fetch, database};
}
