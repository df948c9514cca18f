/* Specifications that somebody else wrote. The input is a file, or a file and its mapping with a line `%%%` between
 * them. What is read is a schema; what is not is a mistake with a place. Types that were spelled are spelled alike
 * again. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sources/spec/spec_file.h"
#include "sources/spec/spec_type.h"

enum { MEMORY = 64 * 1024 * 1024, INPUT_MAX = 64 * 1024 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Built as a source would: nothing in it is twice, whatever the file says. */
static void check_objects(struct snapshot_input *input)
{
    struct snapshot *snapshot = NULL;
    struct error error;

    if (snapshot_build(&snapshot, input, MEMORY, &error) != ERROR_NONE)
        require(error.code == ERROR_LIMIT);
    snapshot_free(snapshot);
}

static void check_type(struct text written)
{
    static const struct spec_numbers none = {-1, -1, -1};
    CLEANUP(buffer_clear) struct buffer once = {0};
    CLEANUP(buffer_clear) struct buffer twice = {0};

    if (spec_type_write(&once, written, &none) != SPEC_TYPE_KNOWN) {
        require(once.length == 0);
        return;
    }
    require(spec_type_write(&twice, buffer_text(&once), &none) == SPEC_TYPE_KNOWN);
    require(text_equal(buffer_text(&once), buffer_text(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char separator[] = "\n%%%\n";
    const char *cut = memmem(bytes, length, separator, strlen(separator));
    struct spec_text text = {"fuzz.yaml", {(const char *)bytes, length}};
    struct spec_text mapping = {"mapping.yaml", {"", 0}};
    CLEANUP(spec_file_close) struct spec_file file = {NULL, NULL};
    CLEANUP(arena_free) struct arena arena;
    struct declared declared = {.arena = &arena};
    struct snapshot_declaration declaration = {.tables = 0};
    struct snapshot_input input = {.info = {.engine = TEXT("spec"), .declaration = &declaration}};
    struct error error = {0};
    enum error_code code;

    if (length > INPUT_MAX)
        return 0;
    check_type(text.content);
    if (cut != NULL) {
        text.content.length = (size_t)(cut - text.content.bytes);
        mapping.content.bytes = cut + strlen(separator);
        mapping.content.length = length - text.content.length - strlen(separator);
    }
    arena_init(&arena, MEMORY);
    code = spec_file_read(&file, &declared, &input, &declaration, &text, cut == NULL ? NULL : &mapping, &error);
    require(code == ERROR_NONE || code == ERROR_CONFIG || code == ERROR_LIMIT);
    if (code == ERROR_NONE)
        check_objects(&input);
    else if (code == ERROR_CONFIG)
        require(strstr(error.message, ".yaml") != NULL);
    return 0;
}
