/* Any bytes as a file of waivers: what is accepted says of each waiver what it is for, why and until when, and no two
 * are about the same; what is refused has a place. */
#include <stdlib.h>

#include "cli/waiver_file.h"
#include "fuzz.h"

enum { MEMORY_LIMIT = 64 * 1024 * 1024 };

static const int64_t now = INT64_C(1795255200000000);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_complete(const struct waiver_file *file, size_t number)
{
    const struct waiver_wish *wish = &file->wishes[number];

    require((wish->drift_count > 0) != (wish->pattern != NULL));
    require(wish->pattern == NULL || wish->database != NULL);
    require(!wish->future || wish->pattern != NULL);
    require(wish->reason != NULL && wish->reason[0] != '\0' && wish->expires > now);
    for (size_t i = 0; i < wish->drift_count; i++)
        require(wish->drifts[i] > 0);
    for (size_t i = 0; i < number; i++)
        require(!waiver_wishes_overlap(&file->wishes[i], wish));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(arena_free) struct arena arena;
    struct waiver_file file = {.count = 77};
    struct error error = {0};

    arena_init(&arena, MEMORY_LIMIT);
    if (waiver_file_parse(&file, "w.yaml", (struct text){(const char *)bytes, length}, now, &arena, &error) !=
        ERROR_NONE) {
        require(file.count == 77 && error.code == ERROR_CONFIG && strstr(error.message, "w.yaml") != NULL);
        return 0;
    }
    require(file.count > 0);
    for (size_t i = 0; i < file.count; i++)
        require_complete(&file, i);
    return 0;
}
