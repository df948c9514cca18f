/* lint/translator.h - what the parts of translate….c share. For them only. */
#ifndef DRIFTLINE_LINT_TRANSLATOR_H
#define DRIFTLINE_LINT_TRANSLATOR_H

#include <jansson.h>

#include "lint/linter.h"
#include "lint/syntax.h"

struct translator {
    struct linter *linter;
    struct step *steps;
    size_t count, room;
    const json_t *statement; /* its body */
    struct text schema;      /* of CREATE SCHEMA, for what is made inside; else empty */
    size_t cursor;           /* where names are looked for in the text: behind the one that was found last */
};

/* What translates a statement of one type. */
typedef void (*translate_function)(struct translator *translator, const json_t *body);

/* A new step with the place of the statement; a step that nobody sees when memory is out. */
struct step *translator_add(struct translator *translator, enum step_kind kind);

/* The offset in the file of a node that knows its place, else that of the statement. */
size_t translator_place(const struct translator *translator, const json_t *body);

/* The offset of the next word that is this name, else that of the statement. */
size_t translator_find(struct translator *translator, struct text name);

/* Names out of trees. */
struct text translator_schema(const struct translator *translator, const json_t *range);
struct relation *translator_relation(struct translator *translator, const json_t *range);
struct text_span translator_names(struct translator *translator, const json_t *body, const char *key);
struct text translator_type(struct translator *translator, const json_t *type, bool *ret_serial);
struct text translator_text(struct translator *translator, struct text text);

/* Say what a step is about. */
void translator_about_relation(struct step *step, struct relation *relation);
void translator_about_part(struct translator *translator, struct step *step, enum kind kind, struct text name);
void translator_about_thing(struct translator *translator, struct step *step, enum kind kind, struct text schema,
                            struct text name);

/* Tables: CREATE TABLE, ALTER TABLE, what they have in common. */
void translate_create_table(struct translator *translator, const json_t *body);
void translate_alter_table(struct translator *translator, const json_t *body);
const struct column_facts *translate_column(struct translator *translator, const json_t *definition);
const struct constraint_facts *translate_constraint(struct translator *translator, const json_t *body,
                                                    struct text column);
void translate_index(struct translator *translator, const json_t *body);
void translate_drop(struct translator *translator, const json_t *body);
void translate_rename(struct translator *translator, const json_t *body);
void translate_move(struct translator *translator, const json_t *body);

/* A function's name with its arguments, as paths have it: "f(integer, text)"; without those when none are written. */
struct text translator_routine(struct translator *translator, const json_t *object, struct text *ret_schema);

/* Everything else by the type of the statement; NULL: nobody translates it. */
translate_function translate_find(const char *type);

/* Translate one statement, also inside another one. */
void translate_node(struct translator *translator, const json_t *node);

#endif
