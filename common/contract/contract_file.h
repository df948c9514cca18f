/* contract/contract_file.h - contracts out of YAML: one file, a folder of them, or a part of a configuration file.
 *
 * A file holds one contract, or `contracts:` with a list of them (docs/reference/contracts.md).
 * The files are read as base/config.h says, and none may be larger than CONFIG_SIZE_LIMIT.
 * Failure: what is wrong is ERROR_CONFIG, and the message begins with FILE:LINE:COLUMN. Two contracts of one name, a
 * name that is none, a requirement that asks for nothing it can have (labels of a table), an unknown family, an empty
 * list are all wrong. Nothing is half read.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_FILE_H
#define DRIFTLINE_CONTRACT_CONTRACT_FILE_H

#include "base/compiler.h"
#include "base/config_file.h"
#include "base/error.h"
#include "contract/contract.h"
#include "contract/contract_set.h"

/* Read one file; "-" is standard input. A file without a contract is wrong, too. */
enum error_code contract_file_read(struct contract_set *ret_set, const char *path, struct arena *arena,
                                   struct error *error) MUST_CHECK;

/* The same from text in memory; `name` stands for the file in messages. */
enum error_code contract_text_read(struct contract_set *ret_set, const char *name, struct text text,
                                   struct arena *arena, struct error *error) MUST_CHECK;

/* Read every `*.yaml` and `*.yml` of a folder, in the order of their names; other files and those that begin with a dot
 * are not looked at. */
enum error_code contract_folder_read(struct contract_set *ret_set, const char *folder, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* What tells whether a folder has changed since: names, sizes, times. Cheap; a folder that cannot be read has one of
 * its own. */
struct hash contract_folder_mark(const char *folder);

/* For a configuration file that has `contracts:` as a list of mappings of its own: what the schema of one entry fills,
 * the schema, and what makes contracts of what was read. Lists inside lists, which libcyaml does not read, are taken
 * from the file's text. `key` leads to the list: "contracts". */
struct contract_entry_column {
    char *name;
    char *type;
    char **type_any;
    unsigned type_any_count;
    char *type_family;
    char *type_at_least;
    bool *nullable;
    char *value; /* `default` */
    bool *has_default;
};

struct contract_entry_requirement {
    char *table;
    char *view;
    char *materialized_view;
    char *enumeration;
    char *function;
    struct contract_entry_column *columns;
    unsigned columns_count;
    char **labels;
    unsigned labels_count;
    char *returns;
    char **returns_any;
    unsigned returns_any_count;
    char *returns_family;
    char *returns_at_least;
};

struct contract_entry {
    char *name;
    char *owner;
    char **consumers;
    unsigned consumers_count;
    char *database;
    char **environments;
    unsigned environments_count;
    char *severity;
    struct contract_entry_requirement *requirements; /* `requires` */
    unsigned requirements_count;
};

extern const cyaml_schema_value_t contract_entry_schema;
enum error_code contract_entries_read(struct contract_set *ret_set, const struct config_file *file, const char *key,
                                      const struct contract_entry *entries, size_t count, struct arena *arena,
                                      struct error *error) MUST_CHECK;

#endif
