/* codegen/language.h - what a language of generated code is: data, and a few functions that escape.
 *
 * HOW TO ADD A LANGUAGE
 *
 * 1. One file, cli/codegen/NAME.c, with nothing but `const struct language language_NAME` and what it points to; one
 *    line in language_all (codegen/language.c); NAME.c among SOURCES in CMakeLists.txt.
 * 2. One folder, cli/codegen/NAME/, with a template for each construct: enum.txt, table.txt, module.txt, version.txt …
 *    embedded by one line of CMakeLists.txt: driftline_embed_files(driftline_codegen template_NAME …) makes
 *    `template_NAME_enum` of NAME/enum.txt and declares it in "template_NAME.h".
 * 3. A construct is a template with a name. `files` says which files there are: a file is made by one construct
 *    (`construct`), and before it each enum and each record that it holds by another (`enum_construct`,
 *    `record_construct`); what came out is `{{code}}` of the enum or record when the file is written. So
 *    users can replace one construct and keep the others.
 * 4. The template language is in codegen/template.h, what templates may ask for in codegen/code_json.h. Names and types
 *    that come from this table are safe and printed as `{{name}}`. All that a database says (comments, labels, the
 *    names of columns) is foreign: a template that prints it without a filter does not work at all. Each language
 *    lists the filters that its code needs: string literals, comments, whatever else text can break out of. There are
 *    ready ones in codegen/filter.h.
 * 5. Types: a row for each scalar (codegen/code_scalar.def) that is more than text in the language; the others are
 * `text`, and what nothing is known of is `unknown`. In the formats `array`, `range`, `nullable` the `@` stands for the
 * type inside. Whatever else a type is (an array, an enum, a record), its column says in JSON, too, so that templates
 * can decide.
 * 6. Names: for types, fields and members of enums each a style, and a prefix for what could not begin a name.
 *    Keywords are `reserved`, names that templates themselves use (imports!) `reserved_types`: a name that is one is
 *    written in the language's `reserved_format`. That two names become one is settled in codegen/naming.h, for all
 *    languages alike.
 * 7. A language whose files no template can make has `write` and no files.
 * 8. A test compiles what comes out for the schema of tests/cli/codegen/rich.sql.
 */
#ifndef DRIFTLINE_CODEGEN_LANGUAGE_H
#define DRIFTLINE_CODEGEN_LANGUAGE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/text.h"
#include "codegen/code_scalar.h"
#include "codegen/words.h"
#include "tree/tree.h"

struct codegen_options;
struct codegen_request;
struct language;

/* How names of one sort are made. */
struct name_rule {
    enum word_style style;
    const char *prefix; /* put before what begins with a digit, with two `_`, or is nothing else than `_`; and it is the
                           name of what has no letter */
    bool begins_large;  /* put before what does not begin with a large letter, too */
};

struct language_type {
    const char *type;   /* NULL: `text` stands for it */
    const char *import; /* a line that it needs, or NULL */
};

/* Where a filter writes. */
struct filter_place {
    const struct language *language;
    struct text indent; /* the blanks that the line of the template begins with, for lines that follow */
};

struct filter {
    const char *name;
    void (*write)(struct buffer *output, struct text text, const struct filter_place *place);
};

struct language_construct {
    const char *name;     /* "enum", also the key under `templates:` */
    const char *template; /* the embedded one */
};

struct language_file {
    const char *path;                                      /* in the tree: "tables.py" */
    const char *construct;                                 /* of the whole file */
    const char *enum_construct;                            /* of each enum in it; NULL: it has none */
    const char *record_construct;                          /* of each table, view, composite type; NULL: it has none */
    bool (*wanted)(const struct codegen_options *options); /* NULL: always */
};

struct language {
    const char *name;  /* "python" */
    const char *title; /* "Python" */
    enum tree_marks marks;
    const char *line_comment; /* "#": what begins a comment that ends with the line; NULL: there is none */

    /* types */
    struct language_type types[CODE_SCALAR_COUNT];
    const char *text; /* of all scalars without a row, and they need no import */
    struct language_type unknown;
    const char *named;    /* an enum or record, by its name; NULL: the name itself */
    const char *array;    /* "list[@]" */
    const char *range;    /* the same */
    const char *nullable; /* "@ | None" */

    /* names */
    struct name_rule type_names;
    struct name_rule field_names;
    struct name_rule member_names;
    bool unicode;                /* identifiers may have letters beyond ASCII */
    bool members_are_shared;     /* members of all enums live in one space, and begin with the name of their enum */
    const char *reserved_format; /* "@_": what becomes of a reserved name */
    const char *const *reserved; /* keywords: no name may be one; NULL ends */
    const char *const *reserved_types; /* names that templates use (imports!): no type may be one; NULL: none */
    /* What a template has to treat otherwise, such as a field that would hide a type: `awkward` of columns, which also
     * those are that are called as a type is. NULL: none is. */
    bool (*is_awkward)(struct text field);

    /* templates */
    const struct filter *filters;                /* a NULL name ends */
    const struct language_construct *constructs; /* a NULL name ends */
    const struct language_file *files;           /* a NULL path ends */

    /* Instead of templates: fill the tree. */
    enum error_code (*write)(const struct codegen_request *request, struct tree *tree, struct arena *arena,
                             struct error *error);
};

extern const struct language language_python;
extern const struct language language_typescript;
extern const struct language language_go;
extern const struct language language_rust;
extern const struct language language_c;
extern const struct language language_json_schema;
extern const struct language language_sql;

/* All of them; NULL ends. */
extern const struct language *const language_all[];

/* The language of a name, or NULL. */
const struct language *language_find(struct text name);

/* All their names, with ", " between them. */
void language_write_names(struct buffer *output);

/* What a scalar is in a language. */
struct language_type language_type_of(const struct language *language, enum code_scalar scalar);

/* Whether a name is reserved; `type`: for a type. */
bool language_reserves(const struct language *language, struct text name, bool type);

/* Append a format with the text in the place of its `@`. */
void language_write_format(struct buffer *output, const char *format, struct text text);

#endif
