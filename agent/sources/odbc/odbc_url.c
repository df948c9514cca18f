#include "sources/odbc/odbc_url.h"

#include <strings.h>

enum { PARAMETERS_MAX = 32 };

static const char doing[] = "reading a reference";

static struct text after(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

static struct text before(struct text text, size_t count)
{
    return (struct text){text.bytes, count};
}

/* Where one of the characters is, or the end. */
static size_t find(struct text text, const char *characters)
{
    size_t at = 0;

    while (at < text.length && (text.bytes[at] == '\0' || strchr(characters, text.bytes[at]) == NULL))
        at++;
    return at;
}

static enum error_code malformed(struct error *error, const char *what)
{
    error_set(error, ERROR_USAGE, "the reference is not a valid URL: %s", what);
    return error_hint(error, "write SCHEME://user@host:port/database, special characters as %%XX");
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A copy with each %XX replaced. */
static enum error_code decode(struct text text, struct arena *arena, struct text *ret_text, struct error *error)
{
    char *copy = arena_string(arena, text);
    size_t length = 0;

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < text.length; i++) {
        int high, low;

        copy[length] = text.bytes[i];
        if (text.bytes[i] == '%') {
            high = i + 2 < text.length ? hex_value(text.bytes[i + 1]) : -1;
            low = i + 2 < text.length ? hex_value(text.bytes[i + 2]) : -1;
            if (high < 0 || low < 0)
                return malformed(error, "a '%' is not followed by two hexadecimal digits");
            copy[length] = (char)(high * 16 + low);
            i += 2;
        }
        if (copy[length++] == '\0')
            return malformed(error, "it has a zero byte");
    }
    copy[length] = '\0';
    *ret_text = (struct text){copy, length};
    return ERROR_NONE;
}

static enum error_code take_user(struct odbc_target *target, struct text user, struct arena *arena, struct error *error)
{
    size_t colon = find(user, ":");

    target->user_given = true;
    if (decode(before(user, colon), arena, &target->user, error) != ERROR_NONE)
        return error->code;
    if (colon == user.length)
        return ERROR_NONE;
    return decode(after(user, colon + 1), arena, &target->password, error);
}

static bool is_port(struct text port)
{
    for (size_t i = 0; i < port.length; i++)
        if (port.bytes[i] < '0' || port.bytes[i] > '9')
            return false;
    return port.length <= 5;
}

/* `host`, `host:port`, `[::1]:port`. */
static enum error_code take_host(struct odbc_target *target, struct text host, struct arena *arena, struct error *error)
{
    struct text port = {"", 0};
    size_t end;

    if (text_starts_with(host, TEXT("["))) {
        end = find(host, "]");
        if (end == host.length)
            return malformed(error, "a '[' is not closed");
        port = after(host, end + 1);
        host = after(before(host, end), 1);
        if (port.length > 0 && port.bytes[0] != ':')
            return malformed(error, "something follows the ']'");
    } else {
        end = find(host, ":");
        port = after(host, end);
        host = before(host, end);
    }
    if (port.length > 0)
        port = after(port, 1);
    if (!is_port(port))
        return malformed(error, "the port is not a number");
    if (decode(port, arena, &target->port, error) != ERROR_NONE)
        return error->code;
    return decode(host, arena, &target->host, error);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ' ' ||
           c == '-';
}

/* What the URL says elsewhere, or what would make the driver manager read or write files. */
static bool is_reserved(struct text keyword)
{
    static const char *const reserved[] = {"server", "address", "addr", "port",     "database",
                                           "db",     "uid",     "user", "pwd",      "password",
                                           "dsn",    "filedsn", "host", "savefile", "username"};

    for (size_t i = 0; i < LENGTH_OF(reserved); i++)
        if (keyword.length == strlen(reserved[i]) && strncasecmp(keyword.bytes, reserved[i], keyword.length) == 0)
            return true;
    return false;
}

static enum error_code check_keyword(struct text keyword, struct error *error)
{
    for (size_t i = 0; i < keyword.length; i++)
        if (!is_letter(keyword.bytes[i]))
            return malformed(error, "a keyword behind the '?' has other characters than letters");
    if (keyword.length == 0 || keyword.bytes[0] == ' ' || keyword.bytes[keyword.length - 1] == ' ')
        return malformed(error, "a keyword behind the '?' is empty or has blanks around it");
    if (!is_reserved(keyword))
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "the keyword '%.*s' cannot be given behind the '?' of a URL", TEXT_ARGS(keyword));
    return error_hint(error, "the URL itself says it: SCHEME://user@host:port/database");
}

static enum error_code take_parameter(struct odbc_target *target, struct text parameter, struct arena *arena,
                                      struct error *error)
{
    size_t equals = find(parameter, "=");
    struct odbc_pair *pair = &target->pairs[target->pair_count];

    if (parameter.length == 0)
        return ERROR_NONE;
    if (equals == parameter.length)
        return malformed(error, "a keyword behind the '?' has no value");
    if (target->pair_count == PARAMETERS_MAX)
        return malformed(error, "there are too many keywords behind the '?'");
    if (decode(before(parameter, equals), arena, &pair->keyword, error) != ERROR_NONE ||
        check_keyword(pair->keyword, error) != ERROR_NONE ||
        decode(after(parameter, equals + 1), arena, &pair->value, error) != ERROR_NONE)
        return error->code;
    pair->raw = TEXT("");
    target->pair_count++;
    return ERROR_NONE;
}

static enum error_code take_parameters(struct odbc_target *target, struct text query, struct arena *arena,
                                       struct error *error)
{
    for (;;) {
        size_t end = find(query, "&");

        if (take_parameter(target, before(query, end), arena, error) != ERROR_NONE)
            return error->code;
        if (end == query.length)
            return ERROR_NONE;
        query = after(query, end + 1);
    }
}

enum error_code odbc_url_parse(struct odbc_target *target, struct text rest, struct arena *arena, struct error *error)
{
    struct text main = before(rest, find(rest, "?"));
    struct text query = after(rest, main.length);
    struct text authority = before(main, find(main, "/"));
    struct text path = after(main, authority.length);
    size_t at = find(authority, "@");

    if (memchr(path.bytes, '@', path.length) != NULL ||
        (path.length > 0 && find(after(path, 1), "/") + 1 < path.length))
        return malformed(error, "an '@' or '/' stands where it cannot be told what it means");
    if (at < authority.length) {
        if (find(after(authority, at + 1), "@") + at + 1 < authority.length)
            return malformed(error, "there is more than one '@'");
        if (take_user(target, before(authority, at), arena, error) != ERROR_NONE)
            return error->code;
        authority = after(authority, at + 1);
    }
    if (take_host(target, authority, arena, error) != ERROR_NONE ||
        decode(path.length > 0 ? after(path, 1) : path, arena, &target->database, error) != ERROR_NONE)
        return error->code;
    return query.length == 0 ? ERROR_NONE : take_parameters(target, after(query, 1), arena, error);
}
