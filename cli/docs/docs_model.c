#include "docs/docs_model.h"

static const char doing[] = "listing what is documented";

/* Members by their owners; those that have none (DOCS_NOWHERE) belong to nobody. Their order stays. */
static enum error_code group(struct docs_group *ret_group, const uint32_t *owners, size_t count, uint32_t items,
                             struct arena *arena)
{
    struct docs_group group = {
        .first = arena_array(arena, (size_t)items + 2, sizeof(uint32_t)),
        .members = arena_array(arena, count, sizeof(uint32_t)),
    };

    if (group.first == NULL || group.members == NULL)
        return ERROR_MEMORY;
    /* The numbers stand one place further on until the members are in place. */
    for (size_t i = 0; i < count; i++)
        if (owners[i] != DOCS_NOWHERE)
            group.first[owners[i] + 2]++;
    for (uint32_t i = 0; i < items; i++)
        group.first[i + 2] += group.first[i + 1];
    for (size_t i = 0; i < count; i++)
        if (owners[i] != DOCS_NOWHERE)
            group.members[group.first[owners[i] + 1]++] = (uint32_t)i;
    *ret_group = group;
    return ERROR_NONE;
}

static uint32_t find(const struct docs_catalogue *catalogue, struct text kind, struct text path)
{
    enum kind known = kind_from_name(kind);

    return known == KIND_NONE ? DOCS_NOWHERE : docs_find_owner(catalogue, known, path);
}

static enum error_code group_facts(struct docs_model *model, struct arena *arena)
{
    static const struct docs_facts nothing = {0};
    const struct docs_facts *facts = model->input.facts == NULL ? &nothing : model->input.facts;
    const struct docs_catalogue *catalogue = &model->catalogue;
    uint32_t *drifts = arena_array(arena, facts->drift_count, sizeof *drifts);
    uint32_t *rows = arena_array(arena, facts->row_count, sizeof *rows);
    uint32_t *changes = arena_array(arena, facts->change_count, sizeof *changes);

    if (drifts == NULL || rows == NULL || changes == NULL)
        return ERROR_MEMORY;
    for (size_t i = 0; i < facts->drift_count; i++)
        drifts[i] = find(catalogue, facts->drifts[i].kind, facts->drifts[i].object);
    for (size_t i = 0; i < facts->row_count; i++)
        rows[i] = find(catalogue, facts->rows[i].kind, facts->rows[i].object);
    for (size_t i = 0; i < facts->change_count; i++)
        changes[i] = find(catalogue, facts->changes[i].kind, facts->changes[i].object);
    if (group(&model->drifts, drifts, facts->drift_count, catalogue->item_count, arena) != ERROR_NONE ||
        group(&model->rows, rows, facts->row_count, catalogue->item_count, arena) != ERROR_NONE)
        return ERROR_MEMORY;
    return group(&model->changes, changes, facts->change_count, catalogue->item_count, arena);
}

enum error_code docs_model_make(struct docs_model *ret_model, const struct docs_input *input, struct arena *arena,
                                struct error *error)
{
    struct docs_model model = {.input = *input};

    if (docs_catalogue_make(&model.catalogue, input->snapshot, arena, error) != ERROR_NONE)
        return error->code;
    if (docs_references_make(&model.references, &model.catalogue, arena, error) != ERROR_NONE) {
        docs_catalogue_clear(&model.catalogue);
        return error->code;
    }
    if (group_facts(&model, arena) != ERROR_NONE) {
        docs_catalogue_clear(&model.catalogue);
        return arena_error(arena, error, doing);
    }
    docs_coverage_count(&model.coverage, &model.catalogue);
    *ret_model = model;
    return ERROR_NONE;
}

void docs_model_clear(struct docs_model *model)
{
    docs_catalogue_clear(&model->catalogue);
}
