/* drift/rule_table.h - rules.def as data: what severity.c judges by and severity_reference.c prints. */
#ifndef DRIFTLINE_DRIFT_RULE_TABLE_H
#define DRIFTLINE_DRIFT_RULE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drift/change.h"

/* Sets of effects and kinds as bits. */
typedef unsigned effect_set;
typedef uint64_t kind_set;

static inline kind_set kind_bit(enum kind kind)
{
    return (kind_set)1 << ((unsigned)kind < 64 ? (unsigned)kind : (unsigned)kind - 16);
}

static inline effect_set effect_bit(enum effect effect)
{
    return 1u << (unsigned)effect;
}

extern const kind_set rule_any_kind;

/* Stands for every attribute that no other rule names for the kind. */
extern const char rule_any_attribute[];

/* Whether a rule holds; `attribute` is the one it names, or NULL if it is about the thing itself. */
typedef bool (*rule_condition)(const struct change *change, const struct attribute_change *attribute);

/* A rule, or one of the cases of the rule before it in the table. */
struct rule_row {
    bool is_case;
    effect_set effects;
    kind_set kinds;
    const char *attribute; /* NULL, rule_any_attribute, or a name */
    rule_condition condition;
};

extern const struct rule_row rule_rows[];
extern const size_t rule_row_count;

#endif
