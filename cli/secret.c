#include "cli/secret.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

/* The ends of the names that announce a secret, in lower case. */
static const char *const secret_names[] = {"password", "passwd", "pwd", "passphrase", "token", "secret"};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character that ends at `end`, in lower case, and where it begins: URLs may write any letter as %xx. */
static char letter_before(const char *text, size_t end, size_t *ret_begin)
{
    char c = text[end - 1];

    *ret_begin = end - 1;
    if (end >= 3 && text[end - 3] == '%' && hex_value(text[end - 2]) >= 0 && hex_value(c) >= 0) {
        c = (char)(hex_value(text[end - 2]) * 16 + hex_value(c));
        *ret_begin = end - 3;
    }
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool name_ends_at(const char *text, size_t end, const char *name)
{
    for (size_t i = strlen(name); i > 0; i--)
        if (end == 0 || letter_before(text, end, &end) != name[i - 1])
            return false;
    return true;
}

static bool announces_secret(const char *text, size_t equals)
{
    while (equals > 0 && text[equals - 1] == ' ')
        equals--;
    for (size_t i = 0; i < LENGTH_OF(secret_names); i++)
        if (name_ends_at(text, equals, secret_names[i]))
            return true;
    return false;
}

/* The length of a value: to its closing brace or quote when it has one (a doubled one does not close), else to the
 * terminator or the end. */
static size_t value_length(const char *value, const char *terminators)
{
    char close = value[0] == '{' ? '}' : value[0] == '\'' || value[0] == '"' ? value[0] : '\0';
    size_t length = 1;

    if (close == '\0')
        return strcspn(value, terminators);
    while (value[length] != '\0') {
        if (value[length] == '\\' && close == '\'' && value[length + 1] != '\0')
            length++;
        else if (value[length] == close && value[length + 1] == close)
            length++;
        else if (value[length] == close)
            return length + 1 + strcspn(value + length + 1, terminators);
        length++;
    }
    return length;
}

static void cut_out(char *secret, size_t length)
{
    size_t rest = strlen(secret + length);

    if (length == 0)
        return;
    secret[0] = '*';
    memmove(secret + 1, secret + length, rest);
    explicit_bzero(secret + 1 + rest, length - 1);
}

/* Everything between the first colon after `://` and the last @: a raw @ or / in a password is wrong but happens. */
static void hide_user_password(char *after_scheme)
{
    char *at = strrchr(after_scheme, '@');
    char *colon = strchr(after_scheme, ':');

    if (at != NULL && colon != NULL && colon < at)
        cut_out(colon + 1, (size_t)(at - colon - 1));
}

void secret_hide(char *text)
{
    char *scheme_end = strstr(text, "://");
    const char *terminators = scheme_end != NULL ? "&" : ";&";

    if (scheme_end != NULL)
        hide_user_password(scheme_end + 3);
    for (size_t i = 0; text[i] != '\0'; i++)
        if (text[i] == '=' && announces_secret(text, i))
            cut_out(text + i + 1, value_length(text + i + 1, terminators));
}

enum error_code secret_take_arguments(char ***ret_copy, size_t count, char **arguments, struct error *error)
{
    size_t size = 0;
    char **copy;
    char *next;

    for (size_t i = 0; i < count; i++)
        size += strlen(arguments[i]) + 1;
    copy = mem_alloc((count + 2) * sizeof *copy + size);
    if (copy == NULL)
        return error_memory(error, "reading the command line");
    next = (char *)(copy + count + 2); /* the end is kept behind the NULL, for erasing */
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(arguments[i]) + 1;

        copy[i] = memcpy(next, arguments[i], length);
        next += length;
        secret_hide(arguments[i]);
    }
    copy[count] = NULL;
    copy[count + 1] = next;
    *ret_copy = copy;
    return ERROR_NONE;
}

void secret_free_arguments(char **copy)
{
    size_t count = 0;

    if (copy == NULL)
        return;
    while (copy[count] != NULL)
        count++;
    explicit_bzero(copy, (size_t)(copy[count + 1] - (char *)copy));
    mem_free(copy);
}
