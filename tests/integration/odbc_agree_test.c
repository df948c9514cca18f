/* One database read in two ways, natively and through ODBC's catalogue functions, with the real drivers of SQLite and
 * PostgreSQL: tables, columns and keys agree. What these drivers say otherwise is tested, too, as the manual has it
 * (docs/reference/odbc-generic.md). */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "agent/sources/contract.h"
#include "integration/database.h"
#include "schema/object.h"
#include "support/directory.h"
#include "support/postgres.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024, TABLES = 1000 };

/* How one database is reached in both ways. */
struct pair {
    const char *native;
    const char *odbc;
    bool is_sqlite;
};

static struct test_directory directory;

static struct snapshot *read_ref(const char *ref)
{
    const struct contract contract = {.source = source_find(ref)};

    assert_non_null(contract.source);
    return contract_read(&contract, ref);
}

static struct hash root_of(const char *ref)
{
    CLEANUP(database_free) struct snapshot *snapshot = read_ref(ref);

    return snapshot->root;
}

/* ---- one object as lines ---- */

/* What both ways must say alike, one line each: sorted, so that no order of parts matters. */
struct lines {
    struct arena arena;
    char **items;
    size_t count;
    size_t capacity;
};

static void lines_add(struct lines *lines, const struct buffer *line)
{
    assert_false(line->failed);
    if (lines->count == lines->capacity) {
        lines->capacity = lines->capacity == 0 ? 256 : lines->capacity * 2;
        lines->items = realloc(lines->items, lines->capacity * sizeof *lines->items);
        assert_non_null(lines->items);
    }
    lines->items[lines->count] = arena_string(&lines->arena, buffer_text(line));
    assert_non_null(lines->items[lines->count++]);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void lines_clear(struct lines *lines)
{
    arena_free(&lines->arena);
    free(lines->items);
}

static void write_list(struct buffer *line, const struct part *part, const char *name)
{
    const struct attribute *list = attribute_find(part->attributes, part->attribute_count, text_from(name));

    buffer_printf(line, " %s", name);
    for (uint32_t i = 0; list != NULL && i < list->count; i++)
        buffer_printf(line, "%c%.*s", i == 0 ? '=' : '|', TEXT_ARGS(list->items[i]));
}

static void write_value(struct buffer *line, const struct part *part, const char *name)
{
    const struct text value = attribute_value(part->attributes, part->attribute_count, text_from(name));

    buffer_printf(line, " %s=%.*s", name, TEXT_ARGS(value));
}

/* A type without its blanks: SQLite's own text is laid out anew when it is read natively. */
static void write_tight(struct buffer *line, struct text type)
{
    buffer_add_string(line, " type=");
    for (size_t i = 0; i < type.length; i++)
        if (type.bytes[i] != ' ')
            buffer_add_byte(line, (uint8_t)type.bytes[i]);
}

/* The type's family: the names that PostgreSQL and its driver have for one type. A length counts where both say it. */
static void write_type(struct buffer *line, struct text type)
{
    static const struct {
        const char *native, *driver;
        bool has_length;
    } families[] = {
        {"smallint", "int2", false},
        {"integer", "int4", false},
        {"bigint", "int8", false},
        {"real", "float4", false},
        {"double precision", "float8", false},
        {"boolean", "bool", false},
        {"character varying", "varchar", true},
        {"character", "bpchar", true},
        {"bit", "bit", true},
        {"bit varying", "varbit", false}, /* the driver says another length */
        {"numeric", "numeric", true},
        {"text", "text", false},
        {"uuid", "uuid", false},
        {"bytea", "bytea", false},
        {"date", "date", false},
        {"jsonb", "jsonb", false},
        {"time without time zone", "time", false},
        {"timestamp without time zone", "timestamp", false},
        {"timestamp with time zone", "timestamptz", false},
        {"integer[]", "_int4", false},
        {"public.mood", "mood", false},
    };
    const char *bracket = memchr(type.bytes, '(', type.length);
    struct text base = {type.bytes, bracket == NULL ? type.length : (size_t)(bracket - type.bytes)};
    const char *end = bracket == NULL ? NULL : memchr(bracket, ')', type.length - base.length);
    CLEANUP(buffer_clear) struct buffer whole = {0};

    buffer_add_text(&whole, base);
    if (end != NULL) /* timestamp(3) with time zone */
        buffer_add(&whole, end + 1, (size_t)(type.bytes + type.length - end - 1));
    for (size_t i = 0; i < LENGTH_OF(families); i++)
        if (text_equal(buffer_text(&whole), text_from(families[i].native)) ||
            text_equal(buffer_text(&whole), text_from(families[i].driver))) {
            buffer_printf(line, " type=%s", families[i].driver);
            if (families[i].has_length && bracket != NULL)
                buffer_add(line, bracket, (size_t)(end - bracket));
            return;
        }
    fail_msg("the type '%.*s' has no family", TEXT_ARGS(type));
}

/* What is compared of one part; nothing of those that only one side has. `exact`: SQLite, where types are spelled alike
 * and the driver tells no names of keys. */
static bool write_part(struct buffer *line, enum kind owner, const struct part *part, bool exact)
{
    switch (part->kind) {
    case KIND_COLUMN:
        buffer_printf(line, "column %.*s", TEXT_ARGS(part->name));
        if (exact)
            write_tight(line, attribute_value(part->attributes, part->attribute_count, TEXT("type")));
        else
            write_type(line, attribute_value(part->attributes, part->attribute_count, TEXT("type")));
        if (owner == KIND_TABLE)
            write_value(line, part, "nullable");
        return true;
    case KIND_PRIMARY_KEY:
        buffer_printf(line, "primary key %.*s", exact ? 0 : (int)part->name.length, part->name.bytes);
        write_list(line, part, "columns");
        return true;
    case KIND_UNIQUE:
    case KIND_INDEX:
        buffer_add_string(line, part->kind == KIND_UNIQUE ||
                                        attribute_value(part->attributes, part->attribute_count, TEXT("unique")).length
                                    ? "unique"
                                    : "index");
        write_list(line, part, "columns");
        return true;
    case KIND_FOREIGN_KEY:
        buffer_add_string(line, "foreign key");
        write_list(line, part, "columns");
        write_value(line, part, "references");
        write_list(line, part, "referenced_columns");
        write_value(line, part, "on_delete");
        write_value(line, part, "on_update");
        return true;
    default:
        return false;
    }
}

static bool has_columns(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW || kind == KIND_FOREIGN_TABLE;
}

static void add_object(struct lines *lines, const struct object *object, bool exact)
{
    CLEANUP(buffer_clear) struct buffer path = {0};
    const struct attribute *order = attribute_find(object->attributes, object->attribute_count, TEXT("column_order"));

    buffer_printf(&path, "%s ", kind_name(object->kind));
    path_write(&path, object->kind, &object->path);
    buffer_add_string(&path, " column order");
    for (uint32_t i = 0; order != NULL && i < order->count; i++)
        buffer_printf(&path, "|%.*s", TEXT_ARGS(order->items[i]));
    lines_add(lines, &path);
    for (uint32_t i = 0; i < object->part_count; i++) {
        CLEANUP(buffer_clear) struct buffer line = {0};

        path_write(&line, object->kind, &object->path);
        buffer_add_string(&line, ": ");
        if (write_part(&line, object->kind, &object->parts[i], exact))
            lines_add(lines, &line);
    }
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void read_lines(const char *ref, bool exact, struct lines *ret_lines)
{
    CLEANUP(database_free) struct snapshot *snapshot = read_ref(ref);
    const struct trie *home = snapshot_home(snapshot, KIND_TABLE);

    *ret_lines = (struct lines){0};
    arena_init(&ret_lines->arena, ARENA_LIMIT);
    for (uint32_t i = 0; i < home->count; i++) {
        struct arena arena;
        struct object object;
        struct error error;

        arena_init(&arena, ARENA_LIMIT);
        assert_int_equal(snapshot_object(snapshot, &home->entries[i], &arena, &object, &error), ERROR_NONE);
        if (has_columns(object.kind))
            add_object(ret_lines, &object, exact);
        arena_free(&arena);
    }
    if (ret_lines->count > 1)
        qsort(ret_lines->items, ret_lines->count, sizeof *ret_lines->items, compare_lines);
}

/* Print what only one side says; answer how many lines that are. */
static unsigned print_differences(const struct lines *native, const struct lines *odbc)
{
    unsigned differences = 0;

    for (size_t i = 0, k = 0; i < native->count || k < odbc->count;) {
        int order = i == native->count ? 1 : k == odbc->count ? -1 : strcmp(native->items[i], odbc->items[k]);

        if (order != 0 && ++differences < 40)
            print_message("  only %s: %s\n", order < 0 ? "native" : "ODBC",
                          order < 0 ? native->items[i] : odbc->items[k]);
        i += order <= 0;
        k += order >= 0;
    }
    return differences;
}

static void assert_agree(const struct pair *pair, size_t least)
{
    struct lines native, odbc;
    double times[3];

    times[0] = seconds();
    read_lines(pair->native, pair->is_sqlite, &native);
    times[1] = seconds();
    read_lines(pair->odbc, pair->is_sqlite, &odbc);
    times[2] = seconds();
    print_message("  %s, %zu facts: natively %.2f s, through ODBC %.2f s\n", pair->is_sqlite ? "SQLite" : "PostgreSQL",
                  native.count, times[1] - times[0], times[2] - times[1]);
    assert_true(native.count >= least);
    assert_int_equal(print_differences(&native, &odbc), 0);
    lines_clear(&native);
    lines_clear(&odbc);
}

/* ---- databases ---- */

static void execute(const struct pair *pair, const char *sql)
{
    sqlite3 *database = NULL;
    char *message = NULL;

    if (!pair->is_sqlite) {
        test_postgres_execute(pair->native, sql);
        return;
    }
    assert_int_equal(sqlite3_open(pair->native + strlen("sqlite:"), &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s\nin: %s", message, sql);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static struct pair new_sqlite(const char *name)
{
    struct arena *arena = &directory.arena;
    struct pair pair = {.native = arena_printf(arena, "sqlite:%s/%s.db", directory.path, name),
                        .odbc = arena_printf(arena, "odbc:Driver=SQLite3;Database=%s/%s.db", directory.path, name),
                        .is_sqlite = true};

    assert_non_null(pair.native);
    assert_non_null(pair.odbc);
    return pair;
}

static struct pair new_postgres(const char *name)
{
    struct arena *arena = &directory.arena;
    struct pair pair = {
        .native = test_postgres_database(arena, name),
        .odbc = arena_printf(arena, "odbc:Driver=PostgreSQL Unicode;Servername=%s;Port=%s;Username=%s;Database=%s",
                             test_postgres_setting(arena, "PGHOST"), test_postgres_setting(arena, "PGPORT"),
                             test_postgres_setting(arena, "PGUSER"), name)};

    assert_non_null(pair.odbc);
    return pair;
}

/* ---- the tests ---- */

/* What both systems understand. */
static const char common_schema[] =
    "CREATE TABLE customers (id integer PRIMARY KEY, email varchar(40) NOT NULL UNIQUE, \"Full Name\" text,"
    " score numeric(10,2) DEFAULT 0 NOT NULL, UNIQUE (\"Full Name\", score));"
    "CREATE TABLE \"Order Lines\" (line integer, \"order\" integer, customer integer NOT NULL"
    " REFERENCES customers (id) ON DELETE CASCADE, \"Full Name\" text, score numeric(10,2),"
    " PRIMARY KEY (\"order\", line), FOREIGN KEY (\"Full Name\", score)"
    " REFERENCES customers (\"Full Name\", score) ON UPDATE SET NULL ON DELETE RESTRICT);"
    "CREATE TABLE tree (id integer PRIMARY KEY, parent integer REFERENCES tree (id), other integer REFERENCES tree"
    " ON DELETE SET DEFAULT);"
    "CREATE TABLE no_key (a smallint, b bigint, c real, d double precision, e boolean, f date, g char(3));"
    "CREATE TABLE under_score (a integer PRIMARY KEY); CREATE TABLE underXscore (b integer PRIMARY KEY);"
    "CREATE INDEX lines_by_customer ON \"Order Lines\" (customer, line);"
    "CREATE UNIQUE INDEX lines_once ON \"Order Lines\" (customer, score);"
    "CREATE VIEW rich AS SELECT id, email FROM customers;";

static const char postgres_schema[] =
    "CREATE SCHEMA \"Odd % schema\"; CREATE TYPE mood AS ENUM ('a', 'b');"
    "CREATE TABLE \"Odd % schema\".customers (other uuid PRIMARY KEY, dropped int, kept bytea);"
    "ALTER TABLE \"Odd % schema\".customers DROP dropped;"
    "CREATE TABLE types (a varchar(40), b char(3), c numeric(10,2), d bit(4), e varbit(7), f timestamp(3),"
    " g timestamptz, h time, i integer[], j jsonb, k mood, l uuid REFERENCES \"Odd % schema\".customers);"
    "CREATE MATERIALIZED VIEW taken AS SELECT id FROM customers;"
    "CREATE TABLE parted (id integer NOT NULL) PARTITION BY RANGE (id);"
    "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (1) TO (10);";

static void test_rich_schema(void **state)
{
    struct pair sqlite = new_sqlite("rich"), postgres = new_postgres("dl_agree_rich");

    (void)state;
    execute(&sqlite, common_schema);
    assert_agree(&sqlite, 40);
    execute(&postgres, common_schema);
    execute(&postgres, postgres_schema);
    assert_agree(&postgres, 60);
    test_postgres_drop("dl_agree_rich");
}

/* A table for each odd name, with a column of that name and a foreign key to the one before. */
static const char *odd_schema(const char *without)
{
    static const char *const patterns[] = {"a_b", "aXb", "a%b", "a%%b", "ends with \\", "\\", "'", NULL};
    static const char *const *const lists[] = {contract_odd_names, patterns};
    CLEANUP(buffer_clear) struct buffer sql = {0};
    const char *before = NULL;

    for (size_t i = 0; i < LENGTH_OF(lists); i++)
        for (const char *const *name = lists[i]; *name != NULL; name++) {
            static const char *const pieces[] = {"CREATE TABLE ",
                                                 " (",
                                                 " integer NOT NULL, \"2\" varchar(7) NOT NULL, PRIMARY KEY (\"2\", ",
                                                 "), FOREIGN KEY (\"2\", ",
                                                 ") REFERENCES ",
                                                 " (\"2\", "};
            const char *const names[] = {*name, *name, *name, *name, before, before};

            if (strcmp(*name, without) == 0)
                continue;
            for (size_t k = 0; k < (before == NULL ? 3 : LENGTH_OF(pieces)); k++) {
                buffer_add_string(&sql, pieces[k]);
                identifier_quote(&sql, text_from(names[k]));
            }
            buffer_add_string(&sql, ")); ");
            before = *name;
        }
    assert_false(sql.failed);
    return arena_string(&directory.arena, buffer_text(&sql));
}

static void test_odd_names(void **state)
{
    struct pair sqlite = new_sqlite("odd"), postgres = new_postgres("dl_agree_odd");

    (void)state;
    execute(&sqlite, odd_schema("[brackets]"));
    assert_agree(&sqlite, 5 * 28);
    execute(&postgres, odd_schema(""));
    assert_agree(&postgres, 5 * 29);
    test_postgres_drop("dl_agree_odd");
}

static void test_thousand_tables(void **state)
{
    struct pair sqlite = new_sqlite("thousand"), postgres = new_postgres("dl_agree_thousand");
    CLEANUP(buffer_clear) struct buffer sql = {0};

    (void)state;
    buffer_add_string(&sql, "BEGIN;");
    for (unsigned i = 0; i < TABLES; i++)
        buffer_printf(&sql,
                      "CREATE TABLE t%u (id integer PRIMARY KEY, code varchar(%u) NOT NULL UNIQUE, price numeric(10,2),"
                      " before integer REFERENCES t%u (id)); CREATE INDEX i%u ON t%u (price, code);",
                      i, i % 90 + 1, i == 0 ? 0 : i - 1, i, i);
    buffer_add_string(&sql, "COMMIT;");
    assert_false(sql.failed);
    execute(&sqlite, sql.bytes);
    execute(&postgres, sql.bytes);
    assert_agree(&sqlite, TABLES * 9);
    assert_agree(&postgres, TABLES * 9);
    test_postgres_drop("dl_agree_thousand");
}

/* What moves the root, and what does not. */
static const struct {
    const char *sql;
    bool counts;
    bool postgres_only;
} statements[] = {
    {"CREATE TABLE new_table (id integer)", true, false},
    {"INSERT INTO new_table VALUES (1)", false, false},
    {"ALTER TABLE new_table ADD COLUMN more varchar(10)", true, false},
    {"CREATE INDEX new_index ON new_table (more)", true, false},
    {"ANALYZE", false, false},
    {"VACUUM", false, false},
    {"DROP INDEX new_index", true, false},
    {"CREATE UNIQUE INDEX new_index ON new_table (more)", true, false},
    {"DELETE FROM new_table", false, false},
    {"ALTER TABLE new_table ALTER more SET NOT NULL", true, true},
    {"ALTER TABLE new_table ADD PRIMARY KEY (id)", true, true},
    {"ALTER TABLE new_table ADD FOREIGN KEY (id) REFERENCES tree", true, true},
    {"ALTER TABLE new_table ADD COLUMN parent integer REFERENCES tree (id)", true, false},
    {"CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'", true, true},
    {"CREATE FUNCTION f(a text) RETURNS integer LANGUAGE sql AS 'SELECT 1'", true, true},
    {"CREATE SCHEMA nothing_in_it", true, true},
    {"ALTER TABLE new_table DROP COLUMN more", true, true},
    {"CREATE VIEW another AS SELECT 1 AS one", true, false},
    {"DROP TABLE new_table", true, false},
};

static void test_changes_move_the_root(void **state)
{
    struct pair pairs[] = {new_sqlite("changes"), new_postgres("dl_agree_changes")};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        struct hash before, after;

        execute(&pairs[i], common_schema);
        before = root_of(pairs[i].odbc);
        for (size_t k = 0; k < LENGTH_OF(statements); k++) {
            if (statements[k].postgres_only && pairs[i].is_sqlite)
                continue;
            execute(&pairs[i], statements[k].sql);
            after = root_of(pairs[i].odbc);
            if (hash_equal(&before, &after) == statements[k].counts)
                fail_msg("%s: the root %s", statements[k].sql, statements[k].counts ? "stayed" : "moved");
            before = after;
        }
        assert_agree(&pairs[i], 40);
    }
    test_postgres_drop("dl_agree_changes");
}

/* There is nothing cheap that would move: the exact look finds changes, and nothing else. */
static void test_changes_are_noticed(void **state)
{
    struct pair pairs[] = {new_sqlite("watched"), new_postgres("dl_agree_watched")};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        struct source_settings settings;
        struct watch *watch = NULL;
        struct error error = {0};

        execute(&pairs[i], "CREATE TABLE t (id integer PRIMARY KEY)");
        source_settings_init(&settings);
        assert_int_equal(watch_open(&watch, pairs[i].odbc, &settings, &error), ERROR_NONE);
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
        execute(&pairs[i], "INSERT INTO t VALUES (1); ANALYZE");
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
        execute(&pairs[i], "CREATE INDEX i ON t (id)");
        assert_int_equal(database_look(watch, WATCH_CHEAP), WATCH_SAME);
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_SAME);
        watch_close(watch);
    }
    test_postgres_drop("dl_agree_watched");
}

/* ---- where the drivers say something else: docs/reference/odbc-generic.md ---- */

static bool says(const struct lines *lines, const char *line)
{
    return bsearch(&line, lines->items, lines->count, sizeof *lines->items, compare_lines) != NULL;
}

static void assert_says(const struct pair *pair, const char *native_line, const char *odbc_line)
{
    struct lines native, odbc;

    read_lines(pair->native, pair->is_sqlite, &native);
    read_lines(pair->odbc, pair->is_sqlite, &odbc);
    if (native_line != NULL && (!says(&native, native_line) || says(&odbc, native_line)))
        fail_msg("natively, and only so: %s", native_line);
    if (odbc_line != NULL && (!says(&odbc, odbc_line) || says(&native, odbc_line)))
        fail_msg("through ODBC, and only so: %s", odbc_line);
    lines_clear(&native);
    lines_clear(&odbc);
}

static void test_what_the_driver_of_sqlite_says_otherwise(void **state)
{
    struct pair pair = new_sqlite("otherwise");

    (void)state;
    execute(&pair, "CREATE TABLE generated (a INT, b INT AS (a + 1));"
                   "CREATE TABLE two (a INT, b INT, PRIMARY KEY (b, a), UNIQUE (a, b));"
                   "CREATE TABLE t (a TEXT, b TEXT); CREATE INDEX i ON t (a DESC, lower(b));"
                   "CREATE TABLE \"[t]\" (a INT PRIMARY KEY); CREATE TABLE r (a INT REFERENCES \"[t]\" (a));"
                   "CREATE TABLE \"%\" (a INT PRIMARY KEY)");
    assert_says(&pair, "table main.generated column order|a|b", "table main.generated column order|a");
    assert_says(&pair, "main.two: primary key  columns=b|a", "main.two: primary key  columns=a|b");
    assert_says(&pair, "main.t: index columns=a DESC|lower(b)", "main.t: index columns=a|(expression)");
    assert_says(&pair,
                "main.r: foreign key columns=a references=main.\"[t]\" referenced_columns=a on_delete= on_update=",
                "main.r: foreign key columns=a references=main.t referenced_columns=a on_delete= on_update=");
    assert_says(&pair, "main.\"%\": primary key  columns=a", NULL);
}

static bool has_gap(const struct snapshot *snapshot, enum kind kind, const char *object)
{
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        if (snapshot->gaps[i].kind == kind && text_equal(snapshot->gaps[i].object, text_from(object)))
            return true;
    return false;
}

/* What the driver fails at is said. */
static void test_a_table_that_the_driver_cannot_name(void **state)
{
    struct pair pair = new_sqlite("percent");
    struct snapshot *snapshot;

    (void)state;
    execute(&pair, "CREATE TABLE \"%\" (a INT PRIMARY KEY); CREATE TABLE t (a INT PRIMARY KEY);"
                   "CREATE VIEW broken AS SELECT * FROM nowhere");
    snapshot = read_ref(pair.odbc);
    assert_true(has_gap(snapshot, KIND_TABLE, "main.\"%\""));
    assert_true(has_gap(snapshot, KIND_VIEW, "main.broken"));
    assert_false(has_gap(snapshot, KIND_TABLE, "main.t"));
    assert_true(has_gap(snapshot, KIND_TRIGGER, ""));
    snapshot_free(snapshot);
}

static int setup(void **state)
{
    (void)state;
    test_directory_make(&directory);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_directory_remove(&directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rich_schema),
        cmocka_unit_test(test_odd_names),
        cmocka_unit_test(test_thousand_tables),
        cmocka_unit_test(test_changes_move_the_root),
        cmocka_unit_test(test_changes_are_noticed),
        cmocka_unit_test(test_what_the_driver_of_sqlite_says_otherwise),
        cmocka_unit_test(test_a_table_that_the_driver_cannot_name),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
