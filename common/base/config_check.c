#include "base/config_check.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/config.h"
#include "base/option.h"

/* A mapping or list that has begun and not ended. */
struct frame {
    const cyaml_schema_value_t *schema; /* NULL: nothing is known of what is inside */
    const cyaml_schema_field_t *field;  /* in a mapping: whose value comes next; NULL: unknown */
    bool *seen;                         /* in a mapping: per field of the schema */
    bool is_mapping;
    bool wants_key;
    yaml_mark_t start;
};

struct check {
    const char *name;
    const cyaml_schema_value_t *top;
    struct arena *arena;
    struct error *error;
    struct frame frames[CONFIG_DEPTH_LIMIT];
    size_t depth;
    unsigned documents;
};

/* Put the place in front of the message that was just set. */
static enum error_code at(const struct check *check, const yaml_mark_t *mark)
{
    return error_context(check->error, "%s:%zu:%zu", check->name, mark->line + 1, mark->column + 1);
}

/* A scalar for a message, cut when it is long. */
static const char *shown(const yaml_event_t *event, char ret_text[64])
{
    const char *value = (const char *)event->data.scalar.value;

    snprintf(ret_text, 64, "%.50s%s", value, strlen(value) > 50 ? "..." : "");
    return ret_text;
}

/* Name the key that was meant, or all there are. */
static void hint_at_keys(const struct check *check, const cyaml_schema_field_t *fields, const char *key)
{
    const char *nearest = NULL;
    size_t distance = SIZE_MAX;
    char list[sizeof check->error->hint] = "";
    size_t length = 0;

    for (const cyaml_schema_field_t *field = fields; field->key != NULL; field++) {
        size_t away = option_distance(key, field->key);

        if (away < distance) {
            distance = away;
            nearest = field->key;
        }
        if (length < sizeof list)
            length +=
                (size_t)snprintf(list + length, sizeof list - length, "%s%s", length == 0 ? "" : ", ", field->key);
    }
    if (nearest != NULL && option_is_near(key, distance))
        error_hint(check->error, "did you mean '%s'?", nearest);
    else
        error_hint(check->error, "the keys known here are: %s", list);
}

static enum error_code check_key(struct check *check, struct frame *frame, const yaml_event_t *event)
{
    const char *key = (const char *)event->data.scalar.value;
    const cyaml_schema_field_t *field;
    char text[64];

    frame->wants_key = false;
    if (frame->schema == NULL)
        return ERROR_NONE;
    for (field = frame->schema->mapping.fields; field->key != NULL; field++) {
        if (strcmp(field->key, key) != 0)
            continue;
        if (frame->seen[field - frame->schema->mapping.fields]) {
            error_set(check->error, ERROR_CONFIG, "the key '%s' is there twice", key);
            return at(check, &event->start_mark);
        }
        frame->seen[field - frame->schema->mapping.fields] = true;
        frame->field = field;
        return ERROR_NONE;
    }
    error_set(check->error, ERROR_CONFIG, "unknown key '%s'", shown(event, text));
    hint_at_keys(check, frame->schema->mapping.fields, key);
    return at(check, &event->start_mark);
}

static bool is_one_of(const char *value, const char *const *words)
{
    while (*words != NULL && strcmp(*words, value) != 0)
        words++;
    return *words != NULL;
}

/* Decimal digits with an optional sign, without a leading zero. */
static bool is_whole_number(const char *value, bool may_be_negative)
{
    const char *digits = value + (may_be_negative && value[0] == '-' ? 1 : 0);

    return digits[0] != '\0' && strspn(digits, "0123456789") == strlen(digits) &&
           (digits[0] != '0' || digits[1] == '\0');
}

static enum error_code refuse_choice(const struct check *check, const cyaml_schema_value_t *schema, const char *value)
{
    char list[sizeof check->error->hint] = "";
    size_t length = 0;

    for (uint32_t i = 0; i < schema->enumeration.count && length < sizeof list; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length == 0 ? "" : ", ",
                                   schema->enumeration.strings[i].str);
    error_set(check->error, ERROR_CONFIG, "'%s' is none of the words that can stand here", value);
    return error_hint(check->error, "choose one of: %s", list);
}

/* Sets the error, without the place, when the scalar is not of its schema's sort. */
static enum error_code judge_scalar(const struct check *check, const cyaml_schema_value_t *schema,
                                    const yaml_event_t *event)
{
    /* What libcyaml knows as false, and what YAML 1.1 knows as true. */
    static const char *const booleans[] = {"true",  "True",  "TRUE", "yes", "Yes", "YES", "on",  "On",  "ON", "false",
                                           "False", "FALSE", "no",   "No",  "NO",  "off", "Off", "OFF", NULL};
    const char *value = (const char *)event->data.scalar.value;
    char text[64];

    switch (schema->type) {
    case CYAML_INT:
    case CYAML_UINT:
        if (is_whole_number(value, schema->type == CYAML_INT))
            return ERROR_NONE;
        return error_set(check->error, ERROR_CONFIG, "expected a whole number%s, not '%s'",
                         schema->type == CYAML_INT ? "" : " that is not negative", shown(event, text));
    case CYAML_BOOL:
        if (is_one_of(value, booleans))
            return ERROR_NONE;
        return error_set(check->error, ERROR_CONFIG, "expected true or false, not '%s'", shown(event, text));
    case CYAML_ENUM:
        for (uint32_t i = 0; i < schema->enumeration.count; i++)
            if (strcmp(schema->enumeration.strings[i].str, value) == 0)
                return ERROR_NONE;
        return refuse_choice(check, schema, shown(event, text));
    case CYAML_MAPPING:
    case CYAML_BITFIELD:
        return error_set(check->error, ERROR_CONFIG, "expected keys with values, one a line, not a single value");
    case CYAML_SEQUENCE:
    case CYAML_SEQUENCE_FIXED:
    case CYAML_FLAGS:
        return error_set(check->error, ERROR_CONFIG, "expected a list, not a single value");
    default:
        return ERROR_NONE;
    }
}

static enum error_code check_scalar(const struct check *check, const cyaml_schema_value_t *schema,
                                    const yaml_event_t *event)
{
    bool may_be_null = schema != NULL && (schema->flags & CYAML_FLAG_POINTER_NULL) == CYAML_FLAG_POINTER_NULL;

    if (schema == NULL || (may_be_null && event->data.scalar.length == 0))
        return ERROR_NONE;
    if (judge_scalar(check, schema, event) != ERROR_NONE)
        return at(check, &event->start_mark);
    return ERROR_NONE;
}

/* The schema of the value that comes next. */
static const cyaml_schema_value_t *next_schema(const struct check *check)
{
    const struct frame *frame = check->depth == 0 ? NULL : &check->frames[check->depth - 1];

    if (frame == NULL)
        return check->top;
    if (frame->is_mapping)
        return frame->field == NULL ? NULL : &frame->field->value;
    if (frame->schema == NULL || (frame->schema->type != CYAML_SEQUENCE && frame->schema->type != CYAML_SEQUENCE_FIXED))
        return NULL;
    return frame->schema->sequence.entry;
}

static bool is_list(enum cyaml_type type)
{
    return type == CYAML_SEQUENCE || type == CYAML_SEQUENCE_FIXED || type == CYAML_FLAGS;
}

static enum error_code begin_collection(struct check *check, const yaml_event_t *event)
{
    const cyaml_schema_value_t *schema = next_schema(check);
    bool is_mapping = event->type == YAML_MAPPING_START_EVENT;
    struct frame *frame;
    size_t fields = 0;

    if (schema != NULL && schema->type == CYAML_IGNORE)
        schema = NULL;
    if (check->depth == CONFIG_DEPTH_LIMIT) {
        error_set(check->error, ERROR_CONFIG, "more than %d levels inside each other", CONFIG_DEPTH_LIMIT);
        return at(check, &event->start_mark);
    }
    if (schema != NULL &&
        (is_mapping ? schema->type != CYAML_MAPPING && schema->type != CYAML_BITFIELD : !is_list(schema->type))) {
        error_set(check->error, ERROR_CONFIG, "expected %s, not %s",
                  is_list(schema->type)           ? "a list"
                  : schema->type == CYAML_MAPPING ? "keys with values"
                                                  : "a single value",
                  is_mapping ? "keys with values" : "a list");
        return at(check, &event->start_mark);
    }
    frame = &check->frames[check->depth++];
    *frame = (struct frame){.is_mapping = is_mapping, .wants_key = is_mapping, .start = event->start_mark};
    if (schema == NULL || schema->type == CYAML_BITFIELD)
        return ERROR_NONE;
    frame->schema = schema;
    if (is_mapping)
        while (schema->mapping.fields[fields].key != NULL)
            fields++;
    frame->seen = arena_array(check->arena, fields + 1, sizeof *frame->seen);
    return frame->seen == NULL ? arena_error(check->arena, check->error, "reading a configuration") : ERROR_NONE;
}

/* A value is complete: in a mapping a key comes next. */
static void end_value(struct check *check)
{
    struct frame *frame = check->depth == 0 ? NULL : &check->frames[check->depth - 1];

    if (frame != NULL && frame->is_mapping) {
        frame->wants_key = true;
        frame->field = NULL;
    }
}

static enum error_code end_collection(struct check *check)
{
    struct frame *frame = &check->frames[--check->depth];
    const cyaml_schema_field_t *field = NULL;

    if (frame->is_mapping && frame->schema != NULL)
        for (field = frame->schema->mapping.fields; field->key != NULL; field++) {
            if (frame->seen[field - frame->schema->mapping.fields] || (field->value.flags & CYAML_FLAG_OPTIONAL) != 0)
                continue;
            error_set(check->error, ERROR_CONFIG, "the key '%s' is missing", field->key);
            return at(check, &frame->start);
        }
    end_value(check);
    return ERROR_NONE;
}

/* What no value may have, whatever the schema says. */
static enum error_code refuse_special(const struct check *check, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    const char *what = NULL;

    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        if (memchr(event->data.scalar.value, 0, event->data.scalar.length) != NULL)
            what = "a text with a NUL in it";
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor != NULL || event->type == YAML_ALIAS_EVENT)
        what = "an anchor or alias (a word that begins with '&' or '*' needs quotes)";
    else if (tag != NULL)
        what = "a tag (a word that begins with '!' needs quotes)";
    if (what == NULL)
        return ERROR_NONE;
    error_set(check->error, ERROR_CONFIG, "%s is not allowed here", what);
    return at(check, &event->start_mark);
}

static enum error_code check_node(struct check *check, const yaml_event_t *event)
{
    struct frame *frame = check->depth == 0 ? NULL : &check->frames[check->depth - 1];

    if (refuse_special(check, event) != ERROR_NONE)
        return ERROR_CONFIG;
    if (frame != NULL && frame->wants_key) {
        if (event->type == YAML_SCALAR_EVENT)
            return check_key(check, frame, event);
        error_set(check->error, ERROR_CONFIG, "a key must be a single word");
        return at(check, &event->start_mark);
    }
    if (event->type != YAML_SCALAR_EVENT)
        return begin_collection(check, event);
    if (check_scalar(check, next_schema(check), event) != ERROR_NONE)
        return ERROR_CONFIG;
    end_value(check);
    return ERROR_NONE;
}

static enum error_code check_event(struct check *check, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++check->documents == 1)
            return ERROR_NONE;
        error_set(check->error, ERROR_CONFIG, "a second document begins; only one is allowed");
        return at(check, &event->start_mark);
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return check_node(check, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return end_collection(check);
    default:
        return ERROR_NONE;
    }
}

static enum error_code parser_error(const struct check *check, const yaml_parser_t *parser)
{
    bool has_place = parser->error != YAML_READER_ERROR;
    const yaml_mark_t *mark = has_place ? &parser->problem_mark : &parser->mark;

    if (parser->error == YAML_MEMORY_ERROR)
        return error_memory(check->error, "reading a configuration");
    error_set(check->error, ERROR_CONFIG, "not valid YAML: %s%s%s", parser->problem == NULL ? "?" : parser->problem,
              parser->context == NULL ? "" : " ", parser->context == NULL ? "" : parser->context);
    return at(check, mark);
}

static void delete_parser(yaml_parser_t **parser)
{
    yaml_parser_delete(*parser);
}

enum error_code config_check(const char *name, struct text text, const cyaml_schema_value_t *schema,
                             struct arena *arena, bool *ret_empty, struct error *error)
{
    struct check check = {.name = name, .top = schema, .arena = arena, .error = error};
    yaml_parser_t storage;
    enum error_code code = ERROR_NONE;
    bool done = false;

    if (!yaml_parser_initialize(&storage))
        return error_memory(error, "reading a configuration");
    CLEANUP(delete_parser) yaml_parser_t *parser = &storage;
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)text.bytes, text.length);
    while (!done && code == ERROR_NONE) {
        yaml_event_t event;

        if (!yaml_parser_parse(parser, &event))
            return parser_error(&check, parser);
        code = check_event(&check, &event);
        done = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    if (code == ERROR_NONE)
        *ret_empty = check.documents == 0;
    return code;
}
