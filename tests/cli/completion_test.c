/* Completion as a shell does it: the script is loaded into a real one, which is then asked. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/run.h"
#include "support/cmocka.h"
#include "support/directory.h"

static const struct {
    const char *words;  /* of the command line, as bash splits them; the last one is being completed */
    const char *offers; /* all that is offered, sorted, separated by blanks */
} cases[] = {
    {"''",
     "--help --version agents capture codegen compare completion contracts diff docs doctor drift events fleet gate "
     "hash help history lint mcp notify publish rehearse show snapshot snapshots syncs targets verify"},
    {"d", "diff docs doctor drift"},
    {"notify ''", "--help dead list replay show test"},
    {"notify replay --all", "--all-dead"},
    {"events --fo", "--follow --format"},
    {"doctor --pl", "--planted-drift"},
    {"gate ''", "history"},
    {"gate h", "history"},
    {"gate --p", "--pin"},
    {"gate orders --p", "--pin"},
    {"gate --to prod --ag", "--against"},
    {"gate orders --format ''", "github json junit markdown text"},
    {"gate history --p", "--pinned"},
    {"gate history --format ''", "json text"},
    {"help gate ''", "history"},
    {"drift ''", "--help ack list reopen show unwaive waive waivers"},
    {"drift list --cause pend", "pending"},
    {"drift list --cause hotfix,d", "hotfix,diverged"},
    {"drift waive --file n", "notes.txt"},
    {"verify --w", "--wait"},
    {"help sh", "show"},
    {"help agents ''", "enroll list revoke"},
    {"agents ''", "--help enroll list revoke"},
    {"agents e", "enroll"},
    {"targets ''", "--help forget list"},
    {"agents enroll --k", "--key"},
    {"agents enroll --key n", "notes.txt"},
    {"agents enroll db-1 --target ''", ""},
    {"agents list --format ''", "json text"},
    {"fleet --ans", "--answer-timeout"},
    {"fleet --ca n", "notes.txt"},
    {"compare orders --format ''", "github json junit markdown sarif text"},
    {"compare orders --f", "--fail-on --fold-partitions --format --from"},
    {"contracts ''", "check suggest"},
    {"contracts check n", "notes.txt"},
    {"contracts check notes.txt ''",
     "a.snap ddl: dummy: folder mariadb:// mysql:// notes.txt odbc: postgres:// postgresql:// python: spec: sqlite: "
     "sqlserver://"},
    {"contracts suggest --t", "--table --token"},
    {"history orders --severity ''", "critical high low medium"},
    {"history ''", ""},
    {"completion ''", "bash zsh"},
    {"diff --format ''", "github json junit markdown sarif text"},
    {"diff --format m", "markdown"},
    {"diff --format = j", "json junit"},
    {"diff --format =", "github json junit markdown sarif text"},
    {"hash --format ''", "json text"},
    {"diff --fail-on c", "critical"},
    {"diff --aspect str", "structure"},
    {"diff --aspect structure,a", "structure,access"},
    {"show x.snap --kind text_search_p", "text_search_parser"},
    {"show x.snap --kind table,ind", "table,index"},
    {"hash --color ''", "always auto never"},
    {"diff --fo", "--fold-partitions --format"},
    {"hash --st", "--statement-timeout"},
    {"help --he", "--help"},
    {"diff a", "a.snap"},
    {"diff a.snap ''",
     "a.snap ddl: dummy: folder mariadb:// mysql:// odbc: postgres:// postgresql:// python: spec: sqlite: "
     "sqlserver://"},
    {"diff a.snap f", "folder"},
    {"diff a.snap sqlite : no", "notes.txt"},
    {"diff --output n", "notes.txt"},
    {"diff -o n", "notes.txt"},
    {"diff --config = n", "notes.txt"},
    {"diff --connect-timeout ''", ""},
};

static const char *ask_bash(struct test_directory *directory, const char *words)
{
    const char *script = arena_printf(
        &directory->arena,
        "cd %s && eval \"$(\"$0\" completion bash)\" && complete -p driftline >/dev/null && COMP_WORDS=(driftline %s) "
        "&& "
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && _driftline && printf '%%s\\n' \"${COMPREPLY[@]}\" | LC_ALL=C sort | "
        "paste -sd ' '",
        directory->path, words);
    const char *const arguments[] = {"bash", "--norc", "-c", script, run_program(&directory->arena), NULL};
    struct test_process process = {.arguments = arguments};

    assert_non_null(script);
    test_process_run(&process, &directory->arena);
    assert_string_equal(process.errors.bytes, "");
    assert_int_equal(process.status, 0);
    return process.output.bytes;
}

static void test_bash(void **state)
{
    struct test_directory *directory = *state;

    test_directory_write(directory, "a.snap", TEXT(""));
    test_directory_write(directory, "notes.txt", TEXT(""));
    assert_int_equal(mkdir(test_directory_path(directory, "folder"), 0755), 0);
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        print_message("  driftline %s\n", cases[i].words);
        assert_string_equal(ask_bash(directory, cases[i].words),
                            arena_printf(&directory->arena, "%s\n", cases[i].offers));
    }
}

/* zsh is not everywhere: then the test says that it was skipped. */
static void test_zsh(void **state)
{
    struct test_directory *directory = *state;
    const char *const arguments[] = {
        "zsh",
        "-f",
        "-c",
        "autoload -Uz compinit && compinit -D -u && eval \"$(\"$0\" completion zsh)\" && "
        "print -r -- $_comps[driftline] && functions _driftline >/dev/null && functions _driftline_ref >/dev/null && "
        "functions _driftline_member >/dev/null",
        run_program(&directory->arena),
        NULL};
    struct test_process process = {.arguments = arguments};

    test_process_run(&process, &directory->arena);
    assert_string_equal(process.errors.bytes, "");
    assert_string_equal(process.output.bytes, "_driftline\n");
    assert_int_equal(process.status, 0);
}

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
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
        cmocka_unit_test_setup_teardown(test_bash, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_zsh, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
