#include "cli/waiver_file.h"

#include "base/config.h"
#include "base/config_place.h"
#include "base/config_tree.h"
#include "base/file.h"
#include "base/reference.h"
#include "cli/command.h"
#include "cli/moment.h"

enum { TEXT_LIMIT = 4096, WAIVERS_LIMIT = 1000, DRIFTS_LIMIT = 1000, WAY_SIZE = 64 };

static const char doing[] = "reading waivers";

/* As it stands in the file. */
struct entry {
    char **drifts;
    unsigned drift_count;
    char *database;
    char *from;
    char *to;
    char *pattern;
    bool future;
    char *reason;
    char *author;
    char *expires;
};

struct content {
    struct entry *waivers;
    unsigned waiver_count;
};

#define OPTIONAL_TEXT(key, member)                                                                                     \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct entry, member, 1, TEXT_LIMIT)

static const cyaml_schema_value_t drift_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT),
};

static const cyaml_schema_field_t entry_fields[] = {
    CYAML_FIELD_SEQUENCE_COUNT("drifts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct entry, drifts, drift_count,
                               &drift_schema, 1, DRIFTS_LIMIT),
    OPTIONAL_TEXT("database", database),
    OPTIONAL_TEXT("from", from),
    OPTIONAL_TEXT("to", to),
    OPTIONAL_TEXT("pattern", pattern),
    CYAML_FIELD_BOOL("future", CYAML_FLAG_OPTIONAL, struct entry, future),
    CYAML_FIELD_STRING_PTR("reason", CYAML_FLAG_POINTER, struct entry, reason, 1, TEXT_LIMIT),
    OPTIONAL_TEXT("author", author),
    CYAML_FIELD_STRING_PTR("expires", CYAML_FLAG_POINTER, struct entry, expires, 1, TEXT_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct entry, entry_fields),
};

static const cyaml_schema_field_t content_fields[] = {
    CYAML_FIELD_SEQUENCE_COUNT("waivers", CYAML_FLAG_POINTER, struct content, waivers, waiver_count, &entry_schema, 1,
                               WAIVERS_LIMIT),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t content_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct content, content_fields),
};

/* ---- one waiver ---- */

/* What reading needs at every step. */
struct file_reading {
    const struct waiver_file *file;
    int64_t now;
    struct arena *arena;
    struct error *error;
};

static enum error_code blame(const struct file_reading *reading, size_t number, const char *key)
{
    char way[2 * WAY_SIZE]; /* the key has one of them */

    snprintf(way, sizeof way, "waivers.%zu%s%s", number, key[0] == '\0' ? "" : ".", key);
    return config_place(reading->error, reading->file->path, reading->file->text, way);
}

/* NULL stays NULL. */
static enum error_code copy(const struct file_reading *reading, const char *text, const char **ret_copy)
{
    *ret_copy = text == NULL ? NULL : arena_string(reading->arena, text_from(text));
    if (text != NULL && *ret_copy == NULL)
        return arena_error(reading->arena, reading->error, doing);
    return ERROR_NONE;
}

static enum error_code read_drifts(const struct file_reading *reading, size_t number, const struct entry *entry,
                                   struct waiver_wish *wish)
{
    int64_t *drifts = arena_array(reading->arena, entry->drift_count, sizeof *drifts);

    if (drifts == NULL)
        return arena_error(reading->arena, reading->error, doing);
    for (unsigned i = 0; i < entry->drift_count; i++) {
        char key[WAY_SIZE];

        snprintf(key, sizeof key, "drifts.%u", i);
        if (command_number(entry->drifts[i], "drift", &drifts[i], reading->error) != ERROR_NONE)
            return blame(reading, number, key);
    }
    wish->drifts = drifts;
    wish->drift_count = entry->drift_count;
    return ERROR_NONE;
}

/* Drifts, or a database and a pattern. */
static enum error_code check_scope(const struct file_reading *reading, size_t number, const struct entry *entry)
{
    if (entry->drift_count == 0 && entry->pattern == NULL) {
        error_set(reading->error, ERROR_CONFIG, "a waiver needs 'drifts', or 'pattern' with 'database'");
        return blame(reading, number, "");
    }
    if (entry->drift_count > 0 && (entry->pattern != NULL || entry->future)) {
        error_set(reading->error, ERROR_CONFIG, "a waiver has 'drifts' or '%s', not both",
                  entry->pattern != NULL ? "pattern" : "future");
        return blame(reading, number, entry->pattern != NULL ? "pattern" : "future");
    }
    if (entry->pattern != NULL && entry->database == NULL) {
        error_set(reading->error, ERROR_CONFIG, "a waiver with 'pattern' needs 'database'");
        return blame(reading, number, "pattern");
    }
    return ERROR_NONE;
}

static enum error_code check_names(const struct file_reading *reading, size_t number, const struct entry *entry)
{
    const struct {
        const char *key;
        const char *value;
    } names[] = {{"database", entry->database}, {"from", entry->from}, {"to", entry->to}};

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (names[i].value != NULL && !reference_is_name(text_from(names[i].value))) {
            error_set(reading->error, ERROR_CONFIG, "'%.80s' is no name", names[i].value);
            return blame(reading, number, names[i].key);
        }
    return ERROR_NONE;
}

static enum error_code read_entry(const struct file_reading *reading, size_t number, const struct entry *entry,
                                  struct waiver_wish *wish)
{
    struct ignore_pattern pattern;

    if (check_scope(reading, number, entry) != ERROR_NONE || check_names(reading, number, entry) != ERROR_NONE ||
        read_drifts(reading, number, entry, wish) != ERROR_NONE)
        return reading->error->code;
    if (entry->pattern != NULL &&
        ignore_pattern_parse(&pattern, text_from(entry->pattern), reading->arena, reading->error) != ERROR_NONE)
        return blame(reading, number, "pattern");
    if (moment_read_coming(&wish->expires, "'expires'", entry->expires, reading->now, reading->error) != ERROR_NONE)
        return blame(reading, number, "expires");
    wish->future = entry->future;
    if (copy(reading, entry->database, &wish->database) != ERROR_NONE ||
        copy(reading, entry->from, &wish->from) != ERROR_NONE || copy(reading, entry->to, &wish->to) != ERROR_NONE ||
        copy(reading, entry->pattern, &wish->pattern) != ERROR_NONE ||
        copy(reading, entry->reason, &wish->reason) != ERROR_NONE ||
        copy(reading, entry->author, &wish->author) != ERROR_NONE)
        return reading->error->code;
    return ERROR_NONE;
}

/* ---- overlaps ---- */

static bool share_drift(const struct waiver_wish *a, const struct waiver_wish *b)
{
    for (size_t i = 0; i < a->drift_count; i++)
        for (size_t j = 0; j < b->drift_count; j++)
            if (a->drifts[i] == b->drifts[j])
                return true;
    return false;
}

/* NULL is any environment. */
static bool same_environment(const char *a, const char *b)
{
    return a == NULL || b == NULL || strcmp(a, b) == 0;
}

/* The word before the colon, and the glob after it. */
static struct text word_of(const char *pattern)
{
    return (struct text){pattern, strcspn(pattern, ":")};
}

static struct text glob_of(const char *pattern)
{
    const char *colon = strchr(pattern, ':');

    return text_from(colon == NULL ? "" : colon + 1);
}

/* A glob that matches another one, read as a text, also matches something of what that one matches: `*` is one of the
 * texts that `*` stands for. */
static bool share_pattern(const char *a, const char *b)
{
    struct text first = word_of(a), second = word_of(b);

    if (!text_equal(first, second) && !text_equal(first, TEXT("*")) && !text_equal(second, TEXT("*")))
        return false;
    return glob_matches(glob_of(a), glob_of(b)) || glob_matches(glob_of(b), glob_of(a));
}

bool waiver_wishes_overlap(const struct waiver_wish *a, const struct waiver_wish *b)
{
    if (a->pattern == NULL || b->pattern == NULL)
        return share_drift(a, b);
    return a->database != NULL && b->database != NULL && strcmp(a->database, b->database) == 0 &&
           same_environment(a->from, b->from) && same_environment(a->to, b->to) &&
           share_pattern(a->pattern, b->pattern);
}

static unsigned line_of(const struct waiver_file *file, size_t number)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = NULL;
    struct error ignored;
    char way[WAY_SIZE];

    snprintf(way, sizeof way, "waivers.%zu", number);
    if (config_tree_open(&tree, file->text, &ignored) != ERROR_NONE)
        return 0;
    return config_node_line(config_tree_follow(tree, config_tree_top(tree), way));
}

static enum error_code check_overlaps(const struct file_reading *reading, size_t number)
{
    const struct waiver_wish *wishes = reading->file->wishes;

    for (size_t i = 0; i < number; i++)
        if (waiver_wishes_overlap(&wishes[i], &wishes[number])) {
            error_set(reading->error, ERROR_CONFIG, "this waiver is about the same as the one in line %u",
                      line_of(reading->file, i));
            return blame(reading, number, wishes[number].pattern != NULL ? "pattern" : "drifts");
        }
    return ERROR_NONE;
}

/* ---- the file ---- */

static enum error_code read_entries(const struct file_reading *reading, const struct content *content)
{
    for (unsigned i = 0; i < content->waiver_count; i++)
        if (read_entry(reading, i, &content->waivers[i], &reading->file->wishes[i]) != ERROR_NONE ||
            check_overlaps(reading, i) != ERROR_NONE)
            return reading->error->code;
    return ERROR_NONE;
}

enum error_code waiver_file_parse(struct waiver_file *ret_file, const char *name, struct text text, int64_t now,
                                  struct arena *arena, struct error *error)
{
    struct waiver_file file = {.path = name, .text = text};
    const struct file_reading reading = {&file, now, arena, error};
    const struct content *content;
    enum error_code code;
    void *loaded = NULL;

    if (config_load_text(name, text, &content_schema, &loaded, error) != ERROR_NONE)
        return error->code;
    content = loaded;
    file.count = content->waiver_count;
    file.wishes = arena_array(arena, file.count, sizeof *file.wishes);
    code = file.wishes == NULL ? arena_error(arena, error, doing) : read_entries(&reading, content);
    config_free(&content_schema, loaded);
    if (code == ERROR_NONE)
        *ret_file = file;
    return code;
}

enum error_code waiver_file_read(struct waiver_file *ret_file, const char *path, int64_t now, struct arena *arena,
                                 struct error *error)
{
    struct text text;

    if (file_read(path, CONFIG_SIZE_LIMIT, arena, &text, error) != ERROR_NONE)
        return error_context(error, doing);
    return waiver_file_parse(ret_file, path, text, now, arena, error);
}

enum error_code waiver_file_blame(const struct waiver_file *file, size_t number, struct error *error)
{
    enum error_code code = error->code;
    char way[WAY_SIZE];

    snprintf(way, sizeof way, "waivers.%zu", number);
    config_place(error, file->path, file->text, way);
    return error->code = code; /* what the collector refused is no mistake of the file's form */
}
