#include "schema/lookup.h"

#include "schema/canonical.h"
#include "schema/load_root.h"
#include "schema/trie_load.h"

static const char doing[] = "looking for an object";

enum error_code lookup_begin(struct lookup *ret_lookup, const struct hash *root, const struct node_source *nodes,
                             struct arena *arena, struct error *error)
{
    struct lookup lookup = {.nodes = nodes};
    struct node_root read;
    struct text bytes;

    if (load_fetch_root(nodes, root, arena, &bytes, error) != ERROR_NONE ||
        node_read_root(bytes, &read, error) != ERROR_NONE ||
        node_read_gaps(&read, arena, &lookup.gaps, error) != ERROR_NONE)
        return error->code;
    memcpy(lookup.tops, read.tops, sizeof lookup.tops);
    lookup.engine = read.engine;
    lookup.gap_count = read.gap_count;
    *ret_lookup = lookup;
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- objects */

/* What one aspect says of a key; an empty trie when it says nothing. */
static enum error_code find_in_aspect(const struct lookup *lookup, unsigned aspect, const struct hash *key,
                                      struct trie_reader *reader, struct trie *ret_trie, struct error *error)
{
    struct trie_wanted wanted = {.key = *key};
    struct trie_entry *entry;

    if (trie_load_wanted(&lookup->tops[aspect], &wanted, 1, reader, error) != ERROR_NONE)
        return error->code;
    if (wanted.entry == NULL) {
        *ret_trie = (struct trie){0};
        return ERROR_NONE;
    }
    entry = arena_alloc(reader->arena, sizeof *entry);
    if (entry == NULL)
        return arena_error(reader->arena, error, doing);
    *entry = *wanted.entry;
    *ret_trie = (struct trie){.entries = entry, .count = 1};
    return trie_load_blob(entry, (enum aspect)aspect, reader, error);
}

enum error_code lookup_object(const struct lookup *lookup, enum kind kind, const struct path *path, struct arena *arena,
                              struct object *ret_object, struct error *error)
{
    CLEANUP(trie_reader_close) struct trie_reader reader = {0};
    struct snapshot found = {.root = {{0}}}; /* of this one object */
    const struct trie *home = snapshot_home(&found, kind);
    struct hash key;

    if (trie_reader_open(&reader, lookup->nodes, arena, error) != ERROR_NONE)
        return error->code;
    key = trie_key(reader.hasher, &reader.scratch, kind, path);
    if (buffer_check(&reader.scratch, error, doing) != ERROR_NONE)
        return error->code;
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        if (find_in_aspect(lookup, aspect, &key, &reader, &found.tries[aspect], error) != ERROR_NONE)
            return error->code;
    if (home->count == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such %s", kind_name(kind));
    return snapshot_object(&found, home->entries, arena, ret_object, error);
}

/* ---------------------------------------------------------------- paths */

/* A path that is being read, in a copy in which names are unquoted in place. */
struct path_reader {
    char *next;
    char *end;
};

/* A name in double quotes, without them. */
static bool read_quoted(struct path_reader *reader, struct text *ret_name)
{
    char *first = ++reader->next, *to = first;

    for (; reader->next < reader->end; reader->next++) {
        if (*reader->next == '"' && (++reader->next == reader->end || *reader->next != '"')) {
            *ret_name = (struct text){first, (size_t)(to - first)};
            return true;
        }
        *to++ = *reader->next;
    }
    return false;
}

static bool read_name(struct path_reader *reader, struct text *ret_name)
{
    const char *first = reader->next;

    if (reader->next < reader->end && *reader->next == '"')
        return read_quoted(reader, ret_name);
    while (reader->next < reader->end && *reader->next != '.' && *reader->next != '(' && *reader->next != '"')
        reader->next++;
    *ret_name = (struct text){first, (size_t)(reader->next - first)};
    return ret_name->length > 0;
}

static bool read_byte(struct path_reader *reader, char byte)
{
    if (reader->next == reader->end || *reader->next != byte)
        return false;
    reader->next++;
    return true;
}

/* The name of an operator stands as it is; there is no parenthesis in one. */
static bool read_operator(struct path_reader *reader, struct text *ret_name)
{
    const char *first = reader->next;

    while (reader->next < reader->end && *reader->next != '(')
        reader->next++;
    *ret_name = (struct text){first, (size_t)(reader->next - first)};
    return ret_name->length > 0;
}

/* Everything up to the last parenthesis. */
static bool read_signature(struct path_reader *reader, struct text *ret_signature)
{
    const char *first = reader->next;

    if (reader->next == reader->end || reader->end[-1] != ')')
        return false;
    *ret_signature = (struct text){first, (size_t)(reader->end - 1 - first)};
    reader->next = reader->end;
    return true;
}

static bool read_path(struct path_reader *reader, enum path_style style, struct path *path)
{
    struct text *elements = path->elements;
    bool is_good;

    path->count = path_style_elements(style);
    if (style == PATH_RAW) {
        elements[0] = (struct text){reader->next, (size_t)(reader->end - reader->next)};
        return elements[0].length > 0;
    }
    is_good = read_name(reader, &elements[0]);
    if (style != PATH_NAME)
        is_good = is_good && read_byte(reader, '.') &&
                  (style == PATH_OPERATOR ? read_operator(reader, &elements[1]) : read_name(reader, &elements[1]));
    if (style == PATH_SIGNATURE || style == PATH_OPERATOR)
        is_good = is_good && read_byte(reader, '(') && read_signature(reader, &elements[2]);
    return is_good && reader->next == reader->end;
}

/* How paths of a kind look. */
static const char *path_form(enum path_style style)
{
    switch (style) {
    case PATH_QUALIFIED:
        return "schema.name";
    case PATH_SIGNATURE:
        return "schema.name(types of its arguments)";
    case PATH_OPERATOR:
        return "schema.operator(types of its operands)";
    case PATH_NAME:
    case PATH_RAW:
        break;
    }
    return "its name alone";
}

static enum error_code reject(enum kind kind, enum path_style style, struct text text, struct error *error)
{
    error_set(error, ERROR_USAGE, "'%.*s' cannot be a %s", TEXT_ARGS(text), kind_name(kind));
    return error_hint(error, "it is written as %s, with double quotes around a name of other than small letters",
                      path_form(style));
}

enum error_code path_parse(enum kind kind, struct text text, struct arena *arena, struct path *ret_path,
                           struct error *error)
{
    CLEANUP(buffer_clear) struct buffer written = {0};
    enum path_style style = kind_facts(kind)->path;
    char *copy = arena_copy(arena, text.bytes, text.length);
    struct path_reader reader = {copy, copy == NULL ? NULL : copy + text.length};
    struct path path = {0};

    if (copy == NULL)
        return arena_error(arena, error, "reading a path");
    if (!read_path(&reader, style, &path))
        return reject(kind, style, text, error);
    path_write(&written, kind, &path);
    if (buffer_check(&written, error, "reading a path") != ERROR_NONE)
        return error->code;
    if (!text_equal(buffer_text(&written), text)) {
        error_set(error, ERROR_USAGE, "'%.*s' cannot be a %s", TEXT_ARGS(text), kind_name(kind));
        return error_hint(error, "if this is meant, write it as %.*s", TEXT_ARGS(buffer_text(&written)));
    }
    *ret_path = path;
    return ERROR_NONE;
}
