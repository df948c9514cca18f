#include "support/directory.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

void test_directory_make(struct test_directory *directory)
{
    snprintf(directory->path, sizeof directory->path, "/tmp/driftline-test.XXXXXX");
    arena_init(&directory->arena, ARENA_LIMIT);
    if (mkdtemp(directory->path) == NULL)
        fail_msg("cannot make a folder in /tmp");
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status, (void)type, (void)position;
    return remove(path);
}

void test_directory_remove(struct test_directory *directory)
{
    nftw(directory->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(&directory->arena);
}

const char *test_directory_path(struct test_directory *directory, const char *name)
{
    const char *path = arena_printf(&directory->arena, "%s/%s", directory->path, name);

    assert_non_null(path);
    return path;
}

const char *test_directory_write(struct test_directory *directory, const char *name, struct text content)
{
    const char *path = test_directory_path(directory, name);
    FILE *stream = fopen(path, "w");

    assert_non_null(stream);
    assert_int_equal(fwrite(content.length == 0 ? "" : content.bytes, 1, content.length, stream), content.length);
    assert_int_equal(fclose(stream), 0);
    return path;
}

struct text test_directory_read(struct test_directory *directory, const char *name)
{
    struct text content = {0};
    struct error error = {0};

    if (file_read(test_directory_path(directory, name), ARENA_LIMIT, &directory->arena, &content, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return content;
}

size_t test_directory_count(const struct test_directory *directory)
{
    DIR *stream = opendir(directory->path);
    const struct dirent *entry;
    size_t count = 0;

    assert_non_null(stream);
    while ((entry = readdir(stream)) != NULL)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(stream);
    return count;
}

const char *test_source_path(struct test_directory *directory, const char *path)
{
    const char *root = getenv("DRIFTLINE_SOURCE_DIR");
    const char *full;

    if (root == NULL)
        fail_msg("DRIFTLINE_SOURCE_DIR is not set: run the test through ctest");
    full = arena_printf(&directory->arena, "%s/%s", root, path);
    assert_non_null(full);
    return full;
}
