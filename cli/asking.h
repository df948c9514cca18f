/* cli/asking.h - what the commands that ask the collector have in common: the question, pages, JSON as it came. */
#ifndef DRIFTLINE_CLI_ASKING_H
#define DRIFTLINE_CLI_ASKING_H

#include "base/reference.h"
#include "cli/answer.h"
#include "cli/collector.h"
#include "cli/command.h"
#include "cli/table.h"

/* A connection for several questions. */
enum error_code asking_open(const struct call *call, struct collector **ret_collector, struct error *error) MUST_CHECK;

/* Ask for JSON, and append the answer as it is. `body` is JSON or NULL. */
enum error_code asking_send(const struct call *call, const char *method, const char *target, const char *body,
                            struct buffer *answer, struct error *error) MUST_CHECK;

/* The same for a question of any sort, of which only the type of the answer and its limit are set here. `ret_item` is
 * told which item of what was sent is to blame, -1 when none is; NULL is fine. */
enum error_code asking_ask(const struct call *call, struct collector_question *question, struct buffer *answer,
                           int64_t *ret_item, struct error *error) MUST_CHECK;

/* Ask for a list that comes in pages, newest first: with `--limit` entries, or with `--all` page after page, which
 * become one document. `lists` are the members that are joined; NULL ends. `target` is what to ask, to which the limit
 * is added. */
enum error_code asking_pages(const struct call *call, struct buffer *target, const char *const *lists,
                             struct buffer *answer, struct error *error) MUST_CHECK;

/* What the answer says; it lives in the arena of the call. */
enum error_code asking_read(const struct call *call, const struct buffer *answer, const struct shape *shape,
                            void *values, struct error *error) MUST_CHECK;

/* The answer as it came, ended by a line end, to standard output or to where `--output` says. */
enum error_code asking_print_answer_to(const char *path, const struct buffer *answer, struct error *error) MUST_CHECK;
enum error_code asking_print_answer(const struct buffer *answer, struct error *error) MUST_CHECK;

/* How to write to standard output, or to the file that `--output` names. */
struct table_style asking_style(const struct call *call);

/* A parameter with a number, and one with a text unless that is NULL. */
void asking_add_number(struct buffer *target, const char *name, int64_t number);
void asking_add_text(struct buffer *target, const char *name, const char *value);

/* The parts of a scope as parameters. */
void asking_add_scope(struct buffer *target, const struct reference *scope);

#endif
