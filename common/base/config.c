#include "base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_check.h"
#include "base/file.h"
#include "base/memory.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

/* The place of a value that libcyaml refuses. */
struct place {
    unsigned line; /* 0: not known */
    unsigned column;
};

/* libcyaml's log tells the way to the value, innermost first: "  in mapping field 'port' (line: 3, column: 9)". */
static void take_place(cyaml_log_t level, void *context, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void take_place(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
    struct place *place = context;
    char line[512];
    const char *numbers;

    if (level != CYAML_LOG_ERROR || place->line != 0 || vsnprintf(line, sizeof line, format, arguments) < 0)
        return;
    numbers = strncmp(line, "  in ", 5) == 0 ? strrchr(line, '(') : NULL;
    if (numbers != NULL && sscanf(numbers, "(line: %u, column: %u)", &place->line, &place->column) != 2)
        place->line = 0;
}

/* What is left to be refused after config_check(), in our words. */
static const char *reason_of(cyaml_err_t answer)
{
    switch (answer) {
    case CYAML_ERR_INVALID_VALUE:
        return "the value is out of range";
    case CYAML_ERR_STRING_LENGTH_MIN:
        return "the text is too short";
    case CYAML_ERR_STRING_LENGTH_MAX:
        return "the text is too long";
    case CYAML_ERR_SEQUENCE_ENTRIES_MIN:
        return "the list has too few entries";
    case CYAML_ERR_SEQUENCE_ENTRIES_MAX:
        return "the list has too many entries";
    default:
        return cyaml_strerror(answer);
    }
}

/* libcyaml's three functions in one. */
static void *allocate(void *context, void *memory, size_t size)
{
    (void)context;
    if (size != 0)
        return mem_realloc(memory, size);
    mem_free(memory);
    return NULL;
}

static cyaml_config_t settings_of(struct place *place)
{
    return (cyaml_config_t){.log_fn = place == NULL ? NULL : take_place,
                            .log_ctx = place,
                            .log_level = CYAML_LOG_ERROR,
                            .mem_fn = allocate,
                            .flags = CYAML_CFG_NO_ALIAS};
}

static enum error_code store(const char *name, struct text text, const cyaml_schema_value_t *schema, void **ret_data,
                             struct error *error)
{
    struct place place = {0};
    cyaml_config_t settings = settings_of(&place);
    cyaml_data_t *data = NULL;
    cyaml_err_t answer = cyaml_load_data((const uint8_t *)text.bytes, text.length, &settings, schema, &data, NULL);

    if (answer == CYAML_ERR_OOM)
        return error_memory(error, "reading a configuration");
    if (answer == CYAML_OK && data == NULL)
        return error_set(error, ERROR_INTERNAL, "libcyaml gave nothing for '%s'", name);
    if (answer == CYAML_OK) {
        *ret_data = data;
        return ERROR_NONE;
    }
    if (place.line == 0)
        return error_set(error, ERROR_CONFIG, "%s: %s", name, reason_of(answer));
    return error_set(error, ERROR_CONFIG, "%s:%u:%u: %s", name, place.line, place.column, reason_of(answer));
}

enum error_code config_load_text(const char *name, struct text text, const cyaml_schema_value_t *schema,
                                 void **ret_data, struct error *error)
{
    static const struct text nothing_set = {"{}", 2};
    CLEANUP(arena_free) struct arena arena;
    bool empty = false;

    arena_init(&arena, ARENA_LIMIT);
    if (text.length > CONFIG_SIZE_LIMIT)
        return error_set(error, ERROR_LIMIT, "'%s' is larger than the limit of %d bytes", name, CONFIG_SIZE_LIMIT);
    if (!text_is_utf8(text))
        return error_set(error, ERROR_CONFIG, "'%s' is not text in UTF-8", name);
    if (config_check(name, text, schema, &arena, &empty, error) != ERROR_NONE)
        return error->code;
    if (!empty)
        return store(name, text, schema, ret_data, error);
    if (config_check(name, nothing_set, schema, &arena, &empty, error) != ERROR_NONE)
        return error->code;
    return store(name, nothing_set, schema, ret_data, error);
}

enum error_code config_load(const char *path, const cyaml_schema_value_t *schema, void **ret_data, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct text text;

    arena_init(&arena, ARENA_LIMIT);
    if (file_read(path, CONFIG_SIZE_LIMIT, &arena, &text, error) != ERROR_NONE)
        return error_context(error, "reading the configuration");
    return config_load_text(path, text, schema, ret_data, error);
}

void config_free(const cyaml_schema_value_t *schema, void *data)
{
    cyaml_config_t settings = settings_of(NULL);

    if (data != NULL)
        cyaml_free(&settings, schema, data, 0);
}

static enum error_code secret_file(const char *path, struct arena *arena, struct text *ret_secret, struct error *error)
{
    struct text content;
    char *copy;

    if (file_read(path, CONFIG_SECRET_LIMIT, arena, &content, error) != ERROR_NONE) {
        if (error->code != ERROR_MEMORY)
            error->code = ERROR_CONFIG;
        return error_context(error, "fetching a secret");
    }
    if (content.length > 0 && content.bytes[content.length - 1] == '\n')
        content.length--;
    if (content.length > 0 && content.bytes[content.length - 1] == '\r')
        content.length--;
    if (content.length > 0 && memchr(content.bytes, 0, content.length) != NULL)
        return error_set(error, ERROR_CONFIG, "the secret in '%s' has a NUL in it", path);
    if (content.length == 0)
        return error_set(error, ERROR_CONFIG, "the secret in '%s' is empty", path);
    copy = arena_string(arena, content);
    if (copy == NULL)
        return arena_error(arena, error, "fetching a secret");
    *ret_secret = (struct text){copy, content.length};
    return ERROR_NONE;
}

enum error_code config_secret(const char *value, struct arena *arena, struct text *ret_secret, struct error *error)
{
    static const struct text env = {"env:", 4}, file = {"file:", 5};
    const char *secret = value;
    char *copy;

    if (text_starts_with(text_from(value), file))
        return secret_file(value + file.length, arena, ret_secret, error);
    if (text_starts_with(text_from(value), env)) {
        secret = getenv(value + env.length);
        if (secret == NULL)
            return error_set(error, ERROR_CONFIG, "the environment variable '%s' is not set", value + env.length);
    }
    if (secret[0] == '\0')
        return error_set(error, ERROR_CONFIG, "%s%s%s is empty",
                         secret == value ? "a secret" : "the environment variable '",
                         secret == value ? "" : value + env.length, secret == value ? "" : "'");
    copy = arena_string(arena, text_from(secret));
    if (copy == NULL)
        return arena_error(arena, error, "fetching a secret");
    *ret_secret = text_from(copy);
    return ERROR_NONE;
}
