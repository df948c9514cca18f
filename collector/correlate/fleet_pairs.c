#include "correlate/fleet_pairs.h"

#include <stdlib.h>

static int compare_names(const void *a, const void *b)
{
    const struct pair_row *x = a, *y = b;
    int order = text_compare(x->database, y->database);

    if (order == 0)
        order = text_compare(x->from, y->from);
    if (order == 0)
        order = text_compare(x->to, y->to);
    return order != 0 ? order : text_compare(x->instance, y->instance);
}

enum error_code fleet_pairs_read(struct fleet_pairs *ret_pairs, struct database *database,
                                 const struct fleet_policy *policy, struct text name, struct arena *arena,
                                 struct error *error)
{
    const struct pair_filter filter = {.database = name, .any_instance = true};
    struct fleet_pairs pairs = {.policy = policy->fingerprint};
    static const struct hash none;

    if (!hash_equal(&policy->fingerprint, &none) &&
        pairs_list(database, &filter, arena, &pairs.rows, &pairs.count, error) != ERROR_NONE)
        return error->code;
    if (pairs.count > 1)
        qsort(pairs.rows, pairs.count, sizeof *pairs.rows, compare_names);
    *ret_pairs = pairs;
    return ERROR_NONE;
}

static bool has_root(const struct pair_side *side, const struct hash *root)
{
    return side->is_there && hash_equal(&side->root, root);
}

const struct pair_row *fleet_pairs_find(const struct fleet_pairs *pairs, const struct pair_row *name,
                                        const struct hash *from, const struct hash *to)
{
    const struct pair_row *pair = NULL;

    if (pairs != NULL && pairs->count > 0)
        pair = bsearch(name, pairs->rows, pairs->count, sizeof *pairs->rows, compare_names);
    if (pair == NULL || !hash_equal(&pair->policy, &pairs->policy) || !has_root(&pair->sides[0], from) ||
        !has_root(&pair->sides[1], to))
        return NULL;
    return pair;
}

static uint32_t sum(const uint32_t counts[SEVERITY_COUNT])
{
    uint32_t total = 0;

    for (unsigned severity = 0; severity < SEVERITY_COUNT; severity++)
        total += counts[severity];
    return total;
}

uint32_t fleet_pairs_open(const struct pair_row *pair)
{
    return sum(pair->open);
}

uint32_t fleet_pairs_waived(const struct pair_row *pair)
{
    return sum(pair->waived);
}
