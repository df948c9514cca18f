#include "contract/contract_reading.h"

#include <stdio.h>

#include "base/reference.h"
#include "contract/contract_type.h"
#include "drift/severity.h"
#include "schema/lookup.h"

static const char doing[] = "reading a contract";

/* What is being read. The functions below answer false when they have set the error and named the place. */
struct reading {
    const char *name; /* of the file */
    struct text file; /* the same, in the arena */
    const struct config_tree *tree;
    struct arena *arena;
    struct error *error;
};

typedef const struct config_node *place;

static bool blame(const struct reading *reading, place node)
{
    config_node_blame(node, reading->name, reading->error);
    return false;
}

static bool out_of_memory(const struct reading *reading)
{
    arena_error(reading->arena, reading->error, doing);
    return false;
}

static place member(const struct reading *reading, place node, const char *key)
{
    return config_tree_member(reading->tree, node, text_from(key));
}

static bool missing(const struct reading *reading, place node, const char *key)
{
    error_set(reading->error, ERROR_CONFIG, "the key '%s' is missing", key);
    return blame(reading, node);
}

/* ---- texts ---- */

static bool read_text(const struct reading *reading, const char *given, struct text *ret_text)
{
    const char *copy = arena_string(reading->arena, text_from(given));

    if (copy == NULL)
        return out_of_memory(reading);
    *ret_text = text_from(copy);
    return true;
}

/* A list in which nothing is there twice; `what` is one of its entries. */
static bool read_texts(const struct reading *reading, place list, const char *what, char *const *given, size_t count,
                       const struct text **ret_texts)
{
    struct text *texts = arena_array(reading->arena, count, sizeof *texts);

    if (texts == NULL)
        return out_of_memory(reading);
    for (size_t i = 0; i < count; i++) {
        if (!read_text(reading, given[i], &texts[i]))
            return false;
        for (size_t j = 0; j < i; j++)
            if (text_equal(texts[i], texts[j])) {
                error_set(reading->error, ERROR_CONFIG, "the %s '%.100s' is there twice", what, given[i]);
                return blame(reading, config_tree_item(reading->tree, list, i));
            }
    }
    *ret_texts = texts;
    return true;
}

static bool check_name(const struct reading *reading, place node, const char *what, struct text name)
{
    if (reference_is_name(name))
        return true;
    error_set(reading->error, ERROR_CONFIG, "'%.200s' cannot be the name of %s", name.bytes, what);
    error_hint(reading->error, "names have letters, digits, '_', '-' and '.', and do not begin with '-' or '.'");
    return blame(reading, node);
}

/* ---- types ---- */

/* How a type was given, and under which keys. */
struct type_entry {
    const char *exact;
    char *const *any;
    size_t any_count;
    const char *family;
    const char *at_least;
    const char *any_key;
    const char *family_key;
};

static bool check_family(const struct reading *reading, place node, struct text family)
{
    char list[128] = "";
    size_t length = 0;

    for (size_t i = 0; contract_family(i) != NULL; i++) {
        if (text_equal(family, text_from(contract_family(i))))
            return true;
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i == 0 ? "" : ", ", contract_family(i));
    }
    error_set(reading->error, ERROR_CONFIG, "there is no family of types '%.100s'", family.bytes);
    error_hint(reading->error, "the families are: %s", list);
    return blame(reading, node);
}

static bool read_type(const struct reading *reading, place node, const struct type_entry *entry,
                      struct contract_type *ret_type)
{
    ret_type->any_count = entry->any_count;
    if (!read_text(reading, entry->exact, &ret_type->exact) || !read_text(reading, entry->family, &ret_type->family) ||
        !read_text(reading, entry->at_least, &ret_type->at_least) ||
        !read_texts(reading, member(reading, node, entry->any_key), "type", entry->any, entry->any_count,
                    &ret_type->any_of))
        return false;
    return entry->family == NULL || check_family(reading, member(reading, node, entry->family_key), ret_type->family);
}

/* ---- columns, keys and indexes ---- */

static enum contract_flag flag_of(const bool *given)
{
    return given == NULL ? CONTRACT_ANY : *given ? CONTRACT_YES : CONTRACT_NO;
}

static bool read_column(const struct reading *reading, place node, const struct contract_entry_column *entry,
                        struct contract_column *ret_column)
{
    const struct type_entry type = {entry->type,          entry->type_any, entry->type_any_count, entry->type_family,
                                    entry->type_at_least, "type_any",      "type_family"};

    if (entry->name == NULL)
        return missing(reading, node, "name");
    ret_column->line = config_node_line(node);
    ret_column->nullable = flag_of(entry->nullable);
    ret_column->has_default = entry->value != NULL;
    ret_column->defaulted = flag_of(entry->has_default);
    if (ret_column->has_default && ret_column->defaulted == CONTRACT_NO) {
        error_set(reading->error, ERROR_CONFIG, "a column without a default cannot have the one that 'default' names");
        return blame(reading, member(reading, node, "has_default"));
    }
    return read_text(reading, entry->name, &ret_column->name) && read_text(reading, entry->value, &ret_column->value) &&
           read_type(reading, node, &type, &ret_column->type);
}

static bool read_columns(const struct reading *reading, place node, const struct contract_entry_requirement *entry,
                         struct contract_requirement *requirement)
{
    place list = member(reading, node, "columns");
    struct contract_column *columns = arena_array(reading->arena, entry->columns_count, sizeof *columns);

    if (columns == NULL)
        return out_of_memory(reading);
    for (unsigned i = 0; i < entry->columns_count; i++) {
        if (!read_column(reading, config_tree_item(reading->tree, list, i), &entry->columns[i], &columns[i]))
            return false;
        for (unsigned j = 0; j < i; j++)
            if (text_equal(columns[i].name, columns[j].name)) {
                error_set(reading->error, ERROR_CONFIG, "the column '%.100s' is there twice", columns[i].name.bytes);
                return blame(reading, config_tree_item(reading->tree, list, i));
            }
    }
    requirement->columns = columns;
    requirement->column_count = entry->columns_count;
    return true;
}

/* One list of names inside a list. */
static bool read_names(const struct reading *reading, place list, const char *key, struct contract_columns *ret_columns)
{
    size_t count = config_node_count(list);
    char **names = arena_array(reading->arena, count, sizeof *names);

    if (names == NULL)
        return out_of_memory(reading);
    if (count == 0 || count > CONTRACT_LIST_LIMIT) {
        error_set(reading->error, ERROR_CONFIG, "expected a list of columns in '%s'", key);
        error_hint(reading->error, "it is a list of lists: %s: [[id], [customer, number]]", key);
        return blame(reading, list);
    }
    for (size_t i = 0; i < count; i++) {
        place item = config_tree_item(reading->tree, list, i);
        struct text name = {0};

        if (!config_node_text(item, &name) || name.length == 0) {
            error_set(reading->error, ERROR_CONFIG, "expected the name of a column");
            return blame(reading, item);
        }
        names[i] = arena_string(reading->arena, name);
        if (names[i] == NULL)
            return out_of_memory(reading);
    }
    ret_columns->count = count;
    ret_columns->line = config_node_line(list);
    return read_texts(reading, list, "column", names, count, &ret_columns->names);
}

static bool read_lists(const struct reading *reading, place node, const char *key,
                       const struct contract_columns **ret_lists, size_t *ret_count)
{
    place list = member(reading, node, key);
    size_t count = config_node_count(list);
    struct contract_columns *lists = arena_array(reading->arena, count, sizeof *lists);

    if (lists == NULL)
        return out_of_memory(reading);
    if (list != NULL && (count == 0 || count > CONTRACT_LIST_LIMIT)) {
        error_set(reading->error, ERROR_CONFIG, "expected a list of lists of columns");
        error_hint(reading->error, "such as %s: [[id], [customer, number]]", key);
        return blame(reading, list);
    }
    for (size_t i = 0; i < count; i++)
        if (!read_names(reading, config_tree_item(reading->tree, list, i), key, &lists[i]))
            return false;
    *ret_lists = lists;
    *ret_count = count;
    return true;
}

/* ---- requirements ---- */

/* What can be asked of each kind of object: separated by blanks, for messages with commas. */
static const struct form {
    const char *key;
    enum kind kind;
    const char *asks[6];
} forms[] = {
    {"table", KIND_TABLE, {"columns", "keys", "indexes"}},
    {"view", KIND_VIEW, {"columns"}},
    {"materialized_view", KIND_MATERIALIZED_VIEW, {"columns", "indexes"}},
    {"enum", KIND_ENUM, {"labels"}},
    {"function", KIND_FUNCTION, {"returns", "returns_any", "returns_family", "returns_at_least"}},
};

static const char *const asked_keys[] = {"columns", "keys",        "indexes",        "labels",
                                         "returns", "returns_any", "returns_family", "returns_at_least"};

static bool can_ask(const struct form *form, const char *key)
{
    for (const char *const *asks = form->asks; *asks != NULL; asks++)
        if (strcmp(*asks, key) == 0)
            return true;
    return false;
}

static bool check_form(const struct reading *reading, place node, const struct form *form)
{
    char list[128] = "";
    size_t length = 0;

    for (size_t i = 0; i < LENGTH_OF(asked_keys); i++) {
        place asked = member(reading, node, asked_keys[i]);

        if (asked == NULL || can_ask(form, asked_keys[i]))
            continue;
        for (const char *const *asks = form->asks; *asks != NULL; asks++)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", length == 0 ? "" : ", ", *asks);
        error_set(reading->error, ERROR_CONFIG, "'%s' does not go with '%s'", asked_keys[i], form->key);
        error_hint(reading->error, "what goes with '%s': %s", form->key, list);
        return blame(reading, asked);
    }
    return true;
}

/* The one key that names an object. */
static const struct form *find_form(const struct reading *reading, place node)
{
    const struct form *found = NULL;

    for (size_t i = 0; i < LENGTH_OF(forms); i++) {
        place named = member(reading, node, forms[i].key);

        if (named != NULL && found != NULL) {
            error_set(reading->error, ERROR_CONFIG, "'%s' stands beside '%s'", forms[i].key, found->key);
            error_hint(reading->error, "each entry of 'requires' is about one object");
            blame(reading, named);
            return NULL;
        }
        if (named != NULL)
            found = &forms[i];
    }
    if (found != NULL)
        return found;
    error_set(reading->error, ERROR_CONFIG, "it does not say which object is required");
    error_hint(reading->error, "write one of: table, view, materialized_view, enum, function");
    blame(reading, node);
    return NULL;
}

/* A path in the one way that it is displayed, so that paths can be compared as texts. */
static bool read_path(const struct reading *reading, place node, const struct form *form, struct text *ret_path)
{
    struct text text = {0};
    struct path path;

    if (!config_node_text(node, &text) ||
        path_parse(form->kind, text, reading->arena, &path, reading->error) != ERROR_NONE)
        return blame(reading, node);
    *ret_path = (struct text){arena_string(reading->arena, text), text.length};
    return ret_path->bytes != NULL || out_of_memory(reading);
}

static bool read_requirement(const struct reading *reading, place node, const struct contract_entry_requirement *entry,
                             struct contract_requirement *ret_requirement)
{
    const struct type_entry returns = {entry->returns,        entry->returns_any,      entry->returns_any_count,
                                       entry->returns_family, entry->returns_at_least, "returns_any",
                                       "returns_family"};
    const struct form *form = find_form(reading, node);

    if (form == NULL || !check_form(reading, node, form))
        return false;
    ret_requirement->kind = form->kind;
    ret_requirement->line = config_node_line(node);
    ret_requirement->label_count = entry->labels_count;
    return read_path(reading, member(reading, node, form->key), form, &ret_requirement->path) &&
           read_columns(reading, node, entry, ret_requirement) &&
           read_lists(reading, node, "keys", &ret_requirement->keys, &ret_requirement->key_count) &&
           read_lists(reading, node, "indexes", &ret_requirement->indexes, &ret_requirement->index_count) &&
           read_texts(reading, member(reading, node, "labels"), "label", entry->labels, entry->labels_count,
                      &ret_requirement->labels) &&
           read_type(reading, node, &returns, &ret_requirement->returns);
}

static bool read_requirements(const struct reading *reading, place node, const struct contract_entry *entry,
                              struct contract *contract)
{
    struct contract_requirement *requirements =
        arena_array(reading->arena, entry->requirements_count, sizeof *requirements);
    place list = member(reading, node, "requires");

    if (requirements == NULL)
        return out_of_memory(reading);
    contract->requirements = requirements;
    for (unsigned i = 0; i < entry->requirements_count; i++) {
        place item = config_tree_item(reading->tree, list, i);

        if (!read_requirement(reading, item, &entry->requirements[i], &requirements[i]))
            return false;
        if (contract_reads(contract, requirements[i].kind, requirements[i].path)) {
            error_set(reading->error, ERROR_CONFIG, "%s %.200s is there twice", kind_name(requirements[i].kind),
                      requirements[i].path.bytes);
            return blame(reading, item);
        }
        contract->requirement_count++;
    }
    return true;
}

/* ---- contracts ---- */

static bool read_severity(const struct reading *reading, place node, const char *given, enum severity *ret_severity)
{
    *ret_severity = SEVERITY_CRITICAL;
    if (given == NULL || severity_from_name(text_from(given), ret_severity))
        return true;
    error_set(reading->error, ERROR_CONFIG, "there is no level '%.40s'", given);
    error_hint(reading->error, "the levels are low, medium, high and critical");
    return blame(reading, member(reading, node, "severity"));
}

static bool read_environments(const struct reading *reading, place node, const struct contract_entry *entry,
                              struct contract *contract)
{
    place list = member(reading, node, "environments");

    contract->environment_count = entry->environments_count;
    if (!read_texts(reading, list, "environment", entry->environments, entry->environments_count,
                    &contract->environments))
        return false;
    for (unsigned i = 0; i < entry->environments_count; i++)
        if (!check_name(reading, config_tree_item(reading->tree, list, i), "an environment", contract->environments[i]))
            return false;
    return true;
}

static bool check_keys(const struct reading *reading, place node, const struct contract_entry *entry)
{
    const struct {
        const char *key;
        const void *given;
    } keys[] = {{"name", entry->name},
                {"consumers", entry->consumers},
                {"database", entry->database},
                {"requires", entry->requirements}};

    for (size_t i = 0; i < LENGTH_OF(keys); i++)
        if (keys[i].given == NULL)
            return missing(reading, node, keys[i].key);
    return true;
}

static bool read_contract(const struct reading *reading, place node, const struct contract_entry *entry,
                          struct contract *ret_contract)
{
    if (!check_keys(reading, node, entry))
        return false;
    ret_contract->file = reading->file;
    ret_contract->line = config_node_line(node);
    ret_contract->column = config_node_column(node);
    ret_contract->consumer_count = entry->consumers_count;
    return read_text(reading, entry->name, &ret_contract->name) &&
           check_name(reading, member(reading, node, "name"), "a contract", ret_contract->name) &&
           read_text(reading, entry->owner, &ret_contract->owner) &&
           read_texts(reading, member(reading, node, "consumers"), "consumer", entry->consumers, entry->consumers_count,
                      &ret_contract->consumers) &&
           read_text(reading, entry->database, &ret_contract->database) &&
           check_name(reading, member(reading, node, "database"), "a database", ret_contract->database) &&
           read_environments(reading, node, entry, ret_contract) &&
           read_severity(reading, node, entry->severity, &ret_contract->severity) &&
           read_requirements(reading, node, entry, ret_contract);
}

/* Begin: the name of the file goes into the arena, too. */
static bool begin(struct reading *reading, const struct config_file *file, const struct config_tree *tree,
                  struct error *error)
{
    *reading = (struct reading){.name = file->path, .tree = tree, .arena = file->arena, .error = error};
    return read_text(reading, file->path, &reading->file);
}

enum error_code contract_reading_one(struct contract_set *ret_set, const struct config_file *file,
                                     const struct config_tree *tree, const struct contract_entry *entry,
                                     struct error *error)
{
    struct contract *contract = arena_alloc(file->arena, sizeof *contract);
    struct reading reading;

    if (contract == NULL)
        return arena_error(file->arena, error, doing);
    if (!begin(&reading, file, tree, error) || !read_contract(&reading, config_tree_top(tree), entry, contract))
        return error->code;
    return contract_set_make(ret_set, contract, 1, error);
}

enum error_code contract_reading_list(struct contract_set *ret_set, const struct config_file *file,
                                      const struct config_tree *tree, const struct config_node *list,
                                      const struct contract_entry *entries, size_t count, struct error *error)
{
    struct contract *contracts = arena_array(file->arena, count, sizeof *contracts);
    struct reading reading;

    if (contracts == NULL)
        return arena_error(file->arena, error, doing);
    if (!begin(&reading, file, tree, error))
        return error->code;
    for (size_t i = 0; i < count; i++)
        if (!read_contract(&reading, config_tree_item(tree, list, i), &entries[i], &contracts[i]))
            return error->code;
    return contract_set_make(ret_set, contracts, count, error);
}
