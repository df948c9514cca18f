#include "cli/fail_on.h"

#include "cli/command.h"
#include "drift/severity.h"

enum { FAIL_ON_ANY, FAIL_ON_FIRST_LEVEL, FAIL_ON_NONE = FAIL_ON_FIRST_LEVEL + SEVERITY_COUNT };

const char *fail_on_choice(size_t number)
{
    if (number == FAIL_ON_ANY)
        return "any";
    if (number < FAIL_ON_NONE)
        return severity_name((enum severity)(number - FAIL_ON_FIRST_LEVEL));
    return number == FAIL_ON_NONE ? "none" : NULL;
}

int fail_on_status(unsigned fail_on, const uint32_t summary[SEVERITY_COUNT], bool unknown)
{
    for (unsigned level = 0; level < SEVERITY_COUNT; level++)
        if (summary[level] > 0 && (fail_on == FAIL_ON_ANY || level + FAIL_ON_FIRST_LEVEL >= fail_on))
            return EXIT_DRIFT; /* no level reaches FAIL_ON_NONE */
    return unknown ? EXIT_UNKNOWN : EXIT_FINE;
}
