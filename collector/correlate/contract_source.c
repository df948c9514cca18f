#include "correlate/contract_source.h"

#include "store/nodes.h"

/* A text that can be no path of that kind names nothing. */
static enum error_code find(void *context, enum kind kind, struct text path, struct arena *arena,
                            struct object *ret_object, struct error *error)
{
    const struct contract_lookup *lookup = context;
    struct path parsed;
    enum error_code code = path_parse(kind, path, arena, &parsed, error);

    if (code == ERROR_USAGE)
        return error_set(error, ERROR_NOT_FOUND, "there is no %s '%.*s'", kind_name(kind), TEXT_ARGS(path));
    if (code != ERROR_NONE)
        return code;
    return lookup_object(&lookup->lookup, kind, &parsed, arena, ret_object, error);
}

enum error_code contract_lookup_begin(struct contract_lookup *ret_lookup, struct database *database,
                                      const struct hash *root, struct arena *arena, struct error *error)
{
    ret_lookup->nodes = nodes_source(database);
    if (lookup_begin(&ret_lookup->lookup, root, &ret_lookup->nodes, arena, error) != ERROR_NONE)
        return error->code;
    ret_lookup->source = (struct contract_source){.find = find,
                                                  .context = ret_lookup,
                                                  .engine = ret_lookup->lookup.engine,
                                                  .gaps = ret_lookup->lookup.gaps,
                                                  .gap_count = ret_lookup->lookup.gap_count};
    return ERROR_NONE;
}
