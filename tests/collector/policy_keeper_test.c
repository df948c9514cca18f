#include "collector/policy_keeper.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/allocation.h"
#include "support/cmocka.h"
#include "support/directory.h"

/* A keeper over a folder of contracts, with its log in a file. */
struct keeping {
    struct test_directory directory;
    struct logger logger;
    int log;
    struct policy_keeper keeper;
    struct collector_settings settings;
};

static int setup(void **state)
{
    static struct keeping keeping;
    struct error error = {0};

    keeping = (struct keeping){0};
    test_directory_make(&keeping.directory);
    keeping.log = open(test_directory_path(&keeping.directory, "log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    assert_true(keeping.log >= 0);
    logger_init(&keeping.logger, keeping.log, LOG_LEVEL_DEBUG);
    assert_int_equal(policy_keeper_init(&keeping.keeper, &keeping.logger, &error), ERROR_NONE);
    *state = &keeping;
    return 0;
}

static int teardown(void **state)
{
    struct keeping *keeping = *state;

    policy_keeper_clear(&keeping->keeper);
    logger_clear(&keeping->logger);
    close(keeping->log);
    test_directory_remove(&keeping->directory);
    return 0;
}

static void write_contract(struct keeping *keeping, const char *file, const char *name)
{
    test_directory_write(&keeping->directory, file,
                         text_from(arena_printf(&keeping->directory.arena,
                                                "name: %s\nowner: a\nconsumers: [b]\ndatabase: orders\n"
                                                "requires:\n  - table: shop.orders\n",
                                                name)));
}

/* Use a configuration file with these lines, and the folder. */
static void use(struct keeping *keeping, const char *lines)
{
    const char *folder = test_directory_path(&keeping->directory, "contracts");
    struct error error = {0};

    keeping->settings.config = test_directory_write(
        &keeping->directory, "collector.yaml",
        text_from(arena_printf(&keeping->directory.arena, "%s\ncontracts_folder: %s\n", lines, folder)));
    if (settings_read(&keeping->settings, &keeping->directory.arena, &error) != ERROR_NONE ||
        policy_keeper_use(&keeping->keeper, &keeping->settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
}

static void make_folder(struct keeping *keeping)
{
    assert_int_equal(mkdir(test_directory_path(&keeping->directory, "contracts"), 0700), 0);
}

/* What is in use now; the policy lives as long as the keeper keeps it. */
static const struct policy_content *content_of(struct keeping *keeping)
{
    return policy_content(keeping->keeper.holder.current);
}

static bool has_problem(struct keeping *keeping, const char *part)
{
    const struct policy_contracts *contracts = &content_of(keeping)->contracts;

    return contracts->problem_since > 0 && strstr(contracts->problem.bytes, part) != NULL;
}

static unsigned logged(struct keeping *keeping, const char *part)
{
    struct text log = test_directory_read(&keeping->directory, "log");
    unsigned count = 0;

    for (const char *at = strstr(log.bytes, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

static void test_files_come_and_go(void **state)
{
    struct keeping *keeping = *state;

    make_folder(keeping);
    use(keeping, "");
    assert_int_equal(content_of(keeping)->fleet.listening_since, keeping->keeper.since);
    assert_true(keeping->keeper.since > 0);
    assert_true(content_of(keeping)->contracts.known);
    assert_int_equal(content_of(keeping)->contracts.set.count, 0);
    assert_int_equal(logged(keeping, "event=contracts"), 0);
    write_contract(keeping, "contracts/a.yaml", "one");
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(content_of(keeping)->contracts.set.count, 1);
    write_contract(keeping, "contracts/b.yaml", "two");
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(content_of(keeping)->contracts.set.count, 2);
    unlink(test_directory_path(&keeping->directory, "contracts/a.yaml"));
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(content_of(keeping)->contracts.set.count, 1);
    assert_true(text_equal(content_of(keeping)->contracts.set.contracts[0].name, TEXT("two")));
    assert_int_equal(logged(keeping, "event=contracts count=1"), 1); /* the logger counts what comes again soon */
    assert_int_equal(logged(keeping, "event=contracts count=2"), 1);
}

static void test_nothing_new_is_nothing_to_do(void **state)
{
    struct keeping *keeping = *state;
    const struct policy *policy;

    make_folder(keeping);
    write_contract(keeping, "contracts/a.yaml", "one");
    use(keeping, "");
    policy = keeping->keeper.holder.current;
    policy_keeper_look(&keeping->keeper);
    assert_ptr_equal(keeping->keeper.holder.current, policy);
    write_contract(keeping, "contracts/a.yaml", "one"); /* another file, the same contract */
    policy_keeper_look(&keeping->keeper);
    assert_ptr_equal(keeping->keeper.holder.current, policy);
    assert_int_equal(logged(keeping, "event=contracts "), 1);
}

static void test_the_last_that_were_in_order_stay(void **state)
{
    struct keeping *keeping = *state;
    struct hash fingerprint;
    int64_t since;

    make_folder(keeping);
    write_contract(keeping, "contracts/a.yaml", "one");
    use(keeping, "");
    fingerprint = *policy_fingerprint(keeping->keeper.holder.current);
    test_directory_write(&keeping->directory, "contracts/b.yaml", TEXT("name: two\nonwer: x\n"));
    policy_keeper_look(&keeping->keeper);
    assert_true(has_problem(keeping, "contracts/b.yaml:2:1: unknown key 'onwer' (did you mean 'owner'?)"));
    assert_true(content_of(keeping)->contracts.known);
    assert_int_equal(content_of(keeping)->contracts.set.count, 1);
    assert_true(hash_equal(policy_fingerprint(keeping->keeper.holder.current), &fingerprint));
    since = content_of(keeping)->contracts.problem_since;
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(logged(keeping, "event=contracts-failed"), 1);
    test_directory_write(&keeping->directory, "contracts/b.yaml", TEXT("{}\n")); /* another mistake */
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(logged(keeping, "event=contracts-failed"), 2);
    assert_int_equal(content_of(keeping)->contracts.problem_since, since);
    write_contract(keeping, "contracts/b.yaml", "two");
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(content_of(keeping)->contracts.problem.length, 0);
    assert_int_equal(content_of(keeping)->contracts.problem_since, 0);
    assert_int_equal(content_of(keeping)->contracts.set.count, 2);
}

static void test_what_never_was_in_order_is_not_known(void **state)
{
    struct keeping *keeping = *state;

    use(keeping, ""); /* there is no folder */
    assert_true(has_problem(keeping, "reading the folder of contracts"));
    assert_false(content_of(keeping)->contracts.known);
    assert_int_equal(logged(keeping, "lets nothing pass"), 1);
    make_folder(keeping);
    policy_keeper_look(&keeping->keeper);
    assert_true(content_of(keeping)->contracts.known);
    assert_int_equal(content_of(keeping)->contracts.problem.length, 0);
}

static void test_contracts_of_the_file_and_the_folder(void **state)
{
    static const char inside[] = "contracts: [{name: one, owner: a, consumers: [b], database: orders, "
                                 "requires: [{table: shop.orders}]}]";
    struct keeping *keeping = *state;

    make_folder(keeping);
    write_contract(keeping, "contracts/a.yaml", "two");
    use(keeping, inside);
    assert_int_equal(content_of(keeping)->contracts.set.count, 2);
    write_contract(keeping, "contracts/a.yaml", "one"); /* a name that the file has */
    policy_keeper_look(&keeping->keeper);
    assert_true(has_problem(keeping, "collector.yaml"));
    assert_int_equal(content_of(keeping)->contracts.set.count, 2);
    use(keeping, "");
    assert_int_equal(content_of(keeping)->contracts.problem.length, 0);
    assert_int_equal(content_of(keeping)->contracts.set.count, 1);
    policy_keeper_look(&keeping->keeper);
    assert_int_equal(content_of(keeping)->contracts.set.count, 1);
}

static void test_settings_that_are_refused_say_why(void **state)
{
    struct keeping *keeping = *state;
    struct error why = {0};
    int64_t since;

    make_folder(keeping);
    use(keeping, "path: [staging, prod]");
    error_set(&why, ERROR_CONFIG, "collector.yaml:3:1: unknown key 'x'");
    policy_keeper_refuse(&keeping->keeper, &why);
    assert_true(text_equal(content_of(keeping)->problem, TEXT("collector.yaml:3:1: unknown key 'x'")));
    assert_int_equal(content_of(keeping)->fleet.path_count, 2);
    since = content_of(keeping)->problem_since;
    assert_true(since > 0);
    policy_keeper_refuse(&keeping->keeper, &why);
    assert_int_equal(content_of(keeping)->problem_since, since);
    assert_int_equal(logged(keeping, "event=reload-failed"), 1); /* the logger counts what comes again soon */
    write_contract(keeping, "contracts/a.yaml", "one");
    policy_keeper_look(&keeping->keeper); /* contracts are another thing */
    assert_int_equal(content_of(keeping)->contracts.set.count, 1);
    assert_int_equal(content_of(keeping)->problem_since, since);
    use(keeping, "path: [prod]");
    assert_int_equal(content_of(keeping)->problem.length, 0);
    assert_int_equal(content_of(keeping)->problem_since, 0);
    assert_int_equal(content_of(keeping)->fleet.path_count, 1);
}

/* Settings that cannot be used for want of memory leave those before. */
static enum error_code attempt(void *context, struct error *error)
{
    struct keeping *keeping = context;
    enum error_code code = policy_keeper_use(&keeping->keeper, &keeping->settings, error);

    assert_int_equal(content_of(keeping)->fleet.path_count, 1);
    policy_keeper_look(&keeping->keeper);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct keeping *keeping = *state;

    use(keeping, "path: [prod]\ncontracts: [{name: one, owner: a, consumers: [b], database: orders, "
                 "requires: [{table: shop.orders}]}]");
    keeping->settings.contracts_folder = NULL; /* memory that is short there is a problem, not a failure */
    test_every_allocation(attempt, keeping);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_come_and_go, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_new_is_nothing_to_do, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_last_that_were_in_order_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_never_was_in_order_is_not_known, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contracts_of_the_file_and_the_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_settings_that_are_refused_say_why, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
