#include "recreate/extras.h"
#include "recreate/writers.h"

/* A serial column's sequence is there before its table, and belongs to it afterwards. */
static void write_sequence_owner(struct making *making, const struct facts *facts)
{
    struct text table = fact(facts, "owned_by");
    const struct attribute *columns = fact_list(facts, "owned_by_column");

    if (table.length == 0 || columns == NULL || columns->count == 0)
        return;
    making_begin(making, STAGE_SEQUENCE_OWNER, facts);
    put(making, "ALTER SEQUENCE ");
    put_text(making, facts->name);
    put(making, " OWNED BY ");
    put_text(making, table);
    put(making, ".");
    put_name(making, columns->items[0]);
    put(making, ";\n");
    making_end(making);
}

/* Most sequences count up from 1 by 1, and that goes without saying. */
static void put_unless(struct making *making, const struct facts *facts, const char *attribute, const char *usual,
                       const char *before)
{
    if (!fact_is(facts, attribute, usual))
        put_fact(making, facts, attribute, before);
}

void write_sequence(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"SEQUENCE", "SEQUENCE", "SEQUENCE", facts.name};
    bool is_up = !text_starts_with(fact(&facts, "increment"), TEXT("-"));

    making_begin(making, STAGE_SEQUENCE, &facts);
    making_quiet(making, true);
    put(making, fact_is(&facts, "persistence", "unlogged") ? "CREATE UNLOGGED SEQUENCE " : "CREATE SEQUENCE ");
    put_text(making, facts.name);
    put_unless(making, &facts, "type", "bigint", " AS ");
    put_unless(making, &facts, "start", fact_there(&facts, "minimum") || !is_up ? "" : "1", " START WITH ");
    put_unless(making, &facts, "increment", "1", " INCREMENT BY ");
    put_fact(making, &facts, "minimum", " MINVALUE ");
    put_fact(making, &facts, "maximum", " MAXVALUE ");
    put_unless(making, &facts, "cache", "1", " CACHE ");
    put(making, fact_is(&facts, "cycle", "yes") ? " CYCLE;\n" : ";\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    write_sequence_owner(making, &facts);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

static void put_kinds(struct making *making, const struct attribute *kinds)
{
    for (uint32_t i = 0; kinds != NULL && i < kinds->count; i++) {
        put(making, i == 0 ? " (" : ", ");
        put_text(making, kinds->items[i]);
    }
    put(making, kinds != NULL && kinds->count > 0 ? ")" : "");
}

void write_statistics(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"STATISTICS", "STATISTICS", NULL, facts.name};
    const struct attribute *columns = fact_list(&facts, "columns");
    const struct attribute *expressions = fact_list(&facts, "expressions");

    making_begin(making, STAGE_STATISTICS, &facts);
    making->current.evaluates = true;
    put(making, "CREATE STATISTICS ");
    making_quiet(making, true);
    put_text(making, facts.name);
    making_quiet(making, false);
    put_kinds(making, fact_list(&facts, "kinds"));
    put(making, " ON ");
    put_names(making, columns);
    for (uint32_t i = 0; expressions != NULL && i < expressions->count; i++) {
        put(making, i > 0 || columns != NULL ? ", " : "");
        put_bracketed(making, expressions->items[i]);
    }
    put_fact(making, &facts, "table", " FROM ");
    put(making, ";\n");
    if (fact_there(&facts, "statistics_target")) {
        put(making, "ALTER STATISTICS ");
        put_text(making, facts.name);
        put_fact(making, &facts, "statistics_target", " SET STATISTICS ");
        put(making, ";\n");
    }
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}
