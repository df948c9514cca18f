#include "feed/request.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/option.h"
#include "base/reference.h"

static const char doing[] = "reading a request";

/* ---- the target ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool request_is_plain(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.bytes[i] < 0x20 || text.bytes[i] == 0x7f)
            return false;
    return text_is_utf8(text);
}

/* Undo the escapes of one piece between separators. `plus_is_blank` as in the query of a form. */
static enum error_code decode(struct text raw, bool plus_is_blank, struct arena *arena, struct text *ret_text,
                              struct error *error)
{
    char *bytes = arena_alloc(arena, raw.length + 1);
    size_t length = 0;

    if (bytes == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.bytes[i];

        if (c == '%') {
            int high = i + 2 < raw.length ? hex_digit(raw.bytes[i + 1]) : -1;
            int low = i + 2 < raw.length ? hex_digit(raw.bytes[i + 2]) : -1;

            if (high < 0 || low < 0)
                return error_set(error, ERROR_USAGE, "'%%' is not followed by two hexadecimal digits in '%.*s'",
                                 (int)(raw.length > 80 ? 80 : raw.length), raw.bytes);
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        bytes[length++] = c;
    }
    *ret_text = (struct text){bytes, length};
    if (!request_is_plain(*ret_text))
        return error_set(error, ERROR_USAGE, "the request has a control character, or bytes that are no UTF-8");
    return ERROR_NONE;
}

/* Take what comes before the next separator, or all that is left, off the text. */
static struct text take_to(struct text *rest, char separator)
{
    const char *end = rest->length == 0 ? NULL : memchr(rest->bytes, separator, rest->length);
    struct text piece = {rest->bytes, end == NULL ? rest->length : (size_t)(end - rest->bytes)};

    *rest = (struct text){rest->bytes + piece.length, rest->length - piece.length};
    return piece;
}

/* The same, and the separator goes, too. */
static struct text take_piece(struct text *rest, char separator)
{
    struct text piece = take_to(rest, separator);

    if (rest->length > 0)
        *rest = (struct text){rest->bytes + 1, rest->length - 1};
    return piece;
}

/* Empty elements, `.` and `..` have no meaning here; whoever sends them is looking for a server that gives them one. */
static enum error_code parse_path(struct request_target *target, struct text path, struct arena *arena,
                                  struct error *error)
{
    if (path.length == 0 || path.bytes[0] != '/')
        return error_set(error, ERROR_USAGE, "the path does not begin with '/'");
    if (path.length == 1)
        return ERROR_NONE; /* `/` itself has no elements */
    for (bool more = true; more; target->segment_count++) {
        struct text *segment = &target->segments[target->segment_count];

        if (target->segment_count == REQUEST_SEGMENTS_LIMIT)
            return error_set(error, ERROR_USAGE, "the path has more than %d elements", REQUEST_SEGMENTS_LIMIT);
        path = (struct text){path.bytes + 1, path.length - 1}; /* without the slash */
        more = memchr(path.bytes, '/', path.length) != NULL;
        if (decode(take_to(&path, '/'), false, arena, segment, error) != ERROR_NONE)
            return error->code;
        if (segment->length == 0 || text_equal(*segment, TEXT(".")) || text_equal(*segment, TEXT("..")))
            return error_set(error, ERROR_USAGE, "the path has an element that is empty, '.' or '..'");
    }
    return ERROR_NONE;
}

static enum error_code parse_value(struct request_value *value, struct text raw, struct arena *arena,
                                   struct error *error)
{
    struct text name = take_piece(&raw, '=');

    if (decode(name, true, arena, &value->name, error) != ERROR_NONE)
        return error->code;
    if (value->name.length == 0)
        return error_set(error, ERROR_USAGE, "the query has a parameter without a name");
    if (decode(raw, true, arena, &value->value, error) != ERROR_NONE)
        return error_context(error, "the parameter '%.*s'", (int)(value->name.length > 80 ? 80 : value->name.length),
                             value->name.bytes);
    return ERROR_NONE;
}

static enum error_code parse_query(struct request_target *target, struct text query, struct arena *arena,
                                   struct error *error)
{
    target->values = arena_array(arena, REQUEST_VALUES_LIMIT, sizeof *target->values);
    if (target->values == NULL)
        return arena_error(arena, error, doing);
    while (query.length > 0) {
        struct text raw = take_piece(&query, '&');

        if (raw.length == 0)
            continue;
        if (target->value_count == REQUEST_VALUES_LIMIT)
            return error_set(error, ERROR_USAGE, "the query has more than %d parameters", REQUEST_VALUES_LIMIT);
        if (parse_value(&target->values[target->value_count], raw, arena, error) != ERROR_NONE)
            return error->code;
        target->value_count++;
    }
    return ERROR_NONE;
}

enum error_code request_target_parse(struct request_target *ret_target, struct text target, struct arena *arena,
                                     struct error *error)
{
    struct request_target parsed = {0};
    struct text path;

    if (target.length > REQUEST_TARGET_LIMIT)
        return error_set(error, ERROR_LIMIT, "path and query have more than %d bytes", REQUEST_TARGET_LIMIT);
    path = take_piece(&target, '?');
    if (parse_path(&parsed, path, arena, error) != ERROR_NONE ||
        parse_query(&parsed, target, arena, error) != ERROR_NONE)
        return error->code;
    *ret_target = parsed;
    return ERROR_NONE;
}

/* ---- parameters ---- */

static const struct parameter *find_parameter(const struct parameter *table, struct text name)
{
    for (; table != NULL && table->name != NULL; table++)
        if (text_equal(text_from(table->name), name))
            return table;
    return NULL;
}

static enum error_code unknown_parameter(const struct parameter *table, struct text name, struct error *error)
{
    char list[sizeof error->hint] = "";
    size_t length = 0;

    for (const struct parameter *row = table; row != NULL && row->name != NULL && length < sizeof list; row++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length == 0 ? "" : ", ", row->name);
    error_set(error, ERROR_USAGE, "there is no parameter '%.*s' here", (int)(name.length > 80 ? 80 : name.length),
              name.bytes);
    if (length == 0)
        return error_hint(error, "this path takes no parameters");
    return error_hint(error, "it takes %s", list);
}

static bool find_choice(const struct parameter *parameter, struct text word, size_t *ret_number)
{
    for (size_t i = 0; parameter->choice(i) != NULL; i++)
        if (text_equal(text_from(parameter->choice(i)), word)) {
            *ret_number = i;
            return true;
        }
    return false;
}

static bool parse_choices(const struct parameter *parameter, struct text list, uint64_t *ret_bits)
{
    uint64_t bits = 0;

    while (list.length > 0) {
        size_t number;

        if (!find_choice(parameter, take_piece(&list, ','), &number))
            return false;
        bits |= UINT64_C(1) << number;
    }
    *ret_bits = bits;
    return bits != 0;
}

/* Decimal digits without a sign, within the bounds. */
static bool parse_number(const struct parameter *parameter, struct text text, int64_t *ret_number)
{
    int64_t number = 0;

    if (text.length == 0 || text.length > 18)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        number = number * 10 + (text.bytes[i] - '0');
    }
    *ret_number = number;
    return number >= parameter->minimum && number <= parameter->maximum;
}

static bool is_valid(const struct parameter *parameter, struct text value)
{
    int64_t number;
    uint64_t bits;
    size_t choice;
    struct hash root;

    switch (parameter->type) {
    case PARAMETER_TEXT:
        return value.length > 0;
    case PARAMETER_NAME:
        return reference_is_name(value);
    case PARAMETER_NUMBER:
        return parse_number(parameter, value, &number);
    case PARAMETER_TIME:
        return clock_parse(value, &number);
    case PARAMETER_ROOT:
        return hash_from_hex(value, &root);
    case PARAMETER_FLAG:
        return text_equal(value, TEXT("true")) || text_equal(value, TEXT("false"));
    case PARAMETER_CHOICE:
        return find_choice(parameter, value, &choice);
    case PARAMETER_CHOICES:
        return parse_choices(parameter, value, &bits);
    }
    return false;
}

static enum error_code refuse_value(const struct parameter *parameter, struct text value, struct error *error)
{
    char words[sizeof error->hint] = "";
    size_t length = 0;

    error_set(error, ERROR_USAGE, "the parameter '%s' cannot be '%.*s'", parameter->name,
              (int)(value.length > 80 ? 80 : value.length), value.bytes);
    switch (parameter->type) {
    case PARAMETER_NAME:
        return error_hint(error, "names have letters, digits, '_', '-' and '.', and do not begin with '-' or '.'");
    case PARAMETER_NUMBER:
        return error_hint(error, "it takes a whole number from %lld to %lld", (long long)parameter->minimum,
                          (long long)parameter->maximum);
    case PARAMETER_TIME:
        return error_hint(error, "it takes a time such as 2026-11-01 or 2026-11-01T05:30:00Z");
    case PARAMETER_ROOT:
        return error_hint(error, "it takes the root of a snapshot, %d hexadecimal digits", HASH_HEX_SIZE - 1);
    case PARAMETER_FLAG:
        return error_hint(error, "it takes true or false");
    case PARAMETER_CHOICE:
    case PARAMETER_CHOICES:
        for (size_t i = 0; parameter->choice(i) != NULL && length < sizeof words; i++)
            length += (size_t)snprintf(words + length, sizeof words - length, "%s%s", i == 0 ? "" : ", ",
                                       parameter->choice(i));
        return error_hint(
            error, parameter->type == PARAMETER_CHOICE ? "it takes one of: %s" : "it takes, with commas: %s", words);
    default:
        return error_hint(error, "it takes a text that is not empty");
    }
}

enum error_code request_check(const struct request_target *target, const struct parameter *parameters,
                              struct error *error)
{
    for (size_t i = 0; i < target->value_count; i++) {
        const struct request_value *given = &target->values[i];
        const struct parameter *parameter = find_parameter(parameters, given->name);

        if (parameter == NULL)
            return unknown_parameter(parameters, given->name, error);
        for (size_t before = 0; before < i && !parameter->repeated; before++)
            if (text_equal(target->values[before].name, given->name))
                return error_set(error, ERROR_USAGE, "the parameter '%s' is given twice", parameter->name);
        if (!is_valid(parameter, given->value))
            return refuse_value(parameter, given->value, error);
    }
    for (const struct parameter *row = parameters; row != NULL && row->name != NULL; row++) {
        struct request_parameters all = {target, parameters};

        if (row->required && !request_has(&all, row->name))
            return error_set(error, ERROR_USAGE, "the parameter '%s' is missing", row->name);
    }
    return ERROR_NONE;
}

bool request_next(const struct request_parameters *parameters, const char *name, size_t *position,
                  struct text *ret_value)
{
    for (; *position < parameters->target->value_count; ++*position)
        if (text_equal(parameters->target->values[*position].name, text_from(name))) {
            *ret_value = parameters->target->values[(*position)++].value;
            return true;
        }
    return false;
}

bool request_has(const struct request_parameters *parameters, const char *name)
{
    struct text ignored;
    size_t position = 0;

    return request_next(parameters, name, &position, &ignored);
}

struct text request_text(const struct request_parameters *parameters, const char *name)
{
    const struct parameter *parameter = find_parameter(parameters->table, text_from(name));
    struct text value = text_from(parameter == NULL ? NULL : parameter->preset);
    size_t position = 0;

    (void)request_next(parameters, name, &position, &value);
    return value;
}

int64_t request_number(const struct request_parameters *parameters, const char *name)
{
    int64_t number = 0;

    (void)parse_number(find_parameter(parameters->table, text_from(name)), request_text(parameters, name), &number);
    return number;
}

int64_t request_time(const struct request_parameters *parameters, const char *name)
{
    int64_t time = 0;

    (void)clock_parse(request_text(parameters, name), &time);
    return time;
}

struct hash request_root(const struct request_parameters *parameters, const char *name)
{
    struct hash root = {{0}};

    (void)hash_from_hex(request_text(parameters, name), &root);
    return root;
}

bool request_flag(const struct request_parameters *parameters, const char *name)
{
    return text_equal(request_text(parameters, name), TEXT("true"));
}

size_t request_choice(const struct request_parameters *parameters, const char *name)
{
    size_t number = 0;

    (void)find_choice(find_parameter(parameters->table, text_from(name)), request_text(parameters, name), &number);
    return number;
}

uint64_t request_choices(const struct request_parameters *parameters, const char *name)
{
    uint64_t bits = 0;

    (void)parse_choices(find_parameter(parameters->table, text_from(name)), request_text(parameters, name), &bits);
    return bits;
}
