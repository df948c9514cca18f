#include "recreate/extras.h"
#include "recreate/writers.h"

/* What ends every type: extras and grants. */
static void end_type(struct making *making, const struct facts *facts, const char *word)
{
    struct subject subject = {word, word, "TYPE", facts->name};

    extras_put(making, facts, &subject);
    making_end_object(making);
    extras_grant(making, facts, &subject, TEXT(""));
    making_finish(making, facts);
}

static void begin_type(struct making *making, const struct facts *facts, const char *create)
{
    making_begin(making, STAGE_TYPE, facts);
    making->current.names_routines = true;
    put(making, create);
    making_quiet(making, true);
    put_text(making, facts->name);
    making_quiet(making, false);
}

void write_enum(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    const struct attribute *labels = fact_list(&facts, "labels");

    begin_type(making, &facts, "CREATE TYPE ");
    put(making, " AS ENUM (");
    for (uint32_t i = 0; labels != NULL && i < labels->count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_literal(making, labels->items[i]);
    }
    put(making, ");\n");
    end_type(making, &facts, "TYPE");
}

/* A check in the definition of a domain, or a statement of its own where it must be. */
static bool check_is_inside(const struct making *making, const struct facts *check)
{
    return !fact_is(check, "validated", "no") && !names_must_wait(&making->names, fact(check, "expression"));
}

static void put_domain_check(struct making *making, const struct facts *check, struct text name)
{
    put(making, "CONSTRAINT ");
    put_name(making, name);
    put(making, check->kind == KIND_NOT_NULL ? " NOT NULL" : " CHECK ");
    if (check->kind == KIND_CHECK)
        put_bracketed(making, fact(check, "expression"));
}

static void write_later_check(struct making *making, const struct facts *domain, const struct facts *check,
                              struct text name)
{
    making_begin(making, STAGE_TYPE_PART, check);
    making->current.evaluates = true;
    put(making, "ALTER DOMAIN ");
    put_text(making, domain->name);
    put(making, " ADD ");
    put_domain_check(making, check, name);
    put(making, fact_is(check, "validated", "no") ? " NOT VALID;\n" : ";\n");
    making_accompany(making, domain->object, making_end(making));
}

static void put_check_comment(struct making *making, const struct facts *domain, const struct facts *check,
                              struct text name)
{
    struct text subject_name =
        making_text(making, "%.*s ON DOMAIN %.*s", TEXT_ARGS(making_name(making, name)), TEXT_ARGS(domain->name));
    struct subject subject = {"CONSTRAINT", NULL, NULL, subject_name};

    extras_put_comment(making, check, "comment", &subject);
}

static void write_domain_parts(struct making *making, const struct facts *domain, bool default_is_later)
{
    const struct object *object = &making->objects[domain->object];

    if (default_is_later) {
        making_begin(making, STAGE_TYPE_PART, domain);
        making->current.evaluates = true;
        put(making, "ALTER DOMAIN ");
        put_text(making, domain->name);
        put_fact(making, domain, "default", " SET DEFAULT ");
        put(making, ";\n");
        making_accompany(making, domain->object, making_end(making));
    }
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct facts check = making_part(making, domain->object, &object->parts[i]);

        if (!check_is_inside(making, &check))
            write_later_check(making, domain, &check, object->parts[i].name);
        if (fact_there(&check, "comment")) {
            making_begin(making, STAGE_TYPE_PART, &check);
            put_check_comment(making, domain, &check, object->parts[i].name);
            making_end(making);
        }
        making_finish(making, &check);
    }
}

void write_domain(struct making *making, uint32_t number)
{
    const struct object *object = &making->objects[number];
    struct facts facts = making_object(making, number);
    bool default_is_later = names_must_wait(&making->names, fact(&facts, "default"));
    bool has_named = false;

    begin_type(making, &facts, "CREATE DOMAIN ");
    put_fact(making, &facts, "type", " AS ");
    put_fact(making, &facts, "collation", " COLLATE ");
    if (!default_is_later)
        put_fact(making, &facts, "default", " DEFAULT ");
    for (uint32_t i = 0; i < object->part_count; i++)
        has_named = has_named || object->parts[i].kind == KIND_NOT_NULL;
    if (fact_is(&facts, "nullable", "no") && !has_named)
        put(making, " NOT NULL");
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct facts check = making_part(making, number, &object->parts[i]);

        if (!check_is_inside(making, &check))
            continue;
        put(making, "\n  ");
        put_domain_check(making, &check, object->parts[i].name);
    }
    put(making, ";\n");
    end_type(making, &facts, "DOMAIN");
    write_domain_parts(making, &facts, default_is_later);
}

static void put_attribute(struct making *making, const struct facts *column, struct text name)
{
    put_name(making, name);
    put_fact(making, column, "type", " ");
    put_fact(making, column, "collation", " COLLATE ");
    fact(column, "nullable"); /* always so */
}

void write_composite_type(struct making *making, uint32_t number)
{
    const struct object *object = &making->objects[number];
    struct facts facts = making_object(making, number);
    const struct attribute *order = fact_list(&facts, "column_order");

    fact(&facts, "replica_identity"); /* every relation has one */
    begin_type(making, &facts, "CREATE TYPE ");
    put(making, " AS (");
    for (uint32_t i = 0; order != NULL && i < order->count; i++) {
        const struct part *part = object_part(object, KIND_COLUMN, order->items[i]);
        struct facts column;

        if (part == NULL)
            continue;
        column = making_part(making, number, part);
        put(making, i == 0 ? "\n  " : ",\n  ");
        put_attribute(making, &column, part->name);
    }
    put(making, order == NULL ? ");\n" : "\n);\n");
    making_quiet(making, true);
    for (uint32_t i = 0; i < object->part_count; i++) {
        struct facts column = making_part(making, number, &object->parts[i]);
        struct subject subject = {"COLUMN", NULL, NULL, column.name};

        fact(&column, "type");
        fact(&column, "collation");
        fact(&column, "nullable");
        extras_put_comment(making, &column, "comment", &subject);
        making_finish(making, &column);
    }
    end_type(making, &facts, "TYPE");
}

/* Something that functions need before it is there. */
static uint32_t write_shell(struct making *making, const struct facts *facts)
{
    making_begin(making, STAGE_TYPE, facts);
    making->current.is_stand_in = true;
    making_quiet(making, true);
    put(making, "CREATE TYPE ");
    put_text(making, facts->name);
    put(making, ";\n");
    return making_end(making);
}

void write_range_type(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    uint32_t shell = fact_there(&facts, "canonical_function") ? write_shell(making, &facts) : STEP_NONE;

    begin_type(making, &facts, "CREATE TYPE ");
    making->current.stand_in = shell;
    put(making, " AS RANGE (");
    put_fact_in(making, &facts, "subtype", "SUBTYPE = ");
    put_fact_in(making, &facts, "subtype_operator_class", "SUBTYPE_OPCLASS = ");
    put_fact_in(making, &facts, "collation", "COLLATION = ");
    put_fact_in(making, &facts, "canonical_function", "CANONICAL = ");
    put_fact_in(making, &facts, "subtype_difference_function", "SUBTYPE_DIFF = ");
    making_quiet(making, true);
    put_fact_in(making, &facts, "multirange_type", "MULTIRANGE_TYPE_NAME = ");
    put(making, ");\n");
    end_type(making, &facts, "TYPE");
}

static void put_base_type(struct making *making, const struct facts *facts)
{
    static const char *const rows[][2] = {
        {"input_function", "INPUT = "},
        {"output_function", "OUTPUT = "},
        {"receive_function", "RECEIVE = "},
        {"send_function", "SEND = "},
        {"modifier_input_function", "TYPMOD_IN = "},
        {"modifier_output_function", "TYPMOD_OUT = "},
        {"analyze_function", "ANALYZE = "},
        {"subscript_function", "SUBSCRIPT = "},
        {"length", "INTERNALLENGTH = "},
        {"alignment", "ALIGNMENT = "},
        {"storage", "STORAGE = "},
        {"default", "DEFAULT = "},
        {"element_type", "ELEMENT = "},
    };

    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        put_fact_in(making, facts, rows[i][0], rows[i][1]);
    put(making, fact_is(facts, "passed_by_value", "yes") ? ", PASSEDBYVALUE" : "");
    put(making, fact_is(facts, "collatable", "yes") ? ", COLLATABLE = true" : "");
    put(making, fact_is(facts, "preferred", "yes") ? ", PREFERRED = true" : "");
    if (fact_there(facts, "category")) {
        put(making, ", CATEGORY = ");
        put_literal(making, fact(facts, "category"));
    }
    if (fact_there(facts, "delimiter")) {
        put(making, ", DELIMITER = ");
        put_literal(making, fact(facts, "delimiter"));
    }
}

void write_base_type(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    bool is_shell = fact_is(&facts, "shell", "yes");
    uint32_t shell = is_shell ? STEP_NONE : write_shell(making, &facts);

    begin_type(making, &facts, "CREATE TYPE ");
    making->current.stand_in = shell;
    if (!is_shell) {
        put(making, " (");
        put_base_type(making, &facts);
        put(making, ")");
    }
    put(making, ";\n");
    end_type(making, &facts, "TYPE");
}

static void put_setting(struct making *making, const struct facts *facts, const char *attribute, const char *before)
{
    if (!fact_there(facts, attribute))
        return;
    put(making, before);
    put_literal(making, fact(facts, attribute));
}

void write_collation(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"COLLATION", "COLLATION", NULL, facts.name};

    making_begin(making, STAGE_COLLATION, &facts);
    put(making, "CREATE COLLATION ");
    put_text(making, facts.name);
    put_fact(making, &facts, "provider", " (PROVIDER = ");
    put_setting(making, &facts, "locale", ", LOCALE = ");
    put_setting(making, &facts, "lc_collate", ", LC_COLLATE = ");
    put_setting(making, &facts, "lc_ctype", ", LC_CTYPE = ");
    put_setting(making, &facts, "rules", ", RULES = ");
    put(making, fact_is(&facts, "deterministic", "no") ? ", DETERMINISTIC = false);\n" : ");\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}

void write_conversion(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"CONVERSION", "CONVERSION", NULL, facts.name};

    making_begin(making, STAGE_COLLATION, &facts);
    making->current.names_routines = true;
    put(making, fact_is(&facts, "default", "yes") ? "CREATE DEFAULT CONVERSION " : "CREATE CONVERSION ");
    put_text(making, facts.name);
    put_setting(making, &facts, "from_encoding", " FOR ");
    put_setting(making, &facts, "to_encoding", " TO ");
    put_fact(making, &facts, "function", " FROM ");
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}
