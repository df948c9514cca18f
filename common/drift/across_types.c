#include "drift/across_private.h"
#include "drift/neutral_enum.h"

static const char doing[] = "comparing two engines";

static void drop(struct neutral_part *part, struct text name)
{
    for (uint32_t i = 0; i < part->attribute_count; i++)
        if (text_equal(part->attributes[i].said.name, name)) {
            part->attribute_count--;
            memmove(&part->attributes[i], &part->attributes[i + 1],
                    (part->attribute_count - i) * sizeof *part->attributes);
            return;
        }
}

/* Who looks through ODBC, or reads annotations, does not see where a value comes from. */
static bool knows_origins(enum type_engine engine)
{
    return engine != TYPE_ENGINE_ODBC && engine != TYPE_ENGINE_PYTHON;
}

/* What one of the two cannot say is not compared. */
static void drop_what_one_cannot_say(const struct crossing *crossing, struct neutral_part *from,
                                     struct neutral_part *to)
{
    static const struct text origins[] = {TEXT_INIT("default"), TEXT_INIT("generated"), TEXT_INIT("identity")};
    const struct text nullable = TEXT("nullable");

    if (neutral_attribute(from, nullable) == NULL || neutral_attribute(to, nullable) == NULL) {
        drop(from, nullable);
        drop(to, nullable);
    }
    if (knows_origins(crossing->across->sides[SIDE_FROM].engine) &&
        knows_origins(crossing->across->sides[SIDE_TO].engine))
        return;
    for (size_t i = 0; i < LENGTH_OF(origins); i++) {
        drop(from, origins[i]);
        drop(to, origins[i]);
    }
}

/* What two equal types are: the one that is no annotation knows. */
static const char *type_name(const struct neutral_part *from, const struct neutral_part *to)
{
    const struct neutral_part *telling = to->type.engine == TYPE_ENGINE_PYTHON ? from : to;

    if (from->enumeration != NULL || to->enumeration != NULL)
        return from->type.is_array || to->type.is_array ? "array" : "enum";
    return type_value_name(&telling->type);
}

static enum error_code add_equivalent(struct crossing *crossing, const struct neutral_part *from,
                                      const struct neutral_part *to)
{
    struct equivalent *place = &crossing->equivalents[crossing->equivalent_count];

    *place = (struct equivalent){.object =
                                     compare_part_path(across_owner_path(crossing, SIDE_TO), to->name, crossing->arena),
                                 .from = from->type.spelling,
                                 .to = to->type.spelling,
                                 .family = type_name(from, to)};
    if (place->object.bytes == NULL)
        return across_no_memory(crossing);
    crossing->equivalent_count++;
    return ERROR_NONE;
}

/* Of types that are equal only because one has no size, only that is said which both say. */
static enum error_code weaken(struct crossing *crossing, struct neutral_attribute *from, struct neutral_attribute *to,
                              const struct type_value *type)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    struct text *said = arena_alloc(crossing->arena, sizeof *said);

    if (said == NULL)
        return across_no_memory(crossing);
    type_value_write(&written, type, true);
    if (buffer_check(&written, crossing->error, doing) != ERROR_NONE)
        return crossing->error->code;
    *said = (struct text){arena_copy(crossing->arena, written.bytes, written.length), written.length};
    if (said->bytes == NULL)
        return across_no_memory(crossing);
    from->said.items = to->said.items = said;
    return ERROR_NONE;
}

/* Two engines may mean different things by one word: then what each means stands beside it. */
static enum error_code explain(const struct crossing *crossing, struct neutral_attribute *attribute)
{
    struct text *shown = arena_alloc(crossing->arena, sizeof *shown);
    char *bytes = arena_printf(crossing->arena, "%.*s (%.*s)", TEXT_ARGS(attribute->shown.items[0]),
                               TEXT_ARGS(attribute->said.items[0]));

    if (shown == NULL || bytes == NULL)
        return across_no_memory(crossing);
    *shown = text_from(bytes);
    attribute->shown.items = shown;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- enums */

/* An enum against labels that stand in the type of the other side. An annotation lists them in no order. */
static enum error_code compare_labels(const struct crossing *crossing, struct neutral_part *with_enum,
                                      const struct neutral_part *other, bool *ret_equal)
{
    const bool in_order = other->type.engine != TYPE_ENGINE_PYTHON;
    struct text_list own = text_list_of(&with_enum->enumeration->labels), listed;
    bool failed = false;

    if (with_enum->type.is_array != other->type.is_array ||
        !neutral_labels_read(&listed, &other->type, crossing->arena, &failed))
        return failed ? across_no_memory(crossing) : ERROR_NONE;
    *ret_equal = neutral_labels_equal(&own, &listed, in_order);
    with_enum->enumeration->is_inline = with_enum->enumeration->is_inline || *ret_equal;
    return ERROR_NONE;
}

static bool holds_everything(const struct neutral_part *part, const struct neutral_part *other)
{
    return part->type.held == TYPE_HOLDS_EVERYTHING && (!part->type.is_array || other->type.is_array);
}

/* One side is of an enum that is known there, the other not: of nothing alike, of labels, or of one that nobody tells
 * more of. */
static enum error_code compare_one_enum(const struct crossing *crossing, struct neutral_part *with_enum,
                                        const struct neutral_part *other, bool *ret_equal)
{
    *ret_equal = holds_everything(other, with_enum) ||
                 (other->type.family == TYPE_FAMILY_NONE && other->type.is_array == with_enum->type.is_array &&
                  neutral_has_enums(other->type.engine) && text_equal(other->type.element, with_enum->type.element));
    return *ret_equal ? ERROR_NONE : compare_labels(crossing, with_enum, other, ret_equal);
}

/* ---------------------------------------------------------------- types */

/* An annotation holds what a domain is made of. */
static bool holds_domain(const struct neutral_part *annotated, const struct neutral_part *other)
{
    struct type_value base;

    if (annotated->type.engine != TYPE_ENGINE_PYTHON || other->domain == NULL)
        return false;
    base = type_value_of(other->type.engine, other->domain->type);
    if (base.is_array && other->type.is_array)
        return false;
    base.is_array = base.is_array || other->type.is_array;
    return type_value_equal(&annotated->type, &base);
}

/* Both list labels in the type itself. */
static enum error_code compare_lists(const struct crossing *crossing, const struct neutral_part *from,
                                     const struct neutral_part *to, bool *ret_equal)
{
    const bool in_order = from->type.engine != TYPE_ENGINE_PYTHON && to->type.engine != TYPE_ENGINE_PYTHON;
    struct text_list here, there;
    bool failed = false;

    if (from->type.is_array != to->type.is_array ||
        !neutral_labels_read(&here, &from->type, crossing->arena, &failed) || failed ||
        !neutral_labels_read(&there, &to->type, crossing->arena, &failed))
        return failed ? across_no_memory(crossing) : ERROR_NONE;
    *ret_equal = neutral_labels_equal(&here, &there, in_order);
    return ERROR_NONE;
}

static enum error_code are_equal(const struct crossing *crossing, struct neutral_part *from, struct neutral_part *to,
                                 bool *ret_equal)
{
    if (from->enumeration != NULL && to->enumeration != NULL) {
        *ret_equal =
            from->type.is_array == to->type.is_array && text_equal(from->enumeration->key, to->enumeration->key);
        return ERROR_NONE;
    }
    if (from->enumeration != NULL)
        return compare_one_enum(crossing, from, to, ret_equal);
    if (to->enumeration != NULL)
        return compare_one_enum(crossing, to, from, ret_equal);
    *ret_equal = type_value_equal(&from->type, &to->type) || holds_domain(from, to) || holds_domain(to, from);
    return *ret_equal ? ERROR_NONE : compare_lists(crossing, from, to, ret_equal);
}

/* Whether two equal types are to be said in the words of what both say. */
static bool needs_weakening(const struct neutral_part *from, const struct neutral_part *to)
{
    return from->enumeration == NULL && to->enumeration == NULL && type_value_is_weak(&from->type, &to->type);
}

static enum error_code compare_types(struct crossing *crossing, struct neutral_part *from, struct neutral_part *to)
{
    struct neutral_attribute *a = neutral_attribute(from, TEXT("type")), *b = neutral_attribute(to, TEXT("type"));
    bool same_spelling = text_equal(from->type.spelling, to->type.spelling), equal = false;

    if (are_equal(crossing, from, to, &equal) != ERROR_NONE)
        return crossing->error->code;
    if (!equal) {
        if (!same_spelling)
            return ERROR_NONE;
        return explain(crossing, a) != ERROR_NONE ? crossing->error->code : explain(crossing, b);
    }
    if (needs_weakening(from, to)) {
        if (weaken(crossing, a, b, to->type.engine == TYPE_ENGINE_PYTHON ? &from->type : &to->type) != ERROR_NONE)
            return crossing->error->code;
    } else if (from->enumeration == NULL) {
        a->said.items = b->said.items;
    } else {
        b->said.items = a->said.items;
    }
    return same_spelling ? ERROR_NONE : add_equivalent(crossing, from, to);
}

enum error_code across_compare_columns(struct crossing *crossing, struct neutral_part *from, struct neutral_part *to)
{
    drop_what_one_cannot_say(crossing, from, to);
    return compare_types(crossing, from, to);
}
