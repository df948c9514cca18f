/* support/process.h - programs and functions run by a test, with everything they write caught.
 *
 * Failure: when a program cannot be started or does not end in time the calling test fails.
 */
#ifndef DRIFTLINE_TEST_PROCESS_H
#define DRIFTLINE_TEST_PROCESS_H

#include "base/arena.h"
#include "base/text.h"

struct test_process {
    const char *const *arguments; /* the program (searched in PATH when it has no slash) and its arguments; NULL ends */
    const char *const *environment; /* "NAME=value" on top of the test's own; NULL: nothing to add */
    struct text input;              /* on standard input */
    int status;                     /* out: exit status, or 128 + the signal that ended it */
    struct text output;             /* out: what it wrote to standard output, followed by a NUL */
    struct text errors;             /* out: and to standard error */
};

/* Run a program to its end. The results live in the arena. */
void test_process_run(struct test_process *process, struct arena *arena);

/* Call a function while descriptor `file` (1 or 2) leads elsewhere, and answer what was written to it. */
struct text test_capture(int file, void (*function)(void *context), void *context, struct arena *arena);

#endif
