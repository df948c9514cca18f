#include "cli/shape.h"

#include <string.h>

#include "base/clock.h"

/* What reading needs at every step. */
struct reading_state {
    struct arena *arena;
    struct error *error;
};

static const char doing[] = "reading an answer";

static enum error_code mismatch(const struct reading_state *state, const struct shape_member *member, const char *what)
{
    return error_set(state->error, ERROR_PROTOCOL, "the answer makes no sense: '%s' %s", member->name, what);
}

static enum error_code out_of_memory(const struct reading_state *state)
{
    return arena_error(state->arena, state->error, doing);
}

static enum error_code read_object(const struct reading_state *state, const struct shape *shape, const json_t *object,
                                   void *values);

static enum error_code read_text(const struct reading_state *state, const struct shape_member *member,
                                 const json_t *json, struct text *ret_text)
{
    const char *copy;

    if (!json_is_string(json))
        return mismatch(state, member, "is no text");
    copy = arena_string(state->arena, (struct text){json_string_value(json), json_string_length(json)});
    if (copy == NULL)
        return out_of_memory(state);
    *ret_text = (struct text){copy, json_string_length(json)};
    return ERROR_NONE;
}

static enum error_code read_texts(const struct reading_state *state, const struct shape_member *member,
                                  const json_t *json, struct shape_list *ret_list)
{
    size_t count = json_array_size(json);
    struct text *items;

    if (!json_is_array(json))
        return mismatch(state, member, "is no list");
    items = arena_array(state->arena, count, sizeof *items);
    if (items == NULL)
        return out_of_memory(state);
    for (size_t i = 0; i < count; i++)
        if (read_text(state, member, json_array_get(json, i), &items[i]) != ERROR_NONE)
            return state->error->code;
    *ret_list = (struct shape_list){items, count};
    return ERROR_NONE;
}

static enum error_code read_value(const struct reading_state *state, const struct shape_member *member,
                                  const json_t *json, struct shape_value *ret_value)
{
    struct text *text;

    if (json_is_array(json)) {
        ret_value->type = VALUE_LIST;
        return read_texts(state, member, json, &ret_value->texts);
    }
    text = arena_alloc(state->arena, sizeof *text);
    if (text == NULL)
        return out_of_memory(state);
    *ret_value = (struct shape_value){VALUE_TEXT, {text, 1}};
    return read_text(state, member, json, text);
}

static enum error_code read_objects(const struct reading_state *state, const struct shape_member *member,
                                    const json_t *json, struct shape_list *ret_list)
{
    size_t count = json_array_size(json);
    char *items;

    if (!json_is_array(json))
        return mismatch(state, member, "is no list");
    items = arena_array(state->arena, count, member->shape->size);
    if (items == NULL)
        return out_of_memory(state);
    for (size_t i = 0; i < count; i++)
        if (read_object(state, member->shape, json_array_get(json, i), items + i * member->shape->size) != ERROR_NONE)
            return state->error->code;
    *ret_list = (struct shape_list){items, count};
    return ERROR_NONE;
}

static enum error_code read_pointer(const struct reading_state *state, const struct shape_member *member,
                                    const json_t *json, const void **ret_pointer)
{
    void *values = arena_alloc(state->arena, member->shape->size);

    if (values == NULL)
        return out_of_memory(state);
    *ret_pointer = values;
    return read_object(state, member->shape, json, values);
}

static enum error_code read_choice(const struct reading_state *state, const struct shape_member *member,
                                   const json_t *json, unsigned *ret_number)
{
    if (!json_is_string(json))
        return mismatch(state, member, "is no text");
    for (unsigned i = 0; member->choice(i) != NULL; i++)
        if (strcmp(member->choice(i), json_string_value(json)) == 0) {
            *ret_number = i;
            return ERROR_NONE;
        }
    return error_set(state->error, ERROR_PROTOCOL, "the answer makes no sense: '%s' cannot be '%.40s'", member->name,
                     json_string_value(json));
}

static enum error_code read_member(const struct reading_state *state, const struct shape_member *member,
                                   const json_t *json, void *place)
{
    switch (member->type) {
    case MEMBER_TEXT:
        return read_text(state, member, json, place);
    case MEMBER_TIME:
        if (!json_is_string(json) ||
            !clock_parse((struct text){json_string_value(json), json_string_length(json)}, place))
            return mismatch(state, member, "is no time");
        return ERROR_NONE;
    case MEMBER_NUMBER:
        if (!json_is_integer(json) || json_integer_value(json) < 0)
            return mismatch(state, member, "is no number from 0 on");
        *(int64_t *)place = json_integer_value(json);
        return ERROR_NONE;
    case MEMBER_FLAG:
        if (!json_is_boolean(json))
            return mismatch(state, member, "is neither true nor false");
        *(bool *)place = json_is_true(json);
        return ERROR_NONE;
    case MEMBER_CHOICE:
        return read_choice(state, member, json, place);
    case MEMBER_VALUE:
        return read_value(state, member, json, place);
    case MEMBER_TEXTS:
        return read_texts(state, member, json, place);
    case MEMBER_OBJECT:
        return read_pointer(state, member, json, place);
    case MEMBER_OBJECTS:
        return read_objects(state, member, json, place);
    }
    return mismatch(state, member, "is of a sort that nobody knows");
}

static enum error_code read_object(const struct reading_state *state, const struct shape *shape, const json_t *object,
                                   void *values)
{
    if (!json_is_object(object))
        return error_set(state->error, ERROR_PROTOCOL, "the answer makes no sense: something is no object");
    for (const struct shape_member *member = shape->members; member->name != NULL; member++) {
        const json_t *json = json_object_get(object, member->name);

        if (json == NULL || json_is_null(json)) {
            if (member->optional)
                continue;
            return mismatch(state, member, "is missing");
        }
        if (read_member(state, member, json, (char *)values + member->offset) != ERROR_NONE)
            return state->error->code;
    }
    return ERROR_NONE;
}

enum error_code shape_read(const struct shape *shape, const json_t *document, void *values, struct arena *arena,
                           struct error *error)
{
    const struct reading_state state = {arena, error};

    return read_object(&state, shape, document, values);
}
