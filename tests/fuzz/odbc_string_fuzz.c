/* References of databases behind ODBC. Properties: what is refused is a mistake of usage or a secret that is not there,
 * and is shown without repeating it; of what is accepted the string for the driver can be read back, and says the same;
 * what is shown never contains a password. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "sources/odbc/odbc_string.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* What was given under a keyword the driver gets under that keyword, and nothing else. */
static void check_string(const struct odbc_target *target, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer string = {0};
    struct odbc_target again;
    struct error error;

    buffer_add_string(&string, ODBC_SCHEME);
    odbc_target_string(&string, target, target->family == ODBC_ANY ? NULL : "FreeTDS", 1, 2);
    require(!string.failed && odbc_target_take_apart(&again, string.bytes, arena, &error) == ERROR_NONE);
    if (target->family != ODBC_ANY) {
        require(text_equal(odbc_target_value(&again, "PWD"), target->password));
        require(text_equal(odbc_target_value(&again, "DATABASE"), target->database));
        require(text_equal(odbc_target_value(&again, "UID"), target->user));
        return;
    }
    require(again.pair_count == target->pair_count);
    for (unsigned i = 0; i < again.pair_count; i++)
        require(text_equal(again.pairs[i].keyword, target->pairs[i].keyword) &&
                text_equal(again.pairs[i].value, target->pairs[i].value));
}

static void check_shown(const char *ref, const struct odbc_target *target)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    CLEANUP(buffer_clear) struct buffer without = {0};

    odbc_redact(&shown, ref);
    require(!shown.failed && shown.bytes != NULL);
    if (target->password.length < 8) /* a short one may be part of the host's name */
        return;
    buffer_add_text(&without, target->user);
    buffer_add_text(&without, target->host);
    buffer_add_text(&without, target->database);
    if (memmem(without.bytes, without.length, target->password.bytes, target->password.length) == NULL)
        require(memmem(shown.bytes, shown.length, target->password.bytes, target->password.length) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *ref = malloc(length + 1);
    struct odbc_target target;
    struct arena arena;
    struct error error = {0};

    require(ref != NULL);
    memcpy(ref, bytes, length);
    ref[length] = '\0';
    arena_init(&arena, SIZE_MAX);
    if (odbc_target_take_apart(&target, ref, &arena, &error) == ERROR_NONE) {
        check_string(&target, &arena);
        check_shown(ref, &target);
    } else {
        require(error.code == ERROR_USAGE && error.message[0] != '\0');
    }
    arena_free(&arena);
    free(ref);
    return 0;
}
