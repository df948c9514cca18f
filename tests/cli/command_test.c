/* The commands of one and of two words, and what is wrong with a command line before any collector is asked. */
#include "cli/command.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/run.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ARGUMENT_LIMIT = 10 };

static const char secret[] = "s3cret";

/* ---- finding ---- */

static void test_commands_are_found(void **state)
{
    static const struct {
        const char *words[3];
        const char *command; /* NULL: a group */
        size_t used;
    } cases[] = {
        {{"diff"}, "diff", 1},
        {{"diff", "agents", "list"}, "diff", 1},
        {{"agents", "list"}, "agents list", 2},
        {{"agents", "enroll", "db-1"}, "agents enroll", 2},
        {{"targets", "forget"}, "targets forget", 2},
        {{"agents"}, NULL, 1},
        {{"agents", "--help"}, NULL, 1},
        {{"targets", "-h", "list"}, NULL, 1},
        {{"gate"}, "gate", 1},
        {{"gate", "orders"}, "gate", 1},
        {{"gate", "history"}, "gate history", 2},
        {{"gate", "--to", "history"}, "gate", 1},
        {{"gate", ""}, "gate", 1},
        {{"drift", "waive", "12"}, "drift waive", 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct command_match match = {NULL, {NULL, 0}, 0};
        struct error error = {0};
        size_t count = 0;

        while (count < 3 && cases[i].words[count] != NULL)
            count++;
        assert_int_equal(command_find(&match, cases[i].words, count, &error), ERROR_NONE);
        assert_int_equal(match.words, cases[i].used);
        if (cases[i].command != NULL)
            assert_string_equal(match.command->name, cases[i].command);
        else
            assert_true(match.command == NULL && text_equal(match.group, text_from(cases[i].words[0])));
    }
}

static void test_nearest_names_are_offered(void **state)
{
    static const struct {
        const char *words[2];
        const char *message, *hint; /* parts of them */
    } cases[] = {
        {{"dif", NULL}, "'dif'", "did you mean 'diff'?"},
        {{"agnets", "list"}, "'agnets'", "did you mean 'agents'?"},
        {{"agents", "lits"}, "'agents lits'", "did you mean 'agents list'?"},
        {{"targets", "forgte"}, "'targets forgte'", "did you mean 'targets forget'?"},
        {{"agents", "forget"}, "'agents forget'", "'driftline help agents' lists"},
        {{"list", NULL}, "'list'", "'driftline help' lists"},
        {{"", NULL}, "''", "'driftline help' lists"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct command_match match = {NULL, {NULL, 0}, 77};
        struct error error = {0};

        assert_int_equal(command_find(&match, cases[i].words, cases[i].words[1] == NULL ? 1 : 2, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, cases[i].message));
        assert_non_null(strstr(error.hint, cases[i].hint));
        assert_int_equal(match.words, 77);
    }
}

/* The table is in order: groups are together, names differ, and what is said of each command is there. */
static void test_table(void **state)
{
    (void)state;
    for (const struct command *const *command = command_all; *command != NULL; command++) {
        const struct option *tables[COMMAND_TABLES];
        struct command_match match;
        struct error error = {0};
        struct text first = command_first_word(*command);
        char group[32];

        snprintf(group, sizeof group, "%.*s", TEXT_ARGS(first));
        assert_int_equal(command_find(&match, (const char *[]){group, command_second_word(*command).bytes}, 2, &error),
                         ERROR_NONE);
        assert_ptr_equal(match.command, *command);
        assert_true((*command)->summary[0] != '\0' && (*command)->examples[0] != NULL && (*command)->run != NULL);
        assert_int_equal((*command)->text[strlen((*command)->text) - 1], '\n');
        command_tables(*command, tables);
        assert_ptr_equal(tables[(*command)->options == NULL ? 0 : 1], (*command)->compares          ? settings_comparing
                                                                      : (*command)->reads_schemas   ? settings_reading
                                                                      : (*command)->reads_databases ? settings_reading
                                                                      : (*command)->asks            ? settings_asking
                                                                                                    : settings_general);
    }
}

/* ---- mistakes ---- */

/* Relative names are those of files in the folder of the test. */
static const struct {
    const char *arguments[ARGUMENT_LIMIT];
    int status;
    const char *output; /* a part of it; NULL: none at all */
    const char *errors; /* a part of the one line; NULL: none at all */
} cases[] = {
    {{"fleet"}, 2, NULL, "no collector is named"},
    {{"fleet", "--collector", "http://127.0.0.1:1"}, 3, NULL, "no collector answers at 'http://127.0.0.1:1'"},
    {{"fleet", "--collector", "127.0.0.1:1"}, 2, NULL, "is no URL"},
    {{"fleet", "--collector", "ftp://127.0.0.1:1"}, 2, NULL, "'http://'"},
    {{"fleet", "--collector", "http://u:s3cret@127.0.0.1:1"}, 2, NULL, "more than host, port and path"},
    {{"fleet", "--collector", "http://127.0.0.1:1/?token=s3cret"}, 2, NULL, "more than host, port and path"},
    {{"fleet", "--collector", "http://127.0.0.1:1", "--token", "s3cret"}, 2, NULL, "the token must not be written"},
    {{"fleet", "--collector", "http://127.0.0.1:1", "--token=s3cret"}, 2, NULL, "the token must not be written"},
    {{"fleet", "--collector", "http://127.0.0.1:1", "--token", "file:none"}, 2, NULL, "'none'"},
    {{"fleet", "--collector", "http://127.0.0.1:1", "--token", "file:text"}, 2, NULL, "is no token"},
    {{"fleet", "--collector", "http://driftline.example", "--token", "file:token"}, 2, NULL, "without encryption"},
    {{"diff", "orders@prod", "orders@staging", "--collector", "http://127.0.0.1:1"}, 3, NULL, "; to: "},
    {{"agents"}, 2, NULL, "needs list, enroll or revoke"},
    {{"agents", "--format", "json"}, 2, NULL, "needs list, enroll or revoke"},
    {{"agents", "--help"}, 0, "agents revoke NAME", NULL},
    {{"agents", "enrol"}, 2, NULL, "did you mean 'agents enroll'?"},
    {{"agnets", "list"}, 2, NULL, "did you mean 'agents'?"},
    {{"targets", "nonsense"}, 2, NULL, "'driftline help targets'"},
    {{"help", "targets"}, 0, "targets forget DATABASE@ENVIRONMENT/INSTANCE", NULL},
    {{"help", "agents", "enroll"}, 0, "--key KEY", NULL},
    {{"agents", "enroll", "--help"}, 0, "--key KEY", NULL},
    {{"help", "diff", "agents"}, 2, NULL, "no command 'diff agents'"},
    {{"help", "gate"}, 0, "gate history [DATABASE]", NULL},
    {{"help", "gate", "history"}, 0, "--pinned", NULL},
    {{"help", "gate", "hsitory"}, 2, NULL, "no command 'gate hsitory'"},
    {{"drift"}, 2, NULL, "needs list, show, ack, reopen, waive, waivers or unwaive"},
    {{"drift", "lits"}, 2, NULL, "did you mean 'drift list'?"},
    {{"agents", "enroll", "a"}, 2, NULL, "needs '--key'"},
    {{"agents", "enroll", "a", "--key", "s3cret", "--target", "o@p"}, 2, NULL, "neither a key nor a file"},
    {{"agents", "enroll", "a", "--key", "text", "--target", "o@p"}, 2, NULL, "holds no key"},
    {{"agents", "enroll", "a", "--key", "agent.key", "--target", "o@p"}, 2, NULL, "agent.key.pub'"},
    {{"agents", "enroll", "a", "--key", "agent.key.pub"}, 2, NULL, "needs '--target'"},
    {{"targets", "forget", "orders@prod"}, 2, NULL, "not one target"},
    {{"targets", "list", "orders@"}, 2, NULL, "DATABASE@ENVIRONMENT"},
    {{"compare", "orders", "--from", "dev"}, 2, NULL, "belong together"},
    {{"compare", "orders", "--ignore", "nonsense"}, 2, NULL, "'nonsense'"},
    {{"history", "orders", "--since", "yesterday"}, 2, NULL, "'yesterday'"},
    {{"history", "orders", "--limit", "0"}, 2, NULL, "from 1 to 1000"},
    {{"history", "orders@prod~2"}, 2, NULL, "DATABASE@ENVIRONMENT"},
};

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;

    assert_int_equal(chdir(directory->path), 0);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_process process = run_driftline(cases[i].arguments, &directory->arena);

        print_message("  %s %s %s\n", cases[i].arguments[0], cases[i].arguments[1], cases[i].arguments[2]);
        if (process.status != cases[i].status)
            fail_msg("status %d, not %d: %s", process.status, cases[i].status, process.errors.bytes);
        if (cases[i].output == NULL)
            assert_string_equal(process.output.bytes, "");
        else
            assert_non_null(strstr(process.output.bytes, cases[i].output));
        if (cases[i].errors == NULL)
            assert_string_equal(process.errors.bytes, "");
        else if (strstr(process.errors.bytes, cases[i].errors) == NULL)
            fail_msg("no '%s' in: %s", cases[i].errors, process.errors.bytes);
        assert_null(strstr(process.output.bytes, secret));
        assert_null(strstr(process.errors.bytes, secret));
    }
    assert_int_equal(chdir("/"), 0);
}

static int make_folder(void **state)
{
    static struct test_directory directory;

    unsetenv("DRIFTLINE_CONFIG");
    unsetenv("DRIFTLINE_COLLECTOR");
    unsetenv("DRIFTLINE_TOKEN");
    test_directory_make(&directory);
    test_directory_write(&directory, "text", TEXT("just some text\n"));
    test_directory_write(&directory, "token", TEXT("s3cret\n"));
    test_directory_write(&directory, "agent.key", TEXT("s3cret\n"));
    test_directory_write(&directory, "agent.key.pub", TEXT("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID\n"));
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    test_directory_remove(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands_are_found),
        cmocka_unit_test(test_nearest_names_are_offered),
        cmocka_unit_test(test_table),
        cmocka_unit_test_setup_teardown(test_command_lines, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
