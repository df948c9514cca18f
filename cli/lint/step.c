#include "lint/step.h"

static const struct {
    const char *name;
    enum lock lock;
} facts[STEP_COUNT] = {
#define STEP(symbol, lock) {#symbol, LOCK_##lock},
#include "lint/step.def"
#undef STEP
};

enum lock step_lock(enum step_kind kind)
{
    return facts[kind].lock;
}

const char *step_name(enum step_kind kind)
{
    return facts[kind].name;
}

const char *lock_name(enum lock lock)
{
    static const char *const names[LOCK_COUNT] = {
        "",      "ACCESS SHARE",        "ROW SHARE", "ROW EXCLUSIVE",   "SHARE UPDATE EXCLUSIVE",
        "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"};

    return names[lock];
}
