/* support/directory.h - a folder of a test's own, gone when the test is over.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_DIRECTORY_H
#define DRIFTLINE_TEST_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

struct test_directory {
    char path[64];
    struct arena arena; /* of the strings that the functions below answer */
};

/* Make an empty folder below /tmp, and remove it with everything in it. For setup and teardown, or CLEANUP. */
void test_directory_make(struct test_directory *directory);
void test_directory_remove(struct test_directory *directory);

/* The path of a name in the folder. */
const char *test_directory_path(struct test_directory *directory, const char *name);

/* Write a file and answer its path. */
const char *test_directory_write(struct test_directory *directory, const char *name, struct text content);

/* The content of a file. */
struct text test_directory_read(struct test_directory *directory, const char *name);

/* How many entries the folder has. */
size_t test_directory_count(const struct test_directory *directory);

/* A path in the source tree: "tests/fuzz/corpus". */
const char *test_source_path(struct test_directory *directory, const char *path);

#endif
