/* The program as people call it: command lines with their exit status and what they print. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pty.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "cli/run.h"
#include "support/cmocka.h"
#include "support/directory.h"

enum { ARGUMENT_LIMIT = 10, ROOT_DIGITS = 64 };

static const char secret[] = "s3cret";

/* ---- what there is to read ---- */

static void make_sqlite(const char *path, const char *sql)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/* `%` stands for the folder of the test, `$` for tests/cli/data. */
static const char *expand(struct test_directory *directory, const char *argument)
{
    const char *mark = strpbrk(argument, "%$");
    const char *place;
    const char *expanded;

    if (mark == NULL)
        return argument;
    place = *mark == '%' ? directory->path : test_source_path(directory, "tests/cli/data");
    expanded = arena_printf(&directory->arena, "%.*s%s%s", (int)(mark - argument), argument, place, mark + 1);
    assert_non_null(expanded);
    return expanded;
}

static struct test_process run(struct test_directory *directory, const char *const *arguments)
{
    const char *expanded[ARGUMENT_LIMIT + 1] = {NULL};

    for (size_t i = 0; i < ARGUMENT_LIMIT && arguments[i] != NULL; i++)
        expanded[i] = expand(directory, arguments[i]);
    return run_driftline(expanded, &directory->arena);
}

#define RUN(directory, ...) run(directory, (const char *const[ARGUMENT_LIMIT + 1]){__VA_ARGS__})

static void make_snapshots(struct test_directory *directory)
{
    char *damaged;
    struct text whole;

    assert_int_equal(RUN(directory, "snapshot", "dummy:$/shop.yaml~2", "-o", "%/good.snap").status, 0);
    whole = test_directory_read(directory, "good.snap");
    test_directory_write(directory, "cut.snap", (struct text){whole.bytes, whole.length - 40});
    damaged = arena_copy(&directory->arena, whole.bytes, whole.length);
    assert_non_null(damaged);
    damaged[whole.length / 2] = (char)(damaged[whole.length / 2] ^ 1);
    test_directory_write(directory, "forged.snap", (struct text){damaged, whole.length});
    damaged[whole.length / 2] = (char)(damaged[whole.length / 2] ^ 1);
    damaged[8] = 99; /* the version of the format follows the magic */
    test_directory_write(directory, "future.snap", (struct text){damaged, whole.length});
    test_directory_write(directory, "snapshot_without_ending", whole);
}

static int prepare(void **state)
{
    static struct test_directory directory;

    unsetenv("DRIFTLINE_COLLECTOR");
    unsetenv("DRIFTLINE_TOKEN");
    test_directory_make(&directory);
    make_sqlite(test_directory_path(&directory, "a.db"),
                "CREATE TABLE t(id INTEGER PRIMARY KEY, total NUMERIC); CREATE VIEW v AS SELECT id FROM t;");
    make_sqlite(test_directory_path(&directory, "b.db"),
                "CREATE TABLE t(id INTEGER PRIMARY KEY, total NUMERIC, note TEXT); CREATE VIEW v AS SELECT id FROM t;");
    test_directory_write(&directory, "text", TEXT("just some text\n"));
    test_directory_write(&directory, "empty.snap", TEXT(""));
    test_directory_write(&directory, "bad.yaml", TEXT("ignroe: []\n"));
    test_directory_write(&directory, "spec.yaml", TEXT("spec_version: 1\ntables: {t: {fields: {id: int}}}\n"));
    test_directory_write(&directory, "copy.yaml",
                         TEXT("spec_version: 2\nupdated_at: today\ntables: {t: {fields: {id: int, note: text}}}\n"));
    test_directory_write(&directory, "ignore.yaml", TEXT("ignore: [\"column:*.note\"]\n"));
    make_snapshots(&directory);
    assert_int_equal(mkdir(test_directory_path(&directory, "folder"), 0755), 0);
    *state = &directory;
    return 0;
}

static int clean_up(void **state)
{
    test_directory_remove(*state);
    return 0;
}

/* ---- a table of command lines ---- */

static const struct {
    const char *arguments[ARGUMENT_LIMIT];
    int status;
    const char *output; /* a part of it; NULL: none at all */
    const char *errors; /* a part of the one line; NULL: none at all */
} cases[] = {
    {{"--version"}, 0, "canonical form 1\n", NULL},
    {{"-V"}, 0, "libpq ", NULL},
    {{"--help"}, 0, "  snapshot REF", NULL},
    {{"help"}, 0, "sqlite:PATH", NULL},
    {{"help", "diff"}, 0, "--fail-on LEVEL", NULL},
    {{"diff", "--help"}, 0, "--fail-on LEVEL", NULL},
    {{"diff", "-h", "--config", "/nonexistent"}, 0, "--fail-on LEVEL", NULL},
    {{"hash", "--version"}, 0, "canonical form 1\n", NULL},
    {{NULL}, 2, NULL, "no command"},
    {{"dif"}, 2, NULL, "did you mean 'diff'?"},
    {{"snpashot", "x"}, 2, NULL, "did you mean 'snapshot'?"},
    {{"--format=s3cret", "diff"}, 2, NULL, "'--format'"},
    {{"help", "shwo"}, 2, NULL, "did you mean 'show'?"},
    {{"hash"}, 2, NULL, "needs REF"},
    {{"hash", "%/a.snap", "%/b.snap"}, 2, NULL, "takes 1 operand, not 2"},
    {{"diff", "%/good.snap"}, 2, NULL, "needs FROM TO"},
    {{"hash", "--formt", "json", "%/good.snap"}, 2, NULL, "did you mean '--format'?"},
    {{"hash", "--format", "xml", "%/good.snap"}, 2, NULL, "text, json"},
    {{"diff", "--format", "html", "a", "b"}, 2, NULL, "text, json, markdown, sarif, junit, github"},
    {{"diff", "--fail-on", "fatal", "a", "b"}, 2, NULL, "any, low, medium, high, critical, none"},
    {{"diff", "--ignore", "nonsense", "%/good.snap", "%/good.snap"}, 2, NULL, "'nonsense'"},
    {{"diff", "--connect-timeout", "10", "%/good.snap", "%/good.snap"}, 2, NULL, "from 1ms to 1h"},
    {{"hash", "--config", "%/bad.yaml", "%/good.snap"}, 2, NULL, "ignroe"},
    {{"hash", "--config", "%/none.yaml", "%/good.snap"}, 3, NULL, "none.yaml"},
    {{"hash", "--secret-key", "s3cret", "%/good.snap"}, 2, NULL, "file:PATH"},
    {{"hash", ""}, 2, NULL, "empty"},
    {{"hash", "ftp://u:s3cret@h/x"},
     2,
     NULL,
     "postgres://, postgresql://, sqlite:, mysql://, mariadb://, sqlserver://, odbc:, ddl:, spec:, python:, dummy:"},
    {{"hash", "u:s3cret@h"}, 2, NULL, "'u:'"},
    {{"hash", "host?password=s3cret"}, 2, NULL, "neither a reference nor an existing file"},
    {{"hash", "postgres:orders"}, 2, NULL, "'postgres://'"},
    {{"hash", "orders@prod~2"}, 2, NULL, "no collector is named"},
    {{"hash", "orders@prod~yesterday"}, 2, NULL, "'~'"},
    {{"hash", "odbc:DSN=no-such-source;PWD=s3cret"}, 2, NULL, "no-such-source"},
    {{"hash", "mysql://u:s3cret@h"}, 2, NULL, "database"},
    {{"hash", "spec:"}, 2, NULL, "names no file"},
    {{"hash", "spec:%/none.yaml"}, 3, NULL, "none.yaml"},
    {{"hash", "spec:%/bad.yaml"}, 2, NULL, "bad.yaml:1:1: unknown key 'ignroe'"},
    {{"hash", "python:"}, 2, NULL, "names no folder"},
    {{"hash", "python:%/none"}, 3, NULL, "none"},
    {{"diff", "--role", "ignore", "a", "b"}, 2, NULL, "enforce, warn"},
    {{"hash", "%/a.db"}, 2, NULL, "write 'sqlite:"},
    {{"hash", "%/none.snap"}, 3, NULL, "none.snap"},
    {{"hash", "%/text"}, 3, NULL, "/text'"},
    {{"hash", "%/empty.snap"}, 3, NULL, "empty.snap"},
    {{"hash", "%/cut.snap"}, 3, NULL, "cut.snap"},
    {{"hash", "%/forged.snap"}, 3, NULL, "forged.snap"},
    {{"hash", "%/future.snap"}, 3, NULL, "99"},
    {{"hash", "%/folder"}, 3, NULL, "folder"},
    {{"hash", "sqlite:%/none.db"}, 3, NULL, "none.db"},
    {{"hash", "sqlite:%/text"}, 3, NULL, "text"},
    {{"hash", "postgres://u:s3cret@127.0.0.1:1/d"}, 3, NULL, "127.0.0.1"},
    {{"diff", "postgres://u:s3cret@127.0.0.1:1/d", "%/good.snap"}, 3, NULL, "127.0.0.1"},
    {{"diff", "%/none.snap", "%/cut.snap"}, 3, NULL, "; to: "},
    {{"diff", "-", "-"}, 2, NULL, "only once"},
    {{"diff", "-", "/dev/stdin"}, 2, NULL, "only once"},
    {{"snapshot", "%/cut.snap", "-o", "%/new.snap"}, 3, NULL, "cut.snap"},
    {{"snapshot", "sqlite:%/a.db", "-o", "%/folder"}, 3, NULL, "folder"},
    {{"snapshot", "sqlite:%/a.db", "-o", "%/none/new.snap"}, 3, NULL, "none/new.snap"},
    {{"snapshot", "sqlite:%/a.db", "-o", "%/a.db"}, 2, NULL, "another file"},
    {{"snapshot", "sqlite:%/a.db", "-o", "%/b.db"}, 2, NULL, "another file"},
    {{"diff", "%/good.snap", "sqlite:%/b.db", "-o", "%/good.snap"}, 2, NULL, "another file"},
    {{"snapshot", "sqlite:%/a.db", "-o", "/dev/full"}, 3, NULL, "No space left"},
    {{"snapshot", "sqlite:%/a.db", "-o", "-", "--format", "json"}, 2, NULL, "standard output"},
    {{"snapshot", "sqlite:%/a.db", "-o", "/dev/null"}, 0, "/dev/null\n", NULL},
    {{"show", "%/good.snap"}, 0, "  shop.total(integer, text)\n", NULL},
    {{"show", "%/good.snap"}, 0, "  foreign keys                        6\n", NULL},
    {{"show", "%/snapshot_without_ending"}, 0, "engine    dummy\n", NULL},
    {{"show", "dummy:$/shop.yaml"}, 0, "not covered\n  policy (permission denied)\n", NULL},
    {{"show", "dummy:$/declared.yaml"}, 0, "\nnot declared\n  views, indexes\n\n", NULL},
    {{"diff", "dummy:$/declared.yaml~1", "dummy:$/declared.yaml"},
     0,
     "not compared:\n  from  1 view (not declared)\n",
     NULL},
    {{"diff", "dummy:$/declared.yaml~1", "dummy:$/declared.yaml"},
     0,
     "no changes; not compared: 1 in 'from', 0 in 'to'\nIN_SYNC\n",
     NULL},
    {{"diff", "dummy:$/declared.yaml~1", "dummy:$/declared.yaml", "--format", "json"}, 0, "\"not_compared\"", NULL},
    {{"diff", "dummy:$/declared.yaml~1", "dummy:$/declared.yaml", "--format", "markdown"}, 0, "Not compared:", NULL},
    {{"show", "%/good.snap", "shop.orders"}, 0, "    customer  nullable  yes\n              type      bigint\n", NULL},
    {{"show", "%/good.snap", "shop.totals"}, 0, "  definition\n    SELECT customer,\n      sum(total)\n", NULL},
    {{"show", "%/good.snap", "shop.total"}, 0, "function shop.total(integer, text)\n", NULL},
    {{"show", "%/good.snap", "orders"}, 0, "table shop.orders\n", NULL},
    {{"show", "%/good.snap", "shop.orders.total"}, 0, "column shop.orders.total\n  default   0\n", NULL},
    {{"show", "%/good.snap", "shop.*s", "--kind", "table"}, 0, "table shop.customers\n", NULL},
    {{"show", "%/good.snap", "shop.ordrs"}, 3, NULL, "did you mean 'shop.orders'?"},
    {{"show", "%/good.snap", "nothing_like_that"}, 3, NULL, "no object 'nothing_like_that'"},
    {{"show", "%/good.snap", "-k", "index"}, 0, "indexes\n  shop.orders.orders_total\n", NULL},
    {{"show", "%/good.snap", "--kind", "indx"}, 2, NULL, "'indx'"},
    {{"show", "%/good.snap", "--stats", "--kind", "table"}, 2, NULL, "--stats"},
    {{"show", "%/good.snap", "--stats"}, 0, "  2  shop.lines -> shop.orders -> shop.customers\n", NULL},
    {{"show", "%/good.snap", "--stats"}, 0, "1\n  shop.heads, shop.tails\n", NULL},
    {{"show", "%/good.snap", "--stats"}, 0, "without primary key              1\n  shop.lines\n", NULL},
    {{"hash", "dummy:$/shop.yaml"}, 0, "\n", "not covered: policy (permission denied)"},
    {{"hash", "dummy:$/none.yaml"}, 3, NULL, "none.yaml"},
    {{"diff", "spec:%/spec.yaml", "spec:%/spec.yaml"}, 0, "IN_SYNC", NULL},
    {{"diff", "spec:%/spec.yaml", "spec:%/copy.yaml"}, 1, "version 2, updated today, 1 table, 2 fields, SHA-256", NULL},
    {{"diff", "spec:%/spec.yaml", "spec:%/copy.yaml", "--role", "enforce"}, 1, "public.t.note", NULL},
    {{"diff", "spec:%/spec.yaml", "spec:%/copy.yaml", "--role", "warn"}, 0, "DRIFTED", NULL},
    {{"diff", "spec:%/spec.yaml", "spec:%/copy.yaml", "--role", "warn", "--format", "json"},
     0,
     "\"declared\": {",
     NULL},
    {{"diff", "spec:%/spec.yaml", "spec:%/copy.yaml", "--format", "markdown"},
     1,
     "- to: <code>version 2, updated today, 1 table, 2 fields, SHA-256",
     NULL},
    {{"diff", "spec:%/spec.yaml", "spec:%/none.yaml", "--role", "warn"}, 3, NULL, "none.yaml"},
    {{"diff", "sqlite:%/a.db", "sqlite:%/a.db"}, 0, "IN_SYNC", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db"}, 1, "main.t.note", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--fail-on", "medium"}, 1, "main.t.note", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--fail-on", "high"}, 0, "main.t.note", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--fail-on", "none"}, 0, "main.t.note", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--severity", "column:*=critical", "--fail-on=critical"},
     1,
     "critical",
     NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--ignore", "column:*.note"}, 0, "IN_SYNC", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--config", "%/ignore.yaml"}, 0, "IN_SYNC", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--aspect", "access,storage"}, 0, "IN_SYNC", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "--color", "always"}, 1, "\033[", NULL},
    {{"diff", "sqlite:%/a.db", "sqlite:%/b.db", "-o", "/dev/full"}, 3, NULL, "No space left"},
    {{"diff", "dummy:$/shop.yaml~2", "dummy:$/shop.yaml~1"}, 1, "critical", NULL},
    {{"diff", "dummy:$/shop.yaml~1", "dummy:$/shop.yaml"}, 3, "UNKNOWN", NULL},
    {{"diff", "dummy:$/shop.yaml~2", "dummy:$/shop.yaml"}, 1, "shop.refunds", NULL},
    {{"diff", "dummy:$/shop.yaml~2", "dummy:$/shop.yaml", "--fail-on", "none"}, 3, "shop.refunds", NULL},
    {{"completion", "fish"}, 2, NULL, "bash"},
};

static void check_streams(const struct test_process *process, const char *output, const char *errors)
{
    if (output == NULL)
        assert_int_equal(process->output.length, 0);
    else if (strstr(process->output.bytes, output) == NULL)
        fail_msg("standard output lacks '%s':\n%s", output, process->output.bytes);
    if (errors == NULL) {
        assert_string_equal(process->errors.bytes, "");
        return;
    }
    if (strstr(process->errors.bytes, errors) == NULL)
        fail_msg("standard error lacks '%s':\n%s", errors, process->errors.bytes);
    assert_memory_equal(process->errors.bytes, "driftline: ", strlen("driftline: "));
    assert_ptr_equal(strchr(process->errors.bytes, '\n'), process->errors.bytes + process->errors.length - 1);
}

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;
    size_t files = test_directory_count(directory);

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct test_process process = run(directory, cases[i].arguments);

        print_message("  %s %s %s\n", cases[i].arguments[0], cases[i].arguments[1], cases[i].arguments[2]);
        if (process.status != cases[i].status)
            fail_msg("status %d, not %d: %s", process.status, cases[i].status, process.errors.bytes);
        check_streams(&process, cases[i].output, cases[i].errors);
        assert_null(strstr(process.output.bytes, secret));
        assert_null(strstr(process.errors.bytes, secret));
        assert_int_equal(test_directory_count(directory), files); /* nothing half-written is left */
    }
}

/* ---- single commands ---- */

static void test_hash_prints_nothing_else(void **state)
{
    struct test_directory *directory = *state;
    struct test_process file = RUN(directory, "hash", "%/good.snap");
    struct test_process live = RUN(directory, "hash", "dummy:$/shop.yaml~2");
    struct test_process aspect = RUN(directory, "hash", "%/good.snap", "--aspect", "structure");
    struct test_process json = RUN(directory, "hash", "%/good.snap", "--format", "json");

    assert_int_equal(file.output.length, ROOT_DIGITS + 1);
    assert_int_equal(strspn(file.output.bytes, "0123456789abcdef"), ROOT_DIGITS);
    assert_int_equal(file.output.bytes[ROOT_DIGITS], '\n');
    assert_string_equal(file.output.bytes, live.output.bytes);
    assert_int_equal(aspect.output.length, ROOT_DIGITS + 1);
    assert_string_not_equal(aspect.output.bytes, file.output.bytes);
    assert_non_null(strstr(json.output.bytes, arena_printf(&directory->arena, "%.64s", file.output.bytes)));
    assert_non_null(strstr(json.output.bytes, arena_printf(&directory->arena, "%.64s", aspect.output.bytes)));
}

static void test_snapshot_names_its_file(void **state)
{
    struct test_directory *directory = *state;
    size_t files = test_directory_count(directory);
    const char *hash = RUN(directory, "hash", "sqlite:%/a.db").output.bytes;
    const char *name = arena_printf(&directory->arena, "a-%.12s.snap", hash);
    struct test_process process;

    assert_int_equal(chdir(directory->path), 0);
    process = RUN(directory, "snapshot", "sqlite:%/a.db");
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(process.status, 0);
    assert_string_equal(process.output.bytes, arena_printf(&directory->arena, "%s\n", name));
    assert_int_equal(test_directory_count(directory), files + 1);
    assert_string_equal(RUN(directory, "hash", arena_printf(&directory->arena, "%%/%s", name)).output.bytes, hash);
    assert_int_equal(unlink(test_directory_path(directory, name)), 0);
}

static void test_snapshot_through_a_pipe(void **state)
{
    struct test_directory *directory = *state;
    struct test_process written = RUN(directory, "snapshot", "sqlite:%/a.db", "-o", "-");
    const char *const arguments[] = {run_program(&directory->arena), "diff", "-", expand(directory, "sqlite:%/a.db"),
                                     NULL};
    struct test_process read = {.arguments = arguments, .input = written.output};

    assert_int_equal(written.status, 0);
    test_process_run(&read, &directory->arena);
    assert_string_equal(read.errors.bytes, "");
    assert_int_equal(read.status, 0);
}

/* A result that is written over an older one is there in full or not at all. */
static void test_diff_into_a_file(void **state)
{
    struct test_directory *directory = *state;
    struct test_process process =
        RUN(directory, "diff", "sqlite:%/a.db", "sqlite:%/b.db", "-o", "%/report", "--format", "json");

    assert_int_equal(process.status, 1);
    assert_string_equal(process.output.bytes, "");
    assert_non_null(strstr(test_directory_read(directory, "report").bytes, "\"DRIFTED\""));
    process = RUN(directory, "diff", "sqlite:%/a.db", "sqlite:%/none.db", "-o", "%/report");
    assert_int_equal(process.status, 3);
    assert_non_null(strstr(test_directory_read(directory, "report").bytes, "\"DRIFTED\""));
    assert_int_equal(unlink(test_directory_path(directory, "report")), 0);
}

static const char *const json_commands[][ARGUMENT_LIMIT + 1] = {
    {"hash", "%/good.snap", "--format", "json"},
    {"show", "%/good.snap", "--format", "json"},
    {"show", "%/good.snap", "--format", "json", "--stats"},
    {"show", "%/good.snap", "--format", "json", "--kind", "table,column"},
    {"show", "%/good.snap", "--format", "json", "shop.orders"},
    {"show", "dummy:$/shop.yaml", "--format", "json", "shop.orders.total"},
    {"snapshot", "%/good.snap", "--format", "json", "-o", "/dev/null"},
    {"diff", "dummy:$/shop.yaml~2", "dummy:$/shop.yaml", "--format", "json"},
};

static void test_json_is_json(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(json_commands); i++) {
        struct test_process process = run(directory, json_commands[i]);
        json_error_t error;
        json_t *json = json_loads(process.output.bytes, JSON_REJECT_DUPLICATES, &error);

        if (json == NULL)
            fail_msg("%s: %s\n%s", json_commands[i][0], error.text, process.output.bytes);
        json_decref(json);
    }
}

static void test_figures_as_json(void **state)
{
    struct test_process process = RUN(*state, "show", "%/good.snap", "--stats", "--format", "json");
    json_t *json = json_loads(process.output.bytes, 0, NULL);
    json_t *figures = json_object_get(json, "statistics");

    assert_int_equal(json_integer_value(json_object_get(json_object_get(figures, "kinds"), "table")), 5);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(figures, "kinds"), "column")), 9);
    assert_string_equal(json_string_value(json_object_get(figures, "widest_table")), "shop.orders");
    assert_int_equal(json_array_size(json_object_get(figures, "longest_chain")), 3);
    assert_int_equal(json_integer_value(json_object_get(figures, "self_references")), 1);
    assert_int_equal(json_integer_value(json_object_get(figures, "foreign_keys_outside")), 1);
    assert_int_equal(json_array_size(json_array_get(json_object_get(figures, "cycles"), 0)), 2);
    json_decref(json);
}

/* The example that docs/reference/configuration.md shows. */
static void test_example_configuration_works(void **state)
{
    struct test_directory *directory = *state;
    CLEANUP(arena_free) struct arena arena;
    struct text page = {0};
    struct error error = {0};
    const char *begin;
    const char *end;

    arena_init(&arena, 1024 * 1024);
    assert_int_equal(
        file_read(test_source_path(directory, "docs/reference/configuration.md"), 1024 * 1024, &arena, &page, &error),
        ERROR_NONE);
    begin = strstr(page.bytes, "```yaml\n");
    assert_non_null(begin);
    begin += strlen("```yaml\n");
    end = strstr(begin, "```");
    assert_non_null(end);
    test_directory_write(directory, "example.yaml", (struct text){begin, (size_t)(end - begin)});
    assert_int_equal(RUN(directory, "diff", "%/good.snap", "%/good.snap", "--config", "%/example.yaml").status, 0);
    assert_int_equal(unlink(test_directory_path(directory, "example.yaml")), 0);
}

/* ---- descriptors ---- */

static void test_reader_that_has_gone_is_no_failure(void **state)
{
    static const char *const commands[][ARGUMENT_LIMIT + 1] = {
        {"help"}, {"show", "%/good.snap"}, {"snapshot", "%/good.snap", "-o", "-"}};
    struct test_directory *directory = *state;
    const char *path = test_directory_path(directory, "errors");

    for (size_t i = 0; i < LENGTH_OF(commands); i++) {
        const char *expanded[ARGUMENT_LIMIT + 1] = {NULL};
        int errors = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        int ends[2];

        for (size_t j = 0; commands[i][j] != NULL; j++)
            expanded[j] = expand(directory, commands[i][j]);
        assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
        close(ends[0]);
        assert_int_equal(run_wait(run_start(expanded, ends[1], errors, &directory->arena)), 0);
        close(ends[1]);
        close(errors);
        assert_int_equal(test_directory_read(directory, "errors").length, 0);
    }
    assert_int_equal(unlink(path), 0);
}

static void test_full_disk_is_a_failure(void **state)
{
    static const char *const commands[] = {"\"$0\" help >/dev/full", "\"$0\" hash \"$1\" >/dev/full",
                                           "\"$0\" diff \"$1\" \"$1\" >/dev/full",
                                           "\"$0\" snapshot \"$1\" -o - >/dev/full"};
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(commands); i++) {
        const char *const arguments[] = {
            "sh", "-c", commands[i], run_program(&directory->arena), expand(directory, "%/good.snap"), NULL};
        struct test_process process = {.arguments = arguments};

        test_process_run(&process, &directory->arena);
        assert_int_equal(process.status, 3);
        check_streams(&process, NULL, "No space left");
    }
}

/* With its standard descriptors closed nothing may be written into a file that happens to get their numbers. */
static void test_closed_descriptors(void **state)
{
    struct test_directory *directory = *state;
    struct text before = test_directory_read(directory, "good.snap");
    const char *const arguments[] = {
        "sh", "-c", "\"$0\" hash \"$1\" <&- >&- 2>&-", run_program(&directory->arena), expand(directory, "%/good.snap"),
        NULL};
    struct test_process process = {.arguments = arguments};

    test_process_run(&process, &directory->arena);
    assert_int_equal(process.status, 0);
    assert_true(text_equal(before, test_directory_read(directory, "good.snap")));
}

static struct text read_command_line(pid_t child, struct arena *arena)
{
    const char *path = arena_printf(arena, "/proc/%d/cmdline", (int)child);
    struct text content = {0};
    struct error error = {0};

    assert_non_null(path);
    if (file_read(path, 1024 * 1024, arena, &content, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return content;
}

/* What `ps` shows while the program waits for a snapshot that comes through a named pipe. */
static void test_secrets_are_not_in_the_process_list(void **state)
{
    static const char *const references[] = {
        "postgres://u:s3cret@127.0.0.1:1/d", "postgres://127.0.0.1:1/d?user=u&password=s3cret",
        "postgresql://127.0.0.1:1/d?p%61ssword=s3cret", "odbc:Driver=x;UID=u;PWD={s3cret};Port=1"};
    struct test_directory *directory = *state;
    const char *fifo = test_directory_path(directory, "fifo.snap");
    const char *path = test_directory_path(directory, "streams");

    assert_int_equal(mkfifo(fifo, 0600), 0);
    for (size_t i = 0; i < LENGTH_OF(references); i++) {
        const char *const arguments[] = {"diff", references[i], fifo, NULL};
        int streams = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        pid_t child = run_start(arguments, streams, streams, &directory->arena);
        int writer = open(fifo, O_WRONLY | O_CLOEXEC); /* returns when the program has opened the other end */
        struct text line = read_command_line(child, &directory->arena);

        close(writer);
        assert_int_equal(run_wait(child), strncmp(references[i], "odbc", 4) == 0 ? 2 : 3);
        close(streams);
        assert_non_null(memmem(line.bytes, line.length, "fifo.snap", strlen("fifo.snap")));
        assert_non_null(memmem(line.bytes, line.length, "*", 1));
        assert_null(memmem(line.bytes, line.length, secret, strlen(secret)));
        assert_null(strstr(test_directory_read(directory, "streams").bytes, secret));
    }
    assert_int_equal(unlink(fifo), 0);
    assert_int_equal(unlink(path), 0);
}

/* ---- a terminal ---- */

/* Read from a terminal until a text has come, or its end. */
static void read_until(int terminal, struct buffer *seen, const char *wanted)
{
    char bytes[4096];

    while (wanted == NULL || seen->bytes == NULL || strstr(seen->bytes, wanted) == NULL) {
        ssize_t got = read(terminal, bytes, sizeof bytes);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) { /* EIO: the other side has gone */
            if (wanted != NULL)
                fail_msg("'%s' did not come: %s", wanted, buffer_text(seen).bytes);
            return;
        }
        buffer_add(seen, bytes, (size_t)got);
    }
}

/* The line appears while reading takes its time, and is gone at the end. */
static void test_progress_on_a_terminal(void **state)
{
    struct test_directory *directory = *state;
    const char *fifo = test_directory_path(directory, "fifo.snap");
    const char *program = run_program(&directory->arena);
    struct text snapshot = test_directory_read(directory, "good.snap");
    CLEANUP(buffer_clear) struct buffer seen;
    int terminal;
    int writer;
    pid_t child;

    buffer_init(&seen);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    child = forkpty(&terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        setenv("TERM", "xterm", 1);
        execl(program, program, "hash", fifo, (char *)NULL);
        _exit(127);
    }
    read_until(terminal, &seen, "\r\033[Kreading ...");
    writer = open(fifo, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(writer, snapshot.bytes, snapshot.length), snapshot.length);
    close(writer);
    read_until(terminal, &seen, NULL);
    close(terminal);
    assert_int_equal(run_wait(child), 0);
    /* the last thing before the hash takes the line away */
    assert_true(seen.length > ROOT_DIGITS + 2 + 4);
    assert_memory_equal(seen.bytes + seen.length - ROOT_DIGITS - 2 - 4, "\r\033[K", 4);
    assert_int_equal(unlink(fifo), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_lines),
        cmocka_unit_test(test_hash_prints_nothing_else),
        cmocka_unit_test(test_snapshot_names_its_file),
        cmocka_unit_test(test_snapshot_through_a_pipe),
        cmocka_unit_test(test_diff_into_a_file),
        cmocka_unit_test(test_json_is_json),
        cmocka_unit_test(test_figures_as_json),
        cmocka_unit_test(test_example_configuration_works),
        cmocka_unit_test(test_reader_that_has_gone_is_no_failure),
        cmocka_unit_test(test_full_disk_is_a_failure),
        cmocka_unit_test(test_closed_descriptors),
        cmocka_unit_test(test_secrets_are_not_in_the_process_list),
        cmocka_unit_test(test_progress_on_a_terminal),
    };

    return cmocka_run_group_tests(tests, prepare, clean_up);
}
