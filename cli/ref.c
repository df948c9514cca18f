#include "cli/ref.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/secret.h"
#include "schema/snapshot_file.h"

/* References of the full design that this version recognises in order to say that it cannot read them. */
static const char *const later_schemes[] = {"spec:", "python:", "mysql://", "mariadb://", "sqlserver://", "odbc:"};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool ends_with(struct text text, struct text end)
{
    return text.length >= end.length && memcmp(text.bytes + text.length - end.length, end.bytes, end.length) == 0;
}

static struct text after(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

/* Cut a text at the first `separator`: what follows goes to ret_rest. False, and nothing done, when there is none. */
static bool cut_at(struct text *text, char separator, struct text *ret_rest)
{
    const char *found = text->length == 0 ? NULL : memchr(text->bytes, separator, text->length);

    if (found == NULL)
        return false;
    *ret_rest = after(*text, (size_t)(found - text->bytes) + 1);
    text->length = (size_t)(found - text->bytes);
    return true;
}

/* ---- schemes ---- */

/* The length of `name` in `name:…`, or 0. */
static size_t scheme_length(struct text text)
{
    size_t length = 0;

    while (length < text.length &&
           (is_letter(text.bytes[length]) ||
            (length > 0 && (is_digit(text.bytes[length]) || strchr("+-.", text.bytes[length])))))
        length++;
    return length < text.length && text.bytes[length] == ':' ? length : 0;
}

enum scheme_match { SCHEME_UNKNOWN, SCHEME_INCOMPLETE, SCHEME_KNOWN };

/* Compare with one prefix of the tables, such as "postgres://" or "sqlite:". */
static enum scheme_match match_scheme(struct text text, size_t length, const char *prefix)
{
    if (text_starts_with(text, text_from(prefix)))
        return SCHEME_KNOWN;
    return strcspn(prefix, ":") == length && memcmp(prefix, text.bytes, length) == 0 ? SCHEME_INCOMPLETE
                                                                                     : SCHEME_UNKNOWN;
}

static enum scheme_match find_scheme(struct text text, size_t length, const char **ret_prefix)
{
    enum scheme_match match = SCHEME_UNKNOWN;

    for (size_t i = 0; i < LENGTH_OF(later_schemes) && match == SCHEME_UNKNOWN; i++)
        match = match_scheme(text, length, *ret_prefix = later_schemes[i]);
    for (size_t i = 0; source_all[i] != NULL; i++)
        for (const char *const *scheme = source_all[i]->schemes; *scheme != NULL && match == SCHEME_UNKNOWN; scheme++)
            match = match_scheme(text, length, *ret_prefix = *scheme);
    return match;
}

static void list_schemes(char *list, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; source_all[i] != NULL; i++)
        for (const char *const *scheme = source_all[i]->schemes; *scheme != NULL && used < size; scheme++)
            used += (size_t)snprintf(list + used, size - used, "%s, ", *scheme);
}

static enum error_code unknown_scheme(struct text scheme, struct error *error)
{
    char list[160];

    list_schemes(list, sizeof list);
    error_set(error, ERROR_USAGE, "there is no reference that begins with '%.*s:'",
              scheme.length > 40 ? 40 : (int)scheme.length, scheme.bytes);
    return error_hint(error, "references begin with %sor are the name of a .snap file", list);
}

static enum error_code parse_scheme(struct ref *ret_ref, struct text text, size_t length, struct error *error)
{
    const char *prefix = NULL;

    switch (find_scheme(text, length, &prefix)) {
    case SCHEME_UNKNOWN:
        return unknown_scheme((struct text){text.bytes, length}, error);
    case SCHEME_INCOMPLETE:
        return error_set(error, ERROR_USAGE, "a reference of this sort begins with '%s'", prefix);
    case SCHEME_KNOWN:
        break;
    }
    *ret_ref = (struct ref){.type = REF_DATABASE, .scheme = {text.bytes, length}, .rest = after(text, length + 1)};
    return ERROR_NONE;
}

/* ---- database@environment/instance~moment ---- */

static bool is_name(struct text text)
{
    if (text.length == 0 || text.length > REF_NAME_LIMIT || text.bytes[0] == '-' || text.bytes[0] == '.')
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.bytes[i];

        if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-' && c != '.' && (unsigned char)c < 0x80)
            return false;
    }
    return text_is_utf8(text);
}

static enum error_code name_error(const char *what, struct error *error)
{
    error_set(error, ERROR_USAGE, "the %s of a reference 'database@environment' is missing or not a name", what);
    return error_hint(error, "names have letters, digits, '_', '-' and '.'; a file is written './NAME'");
}

/* Exactly `digits` digits at the begin of the text, which are taken off. */
static bool take_number(struct text *text, size_t digits, int *ret_number)
{
    int number = 0;

    if (text->length < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!is_digit(text->bytes[i]))
            return false;
        number = number * 10 + (text->bytes[i] - '0');
    }
    *ret_number = number;
    *text = after(*text, digits);
    return true;
}

static bool take_character(struct text *text, char c)
{
    if (text->length == 0 || text->bytes[0] != c)
        return false;
    *text = after(*text, 1);
    return true;
}

/* `.5` to `.500000` */
static bool take_fraction(struct text *text, int64_t *ret_microseconds)
{
    int64_t unit = 100000;
    int64_t sum = 0;

    if (text->length == 0 || !is_digit(text->bytes[0]))
        return false;
    for (; text->length > 0 && is_digit(text->bytes[0]); unit /= 10) {
        if (unit == 0)
            return false;
        sum += (text->bytes[0] - '0') * unit;
        *text = after(*text, 1);
    }
    *ret_microseconds = sum;
    return true;
}

/* `Z`, `+01:00` or `-05:30`: how many seconds the clock is ahead of UTC. */
static bool take_zone(struct text *text, int64_t *ret_seconds)
{
    int hours;
    int minutes;
    int64_t sign;

    if (take_character(text, 'Z')) {
        *ret_seconds = 0;
        return true;
    }
    sign = text->length > 0 && text->bytes[0] == '-' ? -1 : 1;
    if ((!take_character(text, '+') && !take_character(text, '-')) || !take_number(text, 2, &hours) ||
        !take_character(text, ':') || !take_number(text, 2, &minutes) || hours > 15 || minutes > 59)
        return false;
    *ret_seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* `2026-11-01` or `2026-11-01T00:00[:00[.0]]Z`: the whole text. */
static bool read_time(struct text text, int64_t *ret_microseconds)
{
    struct tm parts = {0};
    struct tm check;
    int64_t fraction = 0;
    int64_t zone = 0;
    time_t seconds;

    if (!take_number(&text, 4, &parts.tm_year) || !take_character(&text, '-') ||
        !take_number(&text, 2, &parts.tm_mon) || !take_character(&text, '-') || !take_number(&text, 2, &parts.tm_mday))
        return false;
    if (text.length > 0) {
        if (!take_character(&text, 'T') || !take_number(&text, 2, &parts.tm_hour) || !take_character(&text, ':') ||
            !take_number(&text, 2, &parts.tm_min))
            return false;
        if (take_character(&text, ':')) {
            if (!take_number(&text, 2, &parts.tm_sec))
                return false;
            if (take_character(&text, '.') && !take_fraction(&text, &fraction))
                return false;
        }
        if (!take_zone(&text, &zone) || text.length > 0)
            return false;
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    seconds = timegm(&(struct tm){.tm_year = parts.tm_year,
                                  .tm_mon = parts.tm_mon,
                                  .tm_mday = parts.tm_mday,
                                  .tm_hour = parts.tm_hour,
                                  .tm_min = parts.tm_min,
                                  .tm_sec = parts.tm_sec});
    if (gmtime_r(&seconds, &check) == NULL || check.tm_mday != parts.tm_mday || check.tm_mon != parts.tm_mon ||
        check.tm_hour != parts.tm_hour || check.tm_min != parts.tm_min || check.tm_sec != parts.tm_sec)
        return false; /* 31 February and 25 o'clock */
    *ret_microseconds = (seconds - zone) * 1000000 + fraction;
    return *ret_microseconds >= 0 && *ret_microseconds < INT64_C(253402300800) * 1000000; /* the years 1970 to 9999 */
}

static bool read_steps(struct text text, uint32_t *ret_steps)
{
    uint32_t steps = 0;

    if (text.length == 0 || text.length > 10 || text.bytes[0] == '0')
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.bytes[i]) || steps > REF_STEPS_LIMIT / 10)
            return false;
        steps = steps * 10 + (uint32_t)(text.bytes[i] - '0');
    }
    *ret_steps = steps;
    return steps <= REF_STEPS_LIMIT;
}

static enum error_code parse_collector(struct ref *ret_ref, struct text text, struct error *error)
{
    struct ref ref = {.type = REF_COLLECTOR, .database = text};
    struct text moment;

    cut_at(&ref.database, '@', &ref.environment);
    if (cut_at(&ref.environment, '~', &moment)) {
        if (read_steps(moment, &ref.steps))
            ref.moment = REF_STEPS_BACK;
        else if (read_time(moment, &ref.as_of))
            ref.moment = REF_AS_OF;
        else
            return error_set(error, ERROR_USAGE,
                             "what follows '~' is neither a number such as '2' nor a time such as '2026-11-01T00:00Z'");
    }
    if (cut_at(&ref.environment, '/', &ref.instance) && !is_name(ref.instance))
        return name_error("instance", error);
    if (!is_name(ref.database))
        return name_error("database", error);
    if (!is_name(ref.environment))
        return name_error("environment", error);
    *ret_ref = ref;
    return ERROR_NONE;
}

/* ---- the whole ---- */

static bool looks_like_path(struct text text)
{
    return text_starts_with(text, TEXT("/")) || text_starts_with(text, TEXT("./")) ||
           text_starts_with(text, TEXT("../"));
}

static bool scheme_is_known(struct text text, size_t length)
{
    const char *prefix = NULL;

    return length > 0 && find_scheme(text, length, &prefix) != SCHEME_UNKNOWN;
}

enum error_code ref_parse(struct ref *ret_ref, struct text text, struct error *error)
{
    size_t length = scheme_length(text);

    if (text.length == 0)
        return error_set(error, ERROR_USAGE, "a reference must not be empty");
    if (text.length > REF_LIMIT)
        return error_set(error, ERROR_USAGE, "a reference may have %d bytes, not %zu", REF_LIMIT, text.length);
    if (memchr(text.bytes, '\0', text.length) != NULL)
        return error_set(error, ERROR_USAGE, "a reference must not contain a zero byte");
    if (text_equal(text, TEXT("-"))) {
        *ret_ref = (struct ref){.type = REF_STANDARD_INPUT, .rest = text};
        return ERROR_NONE;
    }
    if (scheme_is_known(text, length))
        return parse_scheme(ret_ref, text, length, error);
    if (looks_like_path(text) || ends_with(text, TEXT(".snap"))) {
        *ret_ref = (struct ref){.type = REF_FILE, .rest = text};
        return ERROR_NONE;
    }
    if (length > 0)
        return parse_scheme(ret_ref, text, length, error);
    if (memchr(text.bytes, '@', text.length) != NULL)
        return parse_collector(ret_ref, text, error);
    *ret_ref = (struct ref){.type = REF_FILE, .rest = text};
    return ERROR_NONE;
}

static void write_time(struct buffer *buffer, int64_t microseconds)
{
    time_t seconds = (time_t)(microseconds / 1000000);
    long fraction = (long)(microseconds % 1000000);
    char date[sizeof "2026-11-21T10:00:00"];
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
        return; /* cannot be: ref_parse() lets no such time in */
    buffer_add_string(buffer, date);
    if (fraction != 0)
        buffer_printf(buffer, ".%06ld", fraction);
    buffer_add_byte(buffer, 'Z');
}

void ref_write(struct buffer *buffer, const struct ref *ref)
{
    buffer_add_text(buffer, ref->database);
    buffer_add_byte(buffer, '@');
    buffer_add_text(buffer, ref->environment);
    if (ref->instance.length > 0) {
        buffer_add_byte(buffer, '/');
        buffer_add_text(buffer, ref->instance);
    }
    if (ref->moment == REF_STEPS_BACK)
        buffer_printf(buffer, "~%u", ref->steps);
    if (ref->moment == REF_AS_OF) {
        buffer_add_byte(buffer, '~');
        write_time(buffer, ref->as_of);
    }
}

bool ref_is_standard_input(const char *reference)
{
    return strcmp(reference, "-") == 0 || strcmp(reference, "/dev/stdin") == 0 || strcmp(reference, "/dev/fd/0") == 0 ||
           strcmp(reference, "/proc/self/fd/0") == 0;
}

void ref_redact(struct buffer *buffer, const char *reference)
{
    const struct source_ops *source = source_find(reference);
    char *copy;

    if (source != NULL) {
        source->redact(buffer, reference);
        return;
    }
    copy = mem_alloc(strlen(reference) + 1);
    if (copy == NULL) {
        buffer_add_string(buffer, "…");
        return;
    }
    secret_hide(strcpy(copy, reference));
    buffer_add_string(buffer, copy);
    mem_free(copy);
}

/* ---- reading ---- */

static enum error_code refuse_later(const struct ref *ref, const char *reference, struct error *error)
{
    if (ref->type == REF_COLLECTOR)
        error_set(error, ERROR_USAGE, "asking the collector for '%.200s' is not supported by this version", reference);
    else
        error_set(error, ERROR_USAGE, "reading '%.*s:' references is not supported by this version",
                  TEXT_ARGS(ref->scheme));
    return error_hint(error, "see docs/reference/references.md for those that are");
}

/* Pipes are not looked into, what was read would be lost. */
bool ref_is_sqlite_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    char begin[sizeof magic] = "";
    struct stat status;
    FILE *file;
    bool found;

    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || (file = fopen(path, "rbe")) == NULL)
        return false;
    found = fread(begin, 1, sizeof begin, file) == sizeof begin && memcmp(begin, magic, sizeof begin) == 0;
    fclose(file);
    return found;
}

/* What is no snapshot file for sure is a mistake in the command line. */
static enum error_code check_file(const struct ref *ref, const char *path, struct error *error)
{
    bool bare_word = !looks_like_path(ref->rest) && !ends_with(ref->rest, TEXT(".snap"));
    char shown[200];

    snprintf(shown, sizeof shown, "%s", path);
    secret_hide(shown);
    if (bare_word && access(path, F_OK) != 0) {
        error_set(error, ERROR_USAGE, "'%s' is neither a reference nor an existing file", shown);
        return error_hint(error, "a database is written like postgres://host/database or sqlite:FILE");
    }
    if (ref_is_sqlite_database(path)) { /* the most likely mistake: a database without its scheme */
        error_set(error, ERROR_USAGE, "'%s' is an SQLite database, not a snapshot file", shown);
        return error_hint(error, "write 'sqlite:%s'", shown);
    }
    return ERROR_NONE;
}

static enum error_code read_file(struct snapshot **ret_snapshot, const struct ref *ref, const char *reference,
                                 const struct source_settings *settings, struct error *error)
{
    struct snapshot *snapshot = NULL;
    char *name;

    if (ref->type == REF_FILE && check_file(ref, reference, error) != ERROR_NONE)
        return error->code;
    if (snapshot_file_read(&snapshot, reference, settings->memory_limit, error) != ERROR_NONE)
        return error->code;
    name = arena_string(&snapshot->arena, text_from(reference));
    if (name == NULL) {
        arena_error(&snapshot->arena, error, "reading a snapshot");
        snapshot_free(snapshot);
        return error->code;
    }
    snapshot->info.ref = text_from(name);
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

enum error_code ref_snapshot(struct snapshot **ret_snapshot, const char *reference,
                             const struct source_settings *settings, struct error *error)
{
    const struct source_ops *source;
    struct ref ref;

    if (ref_parse(&ref, text_from(reference), error) != ERROR_NONE)
        return error->code;
    switch (ref.type) {
    case REF_DATABASE:
        source = source_find(reference);
        if (source == NULL)
            return refuse_later(&ref, reference, error);
        return source->read(ret_snapshot, reference, settings, error);
    case REF_FILE:
    case REF_STANDARD_INPUT:
        return read_file(ret_snapshot, &ref, reference, settings, error);
    case REF_COLLECTOR:
        break;
    }
    return refuse_later(&ref, reference, error);
}
