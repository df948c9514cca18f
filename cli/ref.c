#include "cli/ref.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/secret.h"
#include "schema/snapshot_file.h"

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
    struct reference collected;

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
    if (memchr(text.bytes, '@', text.length) != NULL) {
        if (reference_parse(&collected, text, error) != ERROR_NONE)
            return error->code;
        *ret_ref = (struct ref){.type = REF_COLLECTOR, .collected = collected};
        return ERROR_NONE;
    }
    *ret_ref = (struct ref){.type = REF_FILE, .rest = text};
    return ERROR_NONE;
}

bool ref_has_database_name(const struct ref *ref)
{
    return ref->type == REF_COLLECTOR || (ref->type == REF_DATABASE && text_starts_with(ref->rest, TEXT("//")));
}

/* The database of a URL: `//user@host/database?…`; empty when the URL leaves it to the environment. */
static struct text url_database(struct text url)
{
    struct text rest = after(url, 2);
    const char *end = memchr(rest.bytes, '?', rest.length);
    const char *slash;

    if (end != NULL)
        rest.length = (size_t)(end - rest.bytes);
    slash = rest.length == 0 ? NULL : memrchr(rest.bytes, '/', rest.length);
    return slash == NULL ? (struct text){"", 0} : after(rest, (size_t)(slash + 1 - rest.bytes));
}

struct text ref_database_name(const struct ref *ref)
{
    if (!ref_has_database_name(ref))
        return (struct text){"", 0};
    return ref->type == REF_COLLECTOR ? ref->collected.database : url_database(ref->rest);
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

/* Give a snapshot the name by which it was asked for. On failure it is freed. */
static enum error_code hand_over(struct snapshot **ret_snapshot, struct snapshot *snapshot, struct text reference,
                                 struct error *error)
{
    char *name = arena_string(&snapshot->arena, reference);

    if (name == NULL) {
        arena_error(&snapshot->arena, error, "reading a snapshot");
        snapshot_free(snapshot);
        return error->code;
    }
    snapshot->info.ref = text_from(name);
    *ret_snapshot = snapshot;
    return ERROR_NONE;
}

static enum error_code read_file(struct snapshot **ret_snapshot, const struct ref *ref, const char *reference,
                                 const struct ref_settings *settings, struct error *error)
{
    struct snapshot *snapshot = NULL;

    if (ref->type == REF_FILE && check_file(ref, reference, error) != ERROR_NONE)
        return error->code;
    if (snapshot_file_read(&snapshot, reference, settings->source.memory_limit, error) != ERROR_NONE)
        return error->code;
    return hand_over(ret_snapshot, snapshot, text_from(reference), error);
}

/* ---- downloading ---- */

/* What has come, as a source would tell of queries: in KiB. */
static void report_download(void *context, size_t bytes, size_t total)
{
    const struct source_settings *source = context;

    if (source->progress != NULL)
        source->progress(source->progress_context, (unsigned)(bytes / 1024), (unsigned)(total / 1024), 0);
}

/* The file is checked in full by whoever decodes it; but it must also be the one that was spoken of. */
static enum error_code check_root(const struct collector *collector, const struct snapshot *snapshot,
                                  struct error *error)
{
    const char *told = collector_header(collector, "Driftline-Root", 0);
    char root[HASH_HEX_SIZE];

    hash_to_hex(&snapshot->root, root);
    if (told != NULL && strcmp(told, root) == 0)
        return ERROR_NONE;
    return collector_misunderstood(collector, "it sends another snapshot than it says", error);
}

static enum error_code download(struct snapshot **ret_snapshot, struct text reference,
                                const struct ref_settings *settings, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(buffer_clear) struct buffer target, file;
    struct collector_question question = {
        .method = "GET",
        .type = "application/octet-stream",
        .limit = settings->source.memory_limit,
        .progress = report_download,
        .progress_context = (void *)&settings->source,
    };

    buffer_init(&file);
    buffer_init(&target);
    buffer_add_string(&target, "/api/v1/snapshot.snap");
    collector_add_parameter(&target, "ref", reference);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        collector_open(&collector, &settings->collector, error) != ERROR_NONE)
        return error->code;
    question.target = target.bytes;
    if (collector_ask(collector, &question, &file, error) != ERROR_NONE ||
        snapshot_file_decode(ret_snapshot, buffer_text(&file), collector_url(collector), error) != ERROR_NONE)
        return error->code;
    if (check_root(collector, *ret_snapshot, error) == ERROR_NONE)
        return ERROR_NONE;
    snapshot_free(*ret_snapshot);
    *ret_snapshot = NULL;
    return error->code;
}

/* The reference is sent and shown in its one spelling. */
static enum error_code read_collected(struct snapshot **ret_snapshot, const struct ref *ref,
                                      const struct ref_settings *settings, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer reference;
    struct snapshot *snapshot = NULL;

    buffer_init(&reference);
    reference_write(&reference, &ref->collected);
    if (buffer_check(&reference, error, "asking the collector") != ERROR_NONE ||
        download(&snapshot, buffer_text(&reference), settings, error) != ERROR_NONE)
        return error->code;
    return hand_over(ret_snapshot, snapshot, buffer_text(&reference), error);
}

enum error_code ref_snapshot(struct snapshot **ret_snapshot, const char *reference, const struct ref_settings *settings,
                             struct error *error)
{
    struct ref ref;

    if (ref_parse(&ref, text_from(reference), error) != ERROR_NONE)
        return error->code;
    switch (ref.type) {
    case REF_DATABASE:
        return source_find(reference)->read(ret_snapshot, reference, &settings->source, error);
    case REF_FILE:
    case REF_STANDARD_INPUT:
        return read_file(ret_snapshot, &ref, reference, settings, error);
    case REF_COLLECTOR:
        break;
    }
    return read_collected(ret_snapshot, &ref, settings, error);
}
