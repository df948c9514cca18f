#include "cli/docs_making.h"

#include "cli/docs_facts.h"

/* The name of a file without its folder and the ending. */
static struct text stem(struct text path)
{
    struct text name = path;

    for (size_t i = 0; i < path.length; i++)
        if (path.bytes[i] == '/')
            name = (struct text){path.bytes + i + 1, path.length - i - 1};
    for (size_t i = name.length; i-- > 1;)
        if (name.bytes[i] == '.')
            return (struct text){name.bytes, i};
    return name;
}

/* What the documentation is called that nobody gave a title. Nothing of a machine: the same schema in another place is
 * the same documentation. */
static struct text title_of(const struct docs_order *order, const struct ref *ref)
{
    struct text name = {"", 0};

    if (order->title != NULL)
        return text_from(order->title);
    if (ref->type == REF_COLLECTOR)
        return ref->collected.database;
    if (ref->type == REF_FILE || (ref->type == REF_DATABASE && !ref_has_database_name(ref)))
        name = stem(ref->rest);
    else if (ref->type == REF_DATABASE)
        name = ref_database_name(ref);
    return name.length > 0 ? name : TEXT("Database");
}

/* Whether the collector should be asked what it knows: of now, since it knows nothing else. */
static bool has_facts(const struct ref *ref)
{
    return ref->type == REF_COLLECTOR && ref->collected.moment == REFERENCE_NEWEST;
}

enum error_code docs_made_read(struct docs_made *ret_made, const struct call *call, const struct docs_order *order,
                               struct error *error)
{
    struct docs_made made = {.snapshot = NULL};
    struct call own = *call;
    struct docs_input input = {.facts = NULL};
    struct ref ref;

    own.operands = &order->reference;
    own.operand_count = 1;
    if (ref_parse(&ref, text_from(order->reference), error) != ERROR_NONE ||
        command_read(&own, &made.snapshot, error) != ERROR_NONE)
        return error->code;
    command_warn_gaps(made.snapshot);
    *ret_made = made;
    input = (struct docs_input){.snapshot = made.snapshot, .title = title_of(order, &ref)};
    if (!order->schema_only && has_facts(&ref)) {
        if (docs_facts_read(&ret_made->facts, call, &ref.collected, error) != ERROR_NONE)
            goto failed;
        input.facts = &ret_made->facts;
    }
    if (docs_model_make(&ret_made->model, &input, call->arena, error) == ERROR_NONE)
        return ERROR_NONE;
failed:
    docs_made_clear(ret_made);
    return error->code;
}

void docs_made_clear(struct docs_made *made)
{
    docs_model_clear(&made->model);
    snapshot_free(made->snapshot);
    made->snapshot = NULL;
}

enum error_code docs_making_tree(struct tree **ret_tree, const struct call *call, const struct docs_order *order,
                                 struct error *error)
{
    CLEANUP(docs_made_clear) struct docs_made made = {.snapshot = NULL};
    struct tree *tree;

    if (docs_made_read(&made, call, order, error) != ERROR_NONE ||
        tree_new(&tree, "docs", call->arena, error) != ERROR_NONE ||
        docs_site_fill(tree, &made.model, call->arena, error) != ERROR_NONE)
        return error->code;
    *ret_tree = tree;
    return ERROR_NONE;
}
