#include "recreate/extras.h"
#include "recreate/writers.h"

/* The path of an operator, a class or a family up to the bracket: `lab.===`. */
static void put_path_name(struct making *making, uint32_t object)
{
    const struct path *path = &making->objects[object].path;

    put_name(making, path->elements[0]);
    put(making, ".");
    if (making->objects[object].kind == KIND_OPERATOR)
        put_text(making, path->elements[1]);
    else
        put_name(making, path->elements[1]);
}

/* The two types of a signature: `NONE, integer`. */
static void split_signature(struct text signature, struct text *ret_left, struct text *ret_right)
{
    size_t comma = rendered_find(signature, TEXT(", "), false);

    *ret_left = (struct text){signature.bytes, comma};
    *ret_right = comma == signature.length ? TEXT("NONE")
                                           : (struct text){signature.bytes + comma + 2, signature.length - comma - 2};
}

static void put_operand(struct making *making, const char *before, struct text type)
{
    if (text_equal(type, TEXT("NONE")))
        return;
    put(making, before);
    put_text(making, type);
}

/* The name of a function that the server shows with its arguments. */
static void put_function_name(struct making *making, struct text function)
{
    size_t end = 0;

    while (end < function.length && function.bytes[end] != '(')
        end = rendered_token_end(function, end);
    put_text(making, (struct text){function.bytes, end});
}

/* Operators name each other: the one that is not there yet is announced by the name. */
static void put_relatives(struct making *making, const struct facts *facts)
{
    making_quiet(making, true);
    if (fact_there(facts, "commutator")) {
        put(making, ", COMMUTATOR = ");
        put_operator(making, fact(facts, "commutator"));
    }
    if (fact_there(facts, "negator")) {
        put(making, ", NEGATOR = ");
        put_operator(making, fact(facts, "negator"));
    }
    making_quiet(making, false);
}

void write_operator(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"OPERATOR", "OPERATOR", NULL, facts.name};
    struct text signature = making->objects[object].path.elements[2];
    struct text left, right;

    split_signature(signature, &left, &right);
    making_begin(making, STAGE_OPERATOR, &facts);
    making->current.names_routines = true;
    put(making, "CREATE OPERATOR ");
    making_quiet(making, true);
    put_path_name(making, object);
    making_quiet(making, false);
    put(making, " (FUNCTION = ");
    put_function_name(making, fact(&facts, "function"));
    put_operand(making, ", LEFTARG = ", left);
    put_operand(making, ", RIGHTARG = ", right);
    put_relatives(making, &facts);
    put_fact(making, &facts, "restriction_estimator", ", RESTRICT = ");
    put_fact(making, &facts, "join_estimator", ", JOIN = ");
    put(making, fact_is(&facts, "hashes", "yes") ? ", HASHES" : "");
    put(making, fact_is(&facts, "merges", "yes") ? ", MERGES" : "");
    put(making, ");\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}

/* `lab.x USING btree`. */
static struct text using_name(struct making *making, uint32_t object)
{
    const struct path *path = &making->objects[object].path;

    return making_text(making, "%.*s.%.*s USING %.*s", TEXT_ARGS(making_name(making, path->elements[0])),
                       TEXT_ARGS(making_name(making, path->elements[1])),
                       TEXT_ARGS(making_name(making, path->elements[2])));
}

static void put_members(struct making *making, const struct attribute *members, const char *word, bool *is_first)
{
    for (uint32_t i = 0; members != NULL && i < members->count; i++) {
        put(making, *is_first ? "\n  " : ",\n  ");
        put(making, word);
        put_text(making, members->items[i]);
        *is_first = false;
    }
}

void write_operator_family(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"OPERATOR FAMILY", "OPERATOR FAMILY", NULL, using_name(making, object)};
    const struct attribute *operators = fact_list(&facts, "operators");
    const struct attribute *functions = fact_list(&facts, "functions");
    bool is_first = true;
    uint32_t step;

    making_begin(making, STAGE_OPERATOR_FAMILY, &facts);
    making_quiet(making, true);
    put(making, "CREATE OPERATOR FAMILY ");
    put_text(making, subject.name);
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    step = making_end_object(making);
    making_need_bare(making, KIND_ACCESS_METHOD, making->objects[object].path.elements[2], step);
    if (operators != NULL || functions != NULL) {
        making_begin(making, STAGE_OPERATOR_MEMBER, &facts);
        making->current.names_routines = true;
        put(making, "ALTER OPERATOR FAMILY ");
        making_quiet(making, true);
        put_text(making, subject.name);
        making_quiet(making, false);
        put(making, " ADD");
        put_members(making, operators, "OPERATOR ", &is_first);
        put_members(making, functions, "FUNCTION ", &is_first);
        put(making, ";\n");
        making_need(making, step, making_end(making));
    }
    making_finish(making, &facts);
}

/* A class comes with its type, whose indexes need it, and with the family members that go with it. */
static void need_family(struct making *making, const struct facts *facts, uint32_t step)
{
    struct mention_reader reader = {.sql = fact(facts, "family")};
    struct mention mention;

    if (mention_next(&reader, &mention)) {
        size_t count;
        const struct name_entry *found = names_find(&making->names, mention.schema, mention.name, &count);

        for (size_t i = 0; i < count; i++)
            if (found[i].kind == KIND_OPERATOR_FAMILY)
                making_need_object(making, found[i].object, step);
    }
    mention_clear(&reader);
}

/* Whoever evaluates expressions with a type needs what was made for it. */
static void accompany_type(struct making *making, struct text type, uint32_t step)
{
    struct mention_reader reader = {.sql = type};
    struct mention mention;

    while (mention_next(&reader, &mention)) {
        size_t count;
        const struct name_entry *found = names_find(&making->names, mention.schema, mention.name, &count);

        for (size_t i = 0; i < count; i++)
            making_accompany(making, found[i].object, step);
    }
    mention_clear(&reader);
}

void write_operator_class(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"OPERATOR CLASS", "OPERATOR CLASS", NULL, using_name(making, object)};
    struct text storage = fact(&facts, "storage_type");
    bool is_first = true;
    uint32_t step;

    making_begin(making, STAGE_OPERATOR_CLASS, &facts);
    making->current.names_routines = true;
    making_quiet(making, true);
    put(making, "CREATE OPERATOR CLASS ");
    put_path_name(making, object);
    put(making, fact_is(&facts, "default", "yes") ? " DEFAULT" : "");
    making_quiet(making, false);
    put_fact(making, &facts, "type", " FOR TYPE ");
    put(making, " USING ");
    put_name(making, making->objects[object].path.elements[2]);
    making_quiet(making, true);
    put_fact(making, &facts, "family", " FAMILY ");
    making_quiet(making, false);
    put(making, " AS");
    put_members(making, fact_list(&facts, "operators"), "OPERATOR ", &is_first);
    put_members(making, fact_list(&facts, "functions"), "FUNCTION ", &is_first);
    if (storage.length > 0 || is_first) {
        put(making, is_first ? "\n  STORAGE " : ",\n  STORAGE ");
        put_text(making, storage.length > 0 ? storage : fact(&facts, "type"));
    }
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    step = making_end_object(making);
    need_family(making, &facts, step);
    making_need_bare(making, KIND_ACCESS_METHOD, making->objects[object].path.elements[2], step);
    accompany_type(making, fact(&facts, "type"), step);
    making_finish(making, &facts);
}

void write_cast(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct text name = making_text(making, "(%.*s)", TEXT_ARGS(facts.name));
    struct subject subject = {"CAST", NULL, NULL, name};

    making_begin(making, STAGE_CAST, &facts);
    making->current.names_routines = true;
    put(making, "CREATE CAST ");
    put_text(making, name);
    put_fact(making, &facts, "function", " WITH FUNCTION ");
    put(making, fact_is(&facts, "method", "inout")    ? " WITH INOUT"
                : fact_is(&facts, "method", "binary") ? " WITHOUT FUNCTION"
                                                      : "");
    put(making, fact_is(&facts, "context", "assignment") ? " AS ASSIGNMENT"
                : fact_is(&facts, "context", "implicit") ? " AS IMPLICIT"
                                                         : "");
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    accompany_type(making, facts.name, making_end_object(making));
    making_finish(making, &facts);
}

void write_transform(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    size_t end = rendered_find(facts.name, TEXT(" FOR "), true);
    struct text language = {facts.name.bytes + end, facts.name.length - end};
    struct subject subject = {"TRANSFORM", NULL, NULL, TEXT("")};
    bool has_from = fact_there(&facts, "from_sql_function");

    if (language.length > 5)
        language = (struct text){language.bytes + 5, language.length - 5};
    subject.name = making_text(making, "FOR %.*s LANGUAGE %.*s", (int)end, facts.name.bytes, TEXT_ARGS(language));
    making_begin(making, STAGE_CAST, &facts);
    making->current.names_routines = true;
    put(making, "CREATE TRANSFORM ");
    put_text(making, subject.name);
    put(making, " (");
    put_fact(making, &facts, "from_sql_function", "FROM SQL WITH FUNCTION ");
    put_fact(making, &facts, "to_sql_function", has_from ? ", TO SQL WITH FUNCTION " : "TO SQL WITH FUNCTION ");
    put(making, ");\n");
    extras_put(making, &facts, &subject);
    making_need_bare(making, KIND_LANGUAGE, language, making_end_object(making));
    making_finish(making, &facts);
}
