#include "recreate/making.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more element; false when memory is out, which making_check() will say. */
static bool grow(struct making *making, void *array, size_t count, size_t *capacity, size_t size)
{
    void **place = array;
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *larger;

    if (count < *capacity)
        return !making->failed;
    larger = making->failed ? NULL : arena_array(making->arena, wanted, size);
    if (larger == NULL) {
        making->failed = true;
        return false;
    }
    if (count > 0)
        memcpy(larger, *place, count * size);
    *place = larger;
    *capacity = wanted;
    return true;
}

#define GROW(making, array, count, capacity) grow(making, &(array), count, &(capacity), sizeof *(array))

static struct text keep(struct making *making, struct text text)
{
    const char *copy = making->failed ? NULL : arena_string(making->arena, text);

    if (copy == NULL) {
        making->failed = true;
        return TEXT("");
    }
    return (struct text){copy, text.length};
}

static bool *used_flags(struct making *making, uint32_t count)
{
    bool *used = making->failed ? NULL : arena_array(making->arena, count + 1u, sizeof *used);

    making->failed = making->failed || used == NULL;
    return used;
}

struct facts making_object(struct making *making, uint32_t number)
{
    const struct object *object = &making->objects[number];

    return (struct facts){.kind = object->kind,
                          .attributes = object->attributes,
                          .count = object->attribute_count,
                          .used = used_flags(making, object->attribute_count),
                          .path = making->paths[number],
                          .name = making->paths[number],
                          .object = number};
}

struct facts making_part(struct making *making, uint32_t number, const struct part *part)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    struct facts facts = {.kind = part->kind,
                          .attributes = part->attributes,
                          .count = part->attribute_count,
                          .used = used_flags(making, part->attribute_count),
                          .object = number};

    buffer_add_text(&path, making->paths[number]);
    buffer_add_byte(&path, '.');
    identifier_write(&path, part->name);
    making->failed = making->failed || path.failed;
    facts.path = facts.name = keep(making, buffer_text(&path));
    return facts;
}

static const struct attribute *look_up(const struct facts *facts, const char *name)
{
    const struct attribute *attribute = attribute_find(facts->attributes, facts->count, text_from(name));

    if (attribute != NULL && facts->used != NULL)
        facts->used[attribute - facts->attributes] = true;
    return attribute;
}

struct text fact(const struct facts *facts, const char *name)
{
    const struct attribute *attribute = look_up(facts, name);

    return attribute == NULL || attribute->is_list ? TEXT("") : attribute->items[0];
}

const struct attribute *fact_list(const struct facts *facts, const char *name)
{
    return look_up(facts, name);
}

bool fact_is(const struct facts *facts, const char *name, const char *value)
{
    return text_equal(fact(facts, name), text_from(value));
}

bool fact_there(const struct facts *facts, const char *name)
{
    return look_up(facts, name) != NULL;
}

void making_finish(struct making *making, const struct facts *facts)
{
    for (uint32_t i = 0; facts->used != NULL && i < facts->count; i++)
        if (!facts->used[i])
            making_note(
                making, facts->kind, facts->path,
                making_text(making, "its attribute '%.*s' is not known here", TEXT_ARGS(facts->attributes[i].name)));
}

void making_begin(struct making *making, enum stage stage, const struct facts *facts)
{
    making->current = (struct step){.stage = stage,
                                    .object = facts == NULL ? STEP_NONE : facts->object,
                                    .path = facts == NULL ? TEXT("") : facts->path,
                                    .kind = facts == NULL ? KIND_NONE : facts->kind,
                                    .first_quiet = (uint32_t)making->quiet_count,
                                    .stand_in = STEP_NONE};
    making->is_quiet = false;
    buffer_reset(&making->sql);
}

void making_quiet(struct making *making, bool is_quiet)
{
    if (is_quiet == making->is_quiet)
        return;
    making->is_quiet = is_quiet;
    if (!is_quiet)
        making->quiet[making->quiet_count - 1].end = making->sql.length;
    else if (GROW(making, making->quiet, making->quiet_count, making->quiet_capacity))
        making->quiet[making->quiet_count++] = (struct range){making->sql.length, making->sql.length};
    else
        making->is_quiet = false;
}

uint32_t making_end(struct making *making)
{
    making_quiet(making, false);
    making->failed = making->failed || making->sql.failed;
    making->current.quiet_count = (uint32_t)making->quiet_count - making->current.first_quiet;
    making->current.sql = keep(making, buffer_text(&making->sql));
    if (!GROW(making, making->steps, making->step_count, making->step_capacity))
        return STEP_NONE;
    making->steps[making->step_count] = making->current;
    return (uint32_t)making->step_count++;
}

uint32_t making_end_object(struct making *making)
{
    uint32_t step = making_end(making);

    if (step != STEP_NONE && making->steps[step].object != STEP_NONE)
        making->made_by[making->steps[step].object] = step;
    return step;
}

void making_need(struct making *making, uint32_t on, uint32_t step)
{
    if (on != STEP_NONE && step != STEP_NONE && GROW(making, making->needs, making->need_count, making->need_capacity))
        making->needs[making->need_count++] = (struct need){.step = step, .on = on};
}

void making_need_object(struct making *making, uint32_t object, uint32_t step)
{
    if (step != STEP_NONE && GROW(making, making->needs, making->need_count, making->need_capacity))
        making->needs[making->need_count++] = (struct need){.step = step, .on = STEP_NONE, .object = object};
}

void making_need_bare(struct making *making, enum kind kind, struct text quoted_name, uint32_t step)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    long object;

    rendered_unquote(&name, quoted_name);
    making->failed = making->failed || name.failed;
    object = names_find_bare(&making->names, kind, buffer_text(&name));
    if (object != NAME_NONE)
        making_need_object(making, (uint32_t)object, step);
}

void making_accompany(struct making *making, uint32_t object, uint32_t step)
{
    if (step != STEP_NONE && GROW(making, making->company, making->company_count, making->company_capacity))
        making->company[making->company_count++] = (struct company){object, step};
}

void making_note(struct making *making, enum kind kind, struct text path, struct text reason)
{
    if (GROW(making, making->notes, making->note_count, making->note_capacity))
        making->notes[making->note_count++] = (struct recreate_note){kind, path, reason};
}

void making_note_facts(struct making *making, const struct facts *facts, const char *reason)
{
    making_note(making, facts->kind, facts->path, text_from(reason));
}

struct text making_name(struct making *making, struct text name)
{
    CLEANUP(buffer_clear) struct buffer quoted = {0};

    identifier_write(&quoted, name);
    making->failed = making->failed || quoted.failed;
    return keep(making, buffer_text(&quoted));
}

struct text making_text(struct making *making, const char *format, ...)
{
    va_list arguments;
    char *line;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    line = making->failed || length < 0 ? NULL : arena_alloc(making->arena, (size_t)length + 1);
    if (line == NULL) {
        making->failed = true;
        return TEXT("");
    }
    va_start(arguments, format);
    vsnprintf(line, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return (struct text){line, (size_t)length};
}

void put(struct making *making, const char *sql)
{
    buffer_add_string(&making->sql, sql);
}

void put_text(struct making *making, struct text sql)
{
    buffer_add_text(&making->sql, sql);
}

void put_name(struct making *making, struct text name)
{
    identifier_write(&making->sql, name);
}

void put_literal(struct making *making, struct text value)
{
    put(making, "'");
    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] == '\'')
            put(making, "'");
        buffer_add_byte(&making->sql, (uint8_t)value.bytes[i]);
    }
    put(making, "'");
}

void put_names(struct making *making, const struct attribute *names)
{
    for (uint32_t i = 0; names != NULL && i < names->count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_name(making, names->items[i]);
    }
}

void put_bracketed(struct making *making, struct text expression)
{
    bool has_brackets = rendered_is_bracketed(expression);

    put(making, has_brackets ? "" : "(");
    put_text(making, expression);
    put(making, has_brackets ? "" : ")");
}

/* Whether the delimiter would end the body before its end. */
static bool ends_early(struct text body, const char *delimiter)
{
    size_t length = strlen(delimiter);

    return memmem(body.bytes, body.length, delimiter, length) != NULL ||
           (body.length > 0 && body.bytes[body.length - 1] == '$');
}

void put_body(struct making *making, struct text body)
{
    char delimiter[16] = "$$";

    if (memchr(body.bytes, ' ', body.length) == NULL && memchr(body.bytes, '\n', body.length) == NULL) {
        put_literal(making, body); /* the name of a function in C */
        return;
    }
    if (ends_early(body, delimiter))
        snprintf(delimiter, sizeof delimiter, "$_$");
    for (unsigned i = 1; memmem(body.bytes, body.length, delimiter, strlen(delimiter)) != NULL; i++)
        snprintf(delimiter, sizeof delimiter, "$_%u$", i);
    put(making, delimiter);
    put_text(making, body);
    put(making, delimiter);
}

void making_role(struct making *making, struct text name, bool superuser)
{
    if (making->options->roles && !text_equal(name, TEXT("PUBLIC")) &&
        GROW(making, making->roles, making->role_count, making->role_capacity))
        making->roles[making->role_count++] = (struct named_role){name, superuser};
}

void put_role(struct making *making, struct text name)
{
    put_text(making, name);
    making_role(making, name, false);
}

void put_fact(struct making *making, const struct facts *facts, const char *attribute, const char *before)
{
    struct text value = fact(facts, attribute);

    if (value.length == 0)
        return;
    put(making, before);
    put_text(making, value);
}

void put_tablespace(struct making *making, const struct facts *facts, const char *before)
{
    struct text name = fact(facts, "tablespace");

    put_fact(making, facts, "tablespace", before);
    if (name.length > 0 && making->options->roles &&
        GROW(making, making->tablespaces, making->tablespace_count, making->tablespace_capacity))
        making->tablespaces[making->tablespace_count++] = name;
}

void put_words(struct making *making, struct text words)
{
    for (size_t i = 0; i < words.length; i++) {
        char c = words.bytes[i];

        buffer_add_byte(&making->sql, (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
    }
}

void put_fact_words(struct making *making, const struct facts *facts, const char *attribute, const char *before)
{
    struct text words = fact(facts, attribute);

    if (words.length == 0)
        return;
    put(making, before);
    put_words(making, words);
}

void put_fact_in(struct making *making, const struct facts *facts, const char *attribute, const char *before)
{
    struct text value = fact(facts, attribute);

    if (value.length == 0)
        return;
    put(making, making->sql.length > 0 && making->sql.bytes[making->sql.length - 1] == '(' ? "" : ", ");
    put(making, before);
    put_text(making, value);
}

enum error_code making_check(struct making *making)
{
    if (making->failed || making->sql.failed)
        return arena_error(making->arena, making->error, "writing a schema as SQL");
    return ERROR_NONE;
}
