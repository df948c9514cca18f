#include "recreate/column.h"
#include "recreate/constraint.h"
#include "recreate/extras.h"
#include "recreate/writers.h"

/* Columns of the right names and types, and no rows. */
static uint32_t write_stub(struct making *making, const struct facts *facts)
{
    const struct object *object = &making->objects[facts->object];
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));

    making_begin(making, STAGE_VIEW, facts);
    making->current.is_stand_in = true;
    put(making, "CREATE VIEW ");
    put_text(making, facts->name);
    put(making, " AS SELECT");
    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *part = object_part(object, KIND_COLUMN, order->items[i]);
        struct facts column;

        if (part == NULL)
            continue;
        column = making_part(making, facts->object, part);
        put_fact(making, &column, "type", i == 0 ? "\n  NULL::" : ",\n  NULL::");
        put_fact(making, &column, "collation", " COLLATE ");
        put(making, " AS ");
        put_name(making, part->name);
    }
    put(making, ";\n");
    return making_end(making);
}

static void put_view(struct making *making, const struct facts *facts)
{
    struct text definition = fact(facts, "definition");
    bool is_materialized = facts->kind == KIND_MATERIALIZED_VIEW;

    while (definition.length > 0 && definition.bytes[definition.length - 1] == ';')
        definition.length--;
    put(making, is_materialized ? "CREATE MATERIALIZED VIEW " : "CREATE VIEW ");
    making_quiet(making, true);
    put_text(making, facts->name);
    making_quiet(making, false);
    put_fact(making, facts, "access_method", " USING ");
    put_settings(making, fact_list(facts, is_materialized ? "storage_parameters" : "options"));
    put_tablespace(making, facts, " TABLESPACE ");
    put(making, " AS\n");
    put_text(making, definition);
    put(making, is_materialized ? "\n  WITH NO DATA;\n" : ";\n");
}

/* Columns come from the query; a few things can be said of them nevertheless. */
static void put_columns(struct making *making, const struct facts *facts, const struct facts *columns)
{
    static const struct bases query = {.form = BASE_TYPE};
    const struct object *object = &making->objects[facts->object];
    const struct attribute *order = fact_list(facts, "column_order");

    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *part = object_part(object, KIND_COLUMN, order->items[i]);

        if (part != NULL)
            column_put_changes(making, facts, &columns[part - object->parts], part, &query);
    }
}

static void write_part(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts;

    switch (part->kind) {
    case KIND_INDEX:
        write_index(making, object, part);
        break;
    case KIND_TRIGGER:
        write_trigger(making, object, part);
        break;
    case KIND_RULE:
        write_rule(making, object, part);
        break;
    default:
        facts = making_part(making, object, part);
        making_note_facts(making, &facts, "a view cannot have one");
    }
}

static void write_parts(struct making *making, const struct facts *facts, const struct facts *columns)
{
    const struct object *object = &making->objects[facts->object];

    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];

        if (part->kind != KIND_COLUMN) {
            write_part(making, facts->object, part);
            continue;
        }
        column_write_later(making, facts, &columns[i], part);
        making_finish(making, &columns[i]);
    }
}

void write_view(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    const char *word = relation_word(facts.kind);
    struct subject subject = {word, word, "TABLE", facts.name};
    uint32_t stub = facts.kind == KIND_VIEW ? write_stub(making, &facts) : STEP_NONE;
    struct facts *columns = columns_make(making, object);
    uint32_t step;

    if (columns == NULL)
        return;

    making_begin(making, STAGE_VIEW, &facts);
    making->current.stand_in = stub;
    making->current.evaluates = true;
    put_view(making, &facts);
    put_columns(making, &facts, columns);
    fact(&facts, "replica_identity"); /* every relation has one */
    extras_put(making, &facts, &subject);
    step = making_end_object(making);
    making_need_bare(making, KIND_ACCESS_METHOD, fact(&facts, "access_method"), step);
    write_parts(making, &facts, columns);
    write_table_roles(making, &facts);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}
