/* `driftline contracts` as people call it: with a collector that says what the test has written down, with files and
 * scripted databases, and with a real PostgreSQL in which one thing after the other is broken.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/run.h"
#include "cli/server.h"
#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"

enum { FILE_LIMIT = 1024 * 1024 };

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int make_folder(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    unsetenv("DRIFTLINE_CONFIG");
    unsetenv("DRIFTLINE_COLLECTOR");
    *state = &directory;
    return 0;
}

static int remove_folder(void **state)
{
    unsetenv("DRIFTLINE_COLLECTOR");
    test_directory_remove(*state);
    return 0;
}

static void require_in(const char *output, const char *expected)
{
    if (strstr(output, expected) == NULL)
        fail_msg("'%s' is not in:\n%s", expected, output);
}

/* ---- the list ---- */

static struct test_process ask(struct test_directory *directory, const char *const *arguments, struct text body,
                               const char **ret_request)
{
    const struct test_reply reply =
        test_reply_http(&directory->arena, "200 OK", "Content-Type: application/json\r\n", body);
    struct test_server server;
    struct test_process process;

    test_server_start(&server, &reply, 1);
    setenv("DRIFTLINE_COLLECTOR", server.url, 1);
    process = run_driftline(arguments, &directory->arena);
    *ret_request = arena_string(&directory->arena, text_from(test_server_stop(&server)));
    test_server_clear(&server);
    return process;
}

#define CONTRACT(state)                                                                                                \
    "{\"name\":\"a\",\"owner\":\"o\",\"consumers\":[\"c\"],\"database\":\"d\",\"environments\":[],"                    \
    "\"severity\":\"high\",\"file\":\"f\",\"line\":1,\"requirements\":1,\"state\":\"" state "\",\"targets\":[]}"

static const struct {
    const char *body;
    int status;
    const char *output; /* what is among it */
} lists[] = {
    {"{\"known\":true,\"problem\":null,\"contracts\":[]}", 0, "no contracts\n"},
    {"{\"known\":true,\"contracts\":[" CONTRACT("holds") "]}", 0, "holds"},
    {"{\"known\":true,\"contracts\":[" CONTRACT("holds") "," CONTRACT("unknown") "]}", 3, "no snapshot of d was"},
    {"{\"known\":true,\"contracts\":[" CONTRACT("unknown") "," CONTRACT("violated") "]}", 1, "violated"},
    {"{\"known\":false,\"problem\":\"f.yaml:1:1: bad\",\"contracts\":[]}", 3, "problem: f.yaml:1:1: bad\n"},
    {"{\"known\":false,\"problem\":null,\"contracts\":[]}", 3, "problem: the contracts were never read\n"},
    {"{\"known\":true,\"problem\":\"f.yaml:1:1: bad\",\"contracts\":[" CONTRACT("holds") "]}", 0,
     "as they were before"},
};

static void test_the_list_has_an_exit_status(void **state)
{
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(lists); i++) {
        const char *request;
        struct test_process process = ask(directory, ARGUMENTS("contracts"), text_from(lists[i].body), &request);

        if (process.status != lists[i].status)
            fail_msg("%s: status %d, %s", lists[i].body, process.status, process.errors.bytes);
        require_in(process.output.bytes, lists[i].output);
        require_in(request, "GET /api/v1/contracts HTTP");
        process =
            ask(directory, ARGUMENTS("contracts", "orders", "--format", "json"), text_from(lists[i].body), &request);
        assert_int_equal(process.status, lists[i].status);
        assert_memory_equal(process.output.bytes, lists[i].body, strlen(lists[i].body));
        require_in(request, "GET /api/v1/contracts?database=orders HTTP");
    }
}

static void test_a_collector_may_talk_nonsense(void **state)
{
    static const char *const bodies[] = {"{}", "{\"known\":true,\"contracts\":[" CONTRACT("broken") "]}",
                                         "{\"known\":true,\"contracts\":[{}]}", "[", ""};
    struct test_directory *directory = *state;

    for (size_t i = 0; i < LENGTH_OF(bodies); i++) {
        const char *request;
        struct test_process process = ask(directory, ARGUMENTS("contracts"), text_from(bodies[i]), &request);

        assert_int_equal(process.status, 3);
        assert_string_equal(process.output.bytes, "");
        require_in(process.errors.bytes, "driftline: ");
    }
}

static void test_no_collector_is_one_line(void **state)
{
    struct test_directory *directory = *state;
    struct test_process process =
        run_driftline(ARGUMENTS("contracts", "--collector", "http://127.0.0.1:1"), &directory->arena);

    assert_int_equal(process.status, 3);
    assert_string_equal(process.output.bytes, "");
    assert_ptr_equal(strchr(process.errors.bytes, '\n'), process.errors.bytes + process.errors.length - 1);
}

/* ---- files and scripted databases ---- */

static const char dummy[] = "steps:\n"
                            "  - schema:\n"
                            "      - {kind: schema, path: [shop]}\n"
                            "      - kind: table\n"
                            "        path: [shop, orders]\n"
                            "        columns: [id bigint not null, total integer]\n"
                            "        parts:\n"
                            "          - {kind: primary_key, name: orders_pkey, attributes: ['columns[] = {id}']}\n"
                            "  - gaps:\n"
                            "      - {kind: index, reason: permission denied}\n";

#define HEAD "name: billing\nconsumers: [invoices]\ndatabase: other\nenvironments: [nowhere]\nrequires:\n"

static const struct {
    const char *file;
    const char *ref; /* `%` stands for the folder */
    int status;
    const char *output;
} checks[] = {
    {HEAD "  - table: shop.orders\n    columns: [{name: total, type_family: integer}]\n", "dummy:%/shop.yaml", 0,
     "contract  state  found  read by\nbilling   holds  -      invoices\n"},
    {HEAD "  - table: shop.order_s\n", "dummy:%/shop.yaml", 1,
     "%/c.yaml:6: there is no table shop.order_s; did you mean shop.orders?\n"},
    {HEAD "  - table: shop.orders\n    columns:\n      - name: total\n        type_at_least: bigint\n",
     "dummy:%/shop.yaml", 1,
     "%/c.yaml:8: column shop.orders.total has the type integer, at least bigint is required\n"},
    {HEAD "  - table: shop.orders\n    indexes: [[total]]\n", "dummy:%/shop.yaml~1", 1,
     "%/c.yaml:7: table shop.orders has no index that begins with (total)\n"},
    {HEAD "  - table: shop.orders\n    indexes: [[total]]\n", "dummy:%/shop.yaml", 3,
     "%/c.yaml:7: whether an index of table shop.orders begins with (total) is not known: indexes could not be read: "
     "permission denied\n"},
    {HEAD "  - table: shop.orders\n    indexes: [[total]]\n  - view: shop.v\n", "dummy:%/shop.yaml", 1,
     "billing   violated  1 not as required, more is not known  invoices\n"},
};

/* `%` in what is expected stands for the folder. */
static const char *expand(struct test_directory *directory, const char *text)
{
    CLEANUP(buffer_clear) struct buffer buffer;

    buffer_init(&buffer);
    for (; *text != '\0'; text++)
        if (*text == '%')
            buffer_add_string(&buffer, directory->path);
        else
            buffer_add_byte(&buffer, (uint8_t)*text);
    return arena_string(&directory->arena, buffer_text(&buffer));
}

static void test_files_are_checked(void **state)
{
    struct test_directory *directory = *state;

    test_directory_write(directory, "shop.yaml", text_from(dummy));
    for (size_t i = 0; i < LENGTH_OF(checks); i++) {
        const char *file = test_directory_write(directory, "c.yaml", text_from(checks[i].file));
        struct test_process process =
            run_driftline(ARGUMENTS("contracts", "check", file, expand(directory, checks[i].ref)), &directory->arena);

        if (process.status != checks[i].status)
            fail_msg("%s: status %d, %s", checks[i].file, process.status, process.errors.bytes);
        require_in(process.output.bytes, expand(directory, checks[i].output));
        assert_string_equal(process.errors.bytes, "");
    }
}

static const struct {
    const char *file; /* NULL: none is written */
    const char *path;
    const char *ref;
    int status;
    const char *message;
} refusals[] = {
    {"name: billing\n", "%/c.yaml", "dummy:%/shop.yaml", 2, "%/c.yaml:1:1: the key 'consumers' is missing"},
    {HEAD "  - tabel: shop.orders\n", "%/c.yaml", "dummy:%/shop.yaml", 2, "did you mean 'table'?"},
    {NULL, "%/none.yaml", "dummy:%/shop.yaml", 2, "No such file or directory"},
    {NULL, "%", "dummy:%/shop.yaml", 2, "is a directory, not a file"},
    {NULL, "-", "-", 2, "only one of FILE and REF"},
    {HEAD "  - table: shop.orders\n", "%/c.yaml", "dummy:%/none.yaml", 3, "none.yaml"},
    {HEAD "  - table: shop.orders\n", "%/c.yaml", "nonsense:x", 2, "nonsense"},
};

static void test_what_cannot_be_checked_is_one_line(void **state)
{
    struct test_directory *directory = *state;

    test_directory_write(directory, "shop.yaml", text_from(dummy));
    for (size_t i = 0; i < LENGTH_OF(refusals); i++) {
        struct test_process process;

        if (refusals[i].file != NULL)
            test_directory_write(directory, "c.yaml", text_from(refusals[i].file));
        process = run_driftline(
            ARGUMENTS("contracts", "check", expand(directory, refusals[i].path), expand(directory, refusals[i].ref)),
            &directory->arena);
        if (process.status != refusals[i].status)
            fail_msg("%s: status %d, %s", refusals[i].message, process.status, process.errors.bytes);
        require_in(process.errors.bytes, expand(directory, refusals[i].message));
        assert_string_equal(process.output.bytes, "");
        assert_ptr_equal(strchr(process.errors.bytes, '\n'), process.errors.bytes + process.errors.length - 1);
    }
}

static void test_a_check_as_json(void **state)
{
    struct test_directory *directory = *state;
    const char *file = test_directory_write(directory, "c.yaml", text_from(HEAD "  - table: shop.lost\n"));
    struct test_process process;
    json_t *document, *contract, *finding;

    test_directory_write(directory, "shop.yaml", text_from(dummy));
    process =
        run_driftline(ARGUMENTS("contracts", "check", file, expand(directory, "dummy:%/shop.yaml"), "--format", "json"),
                      &directory->arena);
    assert_int_equal(process.status, 1);
    document = json_loads(process.output.bytes, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(document, "state")), "violated");
    assert_int_equal(json_string_length(json_object_get(json_object_get(document, "snapshot"), "root")), 64);
    contract = json_array_get(json_object_get(document, "contracts"), 0);
    assert_string_equal(json_string_value(json_object_get(contract, "name")), "billing");
    assert_string_equal(json_string_value(json_object_get(contract, "state")), "violated");
    assert_string_equal(json_string_value(json_object_get(contract, "severity")), "critical");
    assert_string_equal(json_string_value(json_object_get(contract, "file")), file);
    assert_int_equal(json_integer_value(json_object_get(contract, "requirements")), 1);
    assert_int_equal(json_array_size(json_object_get(contract, "consumers")), 1);
    finding = json_array_get(json_object_get(contract, "findings"), 0);
    assert_string_equal(json_string_value(json_object_get(finding, "state")), "violated");
    assert_string_equal(json_string_value(json_object_get(finding, "kind")), "table");
    assert_string_equal(json_string_value(json_object_get(finding, "object")), "shop.lost");
    assert_string_equal(json_string_value(json_object_get(finding, "message")), "there is no table shop.lost");
    assert_int_equal(json_integer_value(json_object_get(finding, "line")), 6);
    json_decref(document);
}

static void test_suggestions_need_tables(void **state)
{
    struct test_directory *directory = *state;
    const char *ref, *script = test_directory_write(directory, "shop.yaml", text_from(dummy));
    struct test_process process;

    ref = arena_printf(&directory->arena, "dummy:%s", script);
    process = run_driftline(ARGUMENTS("contracts", "suggest", ref), &directory->arena);
    assert_int_equal(process.status, 2);
    require_in(process.errors.bytes, "needs '--table'");
    process = run_driftline(ARGUMENTS("contracts", "suggest", ref, "--table", "orders"), &directory->arena);
    assert_int_equal(process.status, 3);
    require_in(process.errors.bytes, "there is no table or view 'orders' (did you mean shop.orders?)");
    assert_string_equal(process.output.bytes, "");
    process = run_driftline(ARGUMENTS("contracts", "sugest", ref), &directory->arena);
    assert_int_equal(process.status, 2);
}

/* ---- PostgreSQL ---- */

static const char shop_sql[] =
    "CREATE SCHEMA shop;"
    "CREATE TYPE shop.status AS ENUM ('new', 'paid', 'sent');"
    "CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "  email character varying(200) NOT NULL UNIQUE, created timestamptz NOT NULL DEFAULT now());"
    "CREATE TABLE shop.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "  customer bigint NOT NULL REFERENCES shop.customers, number integer NOT NULL,"
    "  total numeric(12,2) NOT NULL DEFAULT 0, status shop.status NOT NULL DEFAULT 'new', note text,"
    "  \"Odd: name\" text, UNIQUE (customer, number));"
    "CREATE INDEX ON shop.orders (status, customer DESC);"
    "CREATE INDEX ON shop.orders (lower(note));"
    "CREATE VIEW shop.open_orders AS SELECT id, total FROM shop.orders WHERE status <> 'sent';"
    "CREATE MATERIALIZED VIEW shop.sums AS SELECT customer, sum(total) AS total FROM shop.orders GROUP BY 1;"
    "CREATE UNIQUE INDEX ON shop.sums (customer);";

static const struct {
    const char *sql;
    const char *finding; /* NULL: the contract holds */
} statements[] = {
    {"DROP VIEW shop.open_orders", "there is no view shop.open_orders"},
    {"ALTER TABLE shop.orders RENAME TO orders2", "there is no table shop.orders; did you mean shop.orders2?"},
    {"ALTER TABLE shop.orders SET SCHEMA public", "there is no table shop.orders; did you mean public.orders?"},
    {"ALTER TABLE shop.orders DROP COLUMN note", "table shop.orders has no column note"},
    {"ALTER TABLE shop.orders RENAME note TO notes", "table shop.orders has no column note; did you mean notes?"},
    {"ALTER TABLE shop.orders DROP COLUMN \"Odd: name\"", "table shop.orders has no column \"Odd: name\""},
    {"ALTER TABLE shop.orders ALTER number TYPE bigint",
     "column shop.orders.number has the type bigint, integer is required"},
    {"ALTER TABLE shop.customers ALTER email TYPE varchar(100)",
     "column shop.customers.email has the type character varying(100), character varying(200) is required"},
    {"ALTER TABLE shop.orders ALTER number DROP NOT NULL",
     "column shop.orders.number can be NULL, NOT NULL is required"},
    {"ALTER TABLE shop.orders ALTER total DROP DEFAULT", "column shop.orders.total has no default, one is required"},
    {"ALTER TABLE shop.customers ALTER id DROP IDENTITY", "column shop.customers.id has no default, one is required"},
    {"ALTER TABLE shop.orders DROP CONSTRAINT orders_customer_number_key",
     "table shop.orders has no primary key or unique constraint on (customer, number)"},
    {"ALTER TABLE shop.orders DROP CONSTRAINT orders_pkey",
     "table shop.orders has no primary key or unique constraint on (id)"},
    {"DROP INDEX shop.orders_status_customer_idx",
     "table shop.orders has no index that begins with (status, customer)"},
    {"DROP INDEX shop.sums_customer_idx", "materialized_view shop.sums has no index that begins with (customer)"},
    {"ALTER TYPE shop.status RENAME VALUE 'paid' TO 'payed'", "enum shop.status has no label 'paid'"},
    {"DROP MATERIALIZED VIEW shop.sums; CREATE TABLE shop.sums (customer bigint)",
     "there is no materialized_view shop.sums; it is a table"},
    /* what harms nobody who reads */
    {"ALTER TYPE shop.status ADD VALUE 'lost'", NULL},
    {"ALTER TABLE shop.orders ADD extra text", NULL},
    {"ALTER TABLE shop.orders ALTER total SET DEFAULT 1", NULL},
    {"ALTER TABLE shop.orders ALTER note SET NOT NULL", NULL},
    {"ALTER TABLE shop.orders DROP CONSTRAINT orders_customer_fkey", NULL},
    {"DROP INDEX shop.orders_lower_idx", NULL},
    {"CREATE OR REPLACE VIEW shop.open_orders AS SELECT id, total, number FROM shop.orders", NULL},
    {"ALTER TABLE shop.orders DROP CONSTRAINT orders_customer_number_key;"
     "CREATE UNIQUE INDEX ON shop.orders (number, customer)",
     NULL},
};

static void check_statement(struct test_directory *directory, const char *file, size_t number)
{
    const char *sql = statements[number].sql, *finding = statements[number].finding;
    const char *dsn = test_postgres_database(&directory->arena, "dl_contracts_changed");
    struct test_process process;

    test_postgres_execute(dsn, shop_sql);
    test_postgres_execute(dsn, sql);
    process = run_driftline(ARGUMENTS("contracts", "check", file, dsn), &directory->arena);
    if (process.status != (finding == NULL ? 0 : 1))
        fail_msg("%s: status %d\n%s%s", sql, process.status, process.output.bytes, process.errors.bytes);
    if (finding == NULL)
        return;
    if (strstr(process.output.bytes, arena_printf(&directory->arena, ": %s\n", finding)) == NULL)
        fail_msg("%s:\n%s", sql, process.output.bytes);
    require_in(process.output.bytes, "violated  1 not as required  ");
}

static void test_what_was_suggested_notices_what_breaks(void **state)
{
    struct test_directory *directory = *state;
    const char *dsn = test_postgres_database(&directory->arena, "dl_contracts");
    const char *file = test_directory_path(directory, "shop.yaml");
    struct test_process process;

    test_postgres_execute(dsn, shop_sql);
    process =
        run_driftline(ARGUMENTS("contracts", "suggest", dsn, "--table", "shop.orders", "--table", "shop.customers",
                                "--table", "shop.open_orders", "--table", "shop.sums", "-o", file),
                      &directory->arena);
    if (process.status != 0)
        fail_msg("%s", process.errors.bytes);
    require_in(test_directory_read(directory, "shop.yaml").bytes, "\ndatabase: dl_contracts\n");
    process = run_driftline(ARGUMENTS("contracts", "check", file, dsn), &directory->arena);
    if (process.status != 0)
        fail_msg("%s%s", process.output.bytes, process.errors.bytes);
    for (size_t i = 0; i < LENGTH_OF(statements); i++)
        check_statement(directory, file, i);
    test_postgres_drop("dl_contracts");
    test_postgres_drop("dl_contracts_changed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_list_has_an_exit_status, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_a_collector_may_talk_nonsense, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_no_collector_is_one_line, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_files_are_checked, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_checked_is_one_line, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_a_check_as_json, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_suggestions_need_tables, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_what_was_suggested_notices_what_breaks, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
