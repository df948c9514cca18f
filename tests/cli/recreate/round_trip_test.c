/* Whole databases of a real server, written as SQL and made anew: the roots must be equal, and so must be what pg_dump
 * says. The databases are the rich one of the oracle, and what it becomes when the oracle's cases run in it, one file
 * of cases after the other.
 *
 * DRIFTLINE_RECREATE_FILE=part-of-a-name runs only those files; DRIFTLINE_RECREATE_EACH=1 runs each case in a database
 * of its own, which takes a quarter of an hour. */
#include <stdlib.h>

#include "base/file.h"
#include "integration/database.h"
#include "oracle/oracle_cases.h"
#include "recreate/recreate.h"
#include "support/cmocka.h"
#include "support/postgres.h"
#include "support/process.h"

enum { ARENA_LIMIT = 512 * 1024 * 1024, LEAST_APPLIED = 780, FILE_LIMIT = 1024 * 1024 };

#define RICH "dl_recreate_rich"
#define FROM "dl_recreate"
#define COPY "dl_recreate_copy"

/* Here pg_dump, too, has to break circles. Where depends on the server's numbers. */
#define CIRCLES "circles"

/* Cases that no snapshot tells enough of, and why. */
static const struct {
    const char *title;
    const char *reason;
} exceptions[] = {
    {"object taken out of an extension", "the extension makes it again"},
};

/* Lines of pg_dump that hold what no snapshot does: the key of the dump, and secrets. */
static const char *const dumped_otherwise[] = {"\\restrict ", "\\unrestrict ", "CREATE SUBSCRIPTION ",
                                               "    password '"};

struct stage {
    struct arena arena; /* of one round */
    unsigned applied;
    unsigned rounds;
};

/* Secrets without a key are only `set`: what stands in their place is as good. */
static struct snapshot *read_without_key(const char *ref)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error;

    database_settings(&settings);
    settings.secret_key = TEXT("");
    if (source_postgres.read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

static struct recreate_script make_script(struct stage *stage, const struct snapshot *snapshot)
{
    static const struct recreate_options options = {.owners = true, .grants = true};
    struct recreate_script script = {0};
    struct error error;

    if (recreate_make(&script, snapshot, &options, &stage->arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return script;
}

/* Everything in one transaction: the script promises that it can be. */
static void apply(const struct recreate_script *script, const char *ref)
{
    CLEANUP(database_finish) PGconn *connection = database_connect(ref);

    database_run(connection, "BEGIN");
    for (size_t i = 0; i < script->statement_count; i++)
        database_run(connection, script->statements[i].sql.bytes);
    database_run(connection, "COMMIT");
}

static bool is_dumped_otherwise(struct text line)
{
    for (size_t i = 0; i < LENGTH_OF(dumped_otherwise); i++)
        if (text_starts_with(line, text_from(dumped_otherwise[i])))
            return true;
    return false;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words of a line in order: a snapshot knows options and the like as sets. */
static const char *sort_words(struct stage *stage, struct text line)
{
    static const char separators[] = " ,;()\n";
    char *copy = arena_string(&stage->arena, line);
    const char **words = arena_array(&stage->arena, line.length + 1, sizeof *words);
    CLEANUP(buffer_clear) struct buffer sorted = {0};
    size_t count = 0;
    char *rest;

    assert_true(copy != NULL && words != NULL);
    for (char *word = strtok_r(copy, separators, &rest); word != NULL; word = strtok_r(NULL, separators, &rest))
        words[count++] = word;
    qsort(words, count, sizeof *words, compare_strings);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&sorted, "%s ", words[i]);
    copy = arena_string(&stage->arena, buffer_text(&sorted));
    assert_non_null(copy);
    return copy;
}

struct lines {
    const char **items;
    size_t count;
};

/* The lines of pg_dump that must be the same, sorted. */
static struct lines dump(struct stage *stage, const char *ref)
{
    const char *program = arena_printf(&stage->arena, "%s/pg_dump", test_postgres_setting(&stage->arena, "PGBIN"));
    const char *arguments[] = {program, "--schema-only", "--dbname", ref, NULL};
    struct test_process process = {.arguments = arguments};
    struct lines lines = {0};

    test_process_run(&process, &stage->arena);
    if (process.status != 0)
        fail_msg("pg_dump: %s", process.errors.bytes);
    lines.items = arena_array(&stage->arena, process.output.length + 1, sizeof *lines.items);
    assert_non_null(lines.items);
    for (const char *line = process.output.bytes; *line != '\0';) {
        const char *end = strchrnul(line, '\n');
        struct text text = {line, (size_t)(end - line)};

        if (!is_dumped_otherwise(text))
            lines.items[lines.count++] = sort_words(stage, text);
        line = *end == '\0' ? end : end + 1;
    }
    qsort(lines.items, lines.count, sizeof *lines.items, compare_strings);
    return lines;
}

static void expect_same_dump(struct stage *stage, const char *from, const char *copy)
{
    struct lines first = dump(stage, from);
    struct lines second = dump(stage, copy);
    size_t a = 0;
    size_t b = 0;
    unsigned differing = 0;

    while (a < first.count || b < second.count) {
        int order = a == first.count ? 1 : b == second.count ? -1 : strcmp(first.items[a], second.items[b]);

        if (order != 0) {
            printf("  %c %s\n", order < 0 ? '-' : '+', order < 0 ? first.items[a] : second.items[b]);
            differing++;
        }
        a += order <= 0;
        b += order >= 0;
    }
    if (differing > 0)
        fail_msg("%u lines of pg_dump differ", differing);
}

/* Write a database as SQL, make the other of it, and compare. */
static void round_trip(struct stage *stage, const char *from, const char *what)
{
    CLEANUP(database_free) struct snapshot *before = read_without_key(from);
    const char *copy = database_make(&stage->arena, COPY, "TEMPLATE template0");
    struct recreate_script script = make_script(stage, before);

    print_message("  %s: %zu statements, %zu notes\n", what, script.statement_count, script.note_count);
    apply(&script, copy);
    {
        CLEANUP(database_free) struct snapshot *after = read_without_key(copy);

        database_assert_equal(before, after, what);
    }
    if (strcmp(what, CIRCLES) != 0)
        expect_same_dump(stage, from, copy);
    database_drop(COPY);
    stage->rounds++;
}

/* A fresh copy of the rich database. */
static const char *make_from(struct stage *stage)
{
    return database_make(&stage->arena, FROM, "TEMPLATE " RICH " STRATEGY file_copy");
}

/* Statements that drop something come last, so that the others still find it. */
static bool drops(const struct oracle_case *now)
{
    return memmem(now->sql.bytes, now->sql.length, "DROP", 4) != NULL;
}

static bool is_wanted(const char *file)
{
    const char *only = getenv("DRIFTLINE_RECREATE_FILE");

    return only == NULL || strstr(file, only) != NULL;
}

static bool is_excepted(const struct oracle_case *now)
{
    for (size_t i = 0; i < LENGTH_OF(exceptions); i++)
        if (strcmp(exceptions[i].title, now->title) == 0)
            return true;
    return false;
}

/* Whether a case still works after those before it: some need what others removed. */
static bool apply_case(PGconn *connection, struct stage *stage, const struct oracle_case *now)
{
    PGresult *result = PQexec(connection, arena_string(&stage->arena, now->sql));
    ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    database_run(connection, "DISCARD ALL");
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Those of a file, or of all files. */
static void apply_cases(struct stage *stage, const struct oracle_case *cases, const char *file, bool dropping)
{
    CLEANUP(database_finish) PGconn *connection = database_connect(test_postgres_dsn(&stage->arena, FROM));

    for (const struct oracle_case *now = cases; now != NULL; now = now->next)
        if ((file == NULL ? is_wanted(now->file) : strcmp(now->file, file) == 0) && drops(now) == dropping &&
            !is_excepted(now))
            stage->applied += apply_case(connection, stage, now);
}

static void run_some(struct stage *stage, const struct oracle_case *cases, const char *file, bool dropping)
{
    const char *from;

    arena_free(&stage->arena);
    from = make_from(stage);
    apply_cases(stage, cases, file, dropping);
    round_trip(stage, from, file == NULL ? "all that drops" : file);
    database_drop(FROM);
}

/* Each file of cases, and what they drop. */
static void run_files(struct stage *stage, const struct oracle_case *cases)
{
    const char *file = "";

    for (const struct oracle_case *now = cases; now != NULL; now = now->next)
        if (strcmp(now->file, file) != 0) {
            file = now->file;
            if (is_wanted(file))
                run_some(stage, cases, file, false);
        }
    run_some(stage, cases, NULL, true);
}

static void run_each(struct stage *stage, const struct oracle_case *cases)
{
    for (const struct oracle_case *now = cases; now != NULL; now = now->next) {
        const char *from;

        if (!is_wanted(now->file) || is_excepted(now))
            continue;
        arena_free(&stage->arena);
        from = make_from(stage);
        {
            CLEANUP(database_finish) PGconn *connection = database_connect(from);

            stage->applied += apply_case(connection, stage, now);
        }
        round_trip(stage, from, now->title);
        database_drop(FROM);
    }
}

/* Scripts of this folder. */
static void run_script(struct stage *stage, const char *name)
{
    const char *from;
    const char *path;
    struct text sql;
    struct error error;

    arena_free(&stage->arena);
    from = database_make(&stage->arena, FROM, "TEMPLATE template0");
    path = arena_printf(&stage->arena, "%s/tests/cli/recreate/%s.sql", getenv("DRIFTLINE_SOURCE_DIR"), name);
    assert_non_null(path);
    if (file_read(path, FILE_LIMIT, &stage->arena, &sql, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    database_script(from, sql.bytes);
    round_trip(stage, from, name);
    database_drop(FROM);
}

static void test_the_cases_of_the_oracle(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct stage stage = {0};
    struct oracle_case *cases;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    arena_init(&stage.arena, ARENA_LIMIT);
    database_make_rich(&arena, RICH, "");
    round_trip(&stage, test_postgres_dsn(&arena, RICH), "the rich database");
    run_script(&stage, CIRCLES);
    run_script(&stage, "growth");
    cases = oracle_cases_read(arena_printf(&arena, "%s/tests/oracle/cases", getenv("DRIFTLINE_SOURCE_DIR")), &arena);
    if (getenv("DRIFTLINE_RECREATE_EACH") != NULL)
        run_each(&stage, cases);
    else
        run_files(&stage, cases);
    print_message("%u cases applied, %u databases made anew\n", stage.applied, stage.rounds);
    if (getenv("DRIFTLINE_RECREATE_FILE") == NULL)
        assert_true(stage.applied >= LEAST_APPLIED);
    database_drop(RICH);
    arena_free(&stage.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_cases_of_the_oracle)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
