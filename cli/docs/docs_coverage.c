#include "docs/docs_coverage.h"

/* What no comment can be given to. */
static bool is_commentable(enum kind kind)
{
    return kind != KIND_DEFAULT_PRIVILEGE && kind != KIND_SYSTEM_PRIVILEGE && kind != KIND_USER_MAPPING &&
           kind != KIND_NOT_NULL;
}

/* Whether a part of an object counts. */
static bool counts(const struct docs_item *item, const struct part *part)
{
    return is_commentable(part->kind) &&
           (part->kind != KIND_COLUMN || (item->kind != KIND_VIEW && item->kind != KIND_MATERIALIZED_VIEW));
}

static bool has_comment(const struct attribute *attributes, uint32_t count)
{
    return attribute_value(attributes, count, TEXT("comment")).length > 0;
}

static void count(struct docs_counts *counts, bool commented)
{
    counts->total++;
    counts->commented += commented;
}

void docs_coverage_count(struct docs_coverage *ret_coverage, const struct docs_catalogue *catalogue)
{
    *ret_coverage = (struct docs_coverage){0};
    for (uint32_t i = 0; i < catalogue->item_count; i++) {
        const struct docs_item *item = &catalogue->items[i];
        const struct object *object = item->object;

        if (docs_is_partition(item))
            continue;
        if (is_commentable(item->kind))
            count(&ret_coverage->kinds[item->kind], has_comment(object->attributes, object->attribute_count));
        for (uint32_t j = 0; j < object->part_count; j++)
            if (counts(item, &object->parts[j]))
                count(&ret_coverage->kinds[object->parts[j].kind],
                      has_comment(object->parts[j].attributes, object->parts[j].attribute_count));
    }
}

static uint64_t bit_of(enum kind kind)
{
    for (size_t i = 0; i < kind_table_count; i++)
        if (kind_table[i].kind == kind)
            return (uint64_t)1 << i;
    return 0;
}

uint64_t docs_coverage_usual(void)
{
    return bit_of(KIND_TABLE) | bit_of(KIND_COLUMN);
}

struct docs_counts docs_coverage_sum(const struct docs_coverage *coverage, uint64_t kinds)
{
    struct docs_counts sum = {0};

    for (size_t i = 0; i < kind_table_count; i++)
        if ((kinds >> i & 1) != 0) {
            sum.total += coverage->kinds[kind_table[i].kind].total;
            sum.commented += coverage->kinds[kind_table[i].kind].commented;
        }
    return sum;
}

unsigned docs_coverage_percent(struct docs_counts counts)
{
    return counts.total == 0 ? 100 : (unsigned)((uint64_t)counts.commented * 100 / counts.total);
}

static void visit_parts(const struct docs_item *item, uint64_t kinds, docs_bare_visitor visit, void *context)
{
    const struct object *object = item->object;

    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];

        if ((kinds & bit_of(part->kind)) != 0 && counts(item, part) &&
            !has_comment(part->attributes, part->attribute_count))
            visit(context, item, part);
    }
}

void docs_coverage_bare(const struct docs_catalogue *catalogue, uint64_t kinds, docs_bare_visitor visit, void *context)
{
    for (uint32_t i = 0; i < catalogue->item_count; i++) {
        const struct docs_item *item = &catalogue->items[i];

        if (docs_is_partition(item))
            continue;
        if ((kinds & bit_of(item->kind)) != 0 && is_commentable(item->kind) &&
            !has_comment(item->object->attributes, item->object->attribute_count))
            visit(context, item, NULL);
        visit_parts(item, kinds, visit, context);
    }
}
