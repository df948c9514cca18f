#include <string.h>

#include "recreate/extras.h"
#include "recreate/writers.h"

/* In place of a secret: long enough to be one wherever a secret is told by its form. */
static const char placeholder[] = "unknown://unknown:unknown@unknown";

/* `name=value` as `name 'value'`. */
static void put_option(struct making *making, struct text option, bool is_secret)
{
    const char *equals = memchr(option.bytes, '=', option.length);
    size_t length = equals == NULL ? option.length : (size_t)(equals - option.bytes);
    struct text value = {option.bytes + length + (equals != NULL), option.length - length - (equals != NULL)};

    put_name(making, (struct text){option.bytes, length});
    put(making, " ");
    put_literal(making, is_secret ? text_from(placeholder) : value);
}

static uint32_t put_option_list(struct making *making, const struct attribute *options, uint32_t count,
                                const char *before, const char *each, bool is_secret)
{
    for (uint32_t i = 0; options != NULL && i < options->count; i++) {
        put(making, count++ == 0 ? before : ", ");
        put(making, each);
        put_option(making, options->items[i], is_secret);
    }
    return count;
}

void put_options(struct making *making, const struct facts *facts, const char *before, const char *each)
{
    const struct attribute *plain = fact_list(facts, "options");
    const struct attribute *secret = fact_list(facts, "secret_options");
    uint32_t count = put_option_list(making, plain, 0, before, each, false);

    count = put_option_list(making, secret, count, before, each, true);
    put(making, count > 0 ? ")" : "");
    if (secret != NULL && secret->count > 0)
        making_note_facts(making, facts, "its secret options are not known; a word that says so stands in their place");
}

void write_foreign_data_wrapper(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"FOREIGN DATA WRAPPER", "FOREIGN DATA WRAPPER", "FOREIGN DATA WRAPPER", facts.name};

    making_begin(making, STAGE_FOREIGN, &facts);
    making->current.names_routines = true;
    put(making, "CREATE FOREIGN DATA WRAPPER ");
    put_text(making, facts.name);
    put_fact(making, &facts, "handler", " HANDLER ");
    put_fact(making, &facts, "validator", " VALIDATOR ");
    put_options(making, &facts, " OPTIONS (", "");
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

void write_foreign_server(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"SERVER", "SERVER", "FOREIGN SERVER", facts.name};

    making_begin(making, STAGE_FOREIGN, &facts);
    put(making, "CREATE SERVER ");
    put_text(making, facts.name);
    if (fact_there(&facts, "type")) {
        put(making, " TYPE ");
        put_literal(making, fact(&facts, "type"));
    }
    if (fact_there(&facts, "version")) {
        put(making, " VERSION ");
        put_literal(making, fact(&facts, "version"));
    }
    put_fact(making, &facts, "foreign_data_wrapper", " FOREIGN DATA WRAPPER ");
    put_options(making, &facts, " OPTIONS (", "");
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    making_need_bare(making, KIND_FOREIGN_DATA_WRAPPER, fact(&facts, "foreign_data_wrapper"),
                     making_end_object(making));
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

void write_user_mapping(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    const struct path *path = &making->objects[object].path;
    struct text role =
        text_equal(path->elements[1], TEXT("public")) ? TEXT("PUBLIC") : making_name(making, path->elements[1]);
    struct text server = making_name(making, path->elements[0]);

    making_begin(making, STAGE_FOREIGN, &facts);
    making_quiet(making, true);
    put(making, "CREATE USER MAPPING FOR ");
    put_role(making, role);
    put(making, " SERVER ");
    put_text(making, server);
    put_options(making, &facts, " OPTIONS (", "");
    put(making, ";\n");
    making_need_bare(making, KIND_FOREIGN_SERVER, server, making_end_object(making));
    making_finish(making, &facts);
}
