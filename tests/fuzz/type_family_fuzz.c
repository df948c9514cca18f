/* Types of two engines: the first byte chooses the engines, the first line is one type, the rest the other.
 *
 * Equality goes both ways; a type of a family equals itself in its own engine; and what is written of two types in the
 * words for all engines is equal if and only if they are, where both say their size. Two annotations are never
 * compared.
 */
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "drift/type_family.h"
#include "fuzz.h"

static const enum type_engine engines[] = {TYPE_ENGINE_POSTGRESQL, TYPE_ENGINE_SQLITE, TYPE_ENGINE_MARIADB,
                                           TYPE_ENGINE_SQLSERVER,  TYPE_ENGINE_ODBC,   TYPE_ENGINE_SPEC,
                                           TYPE_ENGINE_PYTHON};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};
    struct text text = {(const char *)data + 1, size == 0 ? 0 : size - 1}, rest = {"", 0};
    const char *end;
    struct type_value a, b;

    if (size == 0)
        return 0;
    end = text.length == 0 ? NULL : memchr(text.bytes, '\n', text.length);
    if (end != NULL) {
        rest = (struct text){end + 1, text.length - (size_t)(end + 1 - text.bytes)};
        text.length = (size_t)(end - text.bytes);
    }
    a = type_value_of(engines[data[0] % LENGTH_OF(engines)], text);
    b = type_value_of(engines[data[0] / LENGTH_OF(engines) % LENGTH_OF(engines)], rest);
    if (type_value_equal(&a, &b) != type_value_equal(&b, &a) || !type_value_equal(&a, &a))
        abort();
    type_value_write(&first, &a, false);
    type_value_write(&second, &b, false);
    if (first.failed || second.failed || a.family == TYPE_FAMILY_NONE || b.family == TYPE_FAMILY_NONE)
        return 0;
    if (!type_value_is_weak(&a, &b) && a.engine != TYPE_ENGINE_PYTHON &&
        text_equal(buffer_text(&first), buffer_text(&second)) != type_value_equal(&a, &b))
        abort();
    return 0;
}
