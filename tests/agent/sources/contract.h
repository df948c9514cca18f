/* agent/sources/contract.h - what every source must do, whatever it reads: one suite that each source's test includes.
 *
 *     static struct contract contract = {.source = &source_sqlite, .schema = "main", .make = make, …};
 *     static int setup(void **state) { *state = &contract; … }
 *     const struct CMUnitTest tests[] = {CONTRACT_TESTS, cmocka_unit_test(…)};
 *     return cmocka_run_group_tests(tests, setup, teardown);
 *
 * The state of every test is the struct contract; what the test's own functions need hangs at `context`.
 */
#ifndef DRIFTLINE_TEST_CONTRACT_H
#define DRIFTLINE_TEST_CONTRACT_H

#include "base/buffer.h"
#include "sources/source.h"
#include "sources/watch.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum contract_fixture {
    CONTRACT_SMALL,    /* a few objects of each kind that the source can make: for the failure of every allocation */
    CONTRACT_THOUSAND, /* tables contract_table_name(0) to (999), each with a column `id` */
    CONTRACT_ODD       /* a table for each of contract_odd_names, with one column of the same name */
};

struct contract {
    const struct source_ops *source;
    const char *schema;               /* in which the fixtures' tables are */
    void *context;                    /* the test's own */
    struct test_directory *directory; /* which contract_teardown() removes */
    bool has_gaps;                    /* there is always something that this source cannot see */

    /* Make a fixture, or make sure that it is there, and answer its REF. It must be the same at every call. */
    const char *(*make)(struct contract *contract, enum contract_fixture fixture);

    /* Whether a table or column can have this of the odd names. NULL: each can. */
    bool (*allows)(const char *name);

    const char *missing; /* a REF of something that does not exist, and how reading it fails */
    enum error_code missing_code;
    const char *refused;     /* a REF to which access is refused: ERROR_REFUSED */
    const char *nameless;    /* a REF that names nothing at all: ERROR_USAGE; for CONTRACT_NAMED_TESTS */
    const char *with_secret; /* a REF with the secret `hunter2` in it, well-formed or not; NULL: there are none */
};

/* Names with quotes, dots, line breaks and the like, of at most 63 bytes each; NULL ends. */
extern const char *const contract_odd_names[];

/* "t000" to "t999". */
const char *contract_table_name(unsigned number, char ret_name[16]);

/* A text or name as YAML has it in double quotes, and as SQL has it between two `quote`, which is '"' or '`'. */
void contract_quote_yaml(struct buffer *yaml, const char *text);
void contract_quote_sql(struct buffer *sql, const char *name, char quote);

/* The tables of CONTRACT_THOUSAND or CONTRACT_ODD in the words of a source, one call each, numbered from 0. */
typedef void contract_add_table(struct buffer *words, unsigned number, const char *table, const char *column);
void contract_write_tables(struct buffer *words, enum contract_fixture fixture, contract_add_table *add_table);

/* Read a REF with the default settings; fails the test when that fails. Free with snapshot_free(). */
struct snapshot *contract_read(const struct contract *contract, const char *ref);

/* Fail the test unless reading fails as it should: with this code, a message of one line with these words, and nothing
 * in place of a snapshot. */
void contract_fails(const struct contract *contract, const char *ref, enum error_code code, const char *words);

/* The same with words that are in the hint. */
void contract_hints(const struct contract *contract, const char *ref, enum error_code code, const char *words);

/* A look, which must not fail. */
enum watch_answer contract_look(struct watch *watch, enum watch_depth depth);

/* For groups with nothing else to undo. */
int contract_teardown(void **state);

void contract_missing_is_said(void **state);
void contract_refusal_is_said(void **state);
void contract_nameless_is_usage(void **state);
void contract_is_found_by_its_schemes(void **state);
void contract_shows_no_secret(void **state);
void contract_reads_a_thousand_tables(void **state);
void contract_reads_odd_names(void **state);
void contract_answers_the_same_twice(void **state);
void contract_reports_progress(void **state);
void contract_keeps_the_memory_limit(void **state);
void contract_survives_allocation_failures(void **state);
void contract_changes_only_what_is_said(void **state);

/* For every source, also where nothing can be refused, or where a read takes too long for one at every allocation. */
#define CONTRACT_COMMON_TESTS                                                                                          \
    cmocka_unit_test(contract_missing_is_said), cmocka_unit_test(contract_is_found_by_its_schemes),                    \
        cmocka_unit_test(contract_shows_no_secret), cmocka_unit_test(contract_reads_a_thousand_tables),                \
        cmocka_unit_test(contract_reads_odd_names), cmocka_unit_test(contract_answers_the_same_twice),                 \
        cmocka_unit_test(contract_reports_progress), cmocka_unit_test(contract_keeps_the_memory_limit)

#define CONTRACT_TESTS                                                                                                 \
    CONTRACT_COMMON_TESTS, cmocka_unit_test(contract_refusal_is_said),                                                 \
        cmocka_unit_test(contract_survives_allocation_failures)

/* For sources that cannot do without a name. */
#define CONTRACT_NAMED_TESTS cmocka_unit_test(contract_nameless_is_usage)

/* For sources through which a schema can be changed. */
#define CONTRACT_CHANGE_TESTS cmocka_unit_test(contract_changes_only_what_is_said)

#endif
