/* Writes docs/reference/severity.md from common/drift/rules.def. */
#include <stdio.h>
#include <stdlib.h>

#include "drift/severity_reference.h"

int main(void)
{
    CLEANUP(buffer_clear) struct buffer page = {0};

    severity_reference_write(&page);
    if (page.failed || fwrite(page.bytes, 1, page.length, stdout) != page.length)
        return EXIT_FAILURE;
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
