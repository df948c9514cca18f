/* contract/contract_file.h - contracts out of YAML: one file, a folder of them, or a part of a configuration file.
 *
 * A file holds one contract, or `contracts:` with a list of them (docs/reference/contracts.md).
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

/* Read one file; "-" is standard input. */
enum error_code contract_file_read(struct contract_set *ret_set, const char *path, struct arena *arena,
                                   struct error *error) MUST_CHECK;

/* Read every `*.yaml` and `*.yml` of a folder, in the order of their names; other files and those that begin with a dot
 * are not looked at. */
enum error_code contract_folder_read(struct contract_set *ret_set, const char *folder, struct arena *arena,
                                     struct error *error) MUST_CHECK;

/* What tells whether a folder has changed since: names, sizes, times. Cheap; a folder that cannot be read has one of
 * its own. */
struct hash contract_folder_mark(const char *folder);

/* For a configuration file that has `contracts:` as a list of mappings of its own: the schema of one entry, and what
 * makes contracts of what was read. */
struct contract_entry; /* what the schema fills */
extern const cyaml_schema_value_t contract_entry_schema;
enum error_code contract_entries_read(struct contract_set *ret_set, const struct config_file *file, const char *key,
                                      const struct contract_entry *entries, size_t count, struct arena *arena,
                                      struct error *error) MUST_CHECK;

/* Two sets as one; a name that is in both is ERROR_CONFIG and names both places. */
enum error_code contract_sets_join(struct contract_set *ret_set, const struct contract_set *a,
                                   const struct contract_set *b, struct arena *arena, struct error *error) MUST_CHECK;

/* A deep copy into another arena. */
enum error_code contract_set_copy(struct contract_set *ret_set, const struct contract_set *set, struct arena *arena,
                                  struct error *error) MUST_CHECK;

#endif
