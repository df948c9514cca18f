/* contract/contract_reading.h - contracts of what libcyaml has read, for contract_file.c only.
 *
 * A tree of the same text gives the lines, and the lists inside lists. The results live in `file->arena`.
 */
#ifndef DRIFTLINE_CONTRACT_CONTRACT_READING_H
#define DRIFTLINE_CONTRACT_CONTRACT_READING_H

#include "base/config_tree.h"
#include "contract/contract_file.h"

/* A file that is one contract. */
enum error_code contract_reading_one(struct contract_set *ret_set, const struct config_file *file,
                                     const struct config_tree *tree, const struct contract_entry *entry,
                                     struct error *error) MUST_CHECK;

/* A list of them; `list` is its place in the tree. */
enum error_code contract_reading_list(struct contract_set *ret_set, const struct config_file *file,
                                      const struct config_tree *tree, const struct config_node *list,
                                      const struct contract_entry *entries, size_t count,
                                      struct error *error) MUST_CHECK;

#endif
