/* Writes docs/reference/errors.md from common/base/error_codes.def. */
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"

int main(void)
{
    puts("# Errors\n\n"
         "<!-- Written from common/base/error_codes.def by the target `docs`; changes belong there. -->\n\n"
         "Every failure has one of these codes. The code is in logs and in JSON as `code`, the exit status is that of\n"
         "the program. The message says what failed, and the hint below it what to do; where there is no better hint\n"
         "it is the one of this table.\n\n"
         "| code | exit status | meaning | what to do |\n"
         "|---|---|---|---|");
    for (int code = ERROR_NONE + 1; code < ERROR_CODE_COUNT; code++)
        printf("| `%s` | %d | %s | %s |\n", error_name((enum error_code)code), error_exit_status((enum error_code)code),
               error_meaning((enum error_code)code), error_remedy((enum error_code)code));
    puts("\n"
         "The other exit statuses are not errors: `0` is fine (in sync, gate passed), `1` is drift at or above\n"
         "`--fail-on`, or a blocked gate. Status `3` stands for everything that leaves the answer unknown, so that a\n"
         "pipeline never takes \"could not look\" for \"nothing to see\".");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
