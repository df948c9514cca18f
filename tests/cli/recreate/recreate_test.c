#include "recreate/recreate.h"

#include <stdio.h>

#include "common/schema/sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { MEMORY = 512 * 1024 * 1024, OBJECTS_MAX = 16, PARTS_MAX = 8, LINES_MAX = 12, CHAIN = 20000 };

struct sample_part {
    enum kind kind;
    const char *name;
    const char *lines[LINES_MAX];
};

/* An object in short: a name without schema has a schema of NULL. */
struct sample {
    enum kind kind;
    const char *schema;
    const char *name;
    const char *signature;
    const char *lines[LINES_MAX];
    struct sample_part parts[PARTS_MAX];
};

static uint32_t count_lines(const char *const *lines)
{
    uint32_t count = 0;

    while (count < LINES_MAX && lines[count] != NULL)
        count++;
    return count;
}

static struct object make_object(struct arena *arena, const struct sample *sample)
{
    struct part *parts = arena_array(arena, PARTS_MAX, sizeof *parts);
    const char *const elements[] = {sample->schema, sample->name, sample->signature};
    struct object object = {.kind = sample->kind, .parts = parts};

    assert_non_null(parts);
    for (size_t i = 0; i < LENGTH_OF(elements); i++)
        if (elements[i] != NULL)
            object.path.elements[object.path.count++] = text_from(elements[i]);
    object.attribute_count = count_lines(sample->lines);
    object.attributes = sample_attributes(arena, sample->lines, object.attribute_count);
    for (; object.part_count < PARTS_MAX && sample->parts[object.part_count].name != NULL; object.part_count++) {
        const struct sample_part *part = &sample->parts[object.part_count];
        uint32_t count = count_lines(part->lines);

        parts[object.part_count] = (struct part){.kind = part->kind,
                                                 .name = text_from(part->name),
                                                 .attributes = sample_attributes(arena, part->lines, count),
                                                 .attribute_count = count};
    }
    return object;
}

static struct snapshot *build(struct arena *arena, struct object *objects, uint32_t count)
{
    struct snapshot_input input = {
        .objects = objects, .object_count = count, .info = {.engine = TEXT("postgresql"), .ref = TEXT("test")}};

    (void)arena;
    return sample_build(&input);
}

static struct snapshot *build_samples(struct arena *arena, const struct sample *samples, size_t count)
{
    struct object *objects = arena_array(arena, count, sizeof *objects);

    assert_non_null(objects);
    for (size_t i = 0; i < count; i++)
        objects[i] = make_object(arena, &samples[i]);
    return build(arena, objects, (uint32_t)count);
}

static struct recreate_script make_script(struct arena *arena, const struct snapshot *snapshot,
                                          struct recreate_options options)
{
    struct recreate_script script = {0};
    struct error error = {0};

    if (recreate_make(&script, snapshot, &options, arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return script;
}

/* What people read. */
static const char *write_script(struct arena *arena, const struct snapshot *snapshot, struct recreate_options options)
{
    struct recreate_script script = make_script(arena, snapshot, options);
    CLEANUP(buffer_clear) struct buffer sql = {0};
    const char *copy;

    recreate_write(&sql, &script);
    assert_false(sql.failed);
    copy = arena_string(arena, buffer_text(&sql));
    assert_non_null(copy);
    return copy;
}

static const char *write_samples(struct arena *arena, const struct sample *samples, size_t count)
{
    struct snapshot *snapshot = build_samples(arena, samples, count);
    const char *sql = write_script(arena, snapshot, (struct recreate_options){0});

    snapshot_free(snapshot);
    return sql;
}

/* Fails unless the text has all of these, one behind the other. */
static void expect_in_order(const char *sql, const char *const *words, size_t count)
{
    const char *at = sql;

    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, words[i]);

        if (found == NULL)
            fail_msg("'%s' is not there, or too early, in\n%s", words[i], sql);
        at = found + strlen(words[i]);
    }
}

#define EXPECT_IN_ORDER(sql, ...)                                                                                      \
    expect_in_order(sql, (const char *const[]){__VA_ARGS__}, LENGTH_OF(((const char *const[]){__VA_ARGS__})))

#define FUNCTION(name_, signature_, ...)                                                                               \
    {                                                                                                                  \
        .kind = KIND_FUNCTION, .schema = "s", .name = (name_), .signature = (signature_), .lines = { __VA_ARGS__ }     \
    }
#define VIEW(name_, definition_)                                                                                       \
    {                                                                                                                  \
        .kind = KIND_VIEW, .schema = "s", .name = (name_), .lines = {"definition=" definition_, "column_order[]=a"},   \
        .parts = {                                                                                                     \
            {KIND_COLUMN, "a", {"type=integer", "nullable=yes"}}                                                       \
        }                                                                                                              \
    }

static void test_what_is_named_comes_first(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_SCHEMA, .schema = NULL, .name = "s"},
        VIEW("a", "SELECT t.a FROM s.t WHERE s.f(1)"),
        FUNCTION("f", "integer", "arguments=integer DEFAULT s.g()", "returns=boolean", "language=sql", "body=x"),
        FUNCTION("g", "", "returns=integer", "language=sql", "definition=RETURN ( SELECT t.a FROM s.z t)"),
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "t",
         .lines = {"column_order[]=a"},
         .parts = {{KIND_COLUMN, "a", {"type=integer", "nullable=yes", "default=s.f(2)"}},
                   {KIND_FOREIGN_KEY, "fk", {"columns[]=a", "references=s.z", "referenced_columns[]=a"}}}},
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "z",
         .lines = {"column_order[]=a"},
         .parts = {{KIND_COLUMN, "a", {"type=s.kind", "nullable=no"}}, {KIND_PRIMARY_KEY, "pk", {"columns[]=a"}}}},
        {.kind = KIND_ENUM, .schema = "s", .name = "kind", .lines = {"labels[]=x,y"}},
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(sql, "CREATE SCHEMA s;", "CREATE TYPE s.kind", "CREATE TABLE s.z", "CREATE FUNCTION s.g()",
                    "CREATE FUNCTION s.f(", "CREATE TABLE s.t", "ALTER COLUMN a SET DEFAULT s.f(2)", "CREATE VIEW s.a",
                    "ADD CONSTRAINT fk");
    assert_null(strstr(sql, "OR REPLACE"));
    assert_null(strstr(sql, "-- "));
}

/* A function that reads a view that calls the function. */
static void test_a_view_stands_in(void **state)
{
    static const struct sample samples[] = {
        VIEW("v", "SELECT s.f() AS a"),
        FUNCTION("f", "", "returns=integer", "language=sql", "definition=RETURN ( SELECT v.a FROM s.v)"),
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY);
    EXPECT_IN_ORDER(write_samples(&arena, samples, LENGTH_OF(samples)),
                    "CREATE VIEW s.v AS SELECT\n  NULL::integer AS a;", "CREATE FUNCTION s.f()",
                    "RETURN ( SELECT v.a FROM s.v);", "CREATE OR REPLACE VIEW s.v AS\nSELECT s.f() AS a;");
}

/* Two functions that call each other, and a table in between. */
static void test_a_function_stands_in(void **state)
{
    static const struct sample samples[] = {
        FUNCTION("f", "", "returns=integer", "language=sql", "definition=RETURN ( SELECT t.a FROM s.t)"),
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "t",
         .lines = {"column_order[]=a"},
         .parts = {{KIND_COLUMN, "a", {"type=integer", "nullable=yes", "generated=s.g()"}}}},
        FUNCTION("g", "", "returns=integer", "language=sql", "definition=RETURN s.f()"),
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(sql, "CREATE FUNCTION s.f() RETURNS integer\n  LANGUAGE sql AS '';", "CREATE FUNCTION s.g()",
                    "CREATE TABLE s.t", "CREATE OR REPLACE FUNCTION s.f()");
    assert_null(strstr(sql, "-- "));
}

static void test_a_type_comes_as_a_shell(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_BASE_TYPE,
         .schema = "s",
         .name = "t",
         .lines = {"input_function=s.t_in", "output_function=s.t_out", "length=8"}},
        FUNCTION("t_in", "cstring", "arguments=cstring", "returns=s.t", "language=internal", "body=int8in"),
        FUNCTION("t_out", "s.t", "arguments=s.t", "returns=cstring", "language=internal", "body=int8out"),
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(sql, "CREATE TYPE s.t;", "CREATE FUNCTION s.t_in(cstring)", "CREATE FUNCTION s.t_out(s.t)",
                    "CREATE TYPE s.t (INPUT = s.t_in, OUTPUT = s.t_out, INTERNALLENGTH = 8);");
    assert_null(strstr(sql, "OR REPLACE"));
}

/* Overloaded functions have one name, and do not wait for each other because of it. */
static void test_overloaded_functions_are_no_circle(void **state)
{
    static const struct sample samples[] = {
        FUNCTION("f", "integer", "arguments=integer", "returns=integer", "language=sql", "definition=RETURN 1"),
        FUNCTION("f", "text", "arguments=text", "returns=integer", "language=sql", "definition=RETURN s.f(1)"),
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(sql, "CREATE FUNCTION s.f(integer)", "CREATE FUNCTION s.f(text)");
    assert_null(strstr(sql, "OR REPLACE"));
}

/* Nobody can make such tables; a snapshot can say so nevertheless. */
static void test_a_circle_that_nothing_breaks_is_noted(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "a",
         .lines = {"column_order[]=x"},
         .parts = {{KIND_COLUMN, "x", {"type=s.b", "nullable=yes"}}}},
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "b",
         .lines = {"column_order[]=x"},
         .parts = {{KIND_COLUMN, "x", {"type=s.a", "nullable=yes"}}}},
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(sql, "--   table s.b: it and the table 's.a' need each other", "CREATE TABLE s.b",
                    "CREATE TABLE s.a");
}

static void test_hostile_names_stay_names(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_SCHEMA, .schema = NULL, .name = "a\"; DROP", .lines = {"comment='; DROP --"}},
        {.kind = KIND_TABLE,
         .schema = "a\"; DROP",
         .name = "--\n;",
         .lines = {"column_order[]=a.b,$$", "mystery=1", "storage_parameters[]=x=';"},
         .parts = {{KIND_COLUMN, "a.b", {"type=text", "nullable=yes", "comment=it's"}},
                   {KIND_COLUMN, "$$", {"type=text", "nullable=yes"}},
                   {KIND_CHECK, "*/", {"expression=(\"a.b\" <> ')'::text)"}}}},
        {.kind = KIND_FUNCTION,
         .schema = "a\"; DROP",
         .name = "f",
         .signature = "",
         .lines = {"returns=void", "language=sql", "body=SELECT '$$' $_$ $_1$", "configuration[]=search_path=a'b"}},
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(
        sql, "--   table \"a\"\"; DROP\".\"-- ;\": its attribute 'mystery' is not known here\n",
        "CREATE SCHEMA \"a\"\"; DROP\";\n", "COMMENT ON SCHEMA \"a\"\"; DROP\" IS '''; DROP --';\n",
        "SET search_path TO 'a''b'\n", "AS $_2$SELECT '$$' $_$ $_1$$_2$;\n",
        "CREATE TABLE \"a\"\"; DROP\".\"--\n;\" (\n  \"a.b\" text,\n  \"$$\" text,\n  CONSTRAINT \"*/\" CHECK "
        "(\"a.b\" <> ')'::text)\n) WITH (x = ''';');\n",
        "COMMENT ON COLUMN \"a\"\"; DROP\".\"--\n;\".\"a.b\" IS 'it''s';\n");
}

static void test_inheritance(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "parent",
         .lines = {"column_order[]=a,b"},
         .parts = {{KIND_COLUMN, "a", {"type=integer", "nullable=yes", "default=1"}},
                   {KIND_COLUMN, "b", {"type=integer", "nullable=yes"}}}},
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "child",
         .lines = {"column_order[]=a,b,c", "inherits[]=s.parent"},
         .parts = {{KIND_COLUMN, "a", {"type=integer", "nullable=no"}},
                   {KIND_COLUMN, "b", {"type=integer", "nullable=yes", "inherited=merged", "default=2"}},
                   {KIND_COLUMN, "c", {"type=integer", "nullable=yes"}}}},
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "adopted",
         .lines = {"column_order[]=b,a", "inherits[]=s.parent"},
         .parts = {{KIND_COLUMN, "a", {"type=integer", "nullable=yes", "inherited=merged"}},
                   {KIND_COLUMN, "b", {"type=integer", "nullable=yes", "inherited=merged"}}}},
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "grown",
         .lines = {"column_order[]=a,c,b", "inherits[]=s.parent"},
         .parts = {{KIND_COLUMN, "a", {"type=integer", "nullable=yes", "default=1"}},
                   {KIND_COLUMN, "b", {"type=integer", "nullable=yes"}},
                   {KIND_COLUMN, "c", {"type=integer", "nullable=yes"}}}},
    };
    CLEANUP(arena_free) struct arena arena;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    sql = write_samples(&arena, samples, LENGTH_OF(samples));
    EXPECT_IN_ORDER(sql, "CREATE TABLE s.parent (\n  a integer DEFAULT 1\n);\n",
                    "CREATE TABLE s.adopted (\n  b integer,\n  a integer\n);\nALTER TABLE s.adopted INHERIT s.parent;",
                    "CREATE TABLE s.child (\n  b integer DEFAULT 2,\n  c integer\n) INHERITS (s.parent);\n",
                    "ALTER TABLE ONLY s.child ALTER COLUMN a SET NOT NULL;\n",
                    "ALTER TABLE ONLY s.child ALTER COLUMN a DROP DEFAULT;\n",
                    "CREATE TABLE s.grown (\n  c integer\n) INHERITS (s.parent);\n",
                    "ALTER TABLE s.parent ADD COLUMN b integer;\n");
    assert_null(strstr(sql, "-- "));
}

static void test_owners_grants_and_roles_on_demand(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_TABLE,
         .schema = "s",
         .name = "t",
         .lines = {"owner=o'x", "grants[]=SELECT TO \"a b\" BY c,INSERT TO c,SELECT TO c WITH GRANT OPTION,UPDATE TO c",
                   "revoked[]=DELETE FROM \"o'x\"", "tablespace=\"fast disk\""}},
        {.kind = KIND_EVENT_TRIGGER, .name = "e", .lines = {"owner=super", "event=sql_drop", "function=s.f"}},
    };
    CLEANUP(arena_free) struct arena arena;
    struct snapshot *snapshot;
    const char *sql;

    (void)state;
    arena_init(&arena, MEMORY);
    snapshot = build_samples(&arena, samples, LENGTH_OF(samples));
    sql = write_script(&arena, snapshot, (struct recreate_options){0});
    assert_null(strstr(sql, "OWNER"));
    assert_null(strstr(sql, "GRANT"));
    assert_null(strstr(sql, "ROLE"));
    sql = write_script(&arena, snapshot, (struct recreate_options){.owners = true, .grants = true, .roles = true});
    EXPECT_IN_ORDER(sql, "rolname = 'a b') THEN\n    CREATE ROLE \"a b\";",
                    "rolname = 'o''x') THEN\n    CREATE ROLE \"o'x\";", "CREATE ROLE super SUPERUSER;",
                    "CREATE TABLESPACE \"fast disk\" LOCATION '';\n", "CREATE TABLE s.t () TABLESPACE \"fast disk\";\n",
                    "ALTER TABLE s.t OWNER TO \"o'x\";",
                    "REVOKE DELETE ON TABLE s.t FROM \"o'x\";\nGRANT INSERT, UPDATE ON TABLE s.t TO c;\n"
                    "GRANT SELECT ON TABLE s.t TO c WITH GRANT OPTION;\n"
                    "SET ROLE c;\nGRANT SELECT ON TABLE s.t TO \"a b\";\nRESET ROLE;\n",
                    "CREATE EVENT TRIGGER e ON sql_drop");
    snapshot_free(snapshot);
}

static void test_the_order_of_reading_does_not_matter(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct sample_random random = {.state = 7};
    struct snapshot_input input;
    const char *first = NULL;

    (void)state;
    arena_init(&arena, MEMORY);
    for (unsigned round = 0; round < 5; round++) {
        struct snapshot *snapshot;
        const char *sql;

        input = sample_shop(&arena);
        input.info.engine = TEXT("postgresql");
        for (uint32_t i = input.object_count; i > 1; i--) {
            uint32_t other = sample_below(&random, i);
            struct object kept = input.objects[i - 1];

            input.objects[i - 1] = input.objects[other];
            input.objects[other] = kept;
        }
        snapshot = sample_build(&input);
        sql = write_script(&arena, snapshot, (struct recreate_options){.owners = true, .grants = true, .roles = true});
        snapshot_free(snapshot);
        if (first != NULL)
            assert_string_equal(sql, first);
        first = sql;
    }
    assert_non_null(strstr(first, "the snapshot does not hold it: "));
}

static void test_other_engines_are_refused(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct recreate_options options = {0};
    struct recreate_script script = {0};
    struct snapshot_input input;
    struct snapshot *snapshot;
    struct error error = {0};

    (void)state;
    arena_init(&arena, MEMORY);
    input = sample_shop(&arena);
    input.info.engine = TEXT("sqlite");
    snapshot = sample_build(&input);
    assert_int_equal(recreate_make(&script, snapshot, &options, &arena, &error), ERROR_UNSUPPORTED);
    assert_non_null(strstr(error.message, "'sqlite'"));
    assert_int_equal(script.statement_count, 0);
    snapshot_free(snapshot);
}

/* Kinds that another engine has, and every kind that is only a part. */
static void test_what_is_not_known_is_noted(void **state)
{
    static const struct sample samples[] = {
        {.kind = KIND_SYNONYM, .schema = "s", .name = "x"},
        {.kind = KIND_EVENT, .schema = "s", .name = "e"},
        {.kind = KIND_SYSTEM_PRIVILEGE, .name = "planet earth", .lines = {"grants[]=SELECT TO x"}},
    };
    CLEANUP(arena_free) struct arena arena;

    (void)state;
    arena_init(&arena, MEMORY);
    EXPECT_IN_ORDER(write_samples(&arena, samples, LENGTH_OF(samples)),
                    "--   system_privilege planet earth: no statement is known that grants on it\n",
                    "--   event s.e: no statement is known that makes it\n",
                    "--   synonym s.x: no statement is known that makes it\n");
}

/* Views of views: as deep as they are many. */
static void test_a_long_chain(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct object *objects;
    struct recreate_script script;
    struct snapshot *snapshot;

    (void)state;
    arena_init(&arena, MEMORY);
    objects = arena_array(&arena, CHAIN, sizeof *objects);
    assert_non_null(objects);
    for (uint32_t i = 0; i < CHAIN; i++) {
        const struct sample sample = {
            .kind = KIND_VIEW,
            .schema = "s",
            .name = arena_printf(&arena, "v%05u", i),
            .lines = {arena_printf(&arena, "definition= SELECT 1 FROM s.v%05u", i + 1 == CHAIN ? i : i + 1)},
        };

        objects[i] = make_object(&arena, &sample);
    }
    snapshot = build(&arena, objects, CHAIN);
    script = make_script(&arena, snapshot, (struct recreate_options){0});
    assert_int_equal(script.note_count, 0);
    assert_true(script.statement_count >= CHAIN);
    assert_true(text_equal(script.statements[script.statement_count - 1].object, TEXT("s.v00000")));
    snapshot_free(snapshot);
}

static enum error_code attempt(void *context, struct error *error)
{
    static const struct recreate_options options = {.owners = true, .grants = true, .roles = true};
    const struct snapshot *snapshot = context;
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct recreate_script script = {0};

    arena_init(&arena, MEMORY);
    if (recreate_make(&script, snapshot, &options, &arena, error) != ERROR_NONE)
        return error->code;
    recreate_write(&sql, &script);
    return buffer_check(&sql, error, "writing a script");
}

static void test_every_allocation_may_fail(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct snapshot_input input;
    struct snapshot *snapshot;

    (void)state;
    arena_init(&arena, MEMORY);
    input = sample_shop(&arena);
    input.info.engine = TEXT("postgresql");
    snapshot = sample_build(&input);
    assert_true(test_every_allocation(attempt, snapshot) > 10);
    snapshot_free(snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_named_comes_first),
        cmocka_unit_test(test_a_view_stands_in),
        cmocka_unit_test(test_a_function_stands_in),
        cmocka_unit_test(test_a_type_comes_as_a_shell),
        cmocka_unit_test(test_overloaded_functions_are_no_circle),
        cmocka_unit_test(test_a_circle_that_nothing_breaks_is_noted),
        cmocka_unit_test(test_hostile_names_stay_names),
        cmocka_unit_test(test_inheritance),
        cmocka_unit_test(test_owners_grants_and_roles_on_demand),
        cmocka_unit_test(test_the_order_of_reading_does_not_matter),
        cmocka_unit_test(test_other_engines_are_refused),
        cmocka_unit_test(test_what_is_not_known_is_noted),
        cmocka_unit_test(test_a_long_chain),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
