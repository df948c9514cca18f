/* Writes docs/reference/lint.md from lint/lint_rules.def. */
#include <stdio.h>
#include <stdlib.h>

#include "lint/report.h"

int main(void)
{
    CLEANUP(buffer_clear) struct buffer page = {0};

    lint_reference_write(&page);
    return !page.failed && fwrite(page.bytes, 1, page.length, stdout) == page.length && fflush(stdout) == 0
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}
