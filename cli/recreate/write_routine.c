#include <string.h>

#include "recreate/extras.h"
#include "recreate/writers.h"

/* Settings whose values are lists of names. */
static bool is_list_of_names(struct text setting)
{
    static const char *const names[] = {"search_path",
                                        "temp_tablespaces",
                                        "local_preload_libraries",
                                        "session_preload_libraries",
                                        "shared_preload_libraries",
                                        "unix_socket_directories"};

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (text_equal(setting, text_from(names[i])))
            return true;
    return false;
}

static void put_setting_names(struct making *making, struct text list)
{
    CLEANUP(buffer_clear) struct buffer item = {0};
    bool is_first = true;

    while (rendered_next_item(&list, &item)) {
        put(making, is_first ? "" : ", ");
        put_literal(making, buffer_text(&item));
        buffer_reset(&item);
        is_first = false;
    }
    put(making, is_first ? "''" : "");
    making->failed = making->failed || item.failed;
}

static void put_configuration(struct making *making, const struct attribute *configuration)
{
    for (uint32_t i = 0; configuration != NULL && i < configuration->count; i++) {
        struct text item = configuration->items[i];
        const char *equals = memchr(item.bytes, '=', item.length);
        size_t length = equals == NULL ? item.length : (size_t)(equals - item.bytes);
        struct text name = {item.bytes, length};
        struct text value = {item.bytes + length + (equals != NULL), item.length - length - (equals != NULL)};
        const char *dot = memchr(name.bytes, '.', name.length);

        put(making, "\n  SET ");
        if (dot == NULL) {
            put_name(making, name);
        } else {
            put_name(making, (struct text){name.bytes, (size_t)(dot - name.bytes)});
            put(making, ".");
            put_name(making, (struct text){dot + 1, name.length - (size_t)(dot + 1 - name.bytes)});
        }
        put(making, " TO ");
        if (is_list_of_names(name))
            put_setting_names(making, value);
        else
            put_literal(making, value);
    }
}

static void put_transforms(struct making *making, const struct attribute *transforms)
{
    for (uint32_t i = 0; transforms != NULL && i < transforms->count; i++) {
        put(making, i == 0 ? "\n  TRANSFORM FOR TYPE " : ", FOR TYPE ");
        put_text(making, transforms->items[i]);
    }
}

static void put_traits(struct making *making, const struct facts *facts)
{
    put(making, fact_is(facts, "window", "yes") ? " WINDOW" : "");
    put(making, fact_is(facts, "volatility", "immutable") ? " IMMUTABLE"
                : fact_is(facts, "volatility", "stable")  ? " STABLE"
                                                          : "");
    put(making, fact_is(facts, "strict", "yes") ? " STRICT" : "");
    put(making, fact_is(facts, "security", "definer") ? " SECURITY DEFINER" : "");
    put(making, fact_is(facts, "leakproof", "yes") ? " LEAKPROOF" : "");
    put(making, fact_is(facts, "parallel", "safe")         ? " PARALLEL SAFE"
                : fact_is(facts, "parallel", "restricted") ? " PARALLEL RESTRICTED"
                                                           : "");
    put_fact(making, facts, "cost", " COST ");
    put_fact(making, facts, "rows", " ROWS ");
    put_fact(making, facts, "support", " SUPPORT ");
}

/* The name does not make the step wait: overloaded functions have the same. */
static void put_routine_name(struct making *making, const struct facts *facts)
{
    const struct path *path = &making->objects[facts->object].path;

    making_quiet(making, true);
    put_name(making, path->elements[0]);
    put(making, ".");
    put_name(making, path->elements[1]);
    making_quiet(making, false);
}

static void put_head(struct making *making, const struct facts *facts)
{
    put(making, facts->kind == KIND_PROCEDURE ? "CREATE PROCEDURE " : "CREATE FUNCTION ");
    put_routine_name(making, facts);
    put(making, "(");
    put_fact(making, facts, "arguments", "");
    put(making, ")");
    put_fact(making, facts, "returns", " RETURNS ");
    put_fact(making, facts, "language", "\n  LANGUAGE ");
}

/* Nothing but the signature, so that what it needs may need it. */
static uint32_t write_stub(struct making *making, const struct facts *facts)
{
    making_begin(making, STAGE_ROUTINE, facts);
    making->current.is_stand_in = true;
    put_head(making, facts);
    put(making, " AS '';\n");
    return making_end(making);
}

static void put_implementation(struct making *making, const struct facts *facts)
{
    if (fact_there(facts, "definition")) {
        put(making, "\n  ");
        put_text(making, fact(facts, "definition"));
        return;
    }
    put(making, "\n  AS ");
    if (fact_there(facts, "object_file")) {
        put_literal(making, fact(facts, "object_file"));
        put(making, ", ");
    }
    put_body(making, fact(facts, "body"));
}

static void need_transforms(struct making *making, const struct facts *facts, uint32_t step)
{
    const struct attribute *transforms = fact_list(facts, "transforms");
    struct text language = fact(facts, "language");

    for (uint32_t i = 0; transforms != NULL && i < transforms->count; i++) {
        CLEANUP(buffer_clear) struct buffer name = {0};
        long object;

        buffer_printf(&name, "%.*s FOR %.*s", TEXT_ARGS(transforms->items[i]), TEXT_ARGS(language));
        making->failed = making->failed || name.failed;
        object = names_find_bare(&making->names, KIND_TRANSFORM, buffer_text(&name));
        if (object != NAME_NONE)
            making_need_object(making, (uint32_t)object, step);
    }
}

static void write_routine(struct making *making, uint32_t object, const char *word)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {word, word, word, facts.name};
    uint32_t stub = fact_there(&facts, "definition") ? write_stub(making, &facts) : STEP_NONE;
    uint32_t step;

    making_begin(making, STAGE_ROUTINE, &facts);
    making->current.stand_in = stub;
    making->current.evaluates = stub != STEP_NONE;
    making->current.names_routines = fact_there(&facts, "support");
    put_head(making, &facts);
    put_traits(making, &facts);
    put_transforms(making, fact_list(&facts, "transforms"));
    put_configuration(making, fact_list(&facts, "configuration"));
    put_implementation(making, &facts);
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    step = making_end_object(making);
    making_need_bare(making, KIND_LANGUAGE, fact(&facts, "language"), step);
    need_transforms(making, &facts, step);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

void write_function(struct making *making, uint32_t object)
{
    write_routine(making, object, "FUNCTION");
}

void write_procedure(struct making *making, uint32_t object)
{
    write_routine(making, object, "PROCEDURE");
}

static void put_modify(struct making *making, const struct facts *facts, const char *attribute, const char *before)
{
    struct text value = fact(facts, attribute);

    if (value.length == 0)
        return;
    put(making, before);
    put(making, text_equal(value, TEXT("read only"))   ? "READ_ONLY"
                : text_equal(value, TEXT("shareable")) ? "SHAREABLE"
                                                       : "READ_WRITE");
}

static void put_state(struct making *making, const struct facts *facts, const char *attribute, const char *before)
{
    if (!fact_there(facts, attribute))
        return;
    put(making, before);
    put_literal(making, fact(facts, attribute));
}

/* An operator as the server shows it, `lab.<#(integer,integer)`: without its arguments, and always with a schema. */
void put_operator(struct making *making, struct text shown)
{
    size_t bracket = 0;
    struct text name = shown;

    while (bracket < shown.length && shown.bytes[bracket] != '(')
        bracket = rendered_token_end(shown, bracket);
    name.length = bracket;
    put(making, rendered_find(name, TEXT("."), false) < name.length ? "OPERATOR(" : "OPERATOR(pg_catalog.");
    put_text(making, name);
    put(making, ")");
}

static void put_plain_aggregate(struct making *making, const struct facts *facts)
{
    static const char *const first[][2] = {
        {"state_function", "SFUNC = "},
        {"state_type", "STYPE = "},
        {"state_size", "SSPACE = "},
        {"final_function", "FINALFUNC = "},
        {"combine_function", "COMBINEFUNC = "},
        {"serial_function", "SERIALFUNC = "},
        {"deserial_function", "DESERIALFUNC = "},
        {"moving_state_function", "MSFUNC = "},
        {"moving_inverse_function", "MINVFUNC = "},
        {"moving_state_type", "MSTYPE = "},
        {"moving_state_size", "MSSPACE = "},
        {"moving_final_function", "MFINALFUNC = "},
    };

    for (size_t i = 0; i < LENGTH_OF(first); i++)
        put_fact_in(making, facts, first[i][0], first[i][1]);
}

void write_aggregate(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"ROUTINE", "ROUTINE", "ROUTINE", facts.name};

    making_begin(making, STAGE_AGGREGATE, &facts);
    making->current.names_routines = true;
    put(making, "CREATE AGGREGATE ");
    put_routine_name(making, &facts);
    put(making, "(");
    put(making, fact_there(&facts, "arguments") ? "" : "*");
    put_fact(making, &facts, "arguments", "");
    put(making, ") (");
    put_plain_aggregate(making, &facts);
    put(making, fact_is(&facts, "final_function_extra", "yes") ? ", FINALFUNC_EXTRA" : "");
    put_modify(making, &facts, "final_function_modify", ", FINALFUNC_MODIFY = ");
    put_state(making, &facts, "initial_state", ", INITCOND = ");
    put(making, fact_is(&facts, "moving_final_function_extra", "yes") ? ", MFINALFUNC_EXTRA" : "");
    put_modify(making, &facts, "moving_final_function_modify", ", MFINALFUNC_MODIFY = ");
    put_state(making, &facts, "moving_initial_state", ", MINITCOND = ");
    if (fact_there(&facts, "sort_operator")) {
        put(making, ", SORTOP = ");
        put_operator(making, fact(&facts, "sort_operator"));
    }
    put(making, fact_is(&facts, "hypothetical", "yes") ? ", HYPOTHETICAL" : "");
    put_fact(making, &facts, "parallel", ", PARALLEL = ");
    put(making, ");\n");
    fact(&facts, "returns"); /* follows from the functions */
    extras_put(making, &facts, &subject);
    making_end_object(making);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}
