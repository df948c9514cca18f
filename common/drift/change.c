#include "drift/change.h"

const char *effect_name(enum effect effect)
{
    static const char *const names[] = {"added", "removed", "modified", "renamed"};

    return names[effect];
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"IN_SYNC", "DRIFTED", "UNKNOWN"};

    return names[verdict];
}
