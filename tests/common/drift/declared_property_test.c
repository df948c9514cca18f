/* Random databases, and what a specification and classes of Python say of them: they are in sync, and each change of
 * the database is one difference, or none if nobody declares what it is about. */
#include "common/drift/snapshot_text.h"
#include "drift/diff.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ROUNDS = 120, TABLES = 5, COLUMNS = 6, ENUMS = 3, MEMORY = 64 * 1024 * 1024 };

static const struct {
    const char *database;
    const char *python;
} types[] = {
    {"smallint", "int"},
    {"integer", "int"},
    {"bigint", "int"},
    {"oid", "int"},
    {"numeric(10,2)", "decimal.Decimal"},
    {"numeric", "decimal.Decimal"},
    {"real", "float"},
    {"double precision", "float"},
    {"text", "str"},
    {"character varying(40)", "str"},
    {"character(3)", "str"},
    {"uuid", "str"},
    {"uuid", "uuid.UUID"},
    {"inet", "str"},
    {"money", "str"},
    {"xml", "str"},
    {"int4range", "str"},
    {"bit varying(8)", "str"},
    {"bytea", "bytes"},
    {"date", "datetime.date"},
    {"time without time zone", "datetime.time"},
    {"timestamp(3) with time zone", "datetime.datetime"},
    {"timestamp without time zone", "datetime.datetime"},
    {"interval", "datetime.timedelta"},
    {"interval day to second(3)", "datetime.timedelta"},
    {"jsonb", "dict[str, Any]"},
    {"integer[]", "list[int]"},
    {"character varying(9)[]", "list[str]"},
    {"uuid[]", "list[str]"},
    {"tsvector", "Any"},
    {"public.mail", "str"}, /* a domain */
    {"public.e0", "public.e0"},
    {"public.e1", "Literal[\"b\", \"a\"]"},
    {"public.e0[]", "list[public.e0]"},
};

struct column {
    unsigned type; /* LENGTH_OF(types): what no other is */
    bool nullable, has_default, is_gone;
};

/* What a database has. The first column is the key; the second of each table but the first refers to the one before. */
struct model {
    unsigned tables, columns[TABLES + 1], labels[ENUMS];
    struct column items[TABLES + 1][COLUMNS + 1];
    bool has_index[TABLES + 1], has_unique[TABLES + 1];
};

static unsigned started, seed;

static unsigned below(unsigned limit)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % limit;
}

static void make(struct model *model)
{
    seed = started;
    *model = (struct model){.tables = 1 + below(TABLES)};
    for (unsigned i = 0; i < ENUMS; i++)
        model->labels[i] = i == 1 ? 2 : 1 + below(4);
    for (unsigned t = 0; t < model->tables; t++) {
        model->columns[t] = 3 + below(COLUMNS - 2);
        model->has_index[t] = below(2) == 1;
        model->has_unique[t] = below(2) == 1;
        for (unsigned c = 0; c < model->columns[t]; c++)
            model->items[t][c] = c < 2 ? (struct column){.type = 2}
                                       : (struct column){below(LENGTH_OF(types)), below(2) == 1, below(3) == 0, false};
    }
}

/* ---------------------------------------------------------------- as text */

enum writer { DATABASE, SPEC, PYTHON };

static void write_column(struct buffer *output, enum writer writer, const struct column *column, unsigned number)
{
    const char *type = column->type == LENGTH_OF(types) ? writer == PYTHON ? "complex" : "point[]"
                       : writer == PYTHON               ? types[column->type].python
                                                        : types[column->type].database;

    buffer_printf(output, "  column c%u type='%s' nullable=%s%s\n", number, type, column->nullable ? "yes" : "no",
                  column->has_default && writer != PYTHON ? " default=1" : "");
}

static void write_table(struct buffer *output, enum writer writer, const struct model *model, unsigned table)
{
    bool has_keys = writer != PYTHON;

    buffer_printf(output, "table public.t%u\n", table);
    for (unsigned c = 0; c < model->columns[table]; c++)
        if (!model->items[table][c].is_gone)
            write_column(output, writer, &model->items[table][c], c);
    if (has_keys)
        buffer_printf(output, "  primary_key %s columns=[c0]\n", writer == DATABASE ? "p" : "q");
    if (has_keys && table > 0)
        buffer_printf(output, "  foreign_key f columns=[c1] references=public.t%u referenced_columns=[c0]\n",
                      table - 1);
    if (has_keys && model->has_unique[table])
        buffer_add_string(output, "  unique u columns=[c1|c0]\n");
    if (writer == DATABASE && model->has_index[table])
        buffer_add_string(output, "  index i columns=[c1]\n  check k expression=x\n");
}

static struct snapshot *build(enum writer writer, const struct model *model)
{
    static const char *const servers[] = {"postgresql 16.3", "spec 1", "python 3"};
    static const char *const undeclared[] = {"index",    "check",       "view",   "domain",
                                             "function", "primary_key", "unique", "foreign_key"};
    CLEANUP(buffer_clear) struct buffer text = {0};

    buffer_printf(&text, "@server %s\n", servers[writer]);
    for (size_t i = 0; i < (writer == PYTHON ? LENGTH_OF(undeclared) : LENGTH_OF(undeclared) - 3); i++)
        if (writer != DATABASE)
            buffer_printf(&text, "gap %s reason='" GAP_NOT_DECLARED "'\n", undeclared[i]);
    if (writer == DATABASE)
        buffer_add_string(&text, "domain public.mail type='character varying(80)'\nview public.v\n");
    for (unsigned i = 0; i < ENUMS; i++) {
        buffer_printf(&text, "enum public.e%u labels=[a", i);
        for (unsigned k = 1; k < model->labels[i]; k++)
            buffer_printf(&text, "|%c", 'a' + (int)k);
        buffer_add_string(&text, "]\n");
    }
    for (unsigned t = 0; t < model->tables; t++)
        write_table(&text, writer, model, t);
    buffer_add_byte(&text, '\0');
    assert_false(text.failed);
    return snapshot_from_text(text.bytes);
}

/* ---------------------------------------------------------------- comparing */

static struct diff compare(enum writer writer, const struct model *declared, const struct model *database,
                           bool backwards, struct arena *arena)
{
    struct snapshot *sides[2] = {build(backwards ? DATABASE : writer, backwards ? database : declared),
                                 build(backwards ? writer : DATABASE, backwards ? declared : database)};
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    options.states = true;
    if (diff_snapshots(&diff, sides[0], sides[1], &options, arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    if (diff.change_count > 0) /* points into the snapshots */
        diff.changes[0].object = text_from(arena_string(arena, diff.changes[0].object));
    snapshot_free(sides[0]);
    snapshot_free(sides[1]);
    return diff;
}

static void expect(const char *what, enum writer writer, const struct model *declared, const struct model *database,
                   unsigned changes)
{
    for (int backwards = 0; backwards < 2; backwards++) {
        CLEANUP(arena_free) struct arena arena;
        struct diff diff;

        arena_init(&arena, MEMORY);
        diff = compare(writer, declared, database, backwards == 1, &arena);
        if (diff.change_count != changes || diff.uncovered_count > 0 ||
            diff.verdict != (changes == 0 ? VERDICT_IN_SYNC : VERDICT_DRIFTED))
            fail_msg("round %u, %s: %u changes, %u uncovered, first %.*s", started, what, diff.change_count,
                     diff.uncovered_count, diff.change_count == 0 ? 0 : (int)diff.changes[0].object.length,
                     diff.change_count == 0 ? "" : diff.changes[0].object.bytes);
    }
}

static void test_a_declaration_is_in_sync(void **state)
{
    (void)state;
    for (started = 1; started < ROUNDS; started++) {
        struct model model;

        make(&model);
        expect("specification", SPEC, &model, &model, 0);
        expect("Python", PYTHON, &model, &model, 0);
    }
}

/* ---------------------------------------------------------------- one change */

static void lose_column(struct model *model, unsigned table)
{
    model->items[table][2].is_gone = true;
}

static void add_column(struct model *model, unsigned table)
{
    model->items[table][model->columns[table]++] = (struct column){.type = 1};
}

static void change_type(struct model *model, unsigned table)
{
    model->items[table][2].type = LENGTH_OF(types);
}

static void change_nullable(struct model *model, unsigned table)
{
    model->items[table][2].nullable = !model->items[table][2].nullable;
}

static void change_default(struct model *model, unsigned table)
{
    model->items[table][2].has_default = !model->items[table][2].has_default;
}

static void change_index(struct model *model, unsigned table)
{
    model->has_index[table] = !model->has_index[table];
}

static void change_unique(struct model *model, unsigned table)
{
    model->has_unique[table] = !model->has_unique[table];
}

static void add_table(struct model *model, unsigned table)
{
    (void)table;
    model->columns[model->tables] = 2;
    model->items[model->tables][0] = model->items[model->tables][1] = (struct column){.type = 2};
    model->tables++;
}

static void add_label(struct model *model, unsigned table)
{
    (void)table;
    model->labels[2]++; /* of which no column is */
}

static void test_a_change_is_one_difference(void **state)
{
    static const struct {
        const char *what;
        void (*play)(struct model *model, unsigned table);
        unsigned of_spec, of_python;
    } deeds[] = {
        {"a column less", lose_column, 1, 1},  {"a column more", add_column, 1, 1}, {"another type", change_type, 1, 1},
        {"NULL", change_nullable, 1, 1},       {"a default", change_default, 1, 0}, {"an index", change_index, 0, 0},
        {"a unique key", change_unique, 1, 0}, {"a table more", add_table, 1, 1},   {"a label", add_label, 1, 1},
    };

    (void)state;
    for (started = 1; started < ROUNDS; started++) {
        struct model declared, database;
        unsigned deed, table;

        make(&declared);
        database = declared;
        deed = below(LENGTH_OF(deeds));
        table = below(declared.tables);
        if (deeds[deed].play == change_type && declared.items[table][2].type < LENGTH_OF(types))
            declared.items[table][2].type = database.items[table][2].type = 8; /* not what holds everything */
        deeds[deed].play(&database, table);
        expect(deeds[deed].what, SPEC, &declared, &database, deeds[deed].of_spec);
        expect(deeds[deed].what, PYTHON, &declared, &database, deeds[deed].of_python);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_declaration_is_in_sync),
        cmocka_unit_test(test_a_change_is_one_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
