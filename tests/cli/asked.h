/* cli/asked.h - the built `driftline`, asking a collector that says what a test has written down.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_CLI_ASKED_H
#define DRIFTLINE_TEST_CLI_ASKED_H

#include "cli/run.h"
#include "cli/server.h"
#include "support/directory.h"

enum { ASKED_ARGUMENT_LIMIT = 14 };

#define ASKED(...) ((const char *const[ASKED_ARGUMENT_LIMIT + 1]){__VA_ARGS__})
#define ASKED_JSON_TYPE "Content-Type: application/json\r\n"

/* A folder of its own and a token for each test: for cmocka_unit_test_setup_teardown(). The state is a struct
 * test_directory. */
int asked_set_up(void **state);
int asked_tear_down(void **state);

/* Run the program while a server gives these replies. What was asked goes to ret_requests. The token must not be in
 * what was written. */
struct test_process asked_run(struct test_directory *directory, const char *const *arguments,
                              const struct test_reply *replies, size_t count, const char **ret_requests);

/* The exit status, and a part of what was written to standard output and error; NULL: nothing at all. */
void asked_check(const struct test_process *process, int status, const char *output, const char *errors);

/* The content of a file of tests/cli/data/answers, and any JSON as a reply. */
struct text asked_sample(struct test_directory *directory, const char *name);
struct test_reply asked_json(struct test_directory *directory, struct text body);

#endif
