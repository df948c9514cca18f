/* Any text as a reference: what is accepted lies inside the text and follows its own rules, what is refused leaves the
 * result alone and says why, and a collector reference has one spelling that is read back as the same. */
#include <stdlib.h>
#include <string.h>

#include "cli/ref.h"
#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_inside(struct text whole, struct text piece)
{
    if (piece.length > 0)
        require(piece.bytes >= whole.bytes && piece.bytes + piece.length <= whole.bytes + whole.length);
}

static void require_round_trip(const struct ref *ref)
{
    struct buffer spelling;
    struct error error = {0};
    struct ref again = {0};
    const struct reference *first = &ref->collected;
    const struct reference *second = &again.collected;

    buffer_init(&spelling);
    reference_write(&spelling, first);
    require(!spelling.failed);
    require(ref_parse(&again, buffer_text(&spelling), &error) == ERROR_NONE);
    require(again.type == REF_COLLECTOR && second->moment == first->moment && second->steps == first->steps &&
            second->as_of == first->as_of);
    require(text_equal(second->database, first->database) && text_equal(second->environment, first->environment) &&
            text_equal(second->instance, first->instance));
    buffer_clear(&spelling);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text text = {(const char *)bytes, length};
    struct ref untouched;
    struct error error = {0};
    struct ref ref;

    memset(&ref, 0x5a, sizeof ref);
    memcpy(&untouched, &ref, sizeof ref);
    if (ref_parse(&ref, text, &error) != ERROR_NONE) {
        require(error.code == ERROR_USAGE && error.message[0] != '\0');
        require(memcmp(&ref, &untouched, sizeof ref) == 0);
        return 0;
    }
    require_inside(text, ref.scheme);
    require_inside(text, ref.rest);
    require_inside(text, ref.collected.database);
    require_inside(text, ref.collected.environment);
    require_inside(text, ref.collected.instance);
    if (ref.type == REF_COLLECTOR)
        require_round_trip(&ref);
    return 0;
}
