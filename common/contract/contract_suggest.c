#include "contract/contract_suggest.h"

#include <string.h>

#include "contract/contract_key.h"
#include "contract/contract_source.h"

enum { HINTS = 3, NAME_LONGEST = 4096 /* of a text in a contract file */, ARENA_LIMIT = 256 * 1024 * 1024 };

static const char doing[] = "suggesting a contract";

/* A file that is being written. */
struct draft {
    struct buffer *output;
    const struct snapshot *snapshot;
    const struct contract_wish *wish;
    struct text *enums; /* that were written so far */
    size_t enum_count;
    struct arena *arena;
    struct error *error;
};

/* ---- YAML ---- */

static bool can_be_written(struct text name)
{
    return name.length > 0 && name.length <= NAME_LONGEST;
}

/* Whether a word means itself without quotes, whatever stands around it, in lists and mappings of one line too. */
static bool is_plain(struct text text)
{
    static const struct text others[] = {TEXT_INIT("y"),    TEXT_INIT("n"),     TEXT_INIT("yes"),
                                         TEXT_INIT("no"),   TEXT_INIT("on"),    TEXT_INIT("off"),
                                         TEXT_INIT("true"), TEXT_INIT("false"), TEXT_INIT("null")};

    for (size_t i = 0; i < LENGTH_OF(others); i++)
        if (text_equal(text, others[i]))
            return false;
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || byte == '_';
        bool is_inner = (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '(' || byte == ')' ||
                        (byte == ' ' && i + 1 < text.length);

        if (!is_letter && (i == 0 || !is_inner))
            return false;
    }
    return text.length > 0;
}

/* What YAML does not let stand as it is: control characters, and marks of byte order and of line ends. */
static bool needs_escape(unsigned long character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 || character == 0x2029 ||
           character == 0xfeff || character == 0xfffe || character == 0xffff;
}

static unsigned long decode(struct text character)
{
    const unsigned char *bytes = (const unsigned char *)character.bytes;
    unsigned long value = bytes[0];

    if (character.length > 1)
        value &= 0x7fu >> character.length;
    for (size_t i = 1; i < character.length; i++)
        value = value << 6 | (bytes[i] & 0x3f);
    return value;
}

static void write_scalar(struct buffer *output, struct text text)
{
    if (is_plain(text)) {
        buffer_add_text(output, text);
        return;
    }
    buffer_add_byte(output, '"');
    while (text.length > 0) {
        size_t size = text_character(text);
        struct text character = {text.bytes, size == 0 ? 1 : size};
        unsigned long value = decode(character);

        if (value == '"' || value == '\\')
            buffer_add_byte(output, '\\');
        if (needs_escape(value) || size == 0)
            buffer_printf(output, "\\u%04lx", value);
        else
            buffer_add_text(output, character);
        text = (struct text){text.bytes + character.length, text.length - character.length};
    }
    buffer_add_byte(output, '"');
}

static void write_pair(struct buffer *output, const char *key, struct text value)
{
    buffer_printf(output, "%s: ", key);
    write_scalar(output, value);
}

/* A list of what a file can have: no empty texts. */
static void write_list(struct buffer *output, const struct text *items, size_t count)
{
    const char *separator = "[";

    for (size_t i = 0; i < count; i++) {
        if (!can_be_written(items[i]))
            continue;
        buffer_add_string(output, separator);
        write_scalar(output, items[i]);
        separator = ", ";
    }
    buffer_add_byte(output, ']');
}

/* ---- columns ---- */

static bool has(const struct part *part, struct text name)
{
    return attribute_find(part->attributes, part->attribute_count, name) != NULL;
}

/* A default matters to who does not name the column; only a column that must have a value depends on it. */
static void write_column(struct buffer *output, const struct part *column)
{
    struct text type = attribute_value(column->attributes, column->attribute_count, TEXT("type"));
    struct text nullable = attribute_value(column->attributes, column->attribute_count, TEXT("nullable"));

    buffer_add_string(output, "      - {");
    write_pair(output, "name", column->name);
    if (can_be_written(type)) {
        buffer_add_string(output, ", ");
        write_pair(output, "type", type);
    }
    if (text_equal(nullable, TEXT("no"))) {
        buffer_add_string(output, ", nullable: no");
        if (has(column, TEXT("default")) || has(column, TEXT("identity")) || has(column, TEXT("generated")))
            buffer_add_string(output, ", has_default: yes");
    }
    buffer_add_string(output, "}\n");
}

static void write_columns(struct buffer *output, const struct object *object)
{
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));
    bool begun = false;

    /* In the order of the table where it is known, else by name. */
    for (uint32_t i = 0; i < (order == NULL ? object->part_count : order->count); i++) {
        const struct part *part = order == NULL ? &object->parts[i] : object_part(object, KIND_COLUMN, order->items[i]);

        if (part == NULL || part->kind != KIND_COLUMN || !can_be_written(part->name))
            continue;
        buffer_add_string(output, begun ? "" : "    columns:\n");
        begun = true;
        write_column(output, part);
    }
}

/* ---- keys and indexes ---- */

static bool is_among(const struct text *names, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

/* The columns of a key or an index as a list, unless an expression is among them. */
static enum error_code write_key(const struct draft *draft, const struct object *object, const struct part *part,
                                 const char *heading, bool *begun)
{
    const struct attribute *columns = attribute_find(part->attributes, part->attribute_count, TEXT("columns"));
    uint32_t count = columns == NULL ? 0 : columns->count;
    struct text *names = arena_array(draft->arena, count, sizeof *names);

    if (names == NULL)
        return arena_error(draft->arena, draft->error, doing);
    for (uint32_t i = 0; i < count; i++) {
        names[i] = contract_key_column(object, columns->items[i]);
        if (!can_be_written(names[i]) || object_part(object, KIND_COLUMN, names[i]) == NULL ||
            is_among(names, i, names[i]))
            return ERROR_NONE;
    }
    if (count == 0)
        return ERROR_NONE;
    if (!*begun)
        buffer_printf(draft->output, "    %s:\n", heading);
    *begun = true;
    buffer_add_string(draft->output, "      - ");
    write_list(draft->output, names, count);
    buffer_add_byte(draft->output, '\n');
    return ERROR_NONE;
}

/* The keys of a table, or its other indexes; of a materialized view all that it has are indexes. */
static enum error_code write_keys(const struct draft *draft, const struct object *object, bool must_be_unique)
{
    const char *heading = must_be_unique ? "keys" : "indexes";
    bool begun = false;

    for (uint32_t i = 0; i < object->part_count; i++) {
        enum contract_service service = contract_service_of(&object->parts[i]);
        bool wanted = must_be_unique ? service == CONTRACT_SERVES_AS_KEY
                                     : service == CONTRACT_SERVES_AS_INDEX ||
                                           (service == CONTRACT_SERVES_AS_KEY && object->kind != KIND_TABLE);

        if (wanted && write_key(draft, object, &object->parts[i], heading, &begun) != ERROR_NONE)
            return draft->error->code;
    }
    return ERROR_NONE;
}

/* ---- enums ---- */

static bool has_writable(const struct attribute *list)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++)
        if (can_be_written(list->items[i]))
            return true;
    return false;
}

/* The enum that is the type of a column, or of the elements of its array. */
static enum error_code write_enum(struct draft *draft, struct text type)
{
    const struct contract_source source = contract_source_of(draft->snapshot);
    const struct attribute *labels;
    struct error failure = {0};
    struct object object;
    enum error_code code;

    while (type.length > 2 && memcmp(type.bytes + type.length - 2, "[]", 2) == 0)
        type.length -= 2;
    if (type.length == 0 || is_among(draft->enums, draft->enum_count, type))
        return ERROR_NONE;
    code = source.find(source.context, KIND_ENUM, type, draft->arena, &object, &failure);
    if (code == ERROR_NOT_FOUND)
        return ERROR_NONE;
    if (code != ERROR_NONE) {
        *draft->error = failure;
        return code;
    }
    draft->enums[draft->enum_count++] = type;
    labels = attribute_find(object.attributes, object.attribute_count, TEXT("labels"));
    buffer_add_string(draft->output, "  - ");
    write_pair(draft->output, "enum", type);
    if (has_writable(labels)) {
        buffer_add_string(draft->output, "\n    labels: ");
        write_list(draft->output, labels->items, labels->count);
    }
    buffer_add_byte(draft->output, '\n');
    return ERROR_NONE;
}

static enum error_code write_enums(struct draft *draft, const struct object *object)
{
    struct text *enums = arena_array(draft->arena, draft->enum_count + object->part_count, sizeof *enums);

    if (enums == NULL)
        return arena_error(draft->arena, draft->error, doing);
    for (size_t i = 0; i < draft->enum_count; i++)
        enums[i] = draft->enums[i];
    draft->enums = enums;
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];

        if (part->kind == KIND_COLUMN &&
            write_enum(draft, attribute_value(part->attributes, part->attribute_count, TEXT("type"))) != ERROR_NONE)
            return draft->error->code;
    }
    return ERROR_NONE;
}

/* ---- the file ---- */

static enum error_code miss(const struct draft *draft, struct text table)
{
    static const enum kind kinds[] = {KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW};
    const struct contract_source source = contract_source_of(draft->snapshot);
    CLEANUP(buffer_clear) struct buffer hint;
    struct text names[HINTS];

    buffer_init(&hint);
    for (size_t i = 0; i < LENGTH_OF(kinds); i++) {
        size_t count = 0;

        if (source.near(source.context, kinds[i], table, draft->arena, names, HINTS, &count, draft->error) !=
            ERROR_NONE)
            return draft->error->code;
        for (size_t j = 0; j < count; j++)
            buffer_printf(&hint, "%s%.*s", hint.length == 0 ? "" : ", ", TEXT_ARGS(names[j]));
    }
    if (buffer_check(&hint, draft->error, doing) != ERROR_NONE)
        return draft->error->code;
    error_set(draft->error, ERROR_NOT_FOUND, "there is no table or view '%.*s'", TEXT_ARGS(table));
    return hint.length > 0
               ? error_hint(draft->error, "did you mean %s?", hint.bytes)
               : error_hint(draft->error, "'driftline show REF --kind table,view' lists those that there are");
}

static enum error_code find(const struct draft *draft, struct text table, struct object *ret_object)
{
    static const enum kind kinds[] = {KIND_TABLE, KIND_VIEW, KIND_MATERIALIZED_VIEW};
    const struct contract_source source = contract_source_of(draft->snapshot);

    for (size_t i = 0; i < LENGTH_OF(kinds); i++) {
        struct error failure = {0};
        enum error_code code = source.find(source.context, kinds[i], table, draft->arena, ret_object, &failure);

        if (code == ERROR_NONE)
            return ERROR_NONE;
        if (code == ERROR_NOT_FOUND)
            continue;
        *draft->error = failure;
        return code;
    }
    return miss(draft, table);
}

static enum error_code write_table(struct draft *draft, struct text table)
{
    struct object object;

    if (find(draft, table, &object) != ERROR_NONE)
        return draft->error->code;
    buffer_add_string(draft->output, "  - ");
    write_pair(draft->output, kind_name(object.kind), table);
    buffer_add_byte(draft->output, '\n');
    write_columns(draft->output, &object);
    if (object.kind == KIND_TABLE && write_keys(draft, &object, true) != ERROR_NONE)
        return draft->error->code;
    if (object.kind != KIND_VIEW && write_keys(draft, &object, false) != ERROR_NONE)
        return draft->error->code;
    return write_enums(draft, &object);
}

static void write_head(const struct draft *draft)
{
    struct text database = draft->wish->database, environment = draft->wish->environment;

    buffer_add_string(
        draft->output,
        "# What a consumer needs of a database, to begin with: as it is now. Take out what the consumer does\n"
        "# not read, and ask for no more of a type than it needs: `type_family: integer` or\n"
        "# `type_at_least: integer` leave room for what does no harm.\n"
        "name: my-service            # EDIT: a name of its own among all contracts\n"
        "owner: my-team              # EDIT: whom to ask\n"
        "consumers: [my-service]     # EDIT: who reads it\n");
    write_pair(draft->output, "database", database.length == 0 ? TEXT("my-database") : database);
    buffer_add_string(draft->output, database.length == 0 ? "       # EDIT: as agents call it\n" : "\n");
    if (environment.length == 0) {
        buffer_add_string(draft->output, "# environments: [prod]      # where it must hold; without this everywhere\n");
    } else {
        buffer_add_string(draft->output, "environments: ");
        write_list(draft->output, &environment, 1);
        buffer_add_string(draft->output, "        # where it must hold; without this everywhere\n");
    }
    buffer_add_string(draft->output, "# severity: critical        # of what violates it\nrequires:\n");
}

enum error_code contract_suggest(struct buffer *output, const struct snapshot *snapshot,
                                 const struct contract_wish *wish, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer file;
    struct draft draft = {.output = &file, .snapshot = snapshot, .wish = wish, .arena = &arena, .error = error};

    arena_init(&arena, ARENA_LIMIT);
    buffer_init(&file);
    write_head(&draft);
    for (size_t i = 0; i < wish->count; i++) {
        if (is_among(wish->tables, i, wish->tables[i]))
            continue;
        if (write_table(&draft, wish->tables[i]) != ERROR_NONE)
            return error->code;
    }
    if (buffer_check(&file, error, doing) != ERROR_NONE)
        return error->code;
    buffer_add_text(output, buffer_text(&file));
    return buffer_check(output, error, doing);
}
