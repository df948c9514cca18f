/* cli/asking.h - what the commands that ask the collector have in common: the question, pages, JSON as it came. */
#ifndef DRIFTLINE_CLI_ASKING_H
#define DRIFTLINE_CLI_ASKING_H

#include "base/reference.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/table.h"

/* Ask for JSON, and append the answer as it is. `body` is JSON or NULL. */
enum error_code asking_send(const struct call *call, const char *method, const char *target, const char *body,
                            struct buffer *answer, struct error *error) MUST_CHECK;

/* Ask for a list that comes in pages, newest first: with `--limit` entries, or with `--all` page after page, which
 * become one document. `lists` are the members that are joined; NULL ends. `target` is what to ask, to which the limit
 * is added. */
enum error_code asking_pages(const struct call *call, struct buffer *target, const char *const *lists,
                             struct buffer *answer, struct error *error) MUST_CHECK;

/* What the answer says; it lives in the arena of the call. */
enum error_code asking_read(const struct call *call, const struct buffer *answer, const struct shape *shape,
                            void *values, struct error *error) MUST_CHECK;

/* The answer as it came, ended by a line end. */
enum error_code asking_print_answer(const struct buffer *answer, struct error *error) MUST_CHECK;

/* How to write to standard output. */
struct table_style asking_style(const struct call *call);

/* The parts of a scope as parameters. */
void asking_add_scope(struct buffer *target, const struct reference *scope);

#endif
