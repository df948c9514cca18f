#include "lint/rule.h"

#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/option.h"
#include "lint/check.h"

enum { ID_LIMIT = 64 };

#define RULE(symbol, id, group, level, on, first, last, lock, work, message, why, instead)                             \
    {id, GROUP_##group, SEVERITY_##level, on, first, last, LOCK_##lock, WORK_##work, message, why, instead},
#define WHEN(when, condition)
const struct lint_rule lint_rules[RULE_COUNT] = {
#include "lint/lint_rules.def"
};
#undef RULE
#undef WHEN

#define RULE(symbol, id, group, level, on, first, last, lock, work, message, why, instead) {false, STEP_OTHER, NULL},
#define WHEN(when, condition) {true, STEP_##when, check_##condition},
const struct lint_row lint_rows[] = {
#include "lint/lint_rules.def"
};
#undef RULE
#undef WHEN
const size_t lint_row_count = LENGTH_OF(lint_rows);

const struct lint_rule *lint_rule_find(struct text id)
{
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (text_equal(id, text_from(lint_rules[i].id)))
            return &lint_rules[i];
    return NULL;
}

const char *lint_rule_near(struct text id)
{
    char word[ID_LIMIT] = "";
    size_t nearest = SIZE_MAX;
    const char *near = NULL;

    if (id.length == 0 || id.length >= sizeof word)
        return NULL;
    memcpy(word, id.bytes, id.length);
    for (size_t i = 0; i < RULE_COUNT; i++) {
        size_t distance = option_distance(word, lint_rules[i].id);

        if (distance < nearest) {
            nearest = distance;
            near = lint_rules[i].id;
        }
    }
    return option_is_near(word, nearest) ? near : NULL;
}

const char *lint_group_name(enum lint_group group)
{
    static const char *const names[GROUP_COUNT] = {"syntax", "breaking", "locking", "transaction",
                                                   "data",   "security", "target",  "design"};

    return names[group];
}

const char *lint_work_name(enum lint_work work)
{
    static const char *const names[WORK_COUNT] = {"", "reads every row", "builds an index", "rewrites the table"};

    return names[work];
}
