#include "collector/notify/sinks/prepared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka.h"
#include "support/directory.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

static void read_message(struct prepared *prepared, const char *name)
{
    struct test_directory directory;
    struct error error = {0};
    char path[128];
    json_t *json;
    char *text;

    test_directory_make(&directory);
    snprintf(path, sizeof path, "tests/collector/notify/sinks/messages/%s.json", name);
    json = json_load_file(test_source_path(&directory, path), 0, NULL);
    test_directory_remove(&directory);
    assert_non_null(json);
    text = json_dumps(json, JSON_COMPACT);
    assert_non_null(text);
    json_decref(json);
    check(message_read(text_from(arena_string(&prepared->arena, text_from(text))), &prepared->arena, &prepared->message,
                       &prepared->document, &error),
          &error);
    free(text);
}

void prepared_make(struct prepared *prepared, const struct sink *sink, const char *name)
{
    struct sink_attempt attempt = {.sink = sink, .attempt = 1, .now = PREPARED_NOW, .memory = json_object()};
    struct error error = {0};

    *prepared = (struct prepared){.request.action = SINK_NOTHING};
    arena_init(&prepared->arena, MEMORY);
    read_message(prepared, name);
    attempt.message = &prepared->message;
    attempt.arena = &prepared->arena;
    check(sink->kind->prepare(&attempt, &prepared->request, &error), &error);
    json_decref(attempt.memory);
}

void prepared_clear(struct prepared *prepared)
{
    buffer_clear(&prepared->request.body);
    json_decref(prepared->document);
    arena_free(&prepared->arena);
}

const char *prepared_body(struct prepared *prepared)
{
    return arena_string(&prepared->arena, buffer_text(&prepared->request.body));
}

const char *prepared_header(struct prepared *prepared, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < prepared->request.header_count; i++) {
        const char *line = prepared->request.headers[i].bytes;

        if (strncmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 2;
        if (strncmp(line, name, length) == 0 && line[length] == '=')
            return line + length + 1;
    }
    return NULL;
}

const char *prepared_check(const struct sink *sink)
{
    static char said[600];
    struct error error = {0};
    const char *key = "";

    if (sink->kind->check(sink, &key, &error) == ERROR_NONE)
        return "";
    assert_int_equal(error.code, ERROR_CONFIG);
    snprintf(said, sizeof said, "%s: %s", key, error.message);
    return said;
}
