/* Names of migrations, one a line. Properties: the order of paths is an order: equal only to itself, the same from both
 * sides, and it goes on from one to the next; so is that of versions. */
#include <stdlib.h>

#include "fuzz.h"
#include "sources/ddl/ddl_name.h"

enum { NAMES_MAX = 3 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void check(const struct text *names, int (*compare)(struct text a, struct text b))
{
    for (unsigned i = 0; i < NAMES_MAX; i++)
        for (unsigned j = 0; j < NAMES_MAX; j++) {
            int order = compare(names[i], names[j]);

            require(sign(order) == -sign(compare(names[j], names[i])));
            for (unsigned k = 0; k < NAMES_MAX; k++)
                if (order < 0 && compare(names[j], names[k]) < 0)
                    require(compare(names[i], names[k]) < 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct text names[NAMES_MAX] = {{"", 0}}, versions[NAMES_MAX];
    struct text rest = {length == 0 ? "" : (const char *)bytes, length};

    for (unsigned i = 0; i < NAMES_MAX; i++) {
        const char *end = rest.length == 0 ? NULL : memchr(rest.bytes, '\n', rest.length);

        names[i] = (struct text){rest.bytes, end == NULL ? rest.length : (size_t)(end - rest.bytes)};
        rest = end == NULL ? (struct text){"", 0} : (struct text){end + 1, rest.length - names[i].length - 1};
        versions[i] = ddl_version(names[i]);
        ddl_role(names[i]);
    }
    check(names, ddl_compare_paths);
    check(versions, ddl_compare_versions);
    for (unsigned i = 0; i < NAMES_MAX; i++)
        for (unsigned j = 0; j < NAMES_MAX; j++)
            require((ddl_compare_paths(names[i], names[j]) == 0) == text_equal(names[i], names[j]));
    return 0;
}
