#include "cli/contracts_text.h"

#include <string.h>

#include "cli/golden.h"
#include "contract/contract_file.h"
#include "support/cmocka.h"

static const int64_t now = INT64_C(1795255200000000); /* 2026-11-21T10:00:00Z */

static enum error_code write_list(struct buffer *output, const json_t *document, const struct table_style *style,
                                  struct arena *arena, struct error *error)
{
    struct answer_contracts contracts = {.known = false};

    if (shape_read(&answer_contracts_shape, document, &contracts, arena, error) != ERROR_NONE)
        return error->code;
    contracts_write_list(output, &contracts, style, arena, now);
    return buffer_check(output, error, "writing contracts");
}

static const struct golden_case cases[] = {
    {"contracts.json", "contracts.txt", {.width = 100}, write_list},
    {"contracts.json", "contracts_colour.txt", {.colour = true}, write_list},
    {"contracts_empty.json", "contracts_empty.txt", {.width = 80}, write_list},
    {"contracts_problem.json", "contracts_problem.txt", {.width = 80}, write_list},
    {"contracts_never.json", "contracts_never.txt", {.width = 80}, write_list},
};

static void test_the_list(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        golden_check(&cases[i]);
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    golden_check_memory(&cases[0]);
}

/* What a check found is written with the place of each finding. */
static void test_results(void **state)
{
    static const char file[] = "contracts:\n"
                               "  - {name: a, consumers: [x, y], database: d, requires: [{table: s.t}]}\n"
                               "  - {name: b, consumers: [z], database: d, requires: [{table: s.u}]}\n"
                               "  - {name: c, consumers: [z], database: d, requires: [{table: s.v}]}\n";
    struct contract_finding findings[] = {
        {.state = CONTRACT_VIOLATED, .message = TEXT("there is no table s.t"), .line = 2},
        {.state = CONTRACT_UNKNOWN, .message = TEXT("table s.w is not known: \x1b[31mlocked"), .line = 9},
    };
    struct contract_result results[] = {
        {CONTRACT_VIOLATED, findings, 2}, {CONTRACT_HOLDS, NULL, 0}, {CONTRACT_UNKNOWN, findings + 1, 1}};
    const struct table_style style = {.width = 80};
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer output;
    struct contract_set set = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, 16 * 1024 * 1024);
    buffer_init(&output);
    assert_int_equal(contract_text_read(&set, "c.yaml", text_from(file), &arena, &error), ERROR_NONE);
    contracts_write_results(&output, &set, results, &style, &arena);
    assert_string_equal(output.bytes, "c.yaml:2: there is no table s.t\n"
                                      "c.yaml:9: table s.w is not known: \\x1b[31mlocked\n"
                                      "c.yaml:9: table s.w is not known: \\x1b[31mlocked\n"
                                      "\n"
                                      "contract  state     found                                 read by\n"
                                      "a         violated  1 not as required, more is not known  x, y\n"
                                      "b         holds     -                                     z\n"
                                      "c         unknown   1 not known                           z\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_list),
        cmocka_unit_test(test_allocations_may_fail),
        cmocka_unit_test(test_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
