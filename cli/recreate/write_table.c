#include "recreate/column.h"
#include "recreate/constraint.h"
#include "recreate/extras.h"
#include "recreate/late.h"
#include "recreate/writers.h"

/* A table while it is written. */
struct table {
    const struct object *object;
    struct facts facts;
    struct bases bases;
    struct facts *parts; /* of its columns, by their place among the parts */
    bool has_items;      /* something stands between the brackets */
};

/* The column of a name, and its facts. */
static const struct part *find_column(const struct table *table, struct text name, const struct facts **ret_facts)
{
    const struct part *part = object_part(table->object, KIND_COLUMN, name);

    if (part != NULL)
        *ret_facts = &table->parts[part - table->object->parts];
    return part;
}

/* Whether a setting's value is understood without quotes. */
static bool is_plain_value(struct text value)
{
    for (size_t i = 0; i < value.length; i++)
        if ((value.bytes[i] < '0' || value.bytes[i] > '9') && value.bytes[i] != '.')
            return text_equal(value, TEXT("true")) || text_equal(value, TEXT("false")) ||
                   text_equal(value, TEXT("on")) || text_equal(value, TEXT("off"));
    return value.length > 0;
}

void put_settings(struct making *making, const struct attribute *settings)
{
    for (uint32_t i = 0; settings != NULL && i < settings->count; i++) {
        struct text item = settings->items[i];
        size_t equals = rendered_find(item, TEXT("="), false);
        struct text value = {item.bytes + equals, item.length - equals};

        put(making, i == 0 ? " WITH (" : ", ");
        put_text(making, (struct text){item.bytes, equals});
        if (value.length == 0)
            continue;
        value = (struct text){value.bytes + 1, value.length - 1};
        put(making, " = ");
        if (is_plain_value(value))
            put_text(making, value);
        else
            put_literal(making, value);
    }
    put(making, settings != NULL && settings->count > 0 ? ")" : "");
}

static void put_separator(struct making *making, struct table *table)
{
    put(making, table->has_items ? ",\n  " : " (\n  ");
    table->has_items = true;
}

static void put_columns(struct making *making, struct table *table)
{
    const struct attribute *order = fact_list(&table->facts, "column_order");

    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct facts *column;
        const struct part *part = find_column(table, order->items[i], &column);

        if (part == NULL || bases_bring(&table->bases, part) || late_is(making, table->facts.object, part))
            continue;
        put_separator(making, table);
        column_put(making, column, part, &table->bases);
    }
}

static void put_checks(struct making *making, struct table *table)
{
    for (uint32_t i = 0; i < table->object->part_count; i++)
        if (constraint_is_inside(making, table->object, &table->object->parts[i])) {
            put_separator(making, table);
            constraint_put(making, table->facts.object, &table->object->parts[i]);
        }
}

static void put_checks_of(struct making *making, struct table *table, const struct object *above)
{
    for (uint32_t i = 0; i < above->part_count; i++) {
        const struct part *part = &above->parts[i];

        if (part->kind != KIND_CHECK || !constraint_is_inside(making, above, part) ||
            attribute_find(part->attributes, part->attribute_count, TEXT("no_inherit")) != NULL ||
            object_part(table->object, KIND_CHECK, part->name) != NULL)
            continue;
        put_separator(making, table);
        constraint_put(making, (uint32_t)(above - making->objects), part);
    }
}

/* A table that is to be attached must have the checks of those above it. */
static void put_inherited_checks(struct making *making, struct table *table)
{
    long above = bases_above(making, table->facts.object);

    for (unsigned depth = 0; above != NAME_NONE && depth < PARTITION_DEPTH_MAX; depth++) {
        put_checks_of(making, table, &making->objects[above]);
        above = bases_above(making, (uint32_t)above);
    }
}

static void put_paths(struct making *making, const struct attribute *paths)
{
    for (uint32_t i = 0; paths != NULL && i < paths->count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_text(making, paths->items[i]);
    }
}

static void put_create(struct making *making, struct table *table)
{
    const struct facts *facts = &table->facts;

    put(making, facts->kind == KIND_FOREIGN_TABLE           ? "CREATE FOREIGN TABLE "
                : fact_is(facts, "persistence", "unlogged") ? "CREATE UNLOGGED TABLE "
                                                            : "CREATE TABLE ");
    making_quiet(making, true);
    put_text(making, facts->name);
    making_quiet(making, false);
    if (table->bases.form == BASE_PARTITION || table->bases.form == BASE_TYPE) {
        put(making, table->bases.form == BASE_PARTITION ? " PARTITION OF " : " OF ");
        put_paths(making, table->bases.parents);
    }
    put_columns(making, table);
    put_checks(making, table);
    if (table->bases.form == BASE_ATTACHED)
        put_inherited_checks(making, table);
    if (table->has_items)
        put(making, "\n)");
    else if (table->bases.form != BASE_PARTITION && table->bases.form != BASE_TYPE)
        put(making, " ()");
}

/* A partition has the tablespace and the access method of its table unless it says otherwise. */
static void put_place(struct making *making, const struct table *table)
{
    const struct facts *facts = &table->facts;
    const struct object *base =
        table->bases.form == BASE_PARTITION && table->bases.count > 0 ? table->bases.objects[0] : NULL;

    put_fact(making, facts, "access_method", " USING ");
    if (base != NULL && !fact_there(facts, "access_method") && facts->kind == KIND_TABLE &&
        !fact_there(facts, "partition_key") &&
        attribute_find(base->attributes, base->attribute_count, TEXT("access_method")) != NULL)
        put(making, " USING heap");
    put_settings(making, fact_list(facts, "storage_parameters"));
    put_tablespace(making, facts, " TABLESPACE ");
    if (base != NULL && !fact_there(facts, "tablespace") && facts->kind == KIND_TABLE &&
        attribute_find(base->attributes, base->attribute_count, TEXT("tablespace")) != NULL)
        put(making, " TABLESPACE pg_default");
}

static void put_clauses(struct making *making, const struct table *table)
{
    const struct facts *facts = &table->facts;

    if (table->bases.form == BASE_PARENTS) {
        put(making, " INHERITS (");
        put_paths(making, table->bases.parents);
        put(making, ")");
    }
    if (table->bases.form == BASE_PARTITION)
        put_fact(making, facts, "partition_bound", " ");
    put_fact(making, facts, "partition_key", " PARTITION BY ");
    put_fact(making, facts, "server", "\n  SERVER ");
    if (facts->kind == KIND_FOREIGN_TABLE)
        put_options(making, facts, " OPTIONS (", "");
    put_place(making, table);
    put(making, ";\n");
}

static void put_bond(struct making *making, const struct table *table)
{
    const struct attribute *parents = table->bases.parents;

    if (table->bases.form == BASE_ATTACHED) {
        put(making, "ALTER TABLE ");
        put_paths(making, parents);
        put(making, " ATTACH PARTITION ");
        put_text(making, table->facts.name);
        put_fact(making, &table->facts, "partition_bound", " ");
        put(making, ";\n");
    }
    for (uint32_t i = 0; table->bases.form == BASE_ADOPTED && i < parents->count; i++) {
        put(making, "ALTER TABLE ");
        put_text(making, table->facts.name);
        put(making, " INHERIT ");
        put_text(making, parents->items[i]);
        put(making, ";\n");
    }
}

static void put_alter(struct making *making, const struct table *table, const char *what)
{
    put(making, "ALTER ");
    put(making, relation_word(table->facts.kind));
    put(making, " ");
    put_text(making, table->facts.name);
    put(making, " ");
    put(making, what);
    put(making, ";\n");
}

static void put_switches(struct making *making, const struct table *table)
{
    const struct facts *facts = &table->facts;

    if (fact_is(facts, "row_security", "enabled"))
        put_alter(making, table, "ENABLE ROW LEVEL SECURITY");
    if (fact_is(facts, "force_row_security", "yes"))
        put_alter(making, table, "FORCE ROW LEVEL SECURITY");
    if (fact_is(facts, "replica_identity", "full"))
        put_alter(making, table, "REPLICA IDENTITY FULL");
    else if (fact_is(facts, "replica_identity", "nothing") && facts->kind == KIND_TABLE)
        put_alter(making, table, "REPLICA IDENTITY NOTHING");
}

/* All that is said of the columns behind CREATE TABLE, in the order of the columns. */
static void put_column_changes(struct making *making, const struct table *table)
{
    const struct attribute *order = fact_list(&table->facts, "column_order");

    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct facts *column;
        const struct part *part = find_column(table, order->items[i], &column);

        if (part != NULL && !late_is(making, table->facts.object, part))
            column_put_changes(making, &table->facts, column, part, &table->bases);
    }
}

static void write_columns_later(struct making *making, const struct table *table)
{
    for (uint32_t i = 0; i < table->object->part_count; i++) {
        const struct part *part = &table->object->parts[i];

        if (part->kind != KIND_COLUMN)
            continue;
        column_write_later(making, &table->facts, &table->parts[i], part);
        if (!late_is(making, table->facts.object, part))
            making_finish(making, &table->parts[i]);
    }
}

static void write_parts(struct making *making, const struct table *table)
{
    for (uint32_t i = 0; i < table->object->part_count; i++) {
        const struct part *part = &table->object->parts[i];

        if (part->kind == KIND_INDEX)
            write_index(making, table->facts.object, part);
        else if (part->kind == KIND_TRIGGER)
            write_trigger(making, table->facts.object, part);
        else if (part->kind == KIND_RULE)
            write_rule(making, table->facts.object, part);
        else if (part->kind == KIND_POLICY)
            write_policy(making, table->facts.object, part);
        else if (part->kind != KIND_COLUMN)
            write_constraint(making, table->facts.object, part);
    }
}

static void note_bases(struct making *making, const struct table *table)
{
    if (table->bases.parents != NULL && table->bases.count < table->bases.parents->count &&
        table->bases.form == BASE_PARENTS)
        making_note_facts(making, &table->facts, "a parent is not in the snapshot, so its columns are not known");
}

void write_table(struct making *making, uint32_t object)
{
    static const char *const heritage[] = {"inherits", "partition_of", "of_type"};
    struct table table = {.object = &making->objects[object], .facts = making_object(making, object)};
    const struct facts *facts = &table.facts;
    const char *word = relation_word(facts->kind);
    struct subject subject = {word, word, "TABLE", facts->name};
    uint32_t step;

    table.bases = making->heritage[object].bases;
    for (size_t i = 0; i < LENGTH_OF(heritage); i++)
        fact_there(facts, heritage[i]);
    note_bases(making, &table);
    table.parts = columns_make(making, object);
    if (table.parts == NULL)
        return;
    making->heritage[object].facts = table.parts;
    making_begin(making, STAGE_TABLE, facts);
    making->current.evaluates = true;
    put_create(making, &table);
    put_clauses(making, &table);
    put_bond(making, &table);
    put_column_changes(making, &table);
    put_switches(making, &table);
    extras_put(making, facts, &subject);
    step = making_end_object(making);
    making_need_bare(making, KIND_ACCESS_METHOD, fact(facts, "access_method"), step);
    making_need_bare(making, KIND_FOREIGN_SERVER, fact(facts, "server"), step);
    write_columns_later(making, &table);
    write_parts(making, &table);
    write_table_roles(making, facts);
    fact_list(facts, "inherited_triggers"); /* write_inherited_triggers() */
    extras_grant(making, facts, &subject, TEXT(""));
    making_finish(making, facts);
}
