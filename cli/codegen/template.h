/* codegen/template.h - the templates that code is made by: text with tags, a part of Mustache.
 *
 *   {{name}}            a value; with dots, a member of it: {{schema_version.hash}}. `.` is the item itself
 *   {{name|filter}}     the same through a filter; what a database says cannot be printed without one
 *   {{#name}}…{{/name}} for each item of a list; once, if it is true, not empty, an object
 *   {{^name}}…{{/name}} if it is false, empty or null
 *   {{! … }}            nothing
 *
 * In a list `@first` and `@last` are true for those items, `@index` counts from 0; `@brace` is `{`, where two of them
 * are to be printed. A line on which nothing stands but tags that print nothing is not printed. A name is looked for in
 * the innermost item first.
 *
 * A template may be a user's: it is read as foreign bytes. Whatever is wrong is ERROR_CONFIG with FILE:LINE in front:
 * a tag that is not closed, a section that is not, a filter that does not exist, a name that nothing has (a template
 * that asks for what is not there is wrong, not empty), foreign text without a filter.
 */
#ifndef DRIFTLINE_CODEGEN_TEMPLATE_H
#define DRIFTLINE_CODEGEN_TEMPLATE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "codegen/language.h"

enum {
    TEMPLATE_LIMIT = 1024 * 1024, /* bytes of a template */
    TEMPLATE_DEPTH_LIMIT = 32,    /* sections inside each other */
    TEMPLATE_OUTPUT_LIMIT = 64 * 1024 * 1024
};

struct template;

/* Take a template apart. `name` stands for the file in messages. Text and template live as long as the arena, the bytes
 * of the text as long as the caller's. */
enum error_code template_parse(struct template **ret_template, const char *name, struct text text,
                               const struct language *language, struct arena *arena, struct error *error) MUST_CHECK;

/* Append what it makes of an object. After a failure there may be a part of it in the buffer. */
enum error_code template_render(struct buffer *output, const struct template *template, json_t *object,
                                struct error *error) MUST_CHECK;

/* The same of an object within another, in which names are looked for that it does not have. */
enum error_code template_render_inside(struct buffer *output, const struct template *template, json_t *outside,
                                       json_t *object, struct error *error) MUST_CHECK;

/* What a database says, as a value for templates: it can be printed through a filter only, and is true when it is not
 * empty. Bytes that are no UTF-8 become U+FFFD. NULL: memory. */
json_t *template_foreign(struct text text);

/* A text that is safe, such as an identifier. */
json_t *template_safe(struct text text);

#endif
