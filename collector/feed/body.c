#include "feed/body.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "feed/request.h"

static const char doing[] = "reading a request";

static void release_json(json_t **value)
{
    json_decref(*value);
}

/* Where in a body something is: "waivers[2].drifts[0]". */
struct place {
    const struct place *in; /* NULL: the body itself */
    const char *name;       /* of a member; NULL: an item of a list */
    size_t item;
};

enum { PLACE_SIZE = 160 };

static void write_place(const struct place *place, char ret_text[PLACE_SIZE])
{
    size_t length;

    ret_text[0] = '\0';
    if (place->in != NULL)
        write_place(place->in, ret_text);
    length = strlen(ret_text);
    if (place->name == NULL)
        snprintf(ret_text + length, PLACE_SIZE - length, "[%zu]", place->item);
    else
        snprintf(ret_text + length, PLACE_SIZE - length, "%s%.80s", length == 0 ? "" : ".", place->name);
}

static enum error_code refuse_place(const struct place *place, const char *why, struct error *error)
{
    char text[PLACE_SIZE];

    write_place(place, text);
    return error_set(error, ERROR_USAGE, "the member '%s' %s", text, why);
}

/* What all readings of one body share. */
struct body_reading {
    struct arena *arena;
    struct error *error;
};

static enum error_code read_text(struct body_reading *reading, json_t *value, const struct place *place,
                                 struct text *ret_text)
{
    struct text text = {json_string_value(value), json_string_length(value)};
    char *copy;

    if (!json_is_string(value))
        return refuse_place(place, "is not a text", reading->error);
    if (!request_is_plain(text))
        return refuse_place(place, "has a control character", reading->error);
    copy = arena_string(reading->arena, text);
    if (copy == NULL)
        return arena_error(reading->arena, reading->error, doing);
    *ret_text = (struct text){copy, text.length};
    return ERROR_NONE;
}

static enum error_code read_number(struct body_reading *reading, json_t *value, const struct place *place,
                                   int64_t *ret_number)
{
    if (!json_is_integer(value) || json_integer_value(value) < 1)
        return refuse_place(place, "is not a whole number from 1", reading->error);
    *ret_number = json_integer_value(value);
    return ERROR_NONE;
}

static enum error_code read_flag(struct body_reading *reading, json_t *value, const struct place *place, bool *ret_flag)
{
    if (!json_is_boolean(value))
        return refuse_place(place, "is not true or false", reading->error);
    *ret_flag = json_is_true(value);
    return ERROR_NONE;
}

static enum error_code read_time(struct body_reading *reading, json_t *value, const struct place *place,
                                 int64_t *ret_time)
{
    const struct text text = {json_string_value(value), json_string_length(value)};

    if (json_is_string(value) && clock_parse(text, ret_time))
        return ERROR_NONE;
    refuse_place(place, "is not a time", reading->error);
    return error_hint(reading->error, "it takes a time such as 2026-11-01 or 2026-11-01T05:30:00Z");
}

static enum error_code read_members(struct body_reading *reading, json_t *object, struct body_member *members,
                                    const struct place *place);

/* The objects of a list get a copy of the table each. */
static enum error_code read_object(struct body_reading *reading, json_t *value, struct body_member *member,
                                   const struct place *place)
{
    size_t count = 0;
    struct body_member *members;

    while (member->members[count].name != NULL)
        count++;
    members = arena_array(reading->arena, count + 1, sizeof *members);
    if (members == NULL)
        return arena_error(reading->arena, reading->error, doing);
    memcpy(members, member->members, (count + 1) * sizeof *members);
    member->reached = place->item + 1;
    member->objects[place->item] = members;
    if (!json_is_object(value))
        return refuse_place(place, "is not an object", reading->error);
    return read_members(reading, value, members, place);
}

static enum error_code read_item(struct body_reading *reading, json_t *value, struct body_member *member,
                                 const struct place *place)
{
    switch (member->type) {
    case BODY_TEXTS:
        return read_text(reading, value, place, &member->texts[place->item]);
    case BODY_NUMBERS:
        return read_number(reading, value, place, &member->numbers[place->item]);
    default:
        return read_object(reading, value, member, place);
    }
}

static enum error_code read_list(struct body_reading *reading, json_t *value, struct body_member *member,
                                 const struct place *place)
{
    size_t count = json_array_size(value);

    if (!json_is_array(value))
        return refuse_place(place, "is not a list", reading->error);
    if (count > BODY_LIST_LIMIT) {
        refuse_place(place, "is too long", reading->error);
        return error_hint(reading->error, "a list has at most %d items", BODY_LIST_LIMIT);
    }
    member->texts = arena_array(reading->arena, member->type == BODY_TEXTS ? count : 0, sizeof *member->texts);
    member->numbers = arena_array(reading->arena, member->type == BODY_NUMBERS ? count : 0, sizeof *member->numbers);
    member->objects = arena_array(reading->arena, member->type == BODY_OBJECTS ? count : 0, sizeof(*member->objects));
    if (member->texts == NULL || member->numbers == NULL || member->objects == NULL)
        return arena_error(reading->arena, reading->error, doing);
    for (size_t i = 0; i < count; i++) {
        const struct place item = {.in = place, .item = i};

        if (read_item(reading, json_array_get(value, i), member, &item) != ERROR_NONE)
            return reading->error->code;
    }
    member->reached = 0;
    member->count = count;
    return ERROR_NONE;
}

static enum error_code read_member(struct body_reading *reading, json_t *value, struct body_member *member,
                                   const struct place *place)
{
    member->given = true;
    switch (member->type) {
    case BODY_TEXT:
        return read_text(reading, value, place, &member->value);
    case BODY_NUMBER:
        return read_number(reading, value, place, &member->number);
    case BODY_FLAG:
        return read_flag(reading, value, place, &member->flag);
    case BODY_TIME:
        return read_time(reading, value, place, &member->number);
    default:
        return read_list(reading, value, member, place);
    }
}

/* "the body", or "the member 'waivers[2]'". */
static void name_object(const struct place *place, char ret_text[PLACE_SIZE + 16])
{
    char text[PLACE_SIZE];

    if (place == NULL) {
        snprintf(ret_text, PLACE_SIZE + 16, "the body");
        return;
    }
    write_place(place, text);
    snprintf(ret_text, PLACE_SIZE + 16, "the member '%s'", text);
}

static enum error_code check_members(json_t *object, const struct body_member *members, const struct place *place,
                                     struct error *error)
{
    char name[PLACE_SIZE + 16];
    const char *key;
    json_t *value;

    json_object_foreach(object, key, value)
    {
        const struct body_member *member = members;

        while (member->name != NULL && strcmp(member->name, key) != 0)
            member++;
        if (member->name == NULL) {
            name_object(place, name);
            return error_set(error, ERROR_USAGE, "%s has a member '%.80s' that has no meaning here", name, key);
        }
    }
    for (const struct body_member *member = members; member->name != NULL; member++)
        if (member->required && json_object_get(object, member->name) == NULL) {
            name_object(place, name);
            return error_set(error, ERROR_USAGE, "%s has no member '%s'", name, member->name);
        }
    return ERROR_NONE;
}

static enum error_code read_members(struct body_reading *reading, json_t *object, struct body_member *members,
                                    const struct place *place)
{
    if (check_members(object, members, place, reading->error) != ERROR_NONE)
        return reading->error->code;
    for (struct body_member *member = members; member->name != NULL; member++) {
        const struct place here = {.in = place, .name = member->name};
        json_t *value = json_object_get(object, member->name);

        if (value != NULL && read_member(reading, value, member, &here) != ERROR_NONE)
            return reading->error->code;
    }
    return ERROR_NONE;
}

enum error_code body_read(struct text body, struct body_member *members, struct arena *arena, struct error *error)
{
    const char *bytes = body.length == 0 ? "" : body.bytes;
    struct body_reading reading = {arena, error};
    json_error_t reason;
    CLEANUP(release_json) json_t *object = json_loadb(bytes, body.length, JSON_REJECT_DUPLICATES, &reason);

    if (object == NULL && json_error_code(&reason) == json_error_out_of_memory)
        return error_memory(error, doing);
    if (object == NULL) {
        error_set(error, ERROR_USAGE, "the body is not valid JSON: line %d, column %d: %s", reason.line, reason.column,
                  reason.text);
        return error_hint(error, "send an object such as {\"name\": \"...\"}");
    }
    if (!json_is_object(object))
        return error_set(error, ERROR_USAGE, "the body is not a JSON object");
    return read_members(&reading, object, members, NULL);
}
