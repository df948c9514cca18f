#include "drift/severity.h"

#include "drift/rule_table.h"

static const char *const severity_names[SEVERITY_COUNT] = {"low", "medium", "high", "critical"};

const char *severity_name(enum severity severity)
{
    return severity_names[severity];
}

bool severity_from_name(struct text name, enum severity *ret_severity)
{
    for (unsigned i = 0; i < SEVERITY_COUNT; i++)
        if (text_equal(name, text_from(severity_names[i]))) {
            *ret_severity = (enum severity)i;
            return true;
        }
    return false;
}

/* Rules are asked for in three rounds; a later round counts only when the earlier ones found nothing. */
enum round { ROUND_NAMED, ROUND_KIND, ROUND_ANYTHING, ROUND_COUNT };

static enum round round_of(const struct rule_row *row)
{
    if (row->attribute != NULL && row->attribute != rule_any_attribute)
        return ROUND_NAMED;
    return row->kinds == rule_any_kind ? ROUND_ANYTHING : ROUND_KIND;
}

static bool row_is_about(const struct rule_row *row, const struct attribute_change *attribute)
{
    if (attribute == NULL || row->attribute == NULL)
        return attribute == NULL && row->attribute == NULL;
    return row->attribute == rule_any_attribute || text_equal(attribute->name, text_from(row->attribute));
}

/* The highest rule for one attribute, or for the thing itself if `attribute` is NULL; NULL when none holds. */
static const struct severity_rule *highest_rule(const struct change *change, const struct attribute_change *attribute)
{
    const struct severity_rule *found = NULL;

    for (unsigned round = 0; round < ROUND_COUNT && found == NULL; round++) {
        const struct severity_rule *next = severity_rules, *rule = NULL;

        for (size_t i = 0; i < rule_row_count; i++) {
            const struct rule_row *row = &rule_rows[i];

            if (!row->is_case)
                rule = next++;
            if (!row->is_case || (found != NULL && rule->level <= found->level))
                continue;
            if (round_of(row) == (enum round)round && (row->effects & effect_bit(change->effect)) != 0 &&
                (row->kinds & kind_bit(change->kind)) != 0 && row_is_about(row, attribute) &&
                (row->condition == NULL || row->condition(change, attribute)))
                found = rule;
        }
    }
    return found;
}

void severity_judge(struct change *change)
{
    static const struct attribute_change unnamed;
    const struct severity_rule *found =
        highest_rule(change, change->effect == EFFECT_MODIFIED && change->attribute_count == 0 ? &unnamed : NULL);

    for (uint32_t i = 0; i < change->attribute_count; i++) {
        const struct severity_rule *rule = highest_rule(change, &change->attributes[i]);

        if (rule != NULL &&
            (found == NULL || rule->level > found->level || (rule->level == found->level && rule < found)))
            found = rule;
    }
    change->severity = found->level;
    change->rule = found->id;
}
