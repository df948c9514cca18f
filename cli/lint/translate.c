#include "lint/translate.h"

#include "lint/lexer.h"
#include "lint/translator.h"
#include "lint/type_name.h"

enum { FIRST_STEPS = 16 };

struct step *translator_add(struct translator *translator, enum step_kind kind)
{
    static struct step nobody; /* written to when there is no memory, and never read */
    struct linter *linter = translator->linter;
    struct step *step;

    if (translator->count == translator->room) {
        size_t room = translator->room == 0 ? FIRST_STEPS : translator->room * 2;
        struct step *larger = arena_array(&linter->scratch, room, sizeof *larger);

        if (larger == NULL) {
            linter_fail(linter, arena_error(&linter->scratch, linter->error, "translating SQL"));
            return &nobody;
        }
        if (translator->count > 0)
            memcpy(larger, translator->steps, translator->count * sizeof *larger);
        translator->steps = larger;
        translator->room = room;
    }
    step = &translator->steps[translator->count++];
    *step = (struct step){.kind = kind, .lock = step_lock(kind), .place = linter->statement->start};
    return step;
}

size_t translator_place(const struct translator *translator, const json_t *body)
{
    return translator->linter->statement->start + syntax_place(body);
}

size_t translator_find(struct translator *translator, struct text name)
{
    const struct linter *linter = translator->linter;
    struct text text = {linter->script->text.bytes, linter->statement->end};
    size_t at = translator->cursor > linter->statement->start ? translator->cursor : linter->statement->start;

    for (;;) {
        struct word word = lexer_next(text, at);

        if (word.kind == WORD_END)
            return linter->statement->start;
        at = word.end;
        if (!lexer_names(text, &word, name))
            continue;
        translator->cursor = word.end;
        return word.start;
    }
}

struct text translator_text(struct translator *translator, struct text text)
{
    struct linter *linter = translator->linter;
    char *copy = arena_copy(&linter->scratch, text.length == 0 ? "" : text.bytes, text.length);

    if (copy == NULL) {
        linter_fail(linter, arena_error(&linter->scratch, linter->error, "translating SQL"));
        return (struct text){"", 0};
    }
    return (struct text){copy, text.length};
}

struct text translator_schema(const struct translator *translator, const json_t *range)
{
    struct text schema = syntax_text(range, "schemaname");

    return schema.length > 0 ? schema : translator->schema;
}

struct relation *translator_relation(struct translator *translator, const json_t *range)
{
    if (range == NULL)
        return NULL;
    return world_relation(&translator->linter->world, translator_schema(translator, range),
                          syntax_text(range, "relname"));
}

struct text_span translator_names(struct translator *translator, const json_t *body, const char *key)
{
    size_t count = syntax_count(body, key);
    struct text *items = arena_array(&translator->linter->scratch, count, sizeof *items);

    if (items == NULL) {
        linter_fail(translator->linter,
                    arena_error(&translator->linter->scratch, translator->linter->error, "translating SQL"));
        return (struct text_span){NULL, 0};
    }
    for (size_t i = 0; i < count; i++)
        items[i] = syntax_string(syntax_item(body, key, i));
    return (struct text_span){items, count};
}

struct text translator_type(struct translator *translator, const json_t *type, bool *ret_serial)
{
    CLEANUP(buffer_clear) struct buffer written = {0};

    type_name_write(&written, &translator->linter->world, type, ret_serial);
    if (written.failed)
        linter_fail(translator->linter, error_memory(translator->linter->error, "translating SQL"));
    return translator_text(translator, buffer_text(&written));
}

void translator_about_relation(struct step *step, struct relation *relation)
{
    step->relation = relation;
    if (relation == NULL)
        return;
    step->object_kind = relation->kind;
    step->schema = relation->schema;
    step->name = relation->name;
    step->object = relation->path;
}

void translator_about_part(struct translator *translator, struct step *step, enum kind kind, struct text name)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    step->object_kind = kind;
    step->name = name;
    if (kind != KIND_COLUMN || step->relation == NULL)
        return;
    buffer_add_text(&path, step->relation->path);
    buffer_add_byte(&path, '.');
    identifier_write(&path, name);
    if (path.failed)
        linter_fail(translator->linter, error_memory(translator->linter->error, "translating SQL"));
    step->object = translator_text(translator, buffer_text(&path));
}

void translator_about_thing(struct translator *translator, struct step *step, enum kind kind, struct text schema,
                            struct text name)
{
    struct thing *thing = world_thing(&translator->linter->world, kind, schema, name);

    step->object_kind = kind;
    step->thing = thing;
    step->schema = schema;
    step->name = name;
    step->object = thing == NULL ? name : thing->path;
}

/* Names as lists of strings have them: [schema,] name. */
struct text translator_routine(struct translator *translator, const json_t *object, struct text *ret_schema)
{
    CLEANUP(buffer_clear) struct buffer name = {0};
    size_t count = syntax_count(object, "objname");

    *ret_schema = count > 1 ? syntax_string(syntax_item(object, "objname", count - 2)) : translator->schema;
    buffer_add_text(&name, syntax_string(syntax_item(object, "objname", count - 1)));
    if (!syntax_flag(object, "args_unspecified")) {
        buffer_add_byte(&name, '(');
        for (size_t i = 0; i < syntax_count(object, "objargs"); i++) {
            buffer_add_string(&name, i > 0 ? ", " : "");
            type_name_write(&name, &translator->linter->world, syntax_item(object, "objargs", i), NULL);
        }
        buffer_add_byte(&name, ')');
    }
    if (name.failed)
        linter_fail(translator->linter, error_memory(translator->linter->error, "translating SQL"));
    return translator_text(translator, buffer_text(&name));
}

void translate_node(struct translator *translator, const json_t *node)
{
    const json_t *body, *outer = translator->statement;
    translate_function function = translate_find(syntax_type(node, &body));

    translator->statement = body;
    if (function != NULL)
        function(translator, body);
    else
        translator_add(translator, STEP_OTHER)->node = body;
    translator->statement = outer;
}

void translate(struct linter *linter, const json_t *tree)
{
    struct translator translator = {.linter = linter};

    translate_node(&translator, tree);
    linter->steps = translator.steps;
    linter->step_count = translator.count;
}
