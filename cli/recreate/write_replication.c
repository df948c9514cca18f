#include "recreate/extras.h"
#include "recreate/writers.h"

/* `shop.products (id, code) WHERE (id > 7)`; the condition gets its brackets. */
static void put_published(struct making *making, struct text table)
{
    size_t where = rendered_find(table, TEXT(" WHERE "), false);

    put(making, "TABLE ONLY ");
    put_text(making, (struct text){table.bytes, where});
    if (where == table.length)
        return;
    put(making, " WHERE ");
    put_bracketed(making, (struct text){table.bytes + where + 7, table.length - where - 7});
}

static void put_tables(struct making *making, const struct facts *facts)
{
    const struct attribute *schemas = fact_list(facts, "schemas");
    const struct attribute *tables = fact_list(facts, "tables");
    const char *before = " FOR ";

    put(making, fact_is(facts, "all_tables", "yes") ? " FOR ALL TABLES" : "");
    for (uint32_t i = 0; tables != NULL && i < tables->count; i++) {
        put(making, before);
        put_published(making, tables->items[i]);
        before = ", ";
    }
    for (uint32_t i = 0; schemas != NULL && i < schemas->count; i++) {
        put(making, before);
        put(making, i == 0 ? "TABLES IN SCHEMA " : "");
        put_text(making, schemas->items[i]);
        before = ", ";
    }
}

void write_publication(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"PUBLICATION", "PUBLICATION", NULL, facts.name};
    const struct attribute *publish = fact_list(&facts, "publish");

    making_begin(making, STAGE_REPLICATION, &facts);
    making->current.evaluates = true;
    put(making, "CREATE PUBLICATION ");
    put_text(making, facts.name);
    put_tables(making, &facts);
    put(making, " WITH (publish = '");
    for (uint32_t i = 0; publish != NULL && i < publish->count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_text(making, publish->items[i]);
    }
    put(making, fact_is(&facts, "publish_via_partition_root", "yes") ? "', publish_via_partition_root = true" : "'");
    put_fact(making, &facts, "publish_generated_columns", ", publish_generated_columns = ");
    put(making, ");\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}

static void put_switches(struct making *making, const struct facts *facts)
{
    static const char *const on[][2] = {
        {"binary", "binary"},
        {"two_phase", "two_phase"},
        {"disable_on_error", "disable_on_error"},
        {"run_as_owner", "run_as_owner"},
        {"failover", "failover"},
    };

    for (size_t i = 0; i < LENGTH_OF(on); i++)
        if (fact_is(facts, on[i][0], "yes")) {
            put(making, ", ");
            put(making, on[i][1]);
            put(making, " = true");
        }
    put(making, fact_is(facts, "password_required", "no") ? ", password_required = false" : "");
    put_fact(making, facts, "streaming", ", streaming = ");
    put_fact(making, facts, "synchronous_commit", ", synchronous_commit = ");
    put_fact(making, facts, "origin", ", origin = ");
}

/* It is made without a connection, and never begins by itself. */
void write_subscription(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"SUBSCRIPTION", "SUBSCRIPTION", NULL, facts.name};

    making_begin(making, STAGE_REPLICATION, &facts);
    making_quiet(making, true);
    put(making, "CREATE SUBSCRIPTION ");
    put_text(making, facts.name);
    put(making, "\n  CONNECTION 'dbname=unknown'\n  PUBLICATION ");
    put_names(making, fact_list(&facts, "publications"));
    put(making, "\n  WITH (connect = false, slot_name = ");
    if (fact_there(&facts, "slot_name"))
        put_literal(making, fact(&facts, "slot_name"));
    else
        put(making, "NONE");
    put_switches(making, &facts);
    put(making, ");\n");
    fact(&facts, "connection");
    making_note_facts(making, &facts, "its connection is a secret and not known; it is made without one, and disabled");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}
