/* Which keys may stand where, and which files there are; what is made of them is in contract_reading.c. */
#include "contract/contract_file.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/file.h"
#include "contract/contract_reading.h"

enum { TEXT_LIMIT = 4096 };

static const char doing[] = "reading contracts";

/* ---- the form of a file ---- */

#define TEXT_KEY(key, type, member)                                                                                    \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, 1, TEXT_LIMIT)
#define LIST_KEY(key, type, member, entry)                                                                             \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct type, member, entry, 1,                 \
                         CONTRACT_LIST_LIMIT)
#define FLAG_KEY(key, type, member) CYAML_FIELD_BOOL_PTR(key, CYAML_FLAG_OPTIONAL, struct type, member)

static const cyaml_schema_value_t word_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, TEXT_LIMIT)};

static const cyaml_schema_field_t column_fields[] = {
    TEXT_KEY("name", contract_entry_column, name),
    TEXT_KEY("type", contract_entry_column, type),
    LIST_KEY("type_any", contract_entry_column, type_any, &word_schema),
    TEXT_KEY("type_family", contract_entry_column, type_family),
    TEXT_KEY("type_at_least", contract_entry_column, type_at_least),
    FLAG_KEY("nullable", contract_entry_column, nullable),
    TEXT_KEY("default", contract_entry_column, value),
    FLAG_KEY("has_default", contract_entry_column, has_default),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t column_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct contract_entry_column, column_fields)};

static const cyaml_schema_field_t requirement_fields[] = {
    TEXT_KEY("table", contract_entry_requirement, table),
    TEXT_KEY("view", contract_entry_requirement, view),
    TEXT_KEY("materialized_view", contract_entry_requirement, materialized_view),
    TEXT_KEY("enum", contract_entry_requirement, enumeration),
    TEXT_KEY("function", contract_entry_requirement, function),
    LIST_KEY("columns", contract_entry_requirement, columns, &column_schema),
    CYAML_FIELD_IGNORE("keys", CYAML_FLAG_OPTIONAL),    /* a list of lists */
    CYAML_FIELD_IGNORE("indexes", CYAML_FLAG_OPTIONAL), /* the same */
    LIST_KEY("labels", contract_entry_requirement, labels, &word_schema),
    TEXT_KEY("returns", contract_entry_requirement, returns),
    LIST_KEY("returns_any", contract_entry_requirement, returns_any, &word_schema),
    TEXT_KEY("returns_family", contract_entry_requirement, returns_family),
    TEXT_KEY("returns_at_least", contract_entry_requirement, returns_at_least),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t requirement_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct contract_entry_requirement, requirement_fields)};

#define ENTRY_FIELDS                                                                                                   \
    TEXT_KEY("name", contract_entry, name), TEXT_KEY("owner", contract_entry, owner),                                  \
        LIST_KEY("consumers", contract_entry, consumers, &word_schema),                                                \
        TEXT_KEY("database", contract_entry, database),                                                                \
        LIST_KEY("environments", contract_entry, environments, &word_schema),                                          \
        TEXT_KEY("severity", contract_entry, severity),                                                                \
        LIST_KEY("requires", contract_entry, requirements, &requirement_schema)

static const cyaml_schema_field_t entry_fields[] = {ENTRY_FIELDS, CYAML_FIELD_END};

const cyaml_schema_value_t contract_entry_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct contract_entry, entry_fields)};

/* A file: the keys of one contract, or a list of contracts. */
struct file_content {
    struct contract_entry entry; /* first, so that the fields of an entry are also those of a file */
    struct contract_entry *contracts;
    unsigned contracts_count;
};

static const cyaml_schema_field_t file_fields[] = {
    ENTRY_FIELDS, LIST_KEY("contracts", file_content, contracts, &contract_entry_schema), CYAML_FIELD_END};

static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file_content, file_fields)};

/* ---- one file ---- */

static enum error_code read_content(struct contract_set *ret_set, const struct config_file *file,
                                    const struct config_tree *tree, struct error *error)
{
    const struct config_node *top = config_tree_top(tree);
    const struct config_node *list = config_tree_member(tree, top, TEXT("contracts"));
    const struct file_content *content = file->content;

    if (top == NULL) {
        error_set(error, ERROR_CONFIG, "there is no contract in it");
        return config_node_blame(NULL, file->path, error);
    }
    if (list == NULL)
        return contract_reading_one(ret_set, file, tree, &content->entry, error);
    for (const cyaml_schema_field_t *field = entry_fields; field->key != NULL; field++) {
        const struct config_node *other = config_tree_member(tree, top, text_from(field->key));

        if (other == NULL)
            continue;
        error_set(error, ERROR_CONFIG, "'%s' stands beside 'contracts'", field->key);
        error_hint(error, "a file is one contract, or a list of them under 'contracts' and nothing else");
        return config_node_blame(other, file->path, error);
    }
    return contract_reading_list(ret_set, file, tree, list, content->contracts, content->contracts_count, error);
}

enum error_code contract_text_read(struct contract_set *ret_set, const char *name, struct text text,
                                   struct arena *arena, struct error *error)
{
    struct config_file file = {.path = name, .text = text, .schema = &file_schema, .arena = arena};
    CLEANUP(config_tree_closep) struct config_tree *tree = NULL;
    enum error_code code;

    if (config_load_text(name, text, &file_schema, &file.content, error) != ERROR_NONE)
        return error->code;
    code = config_tree_open(&tree, text, error);
    if (code == ERROR_NONE)
        code = read_content(ret_set, &file, tree, error);
    config_file_close(&file);
    return code;
}

enum error_code contract_file_read(struct contract_set *ret_set, const char *path, struct arena *arena,
                                   struct error *error)
{
    struct text text;

    if (file_read(path, CONFIG_SIZE_LIMIT, arena, &text, error) != ERROR_NONE)
        return error_context(error, "%s", doing);
    return contract_text_read(ret_set, path, text, arena, error);
}

enum error_code contract_entries_read(struct contract_set *ret_set, const struct config_file *file, const char *key,
                                      const struct contract_entry *entries, size_t count, struct arena *arena,
                                      struct error *error)
{
    struct config_file place = *file;
    CLEANUP(config_tree_closep) struct config_tree *tree = NULL;
    const struct config_node *list;

    place.arena = arena;
    if (config_tree_open(&tree, file->text, error) != ERROR_NONE)
        return error->code;
    list = config_tree_follow(tree, config_tree_top(tree), file->way == NULL ? "" : file->way);
    list = config_tree_follow(tree, list, key);
    return contract_reading_list(ret_set, &place, tree, list, entries, count, error);
}

/* ---- a folder ---- */

static bool is_contract_file(const char *name)
{
    const char *dot = strrchr(name, '.');

    return name[0] != '.' && dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int choose(const struct dirent *entry)
{
    return is_contract_file(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* What scandir() gave. */
struct listing {
    struct dirent **entries;
    int count;
};

static void listing_free(struct listing *listing)
{
    for (int i = 0; i < listing->count; i++)
        free(listing->entries[i]);
    free(listing->entries);
}

static enum error_code list_folder(struct listing *listing, const char *folder, struct error *error)
{
    enum error_code code = ERROR_IO;

    listing->count = scandir(folder, &listing->entries, choose, by_name);
    if (listing->count >= 0)
        return ERROR_NONE;
    if (errno == ENOMEM)
        return error_memory(error, doing);
    if (errno == ENOENT || errno == ENOTDIR)
        code = ERROR_NOT_FOUND;
    else if (errno == EACCES)
        code = ERROR_REFUSED;
    return error_set(error, code, "reading the folder of contracts '%s': %s", folder, strerror(errno));
}

static enum error_code join(struct contract_set *ret_set, const struct contract_set *sets, size_t count,
                            struct arena *arena, struct error *error)
{
    struct contract *all;
    size_t total = 0, filled = 0;

    for (size_t i = 0; i < count; i++)
        total += sets[i].count;
    all = arena_array(arena, total, sizeof *all);
    if (all == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sets[i].count; j++)
            all[filled++] = sets[i].contracts[j];
    return contract_set_make(ret_set, all, total, error);
}

enum error_code contract_folder_read(struct contract_set *ret_set, const char *folder, struct arena *arena,
                                     struct error *error)
{
    CLEANUP(listing_free) struct listing listing = {0};
    struct contract_set *sets;

    if (list_folder(&listing, folder, error) != ERROR_NONE)
        return error->code;
    sets = arena_array(arena, (size_t)listing.count, sizeof *sets);
    if (sets == NULL)
        return arena_error(arena, error, doing);
    for (int i = 0; i < listing.count; i++) {
        const char *path = arena_printf(arena, "%s/%s", folder, listing.entries[i]->d_name);

        if (path == NULL)
            return arena_error(arena, error, doing);
        if (contract_file_read(&sets[i], path, arena, error) != ERROR_NONE)
            return error->code;
    }
    return join(ret_set, sets, (size_t)listing.count, arena, error);
}

static void mark_file(struct buffer *buffer, const char *folder, const char *name)
{
    CLEANUP(buffer_clear) struct buffer path;
    struct stat status = {0};

    buffer_init(&path);
    buffer_printf(&path, "%s/%s", folder, name);
    if (path.failed || stat(path.bytes, &status) != 0)
        buffer_printf(buffer, "%s %d\n", name, path.failed ? ENOMEM : errno);
    else
        buffer_printf(buffer, "%s %" PRIuMAX " %" PRIdMAX " %" PRIdMAX ".%09ld %" PRIdMAX ".%09ld\n", name,
                      (uintmax_t)status.st_ino, (intmax_t)status.st_size, (intmax_t)status.st_mtim.tv_sec,
                      status.st_mtim.tv_nsec, (intmax_t)status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

struct hash contract_folder_mark(const char *folder)
{
    CLEANUP(listing_free) struct listing listing = {0};
    CLEANUP(buffer_clear) struct buffer buffer;
    struct hasher *hasher = NULL;
    struct hash mark = {{0}}; /* when memory runs out; the next look sees another */
    struct error ignored;

    buffer_init(&buffer);
    if (list_folder(&listing, folder, &ignored) != ERROR_NONE)
        buffer_printf(&buffer, "unreadable: %s\n", ignored.message);
    for (int i = 0; i < listing.count; i++)
        mark_file(&buffer, folder, listing.entries[i]->d_name);
    if (buffer.failed || hasher_new(&hasher, &ignored) != ERROR_NONE)
        return mark;
    mark = hasher_digest(hasher, 0, buffer_text(&buffer));
    hasher_free(hasher);
    return mark;
}
