/* Answers of an interpreter that is not what it seems. What is accepted is a schema, unless something in it is twice.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "sources/python/python_classes.h"

enum { MEMORY = 64 * 1024 * 1024, INPUT_MAX = 64 * 1024 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(arena_free) struct arena arena;
    struct declared declared = {.arena = &arena};
    struct snapshot_input input = {.info = {.engine = TEXT("python")}};
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    enum error_code code;

    if (length > INPUT_MAX)
        return 0;
    arena_init(&arena, MEMORY);
    code = python_classes_read(&declared, &input.info.server_version, (struct text){(const char *)bytes, length}, "app",
                               &error);
    require(code == ERROR_NONE || code == ERROR_CORRUPT || code == ERROR_CONFIG || code == ERROR_UNSUPPORTED);
    if (code == ERROR_NONE)
        code = declared_finish(&declared, NULL, 0, &input, &error);
    if (code == ERROR_NONE)
        code = snapshot_build(&snapshot, &input, MEMORY, &error);
    require(code != ERROR_NONE || snapshot != NULL);
    snapshot_free(snapshot);
    return 0;
}
