#include "feed/answer.h"

#include <stdlib.h>

#include "feed/json.h"

static const char json_content[] = "application/json";
static const char doing[] = "writing an answer";

void answer_init(struct answer *answer)
{
    *answer = (struct answer){.status = 200, .type = json_content, .cache = "no-store"};
    buffer_init(&answer->body);
}

void answer_clear(struct answer *answer)
{
    buffer_clear(&answer->body);
}

void answer_add_header(struct answer *answer, const char *name, const char *value)
{
    if (answer->header_count == ANSWER_HEADERS_LIMIT)
        abort(); /* a route has more headers than anybody thought of */
    answer->headers[answer->header_count++] = (struct answer_header){name, value};
}

enum error_code answer_add_text_header(struct answer *answer, const char *name, struct text value, struct arena *arena,
                                       struct error *error)
{
    CLEANUP(buffer_clear) struct buffer escaped;
    const char *copy;

    buffer_init(&escaped);
    buffer_add_escaped(&escaped, value, "");
    if (buffer_check(&escaped, error, doing) != ERROR_NONE)
        return error->code;
    copy = arena_string(arena, buffer_text(&escaped));
    if (copy == NULL)
        return arena_error(arena, error, doing);
    answer_add_header(answer, name, copy);
    return ERROR_NONE;
}

/* Append a value, and release it. */
static void add_value(struct answer *answer, struct json_builder *builder, json_t *value)
{
    if (value == NULL)
        builder->failed = true;
    else
        json_write(&answer->body, value);
    json_decref(value);
}

static enum error_code end_document(struct answer *answer, const struct json_builder *builder, struct error *error)
{
    if (builder->failed)
        return error_memory(error, doing);
    buffer_add_byte(&answer->body, '\n');
    return buffer_check(&answer->body, error, doing);
}

enum error_code answer_json(struct answer *answer, struct json_builder *builder, json_t *document, struct error *error)
{
    add_value(answer, builder, document);
    return end_document(answer, builder, error);
}

void answer_begin_list(struct answer *answer, struct json_builder *builder, json_t *document, const char *list)
{
    add_value(answer, builder, document);
    if (answer->body.length > 0)
        answer->body.length--; /* the document goes on where it would end */
    buffer_printf(&answer->body, "%s\"%s\":[", answer->body.length > 1 ? "," : "", list);
}

void answer_add_item(struct answer *answer, struct json_builder *builder, json_t *item)
{
    if (answer->body.length > 0 && answer->body.bytes[answer->body.length - 1] != '[')
        buffer_add_byte(&answer->body, ',');
    add_value(answer, builder, item);
}

enum error_code answer_end_list(struct answer *answer, struct json_builder *builder, struct error *error)
{
    buffer_add_string(&answer->body, "]}");
    return end_document(answer, builder, error);
}

/* What to do, when the failure itself does not say. */
static const char *hint_of(unsigned status, const struct error *error)
{
    if (error->hint[0] != '\0')
        return error->hint;
    switch (status) {
    case 400:
    case 404:
    case 405:
        return "GET /openapi.json describes what can be asked";
    case 503:
        return "ask again in a moment";
    default:
        return error_remedy(error->code);
    }
}

void answer_failure(struct answer *answer, unsigned status, const struct error *error)
{
    struct json_builder builder = {0};
    json_t *document = json_builder_object(&builder), *inner = json_builder_object(&builder);
    size_t item = answer->failed_item;
    struct error ignored = {0};

    buffer_clear(&answer->body);
    answer_init(answer);
    answer->status = status;
    json_builder_set(&builder, inner, "code", json_builder_string(&builder, error_name(error->code)));
    json_builder_set(&builder, inner, "message", json_builder_text(&builder, text_from(error->message)));
    json_builder_set(&builder, inner, "hint", json_builder_text(&builder, text_from(hint_of(status, error))));
    if (item > 0)
        json_builder_set(&builder, inner, "item", json_builder_number(&builder, (int64_t)item - 1));
    json_builder_set(&builder, document, "error", inner);
    if (answer_json(answer, &builder, document, &ignored) != ERROR_NONE)
        buffer_reset(&answer->body); /* a status without words is all that is left */
}

unsigned answer_status_of(enum error_code code)
{
    switch (code) {
    case ERROR_NONE:
        return 200;
    case ERROR_USAGE:
    case ERROR_CONFIG:
        return 400;
    case ERROR_REFUSED:
        return 403;
    case ERROR_NOT_FOUND:
        return 404;
    case ERROR_CONFLICT:
    case ERROR_AMBIGUOUS:
        return 409;
    case ERROR_LIMIT:
        return 413;
    case ERROR_FULL:
    case ERROR_TIMEOUT:
    case ERROR_MEMORY:
    case ERROR_CONNECT: /* the end has come */
        return 503;
    default:
        return 500;
    }
}
