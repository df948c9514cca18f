#include <stdlib.h>
#include <string.h>

#include "recreate/constraint.h"
#include "recreate/extras.h"
#include "recreate/writers.h"

/* Operator classes that are the usual choice of their types, and take parameters: PostgreSQL wants their names where
 * parameters are given, and the snapshot names only unusual ones. A schema before the type is that of an extension. */
static const struct {
    const char *method;
    struct text type;
    const char *operator_class;
} parameterised[] = {
    {"gist", TEXT_INIT("tsvector"), "tsvector_ops"},
    {"gist", TEXT_INIT("hstore"), "gist_hstore_ops"},
    {"gist", TEXT_INIT("ltree"), "gist_ltree_ops"},
    {"gist", TEXT_INIT("ltree[]"), "gist__ltree_ops"},
};

static struct text item_at(const struct attribute *list, uint32_t place)
{
    return list != NULL && place < list->count ? list->items[place] : TEXT("");
}

/* `2: siglen=32, x=1` of the column with this number. */
static struct text numbered(const struct attribute *list, uint32_t number)
{
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        struct text item = list->items[i];
        size_t colon = rendered_find(item, TEXT(": "), false);

        if (colon < item.length && strtoul(item.bytes, NULL, 10) == number)
            return (struct text){item.bytes + colon + 2, item.length - colon - 2};
    }
    return TEXT("");
}

static void put_class_options(struct making *making, struct text options)
{
    const char *before = " (";

    while (options.length > 0) {
        size_t end = rendered_find(options, TEXT(", "), false);
        size_t equals = rendered_find(options, TEXT("="), false);

        if (equals > end)
            equals = end;
        put(making, before);
        put_text(making, (struct text){options.bytes, equals});
        if (equals < end) {
            put(making, " = ");
            put_literal(making, (struct text){options.bytes + equals + 1, end - equals - 1});
        }
        before = ", ";
        end = end + 2 < options.length ? end + 2 : options.length;
        options = (struct text){options.bytes + end, options.length - end};
    }
    put(making, ")");
}

/* The operator class that a column of this type has by itself, with the schema of the type. */
static bool put_usual_class(struct making *making, const struct facts *index, struct text column)
{
    const struct part *part = object_part(&making->objects[index->object], KIND_COLUMN, column);
    struct text type = part == NULL ? TEXT("") : attribute_value(part->attributes, part->attribute_count, TEXT("type"));
    size_t dot = rendered_find(type, TEXT("."), true);
    struct text schema = dot == type.length ? TEXT("") : (struct text){type.bytes, dot + 1};
    struct text name = {type.bytes + schema.length, type.length - schema.length};

    for (size_t i = 0; i < LENGTH_OF(parameterised); i++)
        if (text_equal(name, parameterised[i].type) && fact_is(index, "method", parameterised[i].method)) {
            put(making, " ");
            put_text(making, schema);
            put(making, parameterised[i].operator_class);
            return true;
        }
    making_note_facts(
        making, index,
        "the parameters of its operator class are left out: they need the name of the class, which is not "
        "known");
    return false;
}

/* A column whose own collation is not the database's, in an index that says nothing of collations, has there the
 * database's. */
static void put_collation(struct making *making, const struct facts *index, const struct part *column, uint32_t place)
{
    const struct attribute *collations = fact_list(index, "collations");
    struct text collation = item_at(collations, place);

    if (collations == NULL && column != NULL &&
        attribute_find(column->attributes, column->attribute_count, TEXT("collation")) != NULL)
        collation = TEXT("pg_catalog.\"default\"");
    if (collation.length == 0)
        return;
    put(making, " COLLATE ");
    put_text(making, collation);
}

static void put_index_key(struct making *making, const struct facts *index, uint32_t place)
{
    struct text key = item_at(fact_list(index, "columns"), place);
    struct text operator_class = item_at(fact_list(index, "operator_classes"), place);
    struct text options = numbered(fact_list(index, "operator_class_options"), place + 1);
    struct text order = item_at(fact_list(index, "order"), place);
    const struct part *column = object_part(&making->objects[index->object], KIND_COLUMN, key);

    if (column != NULL)
        put_name(making, key);
    else
        put_bracketed(making, key);
    put_collation(making, index, column, place);
    if (operator_class.length > 0) {
        put(making, " ");
        put_text(making, (struct text){operator_class.bytes, rendered_find(operator_class, TEXT("("), false)});
    }
    if (options.length > 0 && (operator_class.length > 0 || put_usual_class(making, index, key)))
        put_class_options(making, options);
    put(making, order.length > 0 ? " " : "");
    put_words(making, order);
}

static void put_targets(struct making *making, const struct facts *facts, struct text name)
{
    const struct attribute *targets = fact_list(facts, "statistics_targets");

    for (uint32_t i = 0; targets != NULL && i < targets->count; i++) {
        struct text item = targets->items[i];
        size_t colon = rendered_find(item, TEXT(": "), false);

        if (colon == item.length)
            continue;
        put(making, "ALTER INDEX ");
        put_text(making, name);
        put(making, " ALTER COLUMN ");
        put_text(making, (struct text){item.bytes, colon});
        put(making, " SET STATISTICS ");
        put_text(making, (struct text){item.bytes + colon + 2, item.length - colon - 2});
        put(making, ";\n");
    }
}

static void put_index(struct making *making, const struct facts *facts, const struct part *part)
{
    const struct object *table = &making->objects[facts->object];
    const struct attribute *columns = fact_list(facts, "columns");
    const struct attribute *included = fact_list(facts, "included");
    bool is_partitioned = attribute_find(table->attributes, table->attribute_count, TEXT("partition_key")) != NULL;

    put(making, fact_is(facts, "unique", "yes") ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    put_name(making, part->name);
    put(making, is_partitioned ? " ON ONLY " : " ON ");
    put_text(making, making->paths[facts->object]);
    if (!fact_is(facts, "method", "btree"))
        put_fact(making, facts, "method", " USING ");
    put(making, " (");
    for (uint32_t i = 0; columns != NULL && i < columns->count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_index_key(making, facts, i);
    }
    put(making, ")");
    if (included != NULL) {
        put(making, " INCLUDE (");
        put_names(making, included);
        put(making, ")");
    }
    put(making, fact_is(facts, "nulls_not_distinct", "yes") ? " NULLS NOT DISTINCT" : "");
    put_settings(making, fact_list(facts, "storage_parameters"));
    put_tablespace(making, facts, " TABLESPACE ");
    if (fact_there(facts, "predicate")) {
        put(making, " WHERE ");
        put_bracketed(making, fact(facts, "predicate"));
    }
    put(making, ";\n");
    if (fact_is(facts, "valid", "no") && !is_partitioned)
        making_note_facts(making, facts, "it is not valid, and becomes valid");
}

void write_index(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts = making_part(making, object, part);
    struct text name =
        making_text(making, "%.*s.%.*s", TEXT_ARGS(making_name(making, making->objects[object].path.elements[0])),
                    TEXT_ARGS(making_name(making, part->name)));
    struct subject subject = {"INDEX", "INDEX", NULL, name};
    uint32_t step;

    making_begin(making, STAGE_INDEX, &facts);
    making->current.evaluates = true;
    put_index(making, &facts, part);
    put_targets(making, &facts, name);
    extras_put(making, &facts, &subject);
    step = making_end(making);
    making_need_object(making, object, step);
    making_need_bare(making, KIND_ACCESS_METHOD, fact(&facts, "method"), step);
    write_attachment(making, &facts, part->name);
    making_finish(making, &facts);
}
