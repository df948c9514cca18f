#include <string.h>

#include "recreate/column.h"
#include "recreate/extras.h"
#include "recreate/writers.h"

static void put_enabled(struct making *making, const struct facts *facts, const struct part *part, const char *what)
{
    struct text enabled = fact(facts, "enabled");

    if (enabled.length == 0)
        return;
    put(making, "ALTER ");
    put(making, relation_word(making->objects[facts->object].kind));
    put(making, " ");
    put_text(making, making->paths[facts->object]);
    put(making, text_equal(enabled, TEXT("no"))        ? " DISABLE "
                : text_equal(enabled, TEXT("replica")) ? " ENABLE REPLICA "
                                                       : " ENABLE ALWAYS ");
    put(making, what);
    put_name(making, part->name);
    put(making, ";\n");
}

/* `insert or update`, with the columns behind update. */
static void put_events(struct making *making, const struct facts *facts)
{
    struct text events = fact(facts, "events");
    const struct attribute *columns = fact_list(facts, "columns");
    size_t update = rendered_find(events, TEXT("update"), false);
    size_t end = update + strlen("update");

    if (columns == NULL || update == events.length) {
        put_words(making, events);
        return;
    }
    put_words(making, (struct text){events.bytes, end});
    put(making, " OF ");
    put_names(making, columns);
    put_words(making, (struct text){events.bytes + end, events.length - end});
}

static void put_arguments(struct making *making, struct text arguments)
{
    CLEANUP(buffer_clear) struct buffer argument = {0};
    const char *before = "";

    while (rendered_next_argument(&arguments, &argument)) {
        put(making, before);
        put_literal(making, buffer_text(&argument));
        buffer_reset(&argument);
        before = ", ";
    }
    making->failed = making->failed || argument.failed;
}

static void put_trigger(struct making *making, const struct facts *facts, const struct part *part)
{
    bool is_constraint = fact_is(facts, "constraint", "yes");
    const char *referencing = " REFERENCING";

    put(making, is_constraint ? "CREATE CONSTRAINT TRIGGER " : "CREATE TRIGGER ");
    put_name(making, part->name);
    put_fact_words(making, facts, "timing", " ");
    put(making, " ");
    put_events(making, facts);
    put(making, " ON ");
    put_text(making, making->paths[facts->object]);
    put_fact(making, facts, "references", " FROM ");
    put(making, fact_is(facts, "deferrable", "initially deferred") ? " DEFERRABLE INITIALLY DEFERRED"
                : fact_is(facts, "deferrable", "yes")              ? " DEFERRABLE"
                                                                   : "");
    if (fact_there(facts, "old_table")) {
        put(making, " REFERENCING OLD TABLE AS ");
        put_name(making, fact(facts, "old_table"));
        referencing = "";
    }
    if (fact_there(facts, "new_table")) {
        put(making, referencing);
        put(making, " NEW TABLE AS ");
        put_name(making, fact(facts, "new_table"));
    }
    put_fact_words(making, facts, "level", "\n  FOR EACH ");
    if (fact_there(facts, "condition")) {
        put(making, " WHEN ");
        put_bracketed(making, fact(facts, "condition"));
    }
    put_fact(making, facts, "function", "\n  EXECUTE FUNCTION ");
    put(making, "(");
    put_arguments(making, fact(facts, "arguments"));
    put(making, ");\n");
}

static struct text name_on(struct making *making, const struct facts *facts, const struct part *part)
{
    return making_text(making, "%.*s ON %.*s", TEXT_ARGS(making_name(making, part->name)),
                       TEXT_ARGS(making->paths[facts->object]));
}

void write_trigger(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts = making_part(making, object, part);
    struct subject subject = {"TRIGGER", "TRIGGER", NULL, name_on(making, &facts, part)};

    making_begin(making, STAGE_TRIGGER, &facts);
    making->current.evaluates = true;
    put_trigger(making, &facts, part);
    put_enabled(making, &facts, part, "TRIGGER ");
    extras_put(making, &facts, &subject);
    making_end(making);
    making_finish(making, &facts);
}

/* `name: disabled`: a trigger that a partition has from its table, and that is enabled otherwise there. */
static void put_inherited(struct making *making, const struct facts *facts, struct text item)
{
    size_t colon = rendered_find(item, TEXT(": "), true);
    struct text state = {item.bytes + colon, item.length - colon};

    if (colon == item.length)
        return;
    put(making, "ALTER TABLE ");
    put_text(making, facts->name);
    put(making, text_equal(state, TEXT(": disabled"))  ? " DISABLE TRIGGER "
                : text_equal(state, TEXT(": replica")) ? " ENABLE REPLICA TRIGGER "
                : text_equal(state, TEXT(": always"))  ? " ENABLE ALWAYS TRIGGER "
                                                       : " ENABLE TRIGGER ");
    put_text(making, (struct text){item.bytes, colon});
    put(making, ";\n");
}

void write_inherited_triggers(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    const struct attribute *items = fact_list(&facts, "inherited_triggers");

    if (items == NULL)
        return;
    making_begin(making, STAGE_TRIGGER_STATE, &facts);
    for (uint32_t i = 0; i < items->count; i++)
        put_inherited(making, &facts, items->items[i]);
    making_end(making);
}

void write_rule(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts = making_part(making, object, part);
    struct subject subject = {"RULE", NULL, NULL, name_on(making, &facts, part)};

    making_begin(making, STAGE_RULE, &facts);
    making->current.evaluates = true;
    put(making, "CREATE RULE ");
    put_name(making, part->name);
    put(making, " AS");
    put_text(making, fact(&facts, "definition"));
    put(making, "\n");
    put_enabled(making, &facts, part, "RULE ");
    extras_put(making, &facts, &subject);
    making_end(making);
    making_finish(making, &facts);
}

static void put_roles(struct making *making, const struct attribute *roles)
{
    for (uint32_t i = 0; roles != NULL && i < roles->count; i++) {
        put(making, i == 0 ? " TO " : ", ");
        put_role(making, roles->items[i]);
    }
}

void write_policy(struct making *making, uint32_t object, const struct part *part)
{
    struct facts facts = making_part(making, object, part);
    struct subject subject = {"POLICY", NULL, NULL, name_on(making, &facts, part)};

    making_begin(making, STAGE_POLICY, &facts);
    making->current.evaluates = true;
    put(making, "CREATE POLICY ");
    put_name(making, part->name);
    put(making, " ON ");
    put_text(making, making->paths[object]);
    put(making, fact_is(&facts, "permissive", "no") ? " AS RESTRICTIVE" : "");
    if (!fact_is(&facts, "command", "all"))
        put_fact_words(making, &facts, "command", " FOR ");
    put_roles(making, fact_list(&facts, "roles"));
    if (fact_there(&facts, "expression")) {
        put(making, "\n  USING ");
        put_bracketed(making, fact(&facts, "expression"));
    }
    if (fact_there(&facts, "with_check")) {
        put(making, "\n  WITH CHECK ");
        put_bracketed(making, fact(&facts, "with_check"));
    }
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    making_end(making);
    making_finish(making, &facts);
}
