/* Writes docs/reference/events.md from the table of types, the schemas of their data and the lines that tell them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/event_schema.h"
#include "event/event_text.h"

static const char head[] =
    "# Events\n"
    "\n"
    "Everything that happens is an event with a number, in the order in which it happened: written in the same "
    "transaction\n"
    "as what it tells of, so that nothing is told that is not so, and nothing is so that is not told. Numbers are "
    "never\n"
    "used again. Events are kept as long as changes are (`retention` of the configuration), and in any case until\n"
    "notifications have read them.\n"
    "\n"
    "<!-- This page is written by the program: `cmake --build … --target docs`. -->\n"
    "\n"
    "## Where to get them\n"
    "\n"
    "| | |\n"
    "|---|---|\n"
    "| `GET /api/v1/events?after=N` | pages, oldest first; `order=newest` the other way round ([the HTTP "
    "API](http-api.md)) |\n"
    "| `driftline events`, `driftline events --follow` | the same for people, a line each |\n"
    "| `GET /api/v1/events` with `Accept: text/event-stream`, and the feed over ZeroMQ | as they come "
    "([streams](streams.md)) |\n"
    "| notifications | for people, put together by what they are about ([sinks](sinks.md)) |\n"
    "| `GET /api/v1/events/types`, `/api/v1/events/types/{name}` | the types, and the JSON Schema of the data of each "
    "|\n"
    "\n"
    "### To go on where one was\n"
    "\n"
    "A page says in `next` which event was looked at last. Keep that number, in the same place and at the same moment "
    "as\n"
    "what you made of the events, and ask with it as `after`: now for the next page, later for what has happened "
    "since. A\n"
    "page may be empty and still have another `next`, since filters let it pass over what is not wanted: at most "
    "10,000\n"
    "events are looked at for one page. There is nothing more when `next` is the number that was asked with.\n"
    "\n"
    "Whoever takes them in again from an earlier number gets the same events with the same `id` again: together with\n"
    "`source` it tells what was there already.\n"
    "\n"
    "### Filters\n"
    "\n"
    "`type`, `database` and `environment` take names and patterns, separated by commas or given several times: `*` "
    "stands\n"
    "for any characters, `?` for one. `severity` is the least that is wanted. All that is given must hold. An event "
    "that is\n"
    "about no database fits no `database`, not even `*`. Of two environments that differ it is the one that would be\n"
    "promoted to that counts.\n"
    "\n"
    "## The envelope\n"
    "\n"
    "Events are [CloudEvents](https://cloudevents.io) 1.0 in JSON, the same wherever they go.\n"
    "\n"
    "| attribute | is |\n"
    "|---|---|\n"
    "| `specversion` | `1.0` |\n"
    "| `id` | the number, as text: `\"1234\"` |\n"
    "| `source` | `/driftline/` and the id of the store: of which collector |\n"
    "| `type` | `driftline.` and the name of a type below |\n"
    "| `subject` | `orders@prod`, `orders@prod/eu-1`; or the database or the agent that it is about; absent: none of "
    "them |\n"
    "| `time` | when it was learned, UTC |\n"
    "| `datacontenttype` | `application/json` |\n"
    "| `dataschema` | where the schema of `data` is |\n"
    "| `sequence` | the number so that later ones are larger as texts, too |\n"
    "| `severity` | `low`, `medium`, `high`, `critical`: of a difference how bad it is; the end of anything is low |\n"
    "| `database`, `environment`, `instance` | what it is about; absent: nothing in particular |\n"
    "| `agent` | whose observation it is, or who it is about; absent: nobody |\n"
    "| `summary` | all of it in one line for people |\n"
    "| `data` | an object, see below |\n"
    "\n"
    "Names and values in `data` come from databases: they may hold anything, and are written as in\n"
    "[reports](reports.md). `summary` has no control characters, but it is not escaped for HTML or any other medium.\n"
    "\n"
    "## Types\n"
    "\n"
    "Who is told of which is a matter of [routes](collector.md#routes). A route that names no `types` takes those that "
    "mean\n"
    "trouble: `delivery-dead` is one of them, what people did (`drift-acknowledged`, `drift-waived`) and ends are not. "
    "Of "
    "an\n"
    "end whoever was told of the trouble is told nevertheless.\n"
    "\n"
    "Names and what members mean are for good; new types and new members may come. What stands under \"is told as\" "
    "are\n"
    "the `summary` lines of the examples in the schema.\n"
    "\n";

/* ---- what a member is ---- */

static const char *string_of(const json_t *schema, const char *name)
{
    return json_string_value(json_object_get(schema, name));
}

static const json_t *shared_of(const json_t *schemas, const json_t *schema)
{
    const char *name = event_schema_shared(string_of(schema, "$ref"));

    return name == NULL ? NULL : json_object_get(json_object_get(schemas, "$defs"), name);
}

static bool is_object(const json_t *schema)
{
    return json_object_get(schema, "properties") != NULL;
}

static void write_words(struct buffer *page, const json_t *words)
{
    const json_t *word;
    size_t index;

    json_array_foreach(words, index, word)
        buffer_printf(page, "%s`%s`", index == 0 ? "" : ", ", json_string_value(word));
}

/* What is an object by itself has a section, to which this is a link. */
static void write_type(struct buffer *page, const json_t *schemas, const json_t *schema)
{
    const json_t *shared = shared_of(schemas, schema), *is = shared == NULL ? schema : shared;
    const char *name = event_schema_shared(string_of(schema, "$ref"));
    const json_t *items = json_object_get(is, "items");

    if (name != NULL && is_object(is)) {
        buffer_printf(page, "[%s](#%s)", name, name);
    } else if (items != NULL) {
        buffer_add_string(page, "list: ");
        write_type(page, schemas, items);
    } else if (json_object_get(is, "enum") != NULL) {
        write_words(page, json_object_get(is, "enum"));
    } else if (json_is_true(json_object_get(is, "const"))) {
        buffer_add_string(page, "`true`");
    } else if (json_object_get(is, "oneOf") != NULL) {
        buffer_add_string(page, "text, list of texts, or null");
    } else if (is_object(is)) {
        buffer_add_string(page, "object");
    } else {
        const char *type = string_of(is, "type");

        buffer_add_string(page, strcmp(type, "string") == 0    ? "text"
                                : strcmp(type, "integer") == 0 ? "number"
                                                               : "`true` or `false`");
    }
}

static bool is_required(const json_t *object, const char *name)
{
    const json_t *word;
    size_t index;

    json_array_foreach(json_object_get(object, "required"), index,
                       word) if (strcmp(json_string_value(word), name) == 0) return true;
    return false;
}

/* The members of an object, and with a prefix those of objects in it that are no section of their own. */
static void write_members(struct buffer *page, const json_t *schemas, json_t *object, const char *prefix)
{
    const char *name;
    json_t *member;

    json_object_foreach(json_object_get(object, "properties"), name, member)
    {
        const json_t *shared = shared_of(schemas, member), *is = shared == NULL ? member : shared;
        const char *own = string_of(member, "description"), *common = string_of(shared, "description");
        json_t *items = json_object_get(is, "items");

        buffer_printf(page, "| `%s%s`%s | ", prefix, name, is_required(object, name) ? "" : ", optional");
        write_type(page, schemas, member);
        buffer_printf(page, " | %s%s%s |\n", own == NULL ? "" : own, own != NULL && common != NULL ? " " : "",
                      common == NULL ? "" : common);
        if (items != NULL && is_object(items)) {
            char nested[64];

            snprintf(nested, sizeof nested, "%s%s[].", prefix, name);
            write_members(page, schemas, items, nested);
        }
    }
}

static void write_table(struct buffer *page, const json_t *schemas, json_t *object)
{
    buffer_add_string(page, "| member | is | meaning |\n|---|---|---|\n");
    write_members(page, schemas, object, "");
    buffer_add_byte(page, '\n');
}

/* ---- types ---- */

static void write_examples(struct buffer *page, enum event_type type, const json_t *examples)
{
    /* what the examples are about */
    const struct event_row event = {.type = type, .place = {TEXT("orders"), TEXT("prod"), TEXT("default")}};
    const json_t *example;
    size_t index;

    buffer_add_string(page, "Is told as:\n\n```\n");
    json_array_foreach(examples, index, example)
    {
        event_text_write(&event, example, page);
        buffer_add_byte(page, '\n');
    }
    buffer_add_string(page, "```\n\n");
}

static void write_event_type(struct buffer *page, const json_t *schemas, enum event_type type)
{
    json_t *schema = json_object_get(json_object_get(schemas, "types"), event_type_name(type));
    const char *more = string_of(schema, "description"), *shared = event_schema_shared(string_of(schema, "$ref"));
    const json_t *either;
    size_t index;

    buffer_printf(page, "### %s\n\n%s.%s%s\n\n", event_type_name(type), event_type_summary(type),
                  more == NULL ? "" : " ", more == NULL ? "" : more);
    if (shared != NULL)
        buffer_printf(page, "Data: [%s](#%s).\n\n", shared, shared);
    else if (is_object(schema))
        write_table(page, schemas, schema);
    else
        json_array_foreach(json_object_get(schema, "oneOf"), index, either)
        {
            shared = event_schema_shared(string_of(either, "$ref"));
            buffer_printf(page, "%s [%s](#%s)", index == 0 ? "Data:" : " or", shared, shared);
        }
    if (!is_object(schema) && json_object_get(schema, "oneOf") != NULL)
        buffer_add_string(page, ".\n\n");
    write_examples(page, type, json_object_get(schema, "examples"));
}

static void write_shared(struct buffer *page, const json_t *schemas)
{
    const char *name;
    json_t *shared;

    buffer_add_string(page, "## What several types have in common\n\n");
    json_object_foreach(json_object_get(schemas, "$defs"), name, shared)
    {
        if (!is_object(shared))
            continue;
        buffer_printf(page, "### %s\n\n", name);
        if (string_of(shared, "description") != NULL)
            buffer_printf(page, "%s\n\n", string_of(shared, "description"));
        write_table(page, schemas, shared);
    }
}

static void write_index(struct buffer *page)
{
    buffer_add_string(page, "| type | says |\n|---|---|\n");
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        buffer_printf(page, "| [`%s`](#%s) | %s |\n", event_type_name((enum event_type)type),
                      event_type_name((enum event_type)type), event_type_summary((enum event_type)type));
    buffer_add_byte(page, '\n');
}

int main(void)
{
    CLEANUP(buffer_clear) struct buffer page = {0};
    struct json_builder builder = {0};
    json_t *schemas = event_schemas(&builder);

    buffer_add_string(&page, head);
    write_index(&page);
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        write_event_type(&page, schemas, (enum event_type)type);
    write_shared(&page, schemas);
    json_decref(schemas);
    if (builder.failed || page.failed)
        return EXIT_FAILURE;
    page.length--; /* the last empty line */
    fwrite(page.bytes, 1, page.length, stdout);
    return EXIT_SUCCESS;
}
