#include "base/option.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HELP_WIDTH = 79, HELP_INDENT = 30, WORD_LIMIT = 64 };

size_t option_distance(const char *a, const char *b)
{
    size_t length_a = strlen(a);
    size_t length_b = strlen(b);
    size_t rows[3][WORD_LIMIT + 1]; /* the line before last, the last, and the one being filled */

    if (length_a > WORD_LIMIT || length_b > WORD_LIMIT)
        return SIZE_MAX;
    for (size_t j = 0; j <= length_b; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= length_a; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];

        row[0] = i;
        for (size_t j = 1; j <= length_b; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && rows[(i + 1) % 3][j - 2] + 1 < best)
                best = rows[(i + 1) % 3][j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[length_a % 3][length_b];
}

bool option_is_near(const char *word, size_t distance)
{
    size_t length = strlen(word);

    return distance <= (length < 4 ? 1 : length < 8 ? 2 : 3) && distance < length;
}

/* ---- values ---- */

static void *value_at(const struct option *option, void *values)
{
    return (char *)values + option->offset;
}

void option_write_choices(struct buffer *buffer, const struct option *option, const char *separator)
{
    for (size_t i = 0; option->choice(i) != NULL; i++)
        buffer_printf(buffer, "%s%s", i == 0 ? "" : separator, option->choice(i));
}

static enum error_code choice_error(const struct option *option, const char *called, struct text value,
                                    struct error *error)
{
    char names[160];
    struct buffer all;

    buffer_init(&all);
    option_write_choices(&all, option, ", ");
    if (all.failed || all.length >= sizeof names)
        snprintf(names, sizeof names, "the values that --help lists");
    else
        snprintf(names, sizeof names, "%s", all.bytes);
    buffer_clear(&all);
    error_set(error, ERROR_USAGE, "%s does not know '%.*s'", called, (int)(value.length > 80 ? 80 : value.length),
              value.bytes);
    return error_hint(error, "it takes %s", names);
}

static bool find_choice(const struct option *option, struct text value, size_t *ret_number)
{
    for (size_t i = 0; option->choice(i) != NULL; i++)
        if (text_equal(text_from(option->choice(i)), value)) {
            *ret_number = i;
            return true;
        }
    return false;
}

static enum error_code set_choices(const struct option *option, const char *called, const char *value, void *values,
                                   struct error *error)
{
    uint64_t bits = 0;

    for (const char *next = value; next != NULL;) {
        const char *comma = strchr(next, ',');
        struct text name = {next, comma == NULL ? strlen(next) : (size_t)(comma - next)};
        size_t number;

        if (!find_choice(option, name, &number))
            return choice_error(option, called, name, error);
        bits |= UINT64_C(1) << number;
        next = comma == NULL ? NULL : comma + 1;
    }
    *(uint64_t *)value_at(option, values) |= bits;
    return ERROR_NONE;
}

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit no_unit[] = {{"", 1}, {0}};
static const struct unit times[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {0}};
static const struct unit sizes[] = {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {0}};

static const struct unit *units_of(enum option_type type)
{
    return type == OPTION_DURATION ? times : type == OPTION_SIZE ? sizes : no_unit;
}

/* A number in the largest unit that leaves nothing over. */
static void print_amount(char *buffer, size_t size, const struct option *option, uint64_t amount)
{
    const struct unit *units = units_of(option->type);
    const struct unit *best = &units[0];

    for (const struct unit *unit = units; unit->name != NULL; unit++)
        if (amount != 0 && amount % unit->factor == 0)
            best = unit;
    snprintf(buffer, size, "%llu%s", (unsigned long long)(amount / best->factor), best->name);
}

static enum error_code amount_error(const struct option *option, const char *called, const char *value,
                                    struct error *error)
{
    char smallest[32];
    char largest[32];
    const char *sort = option->type == OPTION_DURATION ? "a time (ms, s, m, h)"
                       : option->type == OPTION_SIZE   ? "a size (B, KiB, MiB, GiB)"
                                                       : "a number";

    print_amount(smallest, sizeof smallest, option, option->minimum);
    print_amount(largest, sizeof largest, option, option->maximum);
    error_set(error, ERROR_USAGE, "%s cannot be '%.80s'", called, value);
    return error_hint(error, "it takes %s from %s to %s", sort, smallest, largest);
}

static bool read_amount(const struct option *option, const char *value, uint64_t *ret_amount)
{
    char *end;
    unsigned long long number;

    if (value[0] < '0' || value[0] > '9')
        return false;
    errno = 0;
    number = strtoull(value, &end, 10);
    if (errno != 0)
        return false;
    for (const struct unit *unit = units_of(option->type); unit->name != NULL; unit++) {
        uint64_t amount = number * unit->factor;

        if (strcmp(end, unit->name) != 0)
            continue;
        if (number > UINT64_MAX / unit->factor || amount < option->minimum || amount > option->maximum)
            return false;
        *ret_amount = amount;
        return true;
    }
    return false;
}

static enum error_code set_list(const struct option *option, const char *value, void *values, struct arena *arena,
                                struct error *error)
{
    struct option_list *list = value_at(option, values);
    const char **items = list->items;

    if ((list->count & (list->count - 1)) == 0) { /* full at each power of two, and at first */
        items = arena_array(arena, list->count == 0 ? 1 : list->count * 2, sizeof *items);
        if (items == NULL)
            return arena_error(arena, error, "reading options");
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
    }
    items[list->count] = value;
    *list = (struct option_list){items, list->count + 1};
    return ERROR_NONE;
}

static enum error_code set_amount(const struct option *option, const char *called, const char *value, void *values,
                                  struct error *error)
{
    uint64_t amount;

    if (!read_amount(option, value, &amount))
        return amount_error(option, called, value, error);
    if (option->type == OPTION_SIZE)
        *(size_t *)value_at(option, values) = (size_t)amount;
    else
        *(unsigned *)value_at(option, values) = (unsigned)amount;
    return ERROR_NONE;
}

enum error_code option_set(const struct option *option, const char *called, const char *value, void *values,
                           struct arena *arena, struct error *error)
{
    size_t number;

    switch (option->type) {
    case OPTION_FLAG:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            return error_set(error, ERROR_USAGE, "%s is either 'true' or 'false'", called);
        *(bool *)value_at(option, values) = value[0] == 't';
        return ERROR_NONE;
    case OPTION_TEXT:
    case OPTION_FILE:
        if (value[0] == '\0')
            return error_set(error, ERROR_USAGE, "%s must not be empty", called);
        *(const char **)value_at(option, values) = value;
        return ERROR_NONE;
    case OPTION_LIST:
        return set_list(option, value, values, arena, error);
    case OPTION_CHOICE:
        if (!find_choice(option, text_from(value), &number))
            return choice_error(option, called, text_from(value), error);
        *(unsigned *)value_at(option, values) = (unsigned)number;
        return ERROR_NONE;
    case OPTION_CHOICES:
        return set_choices(option, called, value, values, error);
    case OPTION_NUMBER:
    case OPTION_DURATION:
    case OPTION_SIZE:
        return set_amount(option, called, value, values, error);
    }
    return error_set(error, ERROR_INTERNAL, "%s has no type", called);
}

enum error_code option_set_defaults(const struct option_line *line, struct error *error)
{
    for (const struct option *const *table = line->tables; *table != NULL; table++)
        for (const struct option *option = *table; option->type != 0; option++)
            if (option->preset != NULL &&
                option_set(option, option->summary, option->preset, line->values, line->arena, error) != ERROR_NONE) {
                error->code = ERROR_INTERNAL;
                return error_context(error, "the default of an option");
            }
    return ERROR_NONE;
}

/* ---- the command line ---- */

static const struct option *find_name(const struct option_line *line, struct text name)
{
    for (const struct option *const *table = line->tables; *table != NULL; table++)
        for (const struct option *option = *table; option->type != 0; option++)
            if (option->name != NULL && text_equal(text_from(option->name), name))
                return option;
    return NULL;
}

static const struct option *find_letter(const struct option_line *line, char letter)
{
    for (const struct option *const *table = line->tables; *table != NULL; table++)
        for (const struct option *option = *table; option->type != 0; option++)
            if (option->letter == letter)
                return option;
    return NULL;
}

static const char *nearest_name(const struct option_line *line, const char *word)
{
    const char *best = NULL;
    size_t shortest = SIZE_MAX;

    for (const struct option *const *table = line->tables; *table != NULL; table++)
        for (const struct option *option = *table; option->type != 0; option++) {
            size_t distance = option->name == NULL ? SIZE_MAX : option_distance(word, option->name);

            if (distance < shortest && option_is_near(word, distance)) {
                shortest = distance;
                best = option->name;
            }
        }
    return best;
}

/* What follows `=` may be a secret and is not repeated. */
static enum error_code unknown_option(const struct option_line *line, const char *dashes, struct text name,
                                      struct error *error)
{
    char word[WORD_LIMIT + 1];
    const char *nearest;

    snprintf(word, sizeof word, "%.*s", (int)(name.length > WORD_LIMIT ? WORD_LIMIT : name.length), name.bytes);
    nearest = dashes[1] == '\0' ? NULL : nearest_name(line, word);
    error_set(error, ERROR_USAGE, "'%s' has no option '%s%s'", line->command, dashes, word);
    if (nearest != NULL)
        return error_hint(error, "did you mean '--%s'? '%s --help' lists all", nearest, line->command);
    return error_hint(error, "'%s --help' lists all", line->command);
}

static enum error_code give_value(const struct option_line *line, const struct option *option, const char *value,
                                  struct error *error)
{
    char called[WORD_LIMIT + sizeof "option '--'"];

    snprintf(called, sizeof called, "option '--%s'", option->name);
    return option_set(option, called, value, line->values, line->arena, error);
}

static enum error_code missing_value(const struct option_line *line, const struct option *option, struct error *error)
{
    error_set(error, ERROR_USAGE, "option '--%s' needs a value", option->name);
    return error_hint(error, "write '--%s %s'; '%s --help' says more", option->name, option->value, line->command);
}

/* `--name`, `--name=value` or `--name value`. Answers in ret_used how many arguments that was. */
static enum error_code parse_long(const struct option_line *line, size_t count, const char *const *arguments,
                                  size_t *ret_used, struct error *error)
{
    const char *word = arguments[0] + 2;
    const char *equals = strchr(word, '=');
    struct text name = {word, equals == NULL ? strlen(word) : (size_t)(equals - word)};
    const struct option *option = find_name(line, name);

    *ret_used = 1;
    if (option == NULL)
        return unknown_option(line, "--", name, error);
    if (option->type == OPTION_FLAG) {
        if (equals != NULL)
            return error_set(error, ERROR_USAGE, "option '--%s' takes no value", option->name);
        return give_value(line, option, "true", error);
    }
    if (equals != NULL)
        return give_value(line, option, equals + 1, error);
    if (count < 2)
        return missing_value(line, option, error);
    *ret_used = 2;
    return give_value(line, option, arguments[1], error);
}

/* `-x`, `-xy` of flags, `-ofile` or `-o file`. */
static enum error_code parse_short(const struct option_line *line, size_t count, const char *const *arguments,
                                   size_t *ret_used, struct error *error)
{
    *ret_used = 1;
    for (const char *letter = arguments[0] + 1; *letter != '\0'; letter++) {
        const struct option *option = find_letter(line, *letter);

        if (option == NULL)
            return unknown_option(line, "-", (struct text){letter, 1}, error);
        if (option->type != OPTION_FLAG) {
            if (letter[1] != '\0')
                return give_value(line, option, letter + 1, error);
            if (count < 2)
                return missing_value(line, option, error);
            *ret_used = 2;
            return give_value(line, option, arguments[1], error);
        }
        if (give_value(line, option, "true", error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

enum error_code option_parse(struct option_line *line, size_t count, const char *const *arguments, struct error *error)
{
    bool options_ended = false;
    size_t used;

    line->operands = arena_array(line->arena, count + 1, sizeof *line->operands);
    line->operand_count = 0;
    if (line->operands == NULL)
        return arena_error(line->arena, error, "reading the command line");
    for (size_t i = 0; i < count; i += used) {
        const char *word = arguments[i];

        used = 1;
        if (options_ended || word[0] != '-' || word[1] == '\0') {
            line->operands[line->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            options_ended = true;
        } else if ((word[1] == '-' ? parse_long : parse_short)(line, count - i, arguments + i, &used, error) !=
                   ERROR_NONE) {
            return error->code;
        }
    }
    return ERROR_NONE;
}

/* ---- help and reference ---- */

/* Text that starts at column `column` and goes on at HELP_INDENT on further lines. */
static void write_wrapped(struct buffer *buffer, const char *text, size_t column)
{
    const char *next = text;

    while (*next != '\0') {
        size_t word = strcspn(next, " ");

        if (column > HELP_INDENT && column + 1 + word > HELP_WIDTH) {
            buffer_printf(buffer, "\n%*s", HELP_INDENT, "");
            column = HELP_INDENT;
        } else if (column > HELP_INDENT) {
            buffer_add_byte(buffer, ' ');
            column++;
        }
        buffer_add(buffer, next, word);
        column += word;
        next += word + strspn(next + word, " ");
    }
    buffer_add_byte(buffer, '\n');
}

/* The summary, with the choices and the default. */
static void describe(struct buffer *buffer, const struct option *option, const char *mark)
{
    buffer_add_string(buffer, option->summary);
    if (option->choice != NULL) {
        char separator[8];

        snprintf(separator, sizeof separator, "%s, %s", mark, mark);
        buffer_printf(buffer, ": %s", mark);
        option_write_choices(buffer, option, separator);
        buffer_add_string(buffer, mark);
    }
    if (option->preset != NULL && option->type != OPTION_FLAG)
        buffer_printf(buffer, " (default: %s%s%s)", mark, option->preset, mark);
}

/* What an option or key is called has been written since `start`: describe it beside that, or below it. */
static void write_summary(struct buffer *buffer, const struct option *option, size_t start)
{
    size_t column = buffer->length - start;
    struct buffer text;

    buffer_init(&text);
    describe(&text, option, "");
    if (column + 2 > HELP_INDENT)
        buffer_printf(buffer, "\n%*s", HELP_INDENT, "");
    else
        buffer_printf(buffer, "%*s", (int)(HELP_INDENT - column), "");
    write_wrapped(buffer, text.bytes == NULL ? "" : text.bytes, HELP_INDENT);
    buffer->failed = buffer->failed || text.failed;
    buffer_clear(&text);
}

void option_write_help(struct buffer *buffer, const struct option *table)
{
    for (const struct option *option = table; option->type != 0; option++) {
        size_t start = buffer->length;

        if (option->name == NULL)
            continue;
        if (option->letter != '\0')
            buffer_printf(buffer, "  -%c, --%s", option->letter, option->name);
        else
            buffer_printf(buffer, "      --%s", option->name);
        if (option->value != NULL)
            buffer_printf(buffer, " %s", option->value);
        write_summary(buffer, option, start);
    }
}

void option_write_key_help(struct buffer *buffer, const struct option *table)
{
    for (const struct option *option = table; option->type != 0; option++) {
        size_t start = buffer->length;

        if (option->key == NULL)
            continue;
        buffer_printf(buffer, "  %s", option->key);
        write_summary(buffer, option, start);
    }
}

void option_write_reference(struct buffer *buffer, const struct option *table)
{
    buffer_add_string(buffer, "| option | configuration | meaning |\n|---|---|---|\n");
    for (const struct option *option = table; option->type != 0; option++) {
        if (option->name == NULL)
            continue;
        buffer_add_string(buffer, "| ");
        if (option->letter != '\0')
            buffer_printf(buffer, "`-%c`, ", option->letter);
        buffer_printf(buffer, "`--%s%s%s` | ", option->name, option->value == NULL ? "" : " ",
                      option->value == NULL ? "" : option->value);
        if (option->key != NULL)
            buffer_printf(buffer, "`%s`", option->key);
        buffer_add_string(buffer, " | ");
        describe(buffer, option, "`");
        buffer_add_string(buffer, " |\n");
    }
}

void option_write_key_reference(struct buffer *buffer, const struct option *table)
{
    buffer_add_string(buffer, "| key | meaning |\n|---|---|\n");
    for (const struct option *option = table; option->type != 0; option++) {
        if (option->key == NULL)
            continue;
        buffer_printf(buffer, "| `%s` | ", option->key);
        describe(buffer, option, "`");
        buffer_add_string(buffer, " |\n");
    }
}
