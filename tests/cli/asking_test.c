/* The commands that ask the collector, as people call them, and a collector that says what the test has written down.
 */
#include "cli/asking.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/asked.h"
#include "support/cmocka.h"

/* ---- a table of command lines ---- */

#define FLEET(verdict)                                                                                                 \
    "{\"at\": \"2026-11-21T10:00:00.000Z\", \"path\": [\"prod\"], \"summary\": {}, \"databases\": "                    \
    "[{\"database\": \"orders\", \"verdict\": \"" verdict "\", \"environments\": [], \"steps\": []}]}"
#define NOTHING "{\"database\": \"orders\", \"changes\": [], \"notes\": [], \"next\": null}"
#define AGENT                                                                                                          \
    "{\"name\": \"db-1\", \"key\": \"k\", \"grants\": [\"orders@prod/*\", \"a@b/*\"], \"connected\": false, "          \
    "\"targets\": 0}"
#define KEY "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

static const struct {
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    const char *answer; /* JSON */
    int status;
    const char *request; /* the line, without the version of HTTP, or more of the request */
    const char *output;  /* a part of it; NULL: none at all */
    const char *errors;  /* the same */
} cases[] = {
    {{"fleet"}, FLEET("IN_SYNC"), 0, "GET /api/v1/fleet HTTP", "orders    IN_SYNC", NULL},
    {{"fleet"}, FLEET("DRIFTED"), 1, "GET /api/v1/fleet HTTP", "1 drifted", NULL},
    {{"fleet"}, FLEET("UNKNOWN"), 3, "GET /api/v1/fleet HTTP", "1 unknown", NULL},
    {{"fleet", "orders"}, FLEET("IN_SYNC"), 0, "GET /api/v1/fleet?database=orders HTTP", "orders", NULL},
    {{"fleet", "--format", "json"}, FLEET("DRIFTED"), 1, "GET /api/v1/fleet HTTP", FLEET("DRIFTED") "\n", NULL},
    {{"fleet"}, FLEET("SPLENDID"), 3, "GET /api/v1/fleet HTTP", NULL, "'verdict' cannot be 'SPLENDID'"},
    {{"fleet"}, "{}", 3, "GET /api/v1/fleet HTTP", NULL, "'at' is missing"},
    {{"fleet"}, "nonsense", 3, "GET /api/v1/fleet HTTP", NULL, "no JSON"},
    {{"fleet", "orders"},
     "{\"at\": \"2026-11-21\", \"path\": [], \"databases\": []}",
     3,
     "GET /api/v1/fleet?database=orders HTTP",
     NULL,
     "knows no database 'orders'"},
    {{"history", "orders"}, NOTHING, 0, "GET /api/v1/history?database=orders&limit=100 HTTP", "no changes\n", NULL},
    {{"history", "orders@prod/eu-1", "shop.total(integer, text)", "--severity", "high", "--limit", "7"},
     NOTHING,
     0,
     "GET /api/v1/history?database=orders&environment=prod&instance=eu-1&object=shop.total%28integer%2C%20text%29"
     "&severity=high&limit=7 HTTP",
     "no changes\n",
     NULL},
    {{"history", "orders", "--since", "2026-11-01T01:00+01:00", "--until", "2026-11-02"},
     NOTHING,
     0,
     "GET /api/v1/history?database=orders&since=2026-11-01T00%3A00%3A00.000Z&until=2026-11-02T00%3A00%3A00.000Z"
     "&limit=100 HTTP",
     "no changes\n",
     NULL},
    {{"history", "orders", "--format", "json"}, NOTHING, 0, "GET /api/v1/history?", NOTHING "\n", NULL},
    {{"snapshots", "orders@prod"},
     "{\"snapshots\": [], \"next\": null}",
     0,
     "GET /api/v1/snapshots?database=orders&environment=prod&limit=20 HTTP",
     "no snapshots\n",
     NULL},
    {{"agents", "list"}, "{\"agents\": [" AGENT "]}", 0, "GET /api/v1/agents HTTP", "db-1   never seen", NULL},
    {{"agents", "list", "--format=json"}, "{\"agents\": []}", 0, "GET /api/v1/agents HTTP", "{\"agents\": []}\n", NULL},
    {{"agents", "enroll", "db-1", "--key", KEY, "--target", "orders@prod/*", "--target", "a@b"},
     AGENT,
     0,
     "POST /api/v1/agents HTTP",
     "agent 'db-1' may speak for orders@prod/*, a@b/*\n",
     NULL},
    {{"agents", "revoke", "db/1"}, AGENT, 0, "DELETE /api/v1/agents/db%2F1 HTTP", "agent 'db/1' is revoked\n", NULL},
    {{"agents", "revoke", "db-1", "--format", "json"}, AGENT, 0, "DELETE /api/v1/agents/db-1 HTTP", AGENT "\n", NULL},
    {{"targets", "list"}, "{\"targets\": []}", 0, "GET /api/v1/targets HTTP", "no targets\n", NULL},
    {{"targets", "list", "orders@prod"},
     "{\"targets\": []}",
     0,
     "GET /api/v1/targets?database=orders&environment=prod HTTP",
     "no targets\n",
     NULL},
    {{"targets", "forget", "orders@prod/eu-1"},
     "{}",
     0,
     "DELETE /api/v1/targets?database=orders&environment=prod&instance=eu-1 HTTP",
     "orders@prod/eu-1 is forgotten\n",
     NULL},
};

static void test_command_lines(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct test_reply reply = asked_json(directory, text_from(cases[i].answer));
        const char *requests;
        struct test_process process = asked_run(directory, cases[i].arguments, &reply, 1, &requests);

        print_message("  %s %s\n", cases[i].arguments[0], cases[i].arguments[1]);
        asked_check(&process, cases[i].status, cases[i].output, cases[i].errors);
        if (strncmp(requests, cases[i].request, strlen(cases[i].request)) != 0)
            fail_msg("no '%s' in:\n%s", cases[i].request, requests);
        assert_non_null(strstr(requests, "\r\nAuthorization: Bearer dl_s3cret\r\n"));
    }
}

static void test_enrolment_sends_the_key_of_a_file(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, TEXT(AGENT));
    const char *path = test_directory_write(directory, "agent.key.pub", TEXT("  " KEY "\r\n"));
    const char *requests;
    json_t *body;
    struct test_process process = asked_run(
        directory, ASKED("agents", "enroll", "db-1", "--key", path, "--target", "orders@prod"), &reply, 1, &requests);

    assert_int_equal(process.status, 0);
    body = json_loads(strstr(requests, "\r\n\r\n"), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(body);
    assert_string_equal(json_string_value(json_object_get(body, "name")), "db-1");
    assert_string_equal(json_string_value(json_object_get(body, "key")), KEY);
    assert_int_equal(json_array_size(json_object_get(body, "grants")), 1);
    json_decref(body);
}

/* ---- errors of the API ---- */

static void test_errors_have_their_exit_status(void **state)
{
    static const struct {
        const char *status;
        const char *code;
        int exit_status;
    } errors[] = {
        {"400 Bad Request", "usage", 2},   {"401 Unauthorized", "refused", 4}, {"403 Forbidden", "refused", 4},
        {"404 Not Found", "not-found", 3}, {"409 Conflict", "conflict", 4},    {"503 Busy", "full", 3},
        {"500 Oops", "internal", 70},
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(errors); i++) {
        const char *body = arena_printf(&directory->arena,
                                        "{\"error\": {\"code\": \"%s\", \"message\": \"it is so\", \"hint\": \"do\"}}",
                                        errors[i].code);
        const struct test_reply reply =
            test_reply_http(&directory->arena, errors[i].status, ASKED_JSON_TYPE, text_from(body));
        const char *requests;
        struct test_process process = asked_run(directory, ASKED("history", "orders"), &reply, 1, &requests);

        assert_int_equal(process.status, errors[i].exit_status);
        assert_string_equal(process.errors.bytes, "driftline: collector: it is so (do)\n");
        assert_string_equal(process.output.bytes, "");
    }
}

/* ---- compare ---- */

static const struct {
    const char *headers;
    const char *arguments[ASKED_ARGUMENT_LIMIT];
    int status;
    const char *errors; /* all of it */
} comparisons[] = {
    {"Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0,high=0,medium=0,low=0\r\nDriftline-Uncovered: 0\r\n",
     {"compare", "orders"},
     0,
     ""},
    {"Driftline-Verdict: DRIFTED\r\nDriftline-Summary: critical=0,high=1,medium=0,low=2\r\nDriftline-Uncovered: 0\r\n",
     {"compare", "orders"},
     1,
     ""},
    {"Driftline-Verdict: DRIFTED\r\nDriftline-Summary: critical=0,high=1,medium=0,low=2\r\nDriftline-Uncovered: 0\r\n",
     {"compare", "orders", "--fail-on", "critical"},
     0,
     ""},
    {"Driftline-Verdict: DRIFTED\r\nDriftline-Summary: critical=0,high=1,medium=0,low=2\r\nDriftline-Uncovered: 3\r\n",
     {"compare", "orders", "--fail-on", "critical"},
     3,
     ""},
    {"Driftline-Verdict: UNKNOWN\r\nDriftline-Summary: critical=0,high=0,medium=0,low=0\r\nDriftline-Uncovered: 0\r\n"
     "Driftline-Note: prod is stale%3A 5 min%0A%0Aa%1Bb%C3%BC 50%\r\n",
     {"compare", "orders"},
     3,
     "driftline: note: prod is stale: 5 min\ndriftline: note: a\\x1bb\xc3\xbc 50%\n"},
    {"Driftline-Verdict: SPLENDID\r\nDriftline-Summary: dreadful=7,critical=0,high=0,medium=0,low=0\r\n"
     "Driftline-Uncovered: 0\r\n",
     {"compare", "orders"},
     3,
     ""},
    {"Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0,high=0,medium=0,low=0\r\n",
     {"compare", "orders"},
     3,
     ""},
};

static void test_comparisons(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(comparisons); i++) {
        const char *lines = arena_printf(&directory->arena, "Content-Type: text/plain\r\n%s", comparisons[i].headers);
        const struct test_reply reply = test_reply_http(&directory->arena, "200 OK", lines, TEXT("the report\n"));
        const char *requests;
        struct test_process process = asked_run(directory, comparisons[i].arguments, &reply, 1, &requests);

        print_message("  %zu\n", i);
        assert_int_equal(process.status, comparisons[i].status);
        assert_string_equal(process.output.bytes, "the report\n");
        assert_string_equal(process.errors.bytes, comparisons[i].errors);
    }
}

static void test_comparison_passes_everything_on(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = test_reply_http(&directory->arena, "200 OK",
                                                    "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: "
                                                    "critical=0,high=0,medium=0,low=0\r\nDriftline-Uncovered: 0\r\n",
                                                    TEXT("# report\n"));
    const char *config =
        test_directory_write(directory, "c.yaml", TEXT("ignore: [\"table:*.tmp\"]\nfold_partitions: true\n"));
    const char *output = test_directory_path(directory, "report.md");
    const char *requests;
    struct test_process process = asked_run(directory,
                                            ASKED("compare", "orders", "--from=dev", "--to=prod", "--format=markdown",
                                                  "--aspect=structure,storage", "--ignore=column:*.x",
                                                  "--severity=index:*=low", "--config", config, "-o", output),
                                            &reply, 1, &requests);

    assert_string_equal(process.errors.bytes, "");
    assert_int_equal(process.status, 0);
    assert_string_equal(process.output.bytes, "");
    assert_string_equal(test_directory_read(directory, "report.md").bytes, "# report\n");
    assert_string_equal(strtok((char *)requests, " "), "GET");
    assert_string_equal(strtok(NULL, " "),
                        "/api/v1/compare?database=orders&from=dev&to=prod&ignore=table%3A%2A.tmp&ignore=column%3A%2A.x"
                        "&severity=index%3A%2A%3Dlow&fold_partitions=true&format=markdown&aspect=structure%2Cstorage");
}

static void test_what_is_no_comparison(void **state)
{
    static const char *const headers[] = {
        "",
        "Driftline-Verdict: IN_SYNC\r\n",
        "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0\r\n",
        "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0,high=,medium=0,low=0\r\n",
        "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0,high=-1,medium=0,low=0\r\n",
        "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0,high=99999999999999999999,medium=0,low=0\r\n",
        "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: critical=0;high=0;medium=0;low=0\r\n",
        "Driftline-Verdict: IN_SYNC\r\nDriftline-Summary: x\r\n",
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(headers); i++) {
        const struct test_reply reply = test_reply_http(&directory->arena, "200 OK", headers[i], TEXT("<h1>Hi</h1>"));
        const char *requests;
        struct test_process process = asked_run(directory, ASKED("compare", "orders"), &reply, 1, &requests);

        assert_int_equal(process.status, 3);
        assert_string_equal(process.output.bytes, "");
        assert_non_null(strstr(process.errors.bytes, "is no comparison"));
    }
}

/* ---- pages ---- */

#define PAGE(first, second, next) "{\"snapshots\": [" first ", " second "], \"next\": " next "}"
#define SNAPSHOT(id)                                                                                                   \
    "{\"id\": " id ", \"database\": \"orders\", \"environment\": \"prod\", \"instance\": \"a\", \"root\": \"00\", "    \
    "\"taken_at\": \"2026-11-21T10:00:00.000Z\", \"objects\": 1, \"changes\": 1, \"stored\": true}"

static void test_all_pages(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply replies[] = {
        asked_json(directory, TEXT(PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "8"))),
        asked_json(directory, TEXT(PAGE(SNAPSHOT("7"), SNAPSHOT("6"), "6"))),
        asked_json(directory, TEXT(PAGE(SNAPSHOT("5"), SNAPSHOT("4"), "null"))),
    };
    const char *requests;
    struct test_process text =
        asked_run(directory, ASKED("snapshots", "orders", "--all"), replies, LENGTH_OF(replies), &requests);
    struct test_process json;
    json_t *document;

    assert_int_equal(text.status, 0);
    assert_non_null(strstr(requests, "GET /api/v1/snapshots?database=orders&limit=1000 HTTP"));
    assert_non_null(strstr(requests, "GET /api/v1/snapshots?database=orders&limit=1000&before=8 HTTP"));
    assert_non_null(strstr(requests, "GET /api/v1/snapshots?database=orders&limit=1000&before=6 HTTP"));
    assert_non_null(strstr(text.output.bytes, "orders@prod/a~5"));
    assert_null(strstr(text.output.bytes, "left out"));
    json = asked_run(directory, ASKED("snapshots", "orders", "--all", "--format", "json"), replies, LENGTH_OF(replies),
                     &requests);
    document = json_loads(json.output.bytes, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(json_object_get(document, "snapshots")), 6);
    assert_true(json_is_null(json_object_get(document, "next")));
    json_decref(document);
}

static void test_first_page_only(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, TEXT(PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "8")));
    const char *requests;
    struct test_process process =
        asked_run(directory, ASKED("snapshots", "orders", "--limit", "2"), &reply, 1, &requests);

    assert_int_equal(process.status, 0);
    assert_null(strstr(requests, "before"));
    assert_non_null(strstr(process.output.bytes, "left out"));
}

/* A collector that leads in circles, or pages that are none. */
static void test_bad_pages(void **state)
{
    static const char *const second[] = {
        PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "8"), PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "9"),
        PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "0"), PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "\"7\""),
        "{\"snapshots\": 5, \"next\": null}",    "[]",
    };
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(second); i++) {
        const struct test_reply replies[] = {
            asked_json(directory, TEXT(PAGE(SNAPSHOT("9"), SNAPSHOT("8"), "8"))),
            asked_json(directory, text_from(second[i])),
        };
        const char *requests;
        struct test_process process =
            asked_run(directory, ASKED("snapshots", "orders", "--all"), replies, LENGTH_OF(replies), &requests);

        print_message("  %zu\n", i);
        assert_int_equal(process.status, 3);
        assert_non_null(strstr(process.errors.bytes, "is no collector that this version understands"));
        assert_string_equal(process.output.bytes, "");
    }
}

/* ---- references ---- */

/* Two snapshots as files, and as replies of a collector that has them. */
struct downloads {
    struct text before;
    struct text after;
    const char *roots[2];
};

static void make_downloads(struct test_directory *directory, struct downloads *ret_downloads)
{
    const char *history = test_source_path(directory, "tests/cli/data/shop.yaml");

    for (int i = 0; i < 2; i++) {
        const char *reference = arena_printf(&directory->arena, "dummy:%s~%d", history, 2 - i);
        const char *path = test_directory_path(directory, i == 0 ? "before.snap" : "after.snap");

        assert_int_equal(run_driftline(ASKED("snapshot", reference, "-o", path), &directory->arena).status, 0);
        ret_downloads->roots[i] = arena_printf(&directory->arena, "%.64s",
                                               run_driftline(ASKED("hash", path), &directory->arena).output.bytes);
    }
    ret_downloads->before = test_directory_read(directory, "before.snap");
    ret_downloads->after = test_directory_read(directory, "after.snap");
}

static struct test_reply file_reply(struct test_directory *directory, struct text file, const char *root)
{
    return test_reply_http(
        &directory->arena, "200 OK",
        arena_printf(&directory->arena, "Content-Type: application/octet-stream\r\nDriftline-Root: %s\r\n", root),
        file);
}

static void test_references_are_downloaded(void **state)
{
    struct test_directory *directory = *state;
    struct downloads downloads;
    struct test_reply reply;
    struct test_process process;
    const char *requests;

    make_downloads(directory, &downloads);
    reply = file_reply(directory, downloads.before, downloads.roots[0]);
    process = asked_run(directory, ASKED("hash", "orders@prod/eu-1~2026-11-01"), &reply, 1, &requests);
    assert_int_equal(process.status, 0);
    assert_memory_equal(process.output.bytes, downloads.roots[0], 64);
    assert_memory_equal(requests, "GET /api/v1/snapshot.snap?ref=orders%40prod%2Feu-1~2026-11-01T00%3A00%3A00Z HTTP",
                        80);

    process = asked_run(directory, ASKED("show", "orders@prod~2"), &reply, 1, &requests);
    assert_int_equal(process.status, 0);
    assert_non_null(strstr(process.output.bytes, "orders@prod~2"));

    process = asked_run(directory, ASKED("diff", test_directory_path(directory, "after.snap"), "orders@prod"), &reply,
                        1, &requests);
    assert_int_equal(process.status, 1);
    assert_non_null(strstr(process.output.bytes, "to    orders@prod"));

    process = asked_run(directory, ASKED("snapshot", "orders@prod", "-o", test_directory_path(directory, "copy.snap")),
                        &reply, 1, &requests);
    assert_int_equal(process.status, 0);
    assert_memory_equal(
        run_driftline(ASKED("hash", test_directory_path(directory, "copy.snap")), &directory->arena).output.bytes,
        downloads.roots[0], 64);
}

static void test_snapshot_of_a_reference_names_its_file(void **state)
{
    struct test_directory *directory = *state;
    struct downloads downloads;
    struct test_reply reply;
    struct test_process process;
    const char *requests;

    make_downloads(directory, &downloads);
    reply = file_reply(directory, downloads.before, downloads.roots[0]);
    assert_int_equal(chdir(directory->path), 0);
    process = asked_run(directory, ASKED("snapshot", "orders@prod"), &reply, 1, &requests);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(process.status, 0);
    assert_string_equal(process.output.bytes,
                        arena_printf(&directory->arena, "orders-%.12s.snap\n", downloads.roots[0]));
}

/* A file that is damaged, cut, another one, or too large for the limit that was given. */
static void test_bad_downloads(void **state)
{
    struct test_directory *directory = *state;
    struct downloads downloads;
    char *damaged;

    make_downloads(directory, &downloads);
    damaged = arena_copy(&directory->arena, downloads.before.bytes, downloads.before.length);
    damaged[downloads.before.length / 2] = (char)(damaged[downloads.before.length / 2] ^ 1);
    const struct {
        const char *name;
        struct test_reply reply;
        const char *errors; /* a part of it */
    } bad[] = {
        {"damaged", file_reply(directory, (struct text){damaged, downloads.before.length}, downloads.roots[0]),
         "checksum"},
        {"cut", file_reply(directory, (struct text){downloads.before.bytes, 100}, downloads.roots[0]), "http://"},
        {"empty", file_reply(directory, TEXT(""), downloads.roots[0]), "http://"},
        {"another one", file_reply(directory, downloads.after, downloads.roots[0]), "another snapshot than it says"},
        {"without a root",
         test_reply_http(&directory->arena, "200 OK", "Content-Type: application/octet-stream\r\n", downloads.before),
         "another snapshot than it says"},
        {"a page", test_reply_http(&directory->arena, "200 OK", "Content-Type: text/html\r\n", downloads.before),
         "of another type"},
        {"too large",
         {.bytes = TEXT("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"),
          .then = THEN_REPEAT,
          .more = {downloads.before.bytes, downloads.before.length}},
         "larger than 1048576 bytes"},
    };

    for (size_t i = 0; i < LENGTH_OF(bad); i++) {
        const char *requests;
        struct test_process process =
            asked_run(directory, ASKED("hash", "orders@prod", "--memory-limit", "1MiB"), &bad[i].reply, 1, &requests);

        print_message("  %s\n", bad[i].name);
        assert_int_equal(process.status, 3);
        assert_string_equal(process.output.bytes, "");
        if (strstr(process.errors.bytes, bad[i].errors) == NULL)
            fail_msg("no '%s' in: %s", bad[i].errors, process.errors.bytes);
    }
}

/* ---- the fleet on a terminal, as a whole ---- */

static void test_fleet_as_it_comes(void **state)
{
    struct test_directory *directory = *state;
    const struct test_reply reply = asked_json(directory, asked_sample(directory, "fleet.json"));
    const char *requests;
    struct test_process process = asked_run(directory, ASKED("fleet"), &reply, 1, &requests);

    assert_int_equal(process.status, 1);
    assert_string_equal(process.output.bytes, asked_sample(directory, "fleet_wide.txt").bytes);
    process = asked_run(directory, ASKED("fleet", "--color", "always"), &reply, 1, &requests);
    assert_non_null(strstr(process.output.bytes, "\33[31mDRIFTED\33[0m"));
    process = asked_run(directory, ASKED("fleet", "--format", "json"), &reply, 1, &requests);
    assert_string_equal(process.output.bytes, asked_sample(directory, "fleet.json").bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_lines, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_enrolment_sends_the_key_of_a_file, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_errors_have_their_exit_status, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_comparisons, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_comparison_passes_everything_on, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_comparison, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_all_pages, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_first_page_only, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_bad_pages, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_references_are_downloaded, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_snapshot_of_a_reference_names_its_file, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_bad_downloads, asked_set_up, asked_tear_down),
        cmocka_unit_test_setup_teardown(test_fleet_as_it_comes, asked_set_up, asked_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
