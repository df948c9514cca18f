/* Messages to `driftline mcp`, one a line, from somebody who may be anybody; there is no collector to ask. Whatever
 * comes, each is answered by one line of JSON-RPC, or by nothing. */
#include <stdlib.h>
#include <string.h>

#include "cli/mcp.h"
#include "fuzz.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void check_answer(const struct buffer *output)
{
    json_t *answer;
    const char *version;

    if (output->length == 0)
        return;
    if (memchr(output->bytes, '\n', output->length) != output->bytes + output->length - 1)
        abort();
    answer = json_loadb(output->bytes, output->length, 0, NULL);
    version = json_string_value(json_object_get(answer, "jsonrpc"));
    if (version == NULL || strcmp(version, "2.0") != 0 || json_object_get(answer, "id") == NULL ||
        (json_object_get(answer, "result") == NULL) == (json_object_get(answer, "error") == NULL))
        abort();
    json_decref(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    CLEANUP(arena_free) struct arena arena;
    struct call call = {.command = &command_mcp, .arena = &arena};
    const struct mcp mcp = {&call, true};

    arena_init(&arena, MEMORY);
    call.settings.memory_limit = MEMORY;
    while (length > 0) {
        const uint8_t *end = memchr(bytes, '\n', length);
        size_t piece = end == NULL ? length : (size_t)(end - bytes);
        CLEANUP(buffer_clear) struct buffer output;
        struct error error = {0};

        buffer_init(&output);
        if (mcp_answer(&mcp, (struct text){(const char *)bytes, piece}, &output, &error) != ERROR_NONE)
            abort();
        check_answer(&output);
        piece += end != NULL;
        bytes += piece;
        length -= piece;
    }
    return 0;
}
