#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/sources/contract.h"
#include "base/hash.h"
#include "sources/sqlite/sqlite_token.h"
#include "support/directory.h"

struct fixture {
    struct test_directory directory;
    unsigned count; /* of the databases made so far */
};

static struct fixture fixture;
static struct contract contract;

/* ---- databases ---- */

static void run(sqlite3 *database, const char *sql)
{
    char *message = NULL;

    if (sqlite3_exec(database, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s\nin: %s", message, sql);
}

static sqlite3 *open_at(const char *path)
{
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    return database;
}

/* The REF of a new database with this schema. */
static const char *make_database(const char *name, const char *sql)
{
    sqlite3 *database = open_at(test_directory_path(&fixture.directory, name));

    run(database, sql);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
    return arena_printf(&fixture.directory.arena, "sqlite:%s/%s", fixture.directory.path, name);
}

static const char *new_database(const char *sql)
{
    return make_database(arena_printf(&fixture.directory.arena, "%u.db", fixture.count++), sql);
}

static struct hash root_of(const char *ref)
{
    struct snapshot *snapshot = contract_read(&contract, ref);
    struct hash root = snapshot->root;

    snapshot_free(snapshot);
    return root;
}

/* ---- the contract's fixtures ---- */

static const char small_schema[] =
    "CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE COLLATE NOCASE);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INT REFERENCES customers ON DELETE CASCADE,"
    " total REAL DEFAULT 0 CHECK (total >= 0), twice REAL AS (total * 2), CONSTRAINT both UNIQUE (customer, total));"
    "CREATE INDEX orders_total ON orders (total DESC, abs(total)) WHERE total > 0;"
    "CREATE VIEW open_orders AS SELECT id, total FROM orders;"
    "CREATE VIEW broken AS SELECT * FROM nowhere;"
    "CREATE TRIGGER orders_check AFTER INSERT ON orders BEGIN SELECT 1; END;"
    "CREATE VIRTUAL TABLE notes USING fts5(title, body);";

static const char *make_thousand(void)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};
    char name[16];

    buffer_add_string(&sql, "BEGIN;");
    for (unsigned i = 0; i < 1000; i++)
        buffer_printf(&sql, "CREATE TABLE %s (id INTEGER PRIMARY KEY, a TEXT, b REAL);", contract_table_name(i, name));
    buffer_add_string(&sql, "COMMIT;");
    return make_database("thousand.db", sql.bytes);
}

static const char *make_odd(void)
{
    CLEANUP(buffer_clear) struct buffer sql = {0};

    for (size_t i = 0; contract_odd_names[i] != NULL; i++) {
        char *statement =
            sqlite3_mprintf("CREATE TABLE \"%w\" (\"%w\" INT);", contract_odd_names[i], contract_odd_names[i]);
        buffer_add_string(&sql, statement);
        sqlite3_free(statement);
    }
    return make_database("odd.db", sql.bytes);
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    static const char *const names[] = {"small.db", "thousand.db", "odd.db"};

    (void)self;
    if (access(test_directory_path(&fixture.directory, names[which]), F_OK) == 0)
        return arena_printf(&fixture.directory.arena, "sqlite:%s/%s", fixture.directory.path, names[which]);
    return which == CONTRACT_SMALL ? make_database(names[which], small_schema)
           : which == CONTRACT_ODD ? make_odd()
                                   : make_thousand();
}

/* ---- what a schema becomes ---- */

static const struct {
    const char *name, *sql;
    enum kind kind;
    const char *object;
    enum kind part_kind; /* KIND_NONE: an attribute of the object itself */
    const char *part, *attribute;
    const char *expected; /* a list with " | " between its items; NULL: absent */
} facts[] = {
    {"strict", "CREATE TABLE t (a INT) STRICT", KIND_TABLE, "t", KIND_NONE, "", "strict", "yes"},
    {"not strict", "CREATE TABLE t (a INT)", KIND_TABLE, "t", KIND_NONE, "", "strict", NULL},
    {"without rowid", "CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID", KIND_TABLE, "t", KIND_NONE, "", "without_rowid",
     "yes"},
    {"autoincrement", "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", KIND_TABLE, "t", KIND_NONE, "",
     "autoincrement", "yes"},
    {"autoincrement of a table constraint", "CREATE TABLE t (a INTEGER, PRIMARY KEY (a AUTOINCREMENT))", KIND_TABLE,
     "t", KIND_NONE, "", "autoincrement", "yes"},
    {"column order", "CREATE TABLE t (b, a, \"c,d\")", KIND_TABLE, "t", KIND_NONE, "", "column_order", "b | a | c,d"},
    {"module", "CREATE VIRTUAL TABLE t USING FTS5(a, b)", KIND_TABLE, "t", KIND_NONE, "", "module", "fts5"},
    {"arguments", "CREATE VIRTUAL TABLE t USING fts5(a, tokenize = 'porter')", KIND_TABLE, "t", KIND_NONE, "",
     "arguments", "a | tokenize = 'porter'"},
    {"type as declared", "CREATE TABLE t (a varchar ( 20 ))", KIND_TABLE, "t", KIND_COLUMN, "a", "type", "varchar(20)"},
    {"no type", "CREATE TABLE t (a)", KIND_TABLE, "t", KIND_COLUMN, "a", "type", NULL},
    {"nullable", "CREATE TABLE t (a)", KIND_TABLE, "t", KIND_COLUMN, "a", "nullable", "yes"},
    {"not null", "CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE)", KIND_TABLE, "t", KIND_COLUMN, "a", "nullable", "no"},
    {"not null on conflict", "CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE)", KIND_TABLE, "t", KIND_COLUMN, "a",
     "not_null_on_conflict", "ignore"},
    {"a key without rowid is not null", "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID", KIND_TABLE, "t",
     KIND_COLUMN, "a", "nullable", "no"},
    {"default", "CREATE TABLE t (a DEFAULT -1)", KIND_TABLE, "t", KIND_COLUMN, "a", "default", "-1"},
    {"default expression", "CREATE TABLE t (a DEFAULT (1+  2))", KIND_TABLE, "t", KIND_COLUMN, "a", "default", "1 + 2"},
    {"default null is not absent", "CREATE TABLE t (a DEFAULT NULL)", KIND_TABLE, "t", KIND_COLUMN, "a", "default",
     "NULL"},
    {"collation", "CREATE TABLE t (a COLLATE nocase)", KIND_TABLE, "t", KIND_COLUMN, "a", "collation", "NOCASE"},
    {"binary is no collation", "CREATE TABLE t (a COLLATE binary)", KIND_TABLE, "t", KIND_COLUMN, "a", "collation",
     NULL},
    {"generated", "CREATE TABLE t (a, b AS (a||'x') STORED)", KIND_TABLE, "t", KIND_COLUMN, "b", "generated",
     "a || 'x'"},
    {"stored", "CREATE TABLE t (a, b AS (a) STORED)", KIND_TABLE, "t", KIND_COLUMN, "b", "virtual", NULL},
    {"virtual", "CREATE TABLE t (a, b INT GENERATED ALWAYS AS (a))", KIND_TABLE, "t", KIND_COLUMN, "b", "virtual",
     "yes"},
    {"primary key", "CREATE TABLE t (a, b, PRIMARY KEY (b, A DESC))", KIND_TABLE, "t", KIND_PRIMARY_KEY, "primary_key",
     "columns", "b | a DESC"},
    {"named primary key", "CREATE TABLE t (a CONSTRAINT pk PRIMARY KEY)", KIND_TABLE, "t", KIND_PRIMARY_KEY, "pk",
     "columns", "a"},
    {"unique", "CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)", KIND_TABLE, "t", KIND_UNIQUE, "unique(a)",
     "on_conflict", "replace"},
    {"unique with a collation", "CREATE TABLE t (a, [b c], UNIQUE (a COLLATE nocase, `B C`))", KIND_TABLE, "t",
     KIND_UNIQUE, "unique(a COLLATE NOCASE, \"b c\")", "columns", "a COLLATE NOCASE | b c"},
    {"foreign key", "CREATE TABLE \"P\"(id PRIMARY KEY); CREATE TABLE t (a REFERENCES p)", KIND_TABLE, "t",
     KIND_FOREIGN_KEY, "foreign_key(a)", "references", "main.\"P\""},
    {"implied columns",
     "CREATE TABLE p(x, id, PRIMARY KEY (id, x)); CREATE TABLE t (a, b, FOREIGN KEY (a, b) REFERENCES p)", KIND_TABLE,
     "t", KIND_FOREIGN_KEY, "foreign_key(a, b)", "referenced_columns", "id | x"},
    {"a foreign key to a broken view", "CREATE VIEW v AS SELECT * FROM nowhere; CREATE TABLE t (a REFERENCES v)",
     KIND_TABLE, "t", KIND_FOREIGN_KEY, "foreign_key(a)", "references", "main.v"},
    {"a foreign key to a virtual table", "CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE t (a REFERENCES f)",
     KIND_TABLE, "t", KIND_FOREIGN_KEY, "foreign_key(a)", "referenced_columns", NULL},
    {"a foreign key to nothing", "CREATE TABLE t (a REFERENCES \"No where\")", KIND_TABLE, "t", KIND_FOREIGN_KEY,
     "foreign_key(a)", "references", "main.\"No where\""},
    {"actions", "CREATE TABLE t (a REFERENCES t ON UPDATE SET NULL ON DELETE CASCADE NOT NULL)", KIND_TABLE, "t",
     KIND_FOREIGN_KEY, "foreign_key(a)", "on_update", "set null"},
    {"no action", "CREATE TABLE t (a REFERENCES t ON DELETE NO ACTION)", KIND_TABLE, "t", KIND_FOREIGN_KEY,
     "foreign_key(a)", "on_delete", NULL},
    {"match", "CREATE TABLE t (a REFERENCES t MATCH FULL)", KIND_TABLE, "t", KIND_FOREIGN_KEY, "foreign_key(a)",
     "match", "full"},
    {"deferred", "CREATE TABLE t (a REFERENCES t DEFERRABLE INITIALLY DEFERRED)", KIND_TABLE, "t", KIND_FOREIGN_KEY,
     "foreign_key(a)", "deferrable", "initially deferred"},
    {"deferrable defers nothing", "CREATE TABLE t (a REFERENCES t DEFERRABLE)", KIND_TABLE, "t", KIND_FOREIGN_KEY,
     "foreign_key(a)", "deferrable", NULL},
    {"check", "CREATE TABLE t (a CHECK (\"a\">0 /* why */))", KIND_TABLE, "t", KIND_CHECK, "check(a > 0)", "expression",
     "a > 0"},
    {"named check", "CREATE TABLE t (a, CONSTRAINT \"odd name\" CHECK (a IN (1,2)))", KIND_TABLE, "t", KIND_CHECK,
     "odd name", "expression", "a IN (1, 2)"},
    {"two checks of one name", "CREATE TABLE t (a, CONSTRAINT c CHECK (a > 1), CONSTRAINT c CHECK (a < 9))", KIND_TABLE,
     "t", KIND_CHECK, "c #2", "expression", "a > 1"},
    {"index", "CREATE TABLE t (a COLLATE NOCASE, b); CREATE INDEX i ON T (B DESC, a, A COLLATE BINARY)", KIND_TABLE,
     "t", KIND_INDEX, "i", "columns", "b DESC | a | a COLLATE BINARY"},
    {"index of an expression", "CREATE TABLE t (a, b); CREATE INDEX i ON t (lower(a) DESC, (a+b))", KIND_TABLE, "t",
     KIND_INDEX, "i", "columns", "lower(a) DESC | (a + b)"},
    {"unique index", "CREATE TABLE t (a); CREATE UNIQUE INDEX i ON t (a)", KIND_TABLE, "t", KIND_INDEX, "i", "unique",
     "yes"},
    {"predicate", "CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE a IS NOT NULL", KIND_TABLE, "t", KIND_INDEX, "i",
     "predicate", "a IS NOT NULL"},
    {"view", "CREATE VIEW v AS -- why\n SELECT  1 AS one", KIND_VIEW, "v", KIND_NONE, "", "definition",
     "SELECT 1 AS one"},
    {"view columns", "CREATE TABLE t (a INT, b); CREATE VIEW v (x, y) AS SELECT b, a FROM t", KIND_VIEW, "v", KIND_NONE,
     "", "column_order", "x | y"},
    {"type of a view's column", "CREATE TABLE t (a INT); CREATE VIEW v (x) AS SELECT a FROM t", KIND_VIEW, "v",
     KIND_COLUMN, "x", "type", "INT"},
    {"unresolved view", "CREATE VIEW v AS SELECT * FROM nowhere", KIND_VIEW, "v", KIND_NONE, "", "unresolved", "yes"},
    {"view of a function that is not there", "CREATE VIEW v AS SELECT my_own(1)", KIND_VIEW, "v", KIND_NONE, "",
     "unresolved", "yes"},
    {"our functions are not the schema's", "CREATE VIEW v AS SELECT driftline_text('a')", KIND_VIEW, "v", KIND_NONE, "",
     "unresolved", "yes"},
    {"trigger", "CREATE TABLE t (a); CREATE TRIGGER r AFTER DELETE ON T FOR EACH ROW WHEN old.a>1 BEGIN SELECT 1;END",
     KIND_TABLE, "t", KIND_TRIGGER, "r", "definition", "AFTER DELETE ON T WHEN old.a > 1 BEGIN SELECT 1; END"},
    {"trigger of a view", "CREATE VIEW v AS SELECT 1; CREATE TRIGGER r INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
     KIND_VIEW, "v", KIND_TRIGGER, "r", "definition", "INSTEAD OF INSERT ON v BEGIN SELECT 1; END"},
    {"tables named as our table functions",
     "CREATE TABLE driftline_ddl (a INT); CREATE TABLE pragma_table_xinfo (b); CREATE TABLE pragma_index_xinfo (b)",
     KIND_TABLE, "driftline_ddl", KIND_COLUMN, "a", "type", "INT"},
    {"a column that was added", "CREATE TABLE t (a, CHECK (a > 0)); ALTER TABLE t ADD COLUMN b INT COLLATE RTRIM",
     KIND_TABLE, "t", KIND_COLUMN, "b", "collation", "RTRIM"},
    {"a table that was renamed", "CREATE TABLE s (a); CREATE INDEX i ON s (a) WHERE a > 0; ALTER TABLE s RENAME TO t",
     KIND_TABLE, "t", KIND_INDEX, "i", "predicate", "a > 0"},
};

/* The entry of an object, or NULL. */
static const struct trie_entry *find_entry(const struct snapshot *snapshot, enum kind kind, const char *name)
{
    const struct trie *home = snapshot_home(snapshot, kind);
    struct path path = {.count = 2, .elements = {TEXT("main"), text_from(name)}};

    for (uint32_t i = 0; i < home->count; i++)
        if (home->entries[i].kind == kind && path_equal(&home->entries[i].path, &path))
            return &home->entries[i];
    return NULL;
}

/* An attribute as people would write it, or NULL. */
static const char *attribute_text(const struct attribute *attributes, uint32_t count, const char *name,
                                  struct arena *arena)
{
    const struct attribute *attribute = attribute_find(attributes, count, text_from(name));
    const char *text = "";

    if (attribute == NULL)
        return NULL;
    for (uint32_t i = 0; i < attribute->count; i++)
        text = arena_printf(arena, "%s%s%.*s", text, i == 0 ? "" : " | ", TEXT_ARGS(attribute->items[i]));
    return text;
}

static void test_schema_becomes_objects(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(facts); i++) {
        struct snapshot *snapshot = contract_read(&contract, new_database(facts[i].sql));
        const struct trie_entry *entry = find_entry(snapshot, facts[i].kind, facts[i].object);
        struct object object = {0};
        struct error error;
        struct arena arena;
        const char *found;

        print_message("  %s\n", facts[i].name);
        arena_init(&arena, SIZE_MAX);
        assert_non_null(entry);
        assert_int_equal(snapshot_object(snapshot, entry, &arena, &object, &error), ERROR_NONE);
        if (facts[i].part_kind == KIND_NONE) {
            found = attribute_text(object.attributes, object.attribute_count, facts[i].attribute, &arena);
        } else {
            const struct part *part = object_part(&object, facts[i].part_kind, text_from(facts[i].part));
            if (part == NULL)
                fail_msg("there is no part '%s'", facts[i].part);
            found = attribute_text(part->attributes, part->attribute_count, facts[i].attribute, &arena);
        }
        if (facts[i].expected == NULL)
            assert_null(found);
        else if (found == NULL)
            fail_msg("the attribute '%s' is absent", facts[i].attribute);
        else
            assert_string_equal(found, facts[i].expected);
        arena_free(&arena);
        snapshot_free(snapshot);
    }
}

/* ---- what is the same, and what is not ---- */

static const struct {
    const char *name, *one, *other;
    bool equal;
} pairs[] = {
    {"white space", "CREATE TABLE t(a INT,b)", "CREATE  TABLE  t (\n a INT,\n b\n)", true},
    {"comments", "CREATE TABLE t (a)", "CREATE TABLE t ( -- the table\n a /* the column */)", true},
    {"letter case of keywords", "CREATE TABLE t (a INTEGER PRIMARY KEY)", "create table t (a integer primary key)",
     true},
    {"if not exists", "CREATE TABLE t (a)", "CREATE TABLE IF NOT EXISTS main.t (a)", true},
    {"quotes of names", "CREATE TABLE t (a, \"key\" CHECK (key > 0))", "CREATE TABLE [t] (`a`, key CHECK ([key] > 0))",
     true},
    {"quotes in a view", "CREATE TABLE t (a); CREATE VIEW v AS SELECT \"a\" FROM \"t\"",
     "CREATE TABLE t (a); CREATE VIEW v AS SELECT [a] FROM `t`", true},
    {"order of constraints", "CREATE TABLE t (a, b, CHECK (a > 0), UNIQUE (a), CHECK (b > 0))",
     "CREATE TABLE t (a, b, CHECK (b > 0), CHECK (a > 0), UNIQUE (a))", true},
    {"column or table constraint", "CREATE TABLE t (a UNIQUE, b REFERENCES t(a) CHECK (b > 1))",
     "CREATE TABLE t (a, b, UNIQUE (a), FOREIGN KEY (b) REFERENCES t(a), CHECK (b > 1))", true},
    {"a check that is said twice", "CREATE TABLE t (a CHECK (a > 0))", "CREATE TABLE t (a CHECK (a > 0) CHECK (a>0))",
     true},
    {"two foreign keys of one column", "CREATE TABLE t (a REFERENCES x REFERENCES y)",
     "CREATE TABLE t (a REFERENCES y REFERENCES x)", true},
    {"referenced columns that go without saying", "CREATE TABLE t (a PRIMARY KEY, b REFERENCES t)",
     "CREATE TABLE t (a PRIMARY KEY, b REFERENCES t (a))", true},
    {"rows", "CREATE TABLE t (a)", "CREATE TABLE t (a); INSERT INTO t VALUES (1)", true},
    {"the counter of AUTOINCREMENT", "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)",
     "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (7)", true},
    {"statistics", "CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1)",
     "CREATE TABLE t (a); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1); ANALYZE", true},
    {"order of creation", "CREATE TABLE t (a); CREATE TABLE s (a)", "CREATE TABLE s (a); CREATE TABLE t (a)", true},
    {"what a virtual table keeps", "CREATE VIRTUAL TABLE f USING fts5(a)",
     "CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO f VALUES ('x')", true},
    {"a table dropped and made again", "CREATE TABLE t (a)",
     "CREATE TABLE t (b); DROP TABLE t; VACUUM; CREATE TABLE t (a)", true},
    {"literals in a view", "CREATE VIEW v AS SELECT 'a  b'", "CREATE VIEW v AS SELECT 'a b'", false},
    {"a name that looks like a comment", "CREATE TABLE t (\"a--b\")", "CREATE TABLE t (a)", false},
    {"true is no column", "CREATE TABLE t (a CHECK (a = true))", "CREATE TABLE t (a CHECK (a = \"true\"))", false},
    {"order of columns", "CREATE TABLE t (a, b)", "CREATE TABLE t (b, a)", false},
    {"order of key columns", "CREATE TABLE t (a, b, UNIQUE (a, b))", "CREATE TABLE t (a, b, UNIQUE (b, a))", false},
    {"type", "CREATE TABLE t (a varchar(10))", "CREATE TABLE t (a varchar(11))", false},
    {"a table that only looks like a virtual table's", "CREATE TABLE f_data (a)", "CREATE TABLE f (a)", false},
    {"trigger body", "CREATE TABLE t (a); CREATE TRIGGER r DELETE ON t BEGIN SELECT 1; END",
     "CREATE TABLE t (a); CREATE TRIGGER r DELETE ON t BEGIN SELECT 2; END", false},
    {"a view becomes a table", "CREATE VIEW v AS SELECT 1 AS a", "CREATE TABLE v (a)", false},
};

static void test_only_meaning_makes_a_difference(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        struct hash one = root_of(new_database(pairs[i].one));
        struct hash other = root_of(new_database(pairs[i].other));

        print_message("  %s\n", pairs[i].name);
        assert_int_equal(hash_equal(&one, &other), pairs[i].equal);
    }
}

/* ---- the parser against SQLite's own ---- */

/* A database whose statements are those of another in their one form. */
static const char *make_rendered_copy(const char *path, const char *name)
{
    CLEANUP(buffer_clear) struct buffer script = {0};
    sqlite3 *database = open_at(path);
    sqlite3_stmt *statement = NULL;

    assert_int_equal(sqlite3_prepare_v2(database, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(statement, 0);

        if (strstr(sql, "sqlite_") != NULL) /* SQLite makes it again by itself */
            continue;
        sqlite_sql_render(&script, text_from(sql));
        buffer_add_string(&script, ";\n");
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return make_database(name, buffer_text(&script).bytes);
}

/* The one form is SQL that SQLite accepts, and to SQLite, too, it means the same. */
static void test_one_form_means_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(facts); i++) {
        const char *name = arena_printf(&fixture.directory.arena, "rendered%zu.db", i);
        const char *ref = new_database(facts[i].sql);
        struct hash original = root_of(ref);
        struct hash rendered;

        if (facts[i].kind == KIND_TABLE && strstr(facts[i].sql, "VIRTUAL TABLE") != NULL)
            continue; /* would make its own tables twice */
        print_message("  %s\n", facts[i].name);
        rendered = root_of(make_rendered_copy(strchr(ref, ':') + 1, name));
        assert_true(hash_equal(&original, &rendered));
    }
}

static void test_keys_agree_with_the_pragmas(void **state)
{
    static const char ddl[] =
        "CREATE TABLE p (x, y, z, PRIMARY KEY (x, y), UNIQUE (z, y));"
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE REFERENCES p(z) ON DELETE SET DEFAULT, \"c d\", e"
        " DEFAULT (max(1, (2))) CONSTRAINT n NOT NULL, f CHECK (f IN ('(', ')', ',')) UNIQUE, UNIQUE (\"c d\", e),"
        " CONSTRAINT u UNIQUE (e DESC, b), FOREIGN KEY (\"c d\", e) REFERENCES p (x, y) ON UPDATE RESTRICT);";
    static const char unique_columns[] =
        "SELECT 'unique', group_concat(name, ' | ') FROM (SELECT l.name AS i, x.name || iif(x.desc, ' DESC', '') AS "
        "name"
        "  FROM pragma_index_list('t') l, pragma_index_xinfo(l.name) x WHERE l.origin = 'u' AND x.key ORDER BY x.seqno)"
        " GROUP BY i UNION ALL "
        "SELECT 'foreign_key', group_concat(\"from\", ' | ') FROM (SELECT id, \"from\" FROM "
        "pragma_foreign_key_list('t')"
        "  ORDER BY seq) GROUP BY id";
    struct snapshot *snapshot = contract_read(&contract, make_database("keys.db", ddl));
    sqlite3 *database = open_at(test_directory_path(&fixture.directory, "keys.db"));
    sqlite3_stmt *statement = NULL;
    struct object object = {0};
    struct error error;
    struct arena arena;
    unsigned in_pragmas = 0;
    unsigned in_object = 0;

    (void)state;
    arena_init(&arena, SIZE_MAX);
    assert_int_equal(snapshot_object(snapshot, find_entry(snapshot, KIND_TABLE, "t"), &arena, &object, &error),
                     ERROR_NONE);
    for (uint32_t i = 0; i < object.part_count; i++)
        in_object += object.parts[i].kind == KIND_UNIQUE || object.parts[i].kind == KIND_FOREIGN_KEY;
    assert_int_equal(sqlite3_prepare_v2(database, unique_columns, -1, &statement, NULL), SQLITE_OK);
    for (; sqlite3_step(statement) == SQLITE_ROW; in_pragmas++) {
        enum kind kind = kind_from_name(text_from((const char *)sqlite3_column_text(statement, 0)));
        const char *columns = (const char *)sqlite3_column_text(statement, 1);
        bool found = false;

        for (uint32_t i = 0; i < object.part_count && !found; i++) {
            const struct part *part = &object.parts[i];
            found = part->kind == kind &&
                    strcmp(columns, attribute_text(part->attributes, part->attribute_count, "columns", &arena)) == 0;
        }
        if (!found)
            fail_msg("the pragmas know a key of the columns '%s'", columns);
    }
    assert_int_equal(in_pragmas, 6);
    assert_int_equal(in_object, in_pragmas);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    arena_free(&arena);
    snapshot_free(snapshot);
}

/* ---- files that are not as they should be ---- */

static void assert_refused(const char *ref, enum error_code code, const char *words)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    enum error_code answer;

    source_settings_init(&settings);
    settings.lock_timeout_ms = 50;
    answer = source_sqlite.read(&snapshot, ref, &settings, &error);
    if (answer != code || strstr(error.message, words) == NULL)
        fail_msg("%s: got '%s': %s", ref, error_name(answer), error.message);
    assert_null(snapshot);
}

static const char *reference(const char *name)
{
    return arena_printf(&fixture.directory.arena, "sqlite:%s/%s", fixture.directory.path, name);
}

static void test_missing_file_is_not_created(void **state)
{
    size_t before = test_directory_count(&fixture.directory);

    (void)state;
    assert_refused(reference("missing.db"), ERROR_NOT_FOUND, "missing.db");
    assert_int_equal(test_directory_count(&fixture.directory), before);
}

static void test_what_is_no_database_is_said(void **state)
{
    static char zeros[8192];

    (void)state;
    test_directory_write(&fixture.directory, "text.db",
                         TEXT("this is a letter, not a database, and long enough to see"));
    test_directory_write(&fixture.directory, "zeros.db", (struct text){zeros, sizeof zeros});
    assert_int_equal(mkdir(test_directory_path(&fixture.directory, "folder"), 0700), 0);
    assert_int_equal(mkfifo(test_directory_path(&fixture.directory, "pipe"), 0600), 0);
    assert_refused(reference("text.db"), ERROR_CORRUPT, "not a database");
    assert_refused(reference("zeros.db"), ERROR_CORRUPT, "not a database");
    assert_refused(reference("folder"), ERROR_NOT_FOUND, "is a directory");
    assert_refused(reference("pipe"), ERROR_NOT_FOUND, "not an ordinary file");
    assert_refused("sqlite::memory:", ERROR_NOT_FOUND, ":memory:");
    assert_refused("sqlite:file:x?mode=memory", ERROR_NOT_FOUND, "file:x?mode=memory");
}

static void test_empty_file_is_an_empty_database(void **state)
{
    struct snapshot *snapshot;

    (void)state;
    test_directory_write(&fixture.directory, "empty.db", TEXT(""));
    snapshot = contract_read(&contract, reference("empty.db"));
    assert_int_equal(snapshot_home(snapshot, KIND_TABLE)->count, 0);
    snapshot_free(snapshot);
}

/* Every byte of the first pages is damaged in turn: an answer or an error, but neither a crash nor a fault of ours. */
static void test_damaged_files_do_no_harm(void **state)
{
    const char *ref = make_database("damaged.db", small_schema);
    struct text whole = test_directory_read(&fixture.directory, "damaged.db");
    const char *path = test_directory_path(&fixture.directory, "damaged.db");
    int file = open(path, O_WRONLY);
    unsigned failures = 0;

    (void)state;
    assert_true(file >= 0);
    for (size_t i = 0; i < 8192 && i < whole.length; i += i < 200 ? 1 : 13) {
        char damaged = (char)(whole.bytes[i] ^ 0x55);
        struct source_settings settings;
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        source_settings_init(&settings);
        settings.lock_timeout_ms = 0;
        assert_int_equal(pwrite(file, &damaged, 1, (off_t)i), 1);
        if (source_sqlite.read(&snapshot, ref, &settings, &error) != ERROR_NONE) {
            failures++;
            if (error.code == ERROR_INTERNAL)
                fail_msg("byte %zu: %s", i, error.message);
        }
        snapshot_free(snapshot);
        assert_int_equal(pwrite(file, &whole.bytes[i], 1, (off_t)i), 1);
    }
    close(file);
    assert_true(failures > 20);
}

/* Texts that no SQLite would write, put in with the schema table made writable. */
static void test_forged_schemas_do_no_harm(void **state)
{
    static const char *const forgeries[] = {
        "UPDATE sqlite_master SET sql = 'CREATE TABLE other (a)' WHERE name = 't'",
        "UPDATE sqlite_master SET sql = 'CREATE TABLE t (a' WHERE name = 't'",
        "UPDATE sqlite_master SET name = 'T2', tbl_name = 'T2' WHERE name = 't'",
        "UPDATE sqlite_master SET sql = 'CREATE VIRTUAL TABLE t USING driftline_ddl(x)', rootpage = 0 WHERE name = 't'",
        "UPDATE sqlite_master SET sql = 'CREATE VIRTUAL TABLE t USING pragma_table_info(x)', rootpage = 0 WHERE name = "
        "'t'",
        "INSERT INTO sqlite_master VALUES ('table', 't', 't', 2, 'CREATE TABLE t (b)')",
        "INSERT INTO sqlite_master VALUES ('trigger', 'x', 'nowhere', 0, 'CREATE TRIGGER x DELETE ON t BEGIN SELECT 1; "
        "END')",
        "INSERT INTO sqlite_master VALUES ('view', 'w', 'w', 0, 'CREATE VIEW w AS SELECT * FROM w')",
        "INSERT INTO sqlite_master VALUES ('table', cast(x'ff41' AS text), cast(x'ff41' AS text), 2,"
        " 'CREATE TABLE ' || cast(x'ff41' AS text) || ' (' || cast(x'c3' AS text) || ')')",
        "INSERT INTO sqlite_master VALUES (NULL, NULL, NULL, NULL, NULL)",
        "INSERT INTO sqlite_master VALUES (x'00', 1, 2.5, 'a', x'43524541544520')",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(forgeries); i++) {
        const char *name = arena_printf(&fixture.directory.arena, "forged%zu.db", i);
        const char *ref = make_database(name, "CREATE TABLE t (a, CHECK (a > 0)); CREATE VIEW v AS SELECT * FROM t");
        sqlite3 *database = open_at(test_directory_path(&fixture.directory, name));
        struct source_settings settings;
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        sqlite3_db_config(database, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, (int *)NULL);
        run(database, forgeries[i]);
        sqlite3_close(database);
        source_settings_init(&settings);
        if (source_sqlite.read(&snapshot, ref, &settings, &error) != ERROR_NONE && error.code != ERROR_CORRUPT)
            fail_msg("%s: got '%s': %s", forgeries[i], error_name(error.code), error.message);
        print_message("  %s\n", snapshot != NULL ? "read" : error.message);
        snapshot_free(snapshot);
    }
}

/* ---- databases that are in use ---- */

static void test_write_ahead_log_is_read(void **state)
{
    sqlite3 *writer = open_at(test_directory_path(&fixture.directory, "wal.db"));
    struct snapshot *snapshot;

    (void)state;
    run(writer, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); CREATE TABLE s (a)");
    run(writer, "BEGIN; CREATE TABLE not_committed (a)");
    snapshot = contract_read(&contract, reference("wal.db"));
    assert_non_null(find_entry(snapshot, KIND_TABLE, "s"));
    assert_null(find_entry(snapshot, KIND_TABLE, "not_committed"));
    snapshot_free(snapshot);
    run(writer, "COMMIT");
    snapshot = contract_read(&contract, reference("wal.db"));
    assert_non_null(find_entry(snapshot, KIND_TABLE, "not_committed"));
    snapshot_free(snapshot);
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
}

static void test_locked_database_is_a_timeout(void **state)
{
    sqlite3 *writer = open_at(test_directory_path(&fixture.directory, "locked.db"));

    (void)state;
    run(writer, "CREATE TABLE t (a); BEGIN EXCLUSIVE");
    assert_refused(reference("locked.db"), ERROR_TIMEOUT, "locked");
    run(writer, "COMMIT");
    snapshot_free(contract_read(&contract, reference("locked.db")));
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
}

static void test_endless_reading_is_a_timeout(void **state)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    (void)state;
    source_settings_init(&settings);
    settings.statement_timeout_ms = 0;
    assert_int_equal(source_sqlite.read(&snapshot, make(&contract, CONTRACT_THOUSAND), &settings, &error),
                     ERROR_TIMEOUT);
    assert_null(snapshot);
}

static void test_reading_changes_nothing(void **state)
{
    const char *ref = make_database("unchanged.db", small_schema);
    struct text before = test_directory_read(&fixture.directory, "unchanged.db");
    size_t count = test_directory_count(&fixture.directory);
    struct text after;

    (void)state;
    snapshot_free(contract_read(&contract, ref));
    after = test_directory_read(&fixture.directory, "unchanged.db");
    assert_true(text_equal(before, after));
    assert_int_equal(test_directory_count(&fixture.directory), count);
}

/* ---- setting up ---- */

/* A database whose rollback journal was left behind by a crash: a reader that may not write can do nothing about it. */
static const char *make_crashed(void)
{
    const char *ref = make_database("crashed.db", "CREATE TABLE t (a)");

    test_directory_write(&fixture.directory, "crashed.db-journal", TEXT("\xd9\xd5\x05\xf9 and the rest of a journal"));
    return ref;
}

static int setup(void **state)
{
    test_directory_make(&fixture.directory);
    contract = (struct contract){
        .source = &source_sqlite,
        .schema = "main",
        .make = make,
        .missing = reference("nowhere/missing.db"),
        .missing_code = ERROR_NOT_FOUND,
        .refused = make_crashed(),
        .nameless = "sqlite:",
    };
    *state = &contract;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_directory_remove(&fixture.directory);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_TESTS,
        CONTRACT_NAMED_TESTS,
        CONTRACT_CHANGE_TESTS,
        cmocka_unit_test(test_schema_becomes_objects),
        cmocka_unit_test(test_only_meaning_makes_a_difference),
        cmocka_unit_test(test_one_form_means_the_same),
        cmocka_unit_test(test_keys_agree_with_the_pragmas),
        cmocka_unit_test(test_missing_file_is_not_created),
        cmocka_unit_test(test_what_is_no_database_is_said),
        cmocka_unit_test(test_empty_file_is_an_empty_database),
        cmocka_unit_test(test_damaged_files_do_no_harm),
        cmocka_unit_test(test_forged_schemas_do_no_harm),
        cmocka_unit_test(test_write_ahead_log_is_read),
        cmocka_unit_test(test_locked_database_is_a_timeout),
        cmocka_unit_test(test_endless_reading_is_a_timeout),
        cmocka_unit_test(test_reading_changes_nothing),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
