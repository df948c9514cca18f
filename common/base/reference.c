#include "base/reference.h"

#include <time.h>

#include "base/clock.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool reference_is_name(struct text text)
{
    if (text.length == 0 || text.length > REFERENCE_NAME_LIMIT || text.bytes[0] == '-' || text.bytes[0] == '.')
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-' && c != '.' && (unsigned char)c < 0x80)
            return false;
    }
    return text_is_utf8(text);
}

/* Cut a text at the first `separator`: what follows goes to ret_rest. False, and nothing done, when there is none. */
static bool cut_at(struct text *text, char separator, struct text *ret_rest)
{
    const char *found = text->length == 0 ? NULL : memchr(text->bytes, separator, text->length);

    if (found == NULL)
        return false;
    *ret_rest = (struct text){found + 1, text->length - (size_t)(found + 1 - text->bytes)};
    text->length = (size_t)(found - text->bytes);
    return true;
}

static bool read_steps(struct text text, uint32_t *ret_steps)
{
    uint32_t steps = 0;

    if (text.length == 0 || text.length > 10 || text.bytes[0] == '0')
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.bytes[i]) || steps > REFERENCE_STEPS_LIMIT / 10)
            return false;
        steps = steps * 10 + (uint32_t)(text.bytes[i] - '0');
    }
    *ret_steps = steps;
    return steps <= REFERENCE_STEPS_LIMIT;
}

static enum error_code name_error(const char *what, struct error *error)
{
    error_set(error, ERROR_USAGE, "the %s of a reference 'database@environment' is missing or not a name", what);
    return error_hint(error, "names have letters, digits, '_', '-' and '.'; a file is written './NAME'");
}

/* Whether the parts that there are, are names. */
static enum error_code check_names(const struct reference *reference, bool has_environment, bool has_instance,
                                   struct error *error)
{
    if (has_instance && !reference_is_name(reference->instance))
        return name_error("instance", error);
    if (!reference_is_name(reference->database))
        return name_error("database", error);
    if (has_environment && !reference_is_name(reference->environment))
        return name_error("environment", error);
    return ERROR_NONE;
}

enum error_code reference_parse(struct reference *ret_reference, struct text text, struct error *error)
{
    struct reference reference = {.database = text};
    struct text moment;
    bool has_instance;

    cut_at(&reference.database, '@', &reference.environment);
    if (cut_at(&reference.environment, '~', &moment)) {
        if (read_steps(moment, &reference.steps))
            reference.moment = REFERENCE_STEPS_BACK;
        else if (clock_parse(moment, &reference.as_of))
            reference.moment = REFERENCE_AS_OF;
        else
            return error_set(error, ERROR_USAGE,
                             "what follows '~' is neither a number such as '2' nor a time such as '2026-11-01T00:00Z'");
    }
    has_instance = cut_at(&reference.environment, '/', &reference.instance);
    if (check_names(&reference, true, has_instance, error) != ERROR_NONE)
        return error->code;
    *ret_reference = reference;
    return ERROR_NONE;
}

enum error_code reference_parse_scope(struct reference *ret_scope, struct text text, struct error *error)
{
    struct reference scope = {.database = text};
    bool has_environment = cut_at(&scope.database, '@', &scope.environment);
    bool has_instance = cut_at(&scope.environment, '/', &scope.instance);

    if (check_names(&scope, has_environment, has_instance, error) != ERROR_NONE)
        return error_hint(error, "write DATABASE, DATABASE@ENVIRONMENT or DATABASE@ENVIRONMENT/INSTANCE");
    *ret_scope = scope;
    return ERROR_NONE;
}

static void write_time(struct buffer *buffer, int64_t microseconds)
{
    time_t seconds = (time_t)(microseconds / 1000000);
    long fraction = (long)(microseconds % 1000000);
    char date[sizeof "2026-11-21T10:00:00"];
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
        return; /* cannot be: clock_parse() lets no such time in */
    buffer_add_string(buffer, date);
    if (fraction != 0)
        buffer_printf(buffer, ".%06ld", fraction);
    buffer_add_byte(buffer, 'Z');
}

void reference_write(struct buffer *buffer, const struct reference *reference)
{
    buffer_add_text(buffer, reference->database);
    if (reference->environment.length > 0) {
        buffer_add_byte(buffer, '@');
        buffer_add_text(buffer, reference->environment);
    }
    if (reference->instance.length > 0) {
        buffer_add_byte(buffer, '/');
        buffer_add_text(buffer, reference->instance);
    }
    if (reference->moment == REFERENCE_STEPS_BACK)
        buffer_printf(buffer, "~%u", reference->steps);
    if (reference->moment == REFERENCE_AS_OF) {
        buffer_add_byte(buffer, '~');
        write_time(buffer, reference->as_of);
    }
}
