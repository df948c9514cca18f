/* Writes docs/reference/type-families.md from common/drift/type_family.def. */
#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "drift/type_family_reference.h"

int main(void)
{
    CLEANUP(buffer_clear) struct buffer page = {0};

    type_family_reference_write(&page);
    if (page.failed || fwrite(page.bytes, 1, page.length, stdout) != page.length)
        return EXIT_FAILURE;
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
