#include "lint/naming.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

static const char doing[] = "checking names";

static const struct {
    enum kind kind;
    const char *key;
} kinds[NAMING_KINDS] = {
#define NAMING(number, symbol, name) [number] = {KIND_##symbol, name},
#include "lint/naming.def"
#undef NAMING
};

static const struct {
    const char *name;
    const char *expression;
} styles[] = {
    {"snake_case", "[a-z][a-z0-9]*(_[a-z0-9]+)*"},
    {"camelCase", "[a-z][a-z0-9]*([A-Z][a-z0-9]*)*"},
    {"PascalCase", "([A-Z][a-z0-9]*)+"},
    {"UPPER_CASE", "[A-Z][A-Z0-9]*(_[A-Z0-9]+)*"},
    {"lowercase", "[a-z][a-z0-9]*"},
};

const char *naming_key(size_t number)
{
    return number < NAMING_KINDS ? kinds[number].key : NULL;
}

/* A name as an expression that only it fits. */
static void add_name(struct buffer *expression, struct text name)
{
    for (size_t i = 0; i < name.length; i++) {
        if (memchr("\\^$.[]|()?*+{}", name.bytes[i], 14) != NULL)
            buffer_add_byte(expression, '\\');
        buffer_add_byte(expression, (uint8_t)name.bytes[i]);
    }
}

static void add_columns(struct buffer *expression, struct text_span columns)
{
    for (size_t i = 0; i < columns.count; i++) {
        if (i > 0)
            buffer_add_byte(expression, '_');
        if (columns.items[i].length == 0)
            buffer_add_string(expression, ".+"); /* an expression is called as somebody likes */
        add_name(expression, columns.items[i]);
    }
}

static void write_expression(struct buffer *expression, const char *pattern, const struct lint_naming_subject *subject)
{
    for (size_t i = 0; i < LENGTH_OF(styles); i++)
        if (strcmp(pattern, styles[i].name) == 0)
            pattern = styles[i].expression;
    buffer_add_string(expression, "^(");
    while (*pattern != '\0') {
        if (strncmp(pattern, "{table}", 7) == 0) {
            add_name(expression, subject->table);
            pattern += 7;
        } else if (strncmp(pattern, "{columns}", 9) == 0) {
            add_columns(expression, subject->columns);
            pattern += 9;
        } else {
            buffer_add_byte(expression, (uint8_t)*pattern++);
        }
    }
    buffer_add_string(expression, ")$");
}

static enum error_code compile(regex_t *ret_compiled, const char *pattern, const struct lint_naming_subject *subject,
                               struct error *error)
{
    CLEANUP(buffer_clear) struct buffer expression = {0};
    char why[128] = "";
    int status;

    write_expression(&expression, pattern, subject);
    if (buffer_check(&expression, error, doing) != ERROR_NONE)
        return error->code;
    status = regcomp(ret_compiled, expression.bytes, REG_EXTENDED | REG_NOSUB);
    if (status == 0)
        return ERROR_NONE;
    if (status == REG_ESPACE)
        return error_memory(error, doing);
    regerror(status, ret_compiled, why, sizeof why);
    return error_set(error, ERROR_CONFIG, "'%.100s' is neither a style nor a regular expression: %s", pattern, why);
}

enum error_code naming_check(const char *pattern, struct error *error)
{
    static const struct text column = TEXT_INIT("column");
    const struct lint_naming_subject subject = {.table = TEXT("table"), .columns = {&column, 1}};
    regex_t compiled;

    if (compile(&compiled, pattern, &subject, error) != ERROR_NONE)
        return error->code;
    regfree(&compiled);
    return ERROR_NONE;
}

enum error_code naming_fits(const struct lint_naming *naming, const struct lint_naming_subject *subject, bool *ret_fits,
                            const char **ret_pattern, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    regex_t compiled;
    size_t i = 0;

    while (i < NAMING_KINDS && kinds[i].kind != subject->kind)
        i++;
    *ret_fits = true;
    if (i == NAMING_KINDS || naming->patterns[i] == NULL)
        return ERROR_NONE;
    buffer_add_text(&name, subject->name);
    if (buffer_check(&name, error, doing) != ERROR_NONE ||
        compile(&compiled, naming->patterns[i], subject, error) != ERROR_NONE)
        return error->code;
    *ret_fits = regexec(&compiled, name.bytes == NULL ? "" : name.bytes, 0, NULL, 0) == 0;
    *ret_pattern = naming->patterns[i];
    regfree(&compiled);
    return ERROR_NONE;
}
