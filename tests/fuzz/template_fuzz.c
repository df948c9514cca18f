/* Templates of users.
 *
 * Three properties: what is refused says why with its place; what was taken is written alike twice; and what the
 * database says never comes out without a filter.
 */
#include <stdlib.h>

#include "codegen/template.h"
#include "fuzz.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024, LENGTH_LIMIT = 4096 };

static const char secret[] = "s3cr3t-of-the-database";

static json_t *make_object(void)
{
    json_t *object = json_pack("{s:s, s:b, s:[{s:s}, {s:s}], s:{s:s}, s:n, s:i, s:o}", "name", "Order", "yes", 1,
                               "items", "name", "a", "name", "b", "inner", "hash", "abc", "nothing", "count", 3,
                               "comment", template_foreign(text_from(secret)));

    if (object == NULL)
        abort();
    return object;
}

static bool has_filter(struct text text)
{
    return text.length > 0 && memchr(text.bytes, '|', text.length) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text text = {(const char *)bytes, length};
    CLEANUP(buffer_clear) struct buffer first = {0}, second = {0};
    CLEANUP(arena_free) struct arena arena;
    struct template *template = NULL;
    struct error error = {0};
    json_t *object;
    enum error_code code;

    if (length > LENGTH_LIMIT)
        return 0;
    arena_init(&arena, ARENA_LIMIT);
    if (template_parse(&template, "t", text, &language_python, &arena, &error) != ERROR_NONE) {
        if (template != NULL || error.code != ERROR_CONFIG || strncmp(error.message, "t:", 2) != 0)
            abort();
        return 0;
    }
    object = make_object();
    code = template_render(&first, template, object, &error);
    if (code != ERROR_NONE && (code != ERROR_CONFIG || strncmp(error.message, "t:", 2) != 0))
        abort();
    if (template_render(&second, template, object, &error) != code ||
        !text_equal(buffer_text(&first), buffer_text(&second)))
        abort();
    if (!has_filter(text) && memmem(bytes, length, secret, sizeof secret - 1) == NULL && first.length > 0 &&
        memmem(first.bytes, first.length, secret, sizeof secret - 1) != NULL)
        abort();
    json_decref(object);
    return 0;
}
