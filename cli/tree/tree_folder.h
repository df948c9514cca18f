/* tree/tree_folder.h - a folder of this machine as a place for generated files.
 *
 * Nothing is read or written through a symbolic link below the folder. Each file is replaced as a whole or not at all
 * (base/file.h); a failure half-way leaves files of both generations, and the list of files is written last, so that
 * the next run mends it.
 */
#ifndef DRIFTLINE_TREE_TREE_FOLDER_H
#define DRIFTLINE_TREE_TREE_FOLDER_H

#include "tree/tree_plan.h"

/* A place that reads below `folder`, which need not exist; the string must outlive it. */
struct tree_place tree_folder(const char *folder);

/* Carry a plan out that was made with this folder as its place and an empty `folder`. Folders that are missing are
 * made, those that become empty are removed. */
enum error_code tree_folder_write(const char *folder, const struct tree_plan *plan, struct error *error) MUST_CHECK;

#endif
