#include "track/drift_scope.h"

#include "drift/pairing.h"
#include "schema/lookup.h"
#include "track/drift_name.h"

enum { NAMES_LIMIT = 512 /* above so many objects one question for all is cheaper than one for each */ };

/* An object by its displayed path. */
struct name {
    enum kind kind;
    struct text path;
};

/* What finding needs at every step. */
struct finding {
    const struct correlating *correlating;
    int64_t pair;
    struct name names[NAMES_LIMIT];
    size_t count;
    size_t touched; /* of them, by the step itself */
    struct drift_scope scope;
    size_t capacity; /* of scope.drifts */
    bool is_everything;
};

enum error_code drift_scope_everything(struct drift_scope *ret_scope, const struct correlating *correlating,
                                       int64_t pair)
{
    struct drift_scope scope = {.is_everything = true};

    if (drifts_living(correlating->database, pair, (struct text){NULL, 0}, correlating->arena, &scope.drifts,
                      &scope.drift_count, correlating->error) != ERROR_NONE)
        return correlating->error->code;
    *ret_scope = scope;
    return ERROR_NONE;
}

/* ---- names ---- */

static void add_name(struct finding *finding, enum kind kind, struct text path)
{
    for (size_t i = 0; i < finding->count && path.length > 0; i++)
        if (finding->names[i].kind == kind && text_equal(finding->names[i].path, path))
            return;
    if (path.length == 0)
        return;
    if (finding->count == NAMES_LIMIT) {
        finding->is_everything = true;
        return;
    }
    finding->names[finding->count++] = (struct name){kind, path};
}

static void add_touched(struct finding *finding, const struct change *changes, uint32_t count)
{
    for (uint32_t i = 0; i < count && !finding->is_everything; i++) {
        const struct change *change = &changes[i];

        if (change->kind == KIND_SCHEMA && change->effect == EFFECT_RENAMED)
            finding->is_everything = true;
        add_name(finding, change->object_kind, change->owner);
        add_name(finding, change->object_kind, change->owner_before);
        if (change->kind == change->object_kind)
            add_name(finding, change->object_kind, change->renamed_from);
    }
    finding->touched = finding->count;
}

/* ---- drifts ---- */

static bool has_drift(const struct finding *finding, int64_t id)
{
    for (size_t i = 0; i < finding->scope.drift_count; i++)
        if (finding->scope.drifts[i].id == id)
            return true;
    return false;
}

static enum error_code add_drift(struct finding *finding, const struct drift_row *drift)
{
    struct drift_scope *scope = &finding->scope;

    if (has_drift(finding, drift->id))
        return ERROR_NONE;
    if (scope->drift_count == finding->capacity) {
        size_t capacity = finding->capacity == 0 ? 16 : finding->capacity * 2;
        struct drift_row *drifts = arena_array(finding->correlating->arena, capacity, sizeof *drifts);

        if (drifts == NULL)
            return correlating_no_memory(finding->correlating);
        if (scope->drift_count > 0)
            memcpy(drifts, scope->drifts, scope->drift_count * sizeof *drifts);
        scope->drifts = drifts;
        finding->capacity = capacity;
    }
    scope->drifts[scope->drift_count++] = *drift;
    add_name(finding, drift->object_kind, drift->owner);
    add_name(finding, drift->object_kind, drift->owner_before);
    return ERROR_NONE;
}

static enum error_code add_drifts_of(struct finding *finding, struct name name)
{
    const struct correlating *correlating = finding->correlating;
    struct drift_row *drifts = NULL;
    size_t count = 0;

    if (drifts_living(correlating->database, finding->pair, name.path, correlating->arena, &drifts, &count,
                      correlating->error) != ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < count; i++)
        if (drifts[i].object_kind == name.kind && add_drift(finding, &drifts[i]) != ERROR_NONE)
            return correlating->error->code;
    return ERROR_NONE;
}

/* ---- schemas ---- */

static bool is_known_before(const struct finding *finding, size_t place, struct text schema)
{
    for (size_t i = 0; i < place; i++)
        if (pairing_has_schema(finding->names[i].kind) && text_equal(drift_name_schema(finding->names[i].path), schema))
            return true;
    return false;
}

/* Whether the schema of a name is called otherwise on the other side: then more than names ties objects together. */
static enum error_code look_at_schema(struct finding *finding, size_t place)
{
    const struct correlating *correlating = finding->correlating;
    struct text schema = drift_name_schema(finding->names[place].path);
    struct drift_row *drifts = NULL;
    size_t count = 0;

    if (!pairing_has_schema(finding->names[place].kind) || is_known_before(finding, place, schema))
        return ERROR_NONE;
    if (drifts_living(correlating->database, finding->pair, schema, correlating->arena, &drifts, &count,
                      correlating->error) != ERROR_NONE)
        return correlating->error->code;
    for (size_t i = 0; i < count; i++)
        if (drifts[i].kind == KIND_SCHEMA && drifts[i].effect == EFFECT_RENAMED)
            finding->is_everything = true;
    return ERROR_NONE;
}

/* ---- the scope ---- */

/* Each name may bring drifts, and these other names. */
static enum error_code follow(struct finding *finding)
{
    for (size_t i = 0; i < finding->count && !finding->is_everything; i++)
        if (add_drifts_of(finding, finding->names[i]) != ERROR_NONE || look_at_schema(finding, i) != ERROR_NONE)
            return finding->correlating->error->code;
    return ERROR_NONE;
}

/* What the step did not touch is loaded by name. */
static enum error_code name_others(struct finding *finding)
{
    const struct correlating *correlating = finding->correlating;
    struct drift_scope *scope = &finding->scope;

    scope->also = arena_array(correlating->arena, finding->count - finding->touched, sizeof *scope->also);
    if (scope->also == NULL)
        return correlating_no_memory(correlating);
    for (size_t i = finding->touched; i < finding->count; i++) {
        struct object_name *also = &scope->also[scope->also_count++];

        also->kind = finding->names[i].kind;
        if (path_parse(also->kind, finding->names[i].path, correlating->arena, &also->path, correlating->error) !=
            ERROR_NONE)
            return correlating->error->code;
    }
    return ERROR_NONE;
}

enum error_code drift_scope_of(struct drift_scope *ret_scope, const struct correlating *correlating, int64_t pair,
                               const struct change *changes, uint32_t count)
{
    struct finding *finding = arena_alloc(correlating->arena, sizeof *finding);
    enum error_code code;

    if (finding == NULL)
        return correlating_no_memory(correlating);
    finding->correlating = correlating;
    finding->pair = pair;
    add_touched(finding, changes, count);
    if (follow(finding) != ERROR_NONE)
        return correlating->error->code;
    if (finding->is_everything)
        return drift_scope_everything(ret_scope, correlating, pair);
    code = name_others(finding);
    if (code == ERROR_USAGE) /* a path that cannot be read back: then all are looked at */
        return drift_scope_everything(ret_scope, correlating, pair);
    *ret_scope = finding->scope;
    return code;
}
