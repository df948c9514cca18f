#include "sources/odbc/odbc_string.h"

#include <stdlib.h>
#include <strings.h>

#include "base/config.h"
#include "sources/odbc/odbc_url.h"

static const char doing[] = "reading a reference";

static struct text after(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

static struct text before(struct text text, size_t count)
{
    return (struct text){text.bytes, count};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct text trimmed(struct text text)
{
    while (text.length > 0 && is_blank(text.bytes[0]))
        text = after(text, 1);
    while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static bool is_keyword(struct text text, const char *keyword)
{
    return text.length == strlen(keyword) && (text.length == 0 || strncasecmp(text.bytes, keyword, text.length) == 0);
}

static bool is_one_of(struct text text, const char *const *keywords)
{
    for (; *keywords != NULL; keywords++)
        if (is_keyword(text, *keywords))
            return true;
    return false;
}

bool odbc_keyword_is_secret(struct text keyword)
{
    static const char *const ends[] = {"pwd", "password", "passwd", "passphrase", "token", "secret", "key"};

    for (size_t i = 0; i < LENGTH_OF(ends); i++) {
        size_t length = strlen(ends[i]);

        if (keyword.length >= length && is_keyword(after(keyword, keyword.length - length), ends[i]))
            return true;
    }
    return false;
}

/* ---- strings ---- */

static enum error_code malformed(struct error *error, const char *what)
{
    error_set(error, ERROR_USAGE, "the reference is not a valid ODBC connection string: %s", what);
    return error_hint(error, "write odbc:DSN=name or odbc:Driver={name};Server=host;Database=name;UID=user");
}

/* The length of a value with its braces, which a doubled `}` does not close; SIZE_MAX when they are not closed. */
static size_t braced_length(struct text value)
{
    for (size_t i = 1; i < value.length; i++) {
        if (value.bytes[i] != '}')
            continue;
        if (i + 1 == value.length || value.bytes[i + 1] != '}')
            return i + 1;
        i++;
    }
    return SIZE_MAX;
}

static enum error_code unbrace(struct text value, struct arena *arena, struct text *ret_value, struct error *error)
{
    char *copy = arena_string(arena, value);
    size_t length = 0;

    if (copy == NULL)
        return arena_error(arena, error, doing);
    if (value.length >= 2 && value.bytes[0] == '{')
        for (size_t i = 1; i + 1 < value.length; i++) {
            copy[length++] = value.bytes[i];
            i += value.bytes[i] == '}';
        }
    else
        length = value.length;
    copy[length] = '\0';
    *ret_value = (struct text){copy, length};
    return ERROR_NONE;
}

/* Cut the first `KEYWORD=value` off, and the `;` behind it. */
static enum error_code next_pair(struct text *rest, struct arena *arena, struct odbc_pair *pair, struct error *error)
{
    const char *equals = memchr(rest->bytes, '=', rest->length);
    const char *end;
    struct text value;
    size_t length;

    if (equals == NULL)
        return malformed(error, "a keyword has no '='");
    pair->keyword = trimmed(before(*rest, (size_t)(equals - rest->bytes)));
    if (pair->keyword.length == 0 || memchr(pair->keyword.bytes, ';', pair->keyword.length) != NULL)
        return malformed(error, "a keyword is empty or has no '='");
    value = after(*rest, (size_t)(equals - rest->bytes) + 1);
    while (value.length > 0 && is_blank(value.bytes[0]))
        value = after(value, 1);
    length = text_starts_with(value, TEXT("{")) ? braced_length(value) : 0;
    if (length == SIZE_MAX)
        return malformed(error, "a '{' is not closed");
    end = memchr(value.bytes + length, ';', value.length - length);
    if (length > 0 &&
        trimmed(after(before(value, end == NULL ? value.length : (size_t)(end - value.bytes)), length)).length > 0)
        return malformed(error, "something follows a '}'");
    value.length = end == NULL ? value.length : (size_t)(end - value.bytes);
    pair->raw = trimmed(before(*rest, (size_t)(value.bytes + value.length - rest->bytes)));
    *rest = after(*rest, (size_t)(value.bytes + value.length - rest->bytes) + (end != NULL));
    return unbrace(trimmed(value), arena, &pair->value, error);
}

static enum error_code take_pairs(struct odbc_target *target, struct text rest, struct arena *arena,
                                  struct error *error)
{
    while (trimmed(rest).length > 0) {
        if (trimmed(rest).bytes[0] == ';') {
            rest = after(trimmed(rest), 1);
            continue;
        }
        if (target->pair_count == ODBC_PAIRS_MAX)
            return malformed(error, "there are too many keywords");
        if (next_pair(&rest, arena, &target->pairs[target->pair_count], error) != ERROR_NONE)
            return error->code;
        target->pair_count++;
    }
    return ERROR_NONE;
}

static enum error_code check_pairs(const struct odbc_target *target, struct error *error)
{
    if (odbc_target_value(target, "SAVEFILE").bytes != NULL)
        return error_set(error, ERROR_USAGE, "SAVEFILE would write the password to a file: leave it out");
    if (odbc_target_value(target, "DSN").length > 0 || odbc_target_value(target, "DRIVER").length > 0 ||
        odbc_target_value(target, "FILEDSN").length > 0)
        return ERROR_NONE;
    return malformed(error, "neither DSN= nor Driver= is in it");
}

/* ---- references ---- */

static const struct {
    const char *prefix;
    enum odbc_family family;
} schemes[] = {
    {"mysql://", ODBC_MYSQL},
    {"mariadb://", ODBC_MYSQL},
    {"sqlserver://", ODBC_SQLSERVER},
    {ODBC_SCHEME, ODBC_ANY},
};

static struct text scheme_of(const char *ref, enum odbc_family *ret_family)
{
    for (size_t i = 0; i < LENGTH_OF(schemes); i++)
        if (text_starts_with(text_from(ref), text_from(schemes[i].prefix))) {
            *ret_family = schemes[i].family;
            return text_from(schemes[i].prefix);
        }
    return TEXT("");
}

/* `DriftlineDialect=` is taken out: no driver knows it. */
static void take_dialect(struct odbc_target *target)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < target->pair_count; i++) {
        if (is_keyword(target->pairs[i].keyword, "DriftlineDialect"))
            target->dialect = target->pairs[i].value;
        else
            target->pairs[kept++] = target->pairs[i];
    }
    target->pair_count = kept;
}

enum error_code odbc_target_take_apart(struct odbc_target *ret_target, const char *ref, struct arena *arena,
                                       struct error *error)
{
    struct odbc_target *target = ret_target;
    struct text scheme;
    struct text rest;
    enum error_code code;

    memset(target, 0, sizeof *target);
    scheme = scheme_of(ref, &target->family);
    rest = after(text_from(ref), scheme.length);
    if (scheme.length == 0)
        return malformed(error, "its scheme is not known");
    if (target->family == ODBC_ANY)
        code = take_pairs(target, rest, arena, error);
    else
        code = odbc_url_parse(target, rest, arena, error);
    if (code == ERROR_NONE && target->family == ODBC_ANY)
        code = check_pairs(target, error);
    if (code == ERROR_NONE)
        take_dialect(target);
    return code;
}

/* ---- secrets ---- */

static bool is_elsewhere(struct text value)
{
    return text_starts_with(value, TEXT("env:")) || text_starts_with(value, TEXT("file:"));
}

static enum error_code fetch_pairs(struct odbc_target *target, struct arena *arena, struct error *error)
{
    for (unsigned i = 0; i < target->pair_count; i++) {
        struct odbc_pair *pair = &target->pairs[i];

        if (!odbc_keyword_is_secret(pair->keyword) || !is_elsewhere(pair->value))
            continue;
        pair->raw = TEXT("");
        if (config_secret(pair->value.bytes, arena, &pair->value, error) != ERROR_NONE)
            return error_context(error, "fetching %.*s", TEXT_ARGS(pair->keyword));
    }
    return ERROR_NONE;
}

/* As the programs of the databases themselves do it. */
static enum error_code fetch_usual_password(struct odbc_target *target, struct arena *arena, struct error *error)
{
    const char *value = getenv(target->family == ODBC_MYSQL ? "MYSQL_PWD" : "SQLCMDPASSWORD");
    const char *copy = value == NULL ? NULL : arena_string(arena, text_from(value));

    if (value != NULL && copy == NULL)
        return arena_error(arena, error, doing);
    target->password = text_from(copy);
    return ERROR_NONE;
}

enum error_code odbc_target_parse(struct odbc_target *ret_target, const char *ref, struct arena *arena,
                                  struct error *error)
{
    struct odbc_target *target = ret_target;

    if (odbc_target_take_apart(target, ref, arena, error) != ERROR_NONE ||
        fetch_pairs(target, arena, error) != ERROR_NONE)
        return error->code;
    if (target->family == ODBC_ANY)
        return ERROR_NONE;
    if (target->password.length == 0)
        return fetch_usual_password(target, arena, error);
    if (is_elsewhere(target->password) &&
        config_secret(target->password.bytes, arena, &target->password, error) != ERROR_NONE)
        return error_context(error, "fetching the password");
    return ERROR_NONE;
}

/* What no driver repeats by chance: a shorter text would make messages unreadable and hide nothing. */
enum { SCRUB_MIN = 3 };

static void scrub_text(struct text secret, char *message)
{
    char *found;

    if (secret.length < SCRUB_MIN)
        return;
    while ((found = memmem(message, strlen(message), secret.bytes, secret.length)) != NULL) {
        found[0] = '*';
        memmove(found + 1, found + secret.length, strlen(found + secret.length) + 1);
    }
}

void odbc_target_scrub(const struct odbc_target *target, char *message)
{
    scrub_text(target->password, message);
    for (unsigned i = 0; i < target->pair_count; i++)
        if (odbc_keyword_is_secret(target->pairs[i].keyword)) {
            scrub_text(target->pairs[i].raw, message);
            scrub_text(target->pairs[i].value, message);
        }
}

/* ---- writing ---- */

struct text odbc_target_value(const struct odbc_target *target, const char *keyword)
{
    for (unsigned i = 0; i < target->pair_count; i++)
        if (is_keyword(target->pairs[i].keyword, keyword))
            return target->pairs[i].value;
    return (struct text){NULL, 0};
}

bool odbc_target_wants_tls(const struct odbc_target *target)
{
    static const char *const beginnings[] = {"ssl", "tls", "forcetls"};

    for (unsigned i = 0; i < target->pair_count; i++)
        for (size_t j = 0; j < LENGTH_OF(beginnings); j++) {
            struct text keyword = target->pairs[i].keyword;
            size_t length = strlen(beginnings[j]);

            if (keyword.length >= length && is_keyword(before(keyword, length), beginnings[j]) &&
                target->pairs[i].value.length > 0 && !text_equal(target->pairs[i].value, TEXT("0")))
                return true;
        }
    return false;
}

static bool needs_braces(struct text value)
{
    for (size_t i = 0; i < value.length; i++)
        if (value.bytes[i] == '\0' || strchr(";{}[](),?*=!@ \t\r\n", value.bytes[i]) != NULL)
            return true;
    return false;
}

void odbc_pair_add(struct buffer *buffer, const char *keyword, struct text value)
{
    buffer_printf(buffer, "%s=", keyword);
    if (!needs_braces(value)) {
        buffer_add_text(buffer, value);
    } else {
        buffer_add_byte(buffer, '{');
        for (size_t i = 0; i < value.length; i++) {
            buffer_add_byte(buffer, (uint8_t)value.bytes[i]);
            if (value.bytes[i] == '}')
                buffer_add_byte(buffer, '}');
        }
        buffer_add_byte(buffer, '}');
    }
    buffer_add_byte(buffer, ';');
}

static void add_given(struct buffer *buffer, const char *keyword, struct text value)
{
    if (value.length > 0)
        odbc_pair_add(buffer, keyword, value);
}

static void add_number(struct buffer *buffer, const char *keyword, unsigned number)
{
    buffer_printf(buffer, "%s=%u;", keyword, number);
}

/* The clients of MySQL take `localhost` for the socket whatever port is given; who gives a port means it. */
static struct text mysql_host(const struct odbc_target *target)
{
    if (target->host.length == 0)
        return TEXT("localhost");
    return is_keyword(target->host, "localhost") && target->port.length > 0 ? TEXT("127.0.0.1") : target->host;
}

static void add_mysql(struct buffer *buffer, const struct odbc_target *target, bool own, unsigned connect_seconds,
                      unsigned read_seconds)
{
    odbc_pair_add(buffer, "SERVER", mysql_host(target));
    add_given(buffer, "PORT", target->port);
    add_number(buffer, own ? "READTIMEOUT" : "READ_TIMEOUT", read_seconds);
    add_number(buffer, own ? "WRITETIMEOUT" : "WRITE_TIMEOUT", read_seconds);
    if (!own)
        add_number(buffer, "CONN_TIMEOUT", connect_seconds);
    odbc_pair_add(buffer, "CHARSET", TEXT("utf8mb4"));
}

/* Microsoft's driver wants the port behind a comma, and an address of IPv6 as it is. */
static void add_sqlserver(struct buffer *buffer, const struct odbc_target *target, bool free_tds)
{
    CLEANUP(buffer_clear) struct buffer server = {0};
    struct text host = target->host.length == 0 ? TEXT("127.0.0.1") : target->host;

    if (free_tds) {
        odbc_pair_add(buffer, "Server", host);
        odbc_pair_add(buffer, "Port", target->port.length == 0 ? TEXT("1433") : target->port);
        if (odbc_target_value(target, "TDS_Version").bytes == NULL) /* else it tries one after the other, and waits */
            odbc_pair_add(buffer, "TDS_Version", TEXT("7.4"));
        return;
    }
    buffer_printf(&server, "tcp:%.*s", TEXT_ARGS(host));
    if (target->port.length > 0)
        buffer_printf(&server, ",%.*s", TEXT_ARGS(target->port));
    odbc_pair_add(buffer, "Server", buffer_text(&server));
    buffer->failed = buffer->failed || server.failed;
}

static void add_url(struct buffer *buffer, const struct odbc_target *target, const char *driver,
                    unsigned connect_seconds, unsigned read_seconds)
{
    odbc_pair_add(buffer, "Driver", text_from(driver));
    if (target->family == ODBC_MYSQL)
        add_mysql(buffer, target, strcasestr(driver, "mysql") != NULL, connect_seconds, read_seconds);
    else
        add_sqlserver(buffer, target, strcasestr(driver, "freetds") != NULL);
    add_given(buffer, "DATABASE", target->database);
    add_given(buffer, "UID", target->user);
    add_given(buffer, "PWD", target->password);
}

void odbc_target_string(struct buffer *buffer, const struct odbc_target *target, const char *driver,
                        unsigned connect_seconds, unsigned read_seconds)
{
    if (driver != NULL)
        add_url(buffer, target, driver, connect_seconds, read_seconds);
    for (unsigned i = 0; i < target->pair_count; i++) {
        const struct odbc_pair *pair = &target->pairs[i];

        if (driver != NULL && is_keyword(pair->keyword, "Driver"))
            continue;
        if (pair->raw.length > 0) {
            buffer_add_text(buffer, pair->raw);
            buffer_add_byte(buffer, ';');
        } else {
            CLEANUP(buffer_clear) struct buffer keyword = {0};

            buffer_add_text(&keyword, pair->keyword);
            odbc_pair_add(buffer, keyword.failed ? "" : keyword.bytes, pair->value);
            buffer->failed = buffer->failed || keyword.failed;
        }
    }
}

/* ---- showing ---- */

static void show_url(struct buffer *buffer, const struct odbc_target *target)
{
    if (target->user_given)
        buffer_printf(buffer, "%.*s@", TEXT_ARGS(target->user));
    if (memchr(target->host.bytes, ':', target->host.length) != NULL)
        buffer_printf(buffer, "[%.*s]", TEXT_ARGS(target->host));
    else
        buffer_add_text(buffer, target->host);
    if (target->port.length > 0)
        buffer_printf(buffer, ":%.*s", TEXT_ARGS(target->port));
    buffer_printf(buffer, "/%.*s", TEXT_ARGS(target->database));
}

/* Only what says which database it is; other keywords may hold anything. */
static void show_pairs(struct buffer *buffer, const struct odbc_target *target)
{
    static const char *const shown[] = {"dsn",  "driver",   "server",  "servername", "address",         "addr",
                                        "host", "port",     "socket",  "db",         "database",        "uid",
                                        "user", "username", "user id", "filedsn",    "initial catalog", "data source",
                                        NULL};
    const char *separator = "";

    for (unsigned i = 0; i < target->pair_count; i++) {
        const struct odbc_pair *pair = &target->pairs[i];

        if (!is_one_of(pair->keyword, shown))
            continue;
        buffer_printf(buffer, "%s%.*s", separator, TEXT_ARGS(pair->raw));
        separator = ";";
    }
    if (target->dialect.length > 0)
        buffer_printf(buffer, "%sDriftlineDialect=%.*s", separator, TEXT_ARGS(target->dialect));
}

void odbc_redact(struct buffer *buffer, const char *ref)
{
    struct odbc_target target;
    struct arena arena;
    struct error error;
    enum odbc_family family = ODBC_ANY;
    enum error_code code;

    buffer_add_text(buffer, scheme_of(ref, &family));
    arena_init(&arena, SIZE_MAX);
    code = odbc_target_take_apart(&target, ref, &arena, &error);
    buffer->failed |= code == ERROR_MEMORY;
    if (code != ERROR_NONE)
        buffer_add_string(buffer, "…");
    else if (family == ODBC_ANY)
        show_pairs(buffer, &target);
    else
        show_url(buffer, &target);
    arena_erase(&arena);
}
