#include "recreate/extras.h"
#include "recreate/writers.h"

static void begin(struct making *making, const struct facts *facts, const char *create)
{
    making_begin(making, STAGE_TEXT_SEARCH, facts);
    making->current.names_routines = true;
    put(making, create);
    making_quiet(making, true);
    put_text(making, facts->name);
    making_quiet(making, false);
    put(making, " (");
}

static void end(struct making *making, const struct facts *facts, const struct subject *subject)
{
    extras_put(making, facts, subject);
    making_end_object(making);
    making_finish(making, facts);
}

void write_text_search_parser(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"TEXT SEARCH PARSER", NULL, NULL, facts.name};

    begin(making, &facts, "CREATE TEXT SEARCH PARSER ");
    put_fact_in(making, &facts, "start_function", "START = ");
    put_fact_in(making, &facts, "token_function", "GETTOKEN = ");
    put_fact_in(making, &facts, "end_function", "END = ");
    put_fact_in(making, &facts, "headline_function", "HEADLINE = ");
    put_fact_in(making, &facts, "token_types_function", "LEXTYPES = ");
    put(making, ");\n");
    end(making, &facts, &subject);
}

void write_text_search_template(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"TEXT SEARCH TEMPLATE", NULL, NULL, facts.name};

    begin(making, &facts, "CREATE TEXT SEARCH TEMPLATE ");
    put_fact_in(making, &facts, "init_function", "INIT = ");
    put_fact_in(making, &facts, "lexize_function", "LEXIZE = ");
    put(making, ");\n");
    end(making, &facts, &subject);
}

void write_text_search_dictionary(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"TEXT SEARCH DICTIONARY", "TEXT SEARCH DICTIONARY", NULL, facts.name};

    begin(making, &facts, "CREATE TEXT SEARCH DICTIONARY ");
    put_fact_in(making, &facts, "template", "TEMPLATE = ");
    put_fact_in(making, &facts, "options", "");
    put(making, ");\n");
    end(making, &facts, &subject);
}

/* `asciiword: simple, lab.stop` */
static void put_mapping(struct making *making, struct text configuration, struct text mapping)
{
    size_t colon = rendered_find(mapping, TEXT(": "), false);

    if (colon == mapping.length)
        return;
    put(making, "ALTER TEXT SEARCH CONFIGURATION ");
    making_quiet(making, true);
    put_text(making, configuration);
    making_quiet(making, false);
    put(making, " ADD MAPPING FOR ");
    put_name(making, (struct text){mapping.bytes, colon});
    put(making, " WITH ");
    put_text(making, (struct text){mapping.bytes + colon + 2, mapping.length - colon - 2});
    put(making, ";\n");
}

void write_text_search_configuration(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"TEXT SEARCH CONFIGURATION", "TEXT SEARCH CONFIGURATION", NULL, facts.name};
    const struct attribute *mappings = fact_list(&facts, "mappings");

    begin(making, &facts, "CREATE TEXT SEARCH CONFIGURATION ");
    put_fact_in(making, &facts, "parser", "PARSER = ");
    put(making, ");\n");
    for (uint32_t i = 0; mappings != NULL && i < mappings->count; i++)
        put_mapping(making, facts.name, mappings->items[i]);
    end(making, &facts, &subject);
}
