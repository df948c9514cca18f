#include "contract/contract_check.h"

#include <string.h>

#include "base/buffer.h"
#include "contract/contract_key.h"
#include "drift/coverage.h"
#include "drift/type_family.h"
#include "schema/object_list.h"

enum { HINTS = 3, HINTED_FINDINGS = 20 /* looking for near names reads the names of all objects */ };

static const char doing[] = "checking a contract";

const char *contract_state_name(enum contract_state state)
{
    static const char *const names[] = {
        [CONTRACT_HOLDS] = "holds", [CONTRACT_VIOLATED] = "violated", [CONTRACT_UNKNOWN] = "unknown"};

    return names[state];
}

/* What is being checked. */
struct check {
    const struct contract *contract;
    const struct contract_requirement *requirement;
    const struct object *object; /* of the requirement */
    const struct contract_source *source;
    struct contract_result result;
    size_t capacity;
    size_t hinted;
    struct buffer message; /* being put together */
    bool is_undeclared;    /* what it is about */
    struct arena *arena;
    struct error *error;
};

static void check_clear(struct check *check)
{
    buffer_clear(&check->message);
}

/* ---- findings ---- */

static bool grow(struct check *check)
{
    size_t capacity = check->capacity == 0 ? 8 : 2 * check->capacity;
    struct contract_finding *findings = arena_array(check->arena, capacity, sizeof *findings);

    if (findings == NULL)
        return false;
    if (check->result.count > 0)
        memcpy(findings, check->result.findings, check->result.count * sizeof *findings);
    check->result.findings = findings;
    check->capacity = capacity;
    return true;
}

/* Record what the message says, and begin the next one. */
static enum error_code add(struct check *check, enum contract_state state, enum kind kind, struct text object,
                           unsigned line)
{
    const char *message;

    if (buffer_check(&check->message, check->error, doing) != ERROR_NONE)
        return check->error->code;
    message = arena_string(check->arena, buffer_text(&check->message));
    buffer_reset(&check->message);
    if (message == NULL || (check->result.count == check->capacity && !grow(check)))
        return arena_error(check->arena, check->error, doing);
    check->result.findings[check->result.count++] = (struct contract_finding){
        .contract = check->contract,
        .requirement = check->requirement,
        .state = state,
        .is_undeclared = check->is_undeclared,
        .kind = kind,
        .object = object,
        .owner = check->requirement->path,
        .message = text_from(message),
        .line = line,
    };
    check->is_undeclared = false;
    return ERROR_NONE;
}

static enum error_code part_path(const struct check *check, struct text name, struct text *ret_path)
{
    return object_list_part_path(ret_path, check->requirement->path, name, check->arena, check->error);
}

/* What the requirement's object is called in messages: "table shop.orders". */
static void write_object(struct check *check)
{
    buffer_printf(&check->message, "%s %.*s", kind_name(check->requirement->kind), TEXT_ARGS(check->requirement->path));
}

static void write_names(struct check *check, const struct contract_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        buffer_add_string(&check->message, i == 0 ? "(" : ", ");
        identifier_write(&check->message, columns->names[i]);
    }
    buffer_add_byte(&check->message, ')');
}

/* Names that may be meant, nearest first. */
static void write_hints(struct check *check, const struct text *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(&check->message, "%s%.*s",
                      i == 0           ? "; did you mean "
                      : i + 1 == count ? " or "
                                       : ", ",
                      TEXT_ARGS(names[i]));
    if (count > 0)
        buffer_add_byte(&check->message, '?');
}

/* ---- coverage ---- */

/* Why something could not be read: its kind as a whole, or this object of it. NULL: it was read. */
static const struct coverage_gap *gap_of(const struct check *check, enum kind kind, struct text object)
{
    for (uint32_t i = 0; i < check->source->gap_count; i++) {
        const struct coverage_gap *gap = &check->source->gaps[i];

        if (gap->kind == kind && (gap->object.length == 0 || text_equal(gap->object, object)))
            return gap;
    }
    return NULL;
}

/* The same of any part of a kind that the object has. */
static const struct coverage_gap *gap_of_parts(const struct check *check, enum kind kind)
{
    struct text owner = check->requirement->path;

    for (uint32_t i = 0; i < check->source->gap_count; i++) {
        const struct coverage_gap *gap = &check->source->gaps[i];

        if (gap->kind == kind && (gap->object.length == 0 || text_equal(gap->object, owner) ||
                                  (text_starts_with(gap->object, owner) && gap->object.bytes[owner.length] == '.')))
            return gap;
    }
    return NULL;
}

/* Whether nobody declares an attribute of columns. */
static bool is_undeclared(const struct check *check, struct text attribute)
{
    for (uint32_t i = 0; i < check->source->gap_count; i++) {
        const struct coverage_gap *gap = &check->source->gaps[i];

        if (gap->kind == KIND_COLUMN && gap_is_undeclared(gap) && coverage_gap_names(gap, attribute))
            return true;
    }
    return false;
}

/* "indexes are not declared", "indexes could not be read: permission denied" */
static void write_gap(struct check *check, const struct coverage_gap *gap)
{
    check->is_undeclared = gap_is_undeclared(gap);
    if (check->is_undeclared) {
        buffer_printf(&check->message, "%s %s", gap->object.length == 0 ? kind_facts(gap->kind)->plural : "it",
                      gap->object.length == 0 ? "are " : "is ");
        buffer_add_text(&check->message, gap->reason);
        return;
    }
    buffer_printf(&check->message, "%s could not be read: ", kind_facts(gap->kind)->plural);
    buffer_add_text(&check->message, gap->reason);
}

static enum error_code add_unknown(struct check *check, const struct coverage_gap *gap, enum kind kind,
                                   struct text object, unsigned line)
{
    buffer_printf(&check->message, "%s %.*s is not known: ", kind_name(kind), TEXT_ARGS(object));
    if (gap->object.length == 0 || gap_is_undeclared(gap))
        write_gap(check, gap);
    else
        buffer_add_text(&check->message, gap->reason);
    return add(check, CONTRACT_UNKNOWN, kind, object, line);
}

/* ---- columns ---- */

static struct text value_of(const struct part *part, struct text name)
{
    return attribute_value(part->attributes, part->attribute_count, name);
}

static bool has(const struct part *part, struct text name)
{
    return attribute_find(part->attributes, part->attribute_count, name) != NULL;
}

static enum error_code add_column(struct check *check, const struct contract_column *column, struct text path)
{
    return add(check, CONTRACT_VIOLATED, KIND_COLUMN, path, column->line);
}

/* Whether types are annotations of Python. */
static bool is_annotated(const struct check *check)
{
    return type_engine_of(check->source->engine) == TYPE_ENGINE_PYTHON;
}

static enum error_code check_type(struct check *check, const struct contract_column *column, const struct part *part,
                                  struct text path)
{
    struct text type = value_of(part, TEXT("type"));

    if (!contract_type_asks(&column->type))
        return ERROR_NONE;
    if (type.length == 0)
        buffer_printf(&check->message, "column %.*s has no type, ", TEXT_ARGS(path));
    else
        buffer_printf(&check->message, "column %.*s has the type %.*s, ", TEXT_ARGS(path), TEXT_ARGS(type));
    if (is_annotated(check) && contract_type_is_held(&column->type, type)) {
        buffer_reset(&check->message);
        return ERROR_NONE;
    }
    if (!contract_type_check(&column->type, type, &check->message))
        return add_column(check, column, path);
    if (buffer_check(&check->message, check->error, doing) != ERROR_NONE)
        return check->error->code;
    buffer_reset(&check->message);
    return ERROR_NONE;
}

static enum error_code add_undeclared(struct check *check, const struct contract_column *column, struct text path,
                                      const char *what)
{
    buffer_printf(&check->message, "column %.*s is not known: %s is not declared", TEXT_ARGS(path), what);
    check->is_undeclared = true;
    return add(check, CONTRACT_UNKNOWN, KIND_COLUMN, path, column->line);
}

static enum error_code check_nullable(struct check *check, const struct contract_column *column,
                                      const struct part *part, struct text path)
{
    bool nullable = !text_equal(value_of(part, TEXT("nullable")), TEXT("no"));

    if (column->nullable != CONTRACT_ANY && is_undeclared(check, TEXT("nullable")))
        return add_undeclared(check, column, path, "whether it takes NULL");
    if (column->nullable == CONTRACT_ANY || nullable == (column->nullable == CONTRACT_YES))
        return ERROR_NONE;
    buffer_printf(&check->message,
                  nullable ? "column %.*s can be NULL, NOT NULL is required"
                           : "column %.*s is NOT NULL, but NULL must be possible",
                  TEXT_ARGS(path));
    return add_column(check, column, path);
}

/* Something fills the column when a row comes without a value for it. */
static bool is_filled(const struct part *part)
{
    return has(part, TEXT("default")) || has(part, TEXT("identity")) || has(part, TEXT("generated"));
}

static void write_default(struct check *check, const struct part *part, struct text path)
{
    struct text value = value_of(part, TEXT("default"));

    buffer_printf(&check->message, "column %.*s ", TEXT_ARGS(path));
    if (has(part, TEXT("default")))
        buffer_printf(&check->message, "has the default %.*s, ", TEXT_ARGS(value));
    else if (has(part, TEXT("identity")))
        buffer_add_string(&check->message, "is an identity column, ");
    else if (has(part, TEXT("generated")))
        buffer_add_string(&check->message, "is generated, ");
    else
        buffer_add_string(&check->message, "has no default, ");
}

static enum error_code check_default(struct check *check, const struct contract_column *column, const struct part *part,
                                     struct text path)
{
    bool is_as_said = has(part, TEXT("default")) && text_equal(value_of(part, TEXT("default")), column->value);

    if ((column->has_default || column->defaulted != CONTRACT_ANY) &&
        (is_annotated(check) || is_undeclared(check, TEXT("default"))))
        return add_undeclared(check, column, path, "its default");
    if (column->has_default && !is_as_said) {
        write_default(check, part, path);
        buffer_printf(&check->message, "%.*s is required", TEXT_ARGS(column->value));
        return add_column(check, column, path);
    }
    if (column->defaulted == CONTRACT_ANY || is_filled(part) == (column->defaulted == CONTRACT_YES))
        return ERROR_NONE;
    write_default(check, part, path);
    buffer_add_string(&check->message, column->defaulted == CONTRACT_YES ? "one is required" : "none is allowed");
    return add_column(check, column, path);
}

/* The nearest of the object's columns. */
static void write_column_hint(struct check *check, struct text wanted)
{
    struct text nearest = {0};
    size_t least = SIZE_MAX;

    for (uint32_t i = 0; i < check->object->part_count; i++) {
        const struct part *part = &check->object->parts[i];
        size_t distance = part->kind == KIND_COLUMN ? contract_name_distance(wanted, part->name) : SIZE_MAX;

        if (distance < least) {
            least = distance;
            nearest = part->name;
        }
    }
    write_hints(check, &nearest, least == SIZE_MAX ? 0 : 1);
}

static enum error_code miss_column(struct check *check, const struct contract_column *column, struct text path)
{
    if (attribute_find(check->object->attributes, check->object->attribute_count, TEXT("unresolved")) != NULL) {
        buffer_printf(&check->message, "column %.*s is not known: the view refers to something that cannot be resolved",
                      TEXT_ARGS(path));
        return add(check, CONTRACT_UNKNOWN, KIND_COLUMN, path, column->line);
    }
    write_object(check);
    buffer_add_string(&check->message, " has no column ");
    identifier_write(&check->message, column->name);
    write_column_hint(check, column->name);
    return add_column(check, column, path);
}

static enum error_code check_column(struct check *check, const struct contract_column *column)
{
    const struct part *part = object_part(check->object, KIND_COLUMN, column->name);
    const struct coverage_gap *gap;
    struct text path;

    if (part_path(check, column->name, &path) != ERROR_NONE)
        return check->error->code;
    gap = gap_of(check, KIND_COLUMN, path);
    if (gap != NULL)
        return add_unknown(check, gap, KIND_COLUMN, path, column->line);
    if (part == NULL)
        return miss_column(check, column, path);
    if (check_type(check, column, part, path) != ERROR_NONE || check_nullable(check, column, part, path) != ERROR_NONE)
        return check->error->code;
    return check_default(check, column, part, path);
}

/* ---- keys and indexes ---- */

static enum error_code check_key(struct check *check, const struct contract_columns *wanted, bool must_be_unique)
{
    static const enum kind orders[2][3] = {{KIND_INDEX, KIND_UNIQUE, KIND_PRIMARY_KEY},
                                           {KIND_PRIMARY_KEY, KIND_UNIQUE, KIND_INDEX}};
    const enum kind *kinds = orders[must_be_unique]; /* the most telling first */
    enum kind kind = must_be_unique ? KIND_UNIQUE : KIND_INDEX;

    if (contract_key_find(check->object, wanted, must_be_unique))
        return ERROR_NONE;
    for (size_t i = 0; i < LENGTH_OF(orders[0]); i++) {
        const struct coverage_gap *gap = gap_of_parts(check, kinds[i]);

        if (gap == NULL)
            continue;
        buffer_add_string(&check->message, must_be_unique ? "whether " : "whether an index of ");
        write_object(check);
        buffer_add_string(&check->message, must_be_unique ? " is unique on " : " begins with ");
        write_names(check, wanted);
        buffer_add_string(&check->message, " is not known: ");
        write_gap(check, gap);
        return add(check, CONTRACT_UNKNOWN, kind, check->requirement->path, wanted->line);
    }
    write_object(check);
    buffer_add_string(&check->message, must_be_unique ? " has no primary key or unique constraint on "
                                                      : " has no index that begins with ");
    write_names(check, wanted);
    return add(check, CONTRACT_VIOLATED, kind, check->requirement->path, wanted->line);
}

/* ---- enums and functions ---- */

static enum error_code check_labels(struct check *check)
{
    const struct contract_requirement *requirement = check->requirement;
    const struct attribute *labels =
        attribute_find(check->object->attributes, check->object->attribute_count, TEXT("labels"));

    for (size_t i = 0; i < requirement->label_count; i++) {
        bool found = false;

        for (uint32_t j = 0; labels != NULL && j < labels->count && !found; j++)
            found = text_equal(labels->items[j], requirement->labels[i]);
        if (found)
            continue;
        write_object(check);
        buffer_printf(&check->message, " has no label '%.*s'", TEXT_ARGS(requirement->labels[i]));
        if (add(check, CONTRACT_VIOLATED, requirement->kind, requirement->path, requirement->line) != ERROR_NONE)
            return check->error->code;
    }
    return ERROR_NONE;
}

static enum error_code check_returns(struct check *check)
{
    const struct contract_requirement *requirement = check->requirement;
    struct text returns = attribute_value(check->object->attributes, check->object->attribute_count, TEXT("returns"));

    if (!contract_type_asks(&requirement->returns))
        return ERROR_NONE;
    write_object(check);
    if (returns.length == 0)
        buffer_add_string(&check->message, " returns nothing, ");
    else
        buffer_printf(&check->message, " returns %.*s, ", TEXT_ARGS(returns));
    if (!contract_type_check(&requirement->returns, returns, &check->message))
        return add(check, CONTRACT_VIOLATED, requirement->kind, requirement->path, requirement->line);
    buffer_reset(&check->message);
    return ERROR_NONE;
}

/* ---- objects ---- */

/* Get an object. That there is none is no failure. */
static enum error_code find(struct check *check, enum kind kind, bool *ret_found, struct object *ret_object)
{
    struct error failure = {0};
    enum error_code code =
        check->source->find(check->source->context, kind, check->requirement->path, check->arena, ret_object, &failure);

    *ret_found = code == ERROR_NONE;
    if (code == ERROR_NONE || code == ERROR_NOT_FOUND)
        return ERROR_NONE;
    *check->error = failure;
    return code;
}

/* What else has the name that a relation should have. */
static enum error_code find_other(struct check *check, enum kind *ret_kind)
{
    static const enum kind relations[] = {KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW, KIND_FOREIGN_TABLE};
    enum kind wanted = check->requirement->kind;
    struct object ignored;
    bool found = false;

    *ret_kind = KIND_NONE;
    if (wanted == KIND_ENUM || wanted == KIND_FUNCTION)
        return ERROR_NONE;
    for (size_t i = 0; i < LENGTH_OF(relations) && !found; i++) {
        if (relations[i] == wanted)
            continue;
        if (find(check, relations[i], &found, &ignored) != ERROR_NONE)
            return check->error->code;
        if (found)
            *ret_kind = relations[i];
    }
    return ERROR_NONE;
}

static enum error_code miss_object(struct check *check)
{
    const struct contract_requirement *requirement = check->requirement;
    const struct contract_source *source = check->source;
    enum kind other;
    struct text names[HINTS];
    size_t count = 0;

    if (find_other(check, &other) != ERROR_NONE)
        return check->error->code;
    buffer_add_string(&check->message, "there is no ");
    write_object(check);
    if (other != KIND_NONE)
        buffer_printf(&check->message, "; it is a %s", kind_facts(other)->name);
    else if (source->near != NULL && check->hinted++ < HINTED_FINDINGS &&
             source->near(source->context, requirement->kind, requirement->path, check->arena, names, HINTS, &count,
                          check->error) != ERROR_NONE)
        return check->error->code;
    write_hints(check, names, count);
    return add(check, CONTRACT_VIOLATED, requirement->kind, requirement->path, requirement->line);
}

static enum error_code check_parts(struct check *check)
{
    const struct contract_requirement *requirement = check->requirement;

    for (size_t i = 0; i < requirement->column_count; i++)
        if (check_column(check, &requirement->columns[i]) != ERROR_NONE)
            return check->error->code;
    for (size_t i = 0; i < requirement->key_count; i++)
        if (check_key(check, &requirement->keys[i], true) != ERROR_NONE)
            return check->error->code;
    for (size_t i = 0; i < requirement->index_count; i++)
        if (check_key(check, &requirement->indexes[i], false) != ERROR_NONE)
            return check->error->code;
    if (check_labels(check) != ERROR_NONE)
        return check->error->code;
    return check_returns(check);
}

static enum error_code check_requirement(struct check *check, const struct contract_requirement *requirement)
{
    const struct coverage_gap *gap;
    struct object object;
    bool found;

    check->requirement = requirement;
    check->object = &object;
    gap = gap_of(check, requirement->kind, requirement->path);
    if (gap != NULL)
        return add_unknown(check, gap, requirement->kind, requirement->path, requirement->line);
    if (find(check, requirement->kind, &found, &object) != ERROR_NONE)
        return check->error->code;
    return found ? check_parts(check) : miss_object(check);
}

enum error_code contract_check(struct contract_result *ret_result, const struct contract *contract,
                               const struct contract_source *source, struct arena *arena, struct error *error)
{
    CLEANUP(check_clear) struct check check = {.contract = contract, .source = source, .arena = arena, .error = error};

    buffer_init(&check.message);
    for (size_t i = 0; i < contract->requirement_count; i++)
        if (check_requirement(&check, &contract->requirements[i]) != ERROR_NONE)
            return error->code;
    check.result.state = CONTRACT_HOLDS;
    for (size_t i = 0; i < check.result.count && check.result.state != CONTRACT_VIOLATED; i++)
        check.result.state = check.result.findings[i].state;
    *ret_result = check.result;
    return ERROR_NONE;
}
