#include <string.h>

#include "recreate/column.h"
#include "recreate/constraint.h"
#include "recreate/extras.h"
#include "recreate/late.h"
#include "recreate/writers.h"

static struct text value_of(const struct part *part, const char *attribute)
{
    return attribute_value(part->attributes, part->attribute_count, text_from(attribute));
}

static bool has(const struct object *object, const char *attribute)
{
    return attribute_find(object->attributes, object->attribute_count, text_from(attribute)) != NULL;
}

static bool is_key(enum kind kind)
{
    return kind == KIND_PRIMARY_KEY || kind == KIND_UNIQUE;
}

/* CREATE TABLE makes one of two keys of the same columns. */
static bool repeats_another(const struct object *table, const struct part *key)
{
    const struct attribute *columns = attribute_find(key->attributes, key->attribute_count, TEXT("columns"));

    for (const struct part *part = table->parts; part < key; part++)
        if (is_key(part->kind) &&
            attribute_equal(attribute_find(part->attributes, part->attribute_count, TEXT("columns")), columns))
            return true;
    return false;
}

bool constraint_is_inside(const struct making *making, const struct object *table, const struct part *part)
{
    if (late_concerns(making, (uint32_t)(table - making->objects), part))
        return false;
    if (is_key(part->kind))
        return !has(table, "partition_key") && !has(table, "partition_of") && !repeats_another(table, part);
    return part->kind == KIND_CHECK && value_of(part, "validated").length == 0 &&
           value_of(part, "enforced").length == 0 && !names_must_wait(&making->names, value_of(part, "expression"));
}

static void put_deferrable(struct making *making, const struct facts *facts)
{
    put(making, fact_is(facts, "deferrable", "initially deferred") ? " DEFERRABLE INITIALLY DEFERRED"
                : fact_is(facts, "deferrable", "yes")              ? " DEFERRABLE"
                                                                   : "");
}

static void put_key_columns(struct making *making, const struct attribute *columns, const char *before_last,
                            const char *after_last)
{
    put(making, " (");
    for (uint32_t i = 0; columns != NULL && i < columns->count; i++) {
        bool is_last = i + 1 == columns->count;

        put(making, i == 0 ? "" : ", ");
        put(making, is_last ? before_last : "");
        put_name(making, columns->items[i]);
        put(making, is_last ? after_last : "");
    }
    put(making, ")");
}

static void put_key(struct making *making, const struct facts *facts)
{
    const struct attribute *included = fact_list(facts, "included");

    put(making, facts->kind == KIND_PRIMARY_KEY ? "PRIMARY KEY" : "UNIQUE");
    put(making, fact_is(facts, "nulls_not_distinct", "yes") ? " NULLS NOT DISTINCT" : "");
    put_key_columns(making, fact_list(facts, "columns"), "",
                    fact_is(facts, "period", "yes") ? " WITHOUT OVERLAPS" : "");
    if (included != NULL) {
        put(making, " INCLUDE (");
        put_names(making, included);
        put(making, ")");
    }
    put_settings(making, fact_list(facts, "storage_parameters"));
    put_tablespace(making, facts, " USING INDEX TABLESPACE ");
    put_deferrable(making, facts);
}

static void put_foreign_key(struct making *making, const struct facts *facts)
{
    const char *period = fact_is(facts, "period", "yes") ? "PERIOD " : "";
    const struct attribute *set = fact_list(facts, "on_delete_columns");

    put(making, "FOREIGN KEY");
    put_key_columns(making, fact_list(facts, "columns"), period, "");
    put_fact(making, facts, "references", " REFERENCES ");
    put_key_columns(making, fact_list(facts, "referenced_columns"), period, "");
    put_fact_words(making, facts, "match", " MATCH ");
    put_fact_words(making, facts, "on_update", " ON UPDATE ");
    put_fact_words(making, facts, "on_delete", " ON DELETE ");
    if (set != NULL && set->count > 0)
        put_key_columns(making, set, "", "");
    put_deferrable(making, facts);
}

static void put_definition(struct making *making, const struct facts *facts)
{
    switch (facts->kind) {
    case KIND_PRIMARY_KEY:
    case KIND_UNIQUE:
        put_key(making, facts);
        break;
    case KIND_FOREIGN_KEY:
        put_foreign_key(making, facts);
        break;
    case KIND_EXCLUSION:
        put_fact(making, facts, "definition", "");
        break;
    case KIND_NOT_NULL:
        put(making, "NOT NULL ");
        put_names(making, fact_list(facts, "columns"));
        break;
    default:
        put(making, "CHECK ");
        put_bracketed(making, fact(facts, "expression"));
    }
    put(making, fact_is(facts, "no_inherit", "yes") ? " NO INHERIT" : "");
    put(making, fact_is(facts, "enforced", "no")    ? " NOT ENFORCED"
                : fact_is(facts, "validated", "no") ? " NOT VALID"
                                                    : "");
}

static void put_named(struct making *making, const struct facts *facts, struct text name)
{
    put(making, "CONSTRAINT ");
    put_name(making, name);
    put(making, " ");
    put_definition(making, facts);
}

void constraint_put(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts = making_part(making, object, part);

    put_named(making, &facts, part->name);
}

/* The index behind a key has its name, and the schema of the table. */
static struct text index_name(struct making *making, uint32_t object, struct text name)
{
    return making_text(making, "%.*s.%.*s", TEXT_ARGS(making_name(making, making->objects[object].path.elements[0])),
                       TEXT_ARGS(making_name(making, name)));
}

static void put_comments(struct making *making, const struct facts *facts, const struct part *part)
{
    struct text name = making_name(making, part->name);
    struct subject constraint = {
        "CONSTRAINT", NULL, NULL,
        making_text(making, "%.*s ON %.*s", TEXT_ARGS(name), TEXT_ARGS(making->paths[facts->object]))};
    struct subject index = {"INDEX", "INDEX", NULL, index_name(making, facts->object, part->name)};

    extras_put_comment(making, facts, "comment", &constraint);
    extras_put_comment(making, facts, "index_comment", &index);
    extras_put_bonds(making, facts, &index);
}

void put_index_of(struct making *making, struct text path)
{
    size_t first = rendered_find(path, TEXT("."), false);
    size_t last = rendered_find(path, TEXT("."), true);

    put_text(making, (struct text){path.bytes, first});
    put_text(making, (struct text){path.bytes + last, path.length - last});
}

void write_attachment(struct making *making, const struct facts *facts, struct text name)
{
    struct text parent = fact(facts, "partition_of");

    if (parent.length == 0)
        return;
    making_begin(making, STAGE_INDEX_ATTACH, facts);
    making_quiet(making, true);
    put(making, "ALTER INDEX ");
    put_index_of(making, parent);
    put(making, " ATTACH PARTITION ");
    put_text(making, index_name(making, facts->object, name));
    put(making, ";\n");
    making_end(making);
}

static enum stage stage_of(enum kind kind)
{
    switch (kind) {
    case KIND_FOREIGN_KEY:
        return STAGE_FOREIGN_KEY;
    case KIND_PRIMARY_KEY:
    case KIND_UNIQUE:
    case KIND_EXCLUSION:
        return STAGE_KEY;
    default:
        return STAGE_CHECK;
    }
}

/* A check goes to the children, and a foreign key to the partitions; a key stays with its table. */
static bool goes_down(const struct object *table, enum kind kind)
{
    return kind == KIND_CHECK || kind == KIND_NOT_NULL || (kind == KIND_FOREIGN_KEY && has(table, "partition_key"));
}

/* What an exclusion constraint has beside its definition, which says the rest. */
static void put_exclusion_place(struct making *making, const struct facts *facts, const struct part *part)
{
    static const char *const said[] = {"storage_parameters", "deferrable", "included", "nulls_not_distinct"};
    for (size_t i = 0; i < LENGTH_OF(said); i++)
        fact_there(facts, said[i]);
    if (!fact_there(facts, "tablespace"))
        return;
    put(making, "ALTER INDEX ");
    put_text(making, index_name(making, facts->object, part->name));
    put_tablespace(making, facts, " SET TABLESPACE ");
    put(making, ";\n");
}

static void write_alone(struct making *making, const struct facts *facts, const struct part *part)
{
    const struct object *table = &making->objects[facts->object];
    uint32_t step;

    making_begin(making, stage_of(part->kind), facts);
    making->current.evaluates = true;
    put(making, "ALTER ");
    put(making, relation_word(table->kind));
    put(making, goes_down(table, part->kind) ? " " : " ONLY ");
    put_text(making, making->paths[facts->object]);
    put(making, " ADD ");
    put_named(making, facts, part->name);
    put(making, ";\n");
    if (part->kind == KIND_EXCLUSION)
        put_exclusion_place(making, facts, part);
    put_comments(making, facts, part);
    step = making_end(making);
    if (stage_of(part->kind) == STAGE_KEY)
        making_accompany(making, facts->object, step);
    write_attachment(making, facts, part->name);
}

/* Whether NOT NULL stands with its column. */
static bool is_with_column(const struct part *part)
{
    return part->kind == KIND_NOT_NULL && value_of(part, "validated").length == 0;
}

void write_constraint(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts = making_part(making, object, part);
    bool is_inside = constraint_is_inside(making, &making->objects[object], part) || is_with_column(part);

    if (!is_inside) {
        write_alone(making, &facts, part);
    } else {
        making_begin(making, STAGE_CHECK, &facts);
        put_definition(making, &facts); /* for what it reads: the table has said it */
        buffer_reset(&making->sql);
        put_comments(making, &facts, part);
        if (making->sql.length > 0)
            making_need_object(making, object, making_end(making));
    }
    fact(&facts, "valid"); /* follows from the indexes of the partitions */
    making_finish(making, &facts);
}

static void write_role(struct making *making, const struct facts *table, const char *attribute, const char *what)
{
    struct text index = fact(table, attribute);

    if (index.length == 0)
        return;
    making_begin(making, STAGE_INDEX_ROLE, table);
    put(making, "ALTER ");
    put(making, relation_word(table->kind));
    put(making, " ");
    put_text(making, table->name);
    put(making, what);
    put_name(making, index);
    put(making, ";\n");
    making_end(making);
}

void write_table_roles(struct making *making, const struct facts *table)
{
    write_role(making, table, "clustered_on", " CLUSTER ON ");
    write_role(making, table, "replica_identity_index", " REPLICA IDENTITY USING INDEX ");
}
