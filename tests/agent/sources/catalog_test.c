#include "sources/catalog.h"

#include <stdio.h>
#include <string.h>

#include "common/schema/sample.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { LIMIT = 16 * 1024 * 1024, FILES = 6, ROWS = 6, WIDTH = 10 };

/* What a query answered. Labels are separated by blanks, values by bars; a value `~` is NULL. */
struct answer {
    const char *header; /* directives, separated by semicolons */
    const char *labels;
    const char *rows[ROWS];
};

static const struct catalog_query *query_of(struct arena *arena, const char *header)
{
    struct catalog_query *query = arena_alloc(arena, sizeof *query);
    struct catalog_file *file = arena_alloc(arena, sizeof *file);
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct error error = {0};

    buffer_add_string(&sql, "-- @");
    for (; *header != '\0'; header++)
        buffer_add_string(&sql, *header == ';' ? "\n-- @" : (char[]){*header, '\0'});
    *file = (struct catalog_file){"test.sql", arena_string(arena, buffer_text(&sql))};
    if (catalog_query_parse(query, file, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return query;
}

/* Cut a line at a separator. */
static unsigned split(struct arena *arena, const char *line, char separator, struct text *ret_pieces)
{
    unsigned count = 0;

    while (line != NULL) {
        const char *end = strchr(line, separator);
        struct text piece = {line, end == NULL ? strlen(line) : (size_t)(end - line)};

        assert_true(count < WIDTH);
        ret_pieces[count++] = text_equal(piece, TEXT("~")) ? (struct text){NULL, 0}
                                                           : (struct text){arena_string(arena, piece), piece.length};
        line = end == NULL ? NULL : end + 1;
    }
    return count;
}

/* An answer as the loader takes it. */
struct prepared {
    const struct catalog_query *query;
    const char *labels[WIDTH];
    unsigned label_count;
    struct text rows[ROWS][WIDTH];
    unsigned row_count;
};

static struct prepared prepare(struct arena *arena, const struct answer *answer)
{
    struct prepared prepared = {.query = query_of(arena, answer->header)};
    struct text labels[WIDTH];

    prepared.label_count = split(arena, answer->labels, ' ', labels);
    for (unsigned i = 0; i < prepared.label_count; i++)
        prepared.labels[i] = labels[i].bytes;
    while (prepared.row_count < ROWS && answer->rows[prepared.row_count] != NULL) {
        split(arena, answer->rows[prepared.row_count], '|', prepared.rows[prepared.row_count]);
        prepared.row_count++;
    }
    return prepared;
}

static enum error_code feed(struct catalog *catalog, const struct prepared *prepared, struct error *error)
{
    if (catalog_begin(catalog, prepared->query, prepared->labels, prepared->label_count, error) != ERROR_NONE)
        return error->code;
    for (unsigned i = 0; i < prepared->row_count; i++)
        if (catalog_row(catalog, prepared->rows[i], error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static enum error_code take(struct catalog *catalog, struct arena *arena, const struct answer *answer,
                            struct error *error)
{
    struct prepared prepared = prepare(arena, answer);

    return feed(catalog, &prepared, error);
}

static void write_attributes(struct buffer *buffer, const struct attribute *attributes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct attribute *attribute = &attributes[i];

        buffer_printf(buffer, " %.*s=%s", TEXT_ARGS(attribute->name), attribute->is_list ? "[" : "");
        for (uint32_t k = 0; k < attribute->count; k++)
            buffer_printf(buffer, "%s%.*s%s", k == 0 ? "" : ",", TEXT_ARGS(attribute->items[k]),
                          attribute->is_list && attribute->items[k].length == 0 ? "''" : "");
        buffer_add_string(buffer, attribute->is_list ? "]" : "");
    }
    buffer_add_byte(buffer, '\n');
}

/* A line for each object, part and gap: `table shop.orders #7 comment=x columns=[a,b,'']`. */
static void write_input(struct buffer *buffer, struct snapshot_input *input)
{
    for (uint32_t i = 0; i < input->object_count; i++) {
        struct object *object = &input->objects[i];

        sample_sort(object);
        buffer_printf(buffer, "%s ", kind_name(object->kind));
        path_write(buffer, object->kind, &object->path);
        buffer_printf(buffer, " #%llu", (unsigned long long)object->id);
        write_attributes(buffer, object->attributes, object->attribute_count);
        for (uint32_t k = 0; k < object->part_count; k++) {
            const struct part *part = &object->parts[k];

            buffer_printf(buffer, "- %s %.*s #%llu", kind_name(part->kind), TEXT_ARGS(part->name),
                          (unsigned long long)part->id);
            write_attributes(buffer, part->attributes, part->attribute_count);
        }
    }
    for (uint32_t i = 0; i < input->gap_count; i++)
        buffer_printf(buffer, "gap %s '%.*s' %.*s\n", kind_name(input->gaps[i].kind), TEXT_ARGS(input->gaps[i].object),
                      TEXT_ARGS(input->gaps[i].reason));
}

static void expect_input(const char *name, struct snapshot_input *input, const char *expected)
{
    CLEANUP(buffer_clear) struct buffer found = {0};

    write_input(&found, input);
    if (strcmp(buffer_text(&found).bytes, expected) != 0)
        fail_msg("%s: expected\n%sgot\n%s", name, expected, buffer_text(&found).bytes);
}

/* Everything at once: collect, resolve, compare. */
static void expect_answers(const char *name, const struct answer *answers, struct text key, const char *expected)
{
    struct catalog *catalog = NULL;
    struct snapshot_input input = {0};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    arena_init(&arena, LIMIT);
    assert_int_equal(catalog_new(&catalog, &arena, key, &error), ERROR_NONE);
    for (unsigned i = 0; i < FILES && answers[i].header != NULL; i++)
        if (take(catalog, &arena, &answers[i], &error) != ERROR_NONE)
            fail_msg("%s: %s", name, error.message);
    if (catalog_finish(catalog, &input, &error) != ERROR_NONE)
        fail_msg("%s: %s", name, error.message);
    catalog_free(catalog);
    expect_input(name, &input, expected);
}

#define TABLES "kind table;catalogue pg_class", "id schema name"
#define COLUMNS "kind column;part_of pg_class", "part_of_id id name type"

struct scenario {
    const char *name;
    struct answer answers[FILES];
    const char *expected;
};

static void expect_scenarios(const struct scenario *scenarios, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_answers(scenarios[i].name, scenarios[i].answers, TEXT(""), scenarios[i].expected);
}

static void test_rows_become_objects(void **state)
{
    static const struct scenario scenarios[] = {
        {"nothing", {{NULL, NULL, {NULL}}}, ""},
        {"an attribute may be absent or empty",
         {{"kind table", "schema name comment", {"s|a|x", "s|b|", "s|c|~"}}},
         "table s.a #0 comment=x\ntable s.b #0 comment=\ntable s.c #0\n"},
        {"a row may name its kind",
         {{"kind table", "kind id schema name", {"view|7|s|a", "~|8|s|b", "sequence|9|s|c"}}},
         "view s.a #7\ntable s.b #8\nsequence s.c #9\n"},
        {"a path has as many elements as its kind asks for",
         {{"kind function", "schema name signature", {"s|f|integer, text", "s|g|"}},
          {"kind schema", "name", {"s"}},
          {"kind cast", "name", {"a AS b"}}},
         "function s.f(integer, text) #0\nfunction s.g() #0\nschema s #0\ncast a AS b #0\n"},
        {"lists keep their order, sets do not",
         {{"kind table",
           "schema name ordered[] set{}",
           {"s|a|{b,\"x y\",a,b}|{b=1,a=2,b=1}", "s|b|{}|{}", "s|c|{NULL}|~"}}},
         "table s.a #0 ordered=[b,x y,a,b] set=[a=2,b=1]\ntable s.b #0 ordered=[] set=[]\ntable s.c #0 ordered=['']\n"},
        {"rows that cannot be read in full",
         {{"kind view", "schema name gap comment", {"s|A|denied|x", "s|b|~|y"}}},
         "view s.\"A\" #0 comment=x\nview s.b #0 comment=y\ngap view 's.\"A\"' denied\n"},
        {"kinds of which nothing can be read",
         {{"kind view", "kind schema name gap", {"view|~|~|denied", "trigger|~|~|hidden", "view|s|b|~"}}},
         "view s.b #0\ngap view '' denied\ngap trigger '' hidden\n"},
        {"lines may end in either way",
         {{"kind view;plain_lines", "schema name definition", {"s|a|x\r\ny\rz\r\n", "s|b|\r"}},
          {"kind view", "schema name definition", {"s|c|x\r\ny"}}},
         "view s.a #0 definition=x\ny\rz\n\nview s.b #0 definition=\r\nview s.c #0 definition=x\r\ny\n"},
        {"bytes that are no UTF-8",
         {{"kind table",
           "schema name comment list[]",
           {"s|\xff|caf\xe9 \xc3\xa9|{\xfe}", "s|caf\xc3\xa9|ok|{\xc3\xa9}"}}},
         "table s.\"\\xff\" #0 comment=caf\\xe9 \\xc3\\xa9 list=[\\xfe]\n"
         "table s.\"caf\xc3\xa9\" #0 comment=ok list=[\xc3\xa9]\n"},
    };

    (void)state;
    expect_scenarios(scenarios, LENGTH_OF(scenarios));
}

static void test_parts_find_their_object(void **state)
{
    static const struct scenario scenarios[] = {
        {"by number, whatever comes first",
         {{COLUMNS, {"7|2|b|text", "8|1|x|text", "7|1|a|int"}}, {TABLES, {"7|s|t", "8|s|u"}}},
         "table s.t #7 column_order=[a,b]\n- column a #1 type=int\n- column b #2 type=text\n"
         "table s.u #8 column_order=[x]\n- column x #1 type=text\n"},
        {"by path, as it is shown",
         {{"kind table", "schema name", {"s|T", "s|u"}},
          {"kind index", "part_of name", {"s.\"T\"|i", "s.u|k", "s.T|lost", "s.t|lost"}}},
         "table s.\"T\" #0\n- index i #0\ntable s.u #0\n- index k #0\n"},
        {"or are dropped", {{TABLES, {"7|s|t"}}, {COLUMNS, {"9|1|a|int", "0|1|b|int", "~|1|c|int"}}}, "table s.t #7\n"},
        {"in another catalogue the same number is another",
         {{TABLES, {"7|s|t"}}, {"kind check;part_of pg_type", "part_of_id name", {"7|c"}}},
         "table s.t #7\n"},
        {"columns without a number have no order",
         {{"kind table", "schema name", {"s|t"}}, {"kind column", "part_of name", {"s.t|b", "s.t|a"}}},
         "table s.t #0\n- column a #0\n- column b #0\n"},
        {"a source may know the order of columns",
         {{"kind table;catalogue pg_class", "id schema name column_order[]", {"7|s|t|{b,a}"}},
          {COLUMNS, {"7|1|a|int", "7|2|b|int"}}},
         "table s.t #7 column_order=[b,a]\n- column a #1 type=int\n- column b #2 type=int\n"},
        {"a column's number may be absurd",
         {{TABLES, {"7|s|t"}}, {COLUMNS, {"7|18446744073709551615|a|int", "7|65535|b|int", "7|65536|c|int"}}},
         "table s.t #7 column_order=[b]\n- column a #18446744073709551615 type=int\n- column b #65535 type=int\n"
         "- column c #65536 type=int\n"},
    };

    (void)state;
    expect_scenarios(scenarios, LENGTH_OF(scenarios));
}

static void test_numbers_become_names(void **state)
{
    static const struct scenario scenarios[] = {
        {"columns of the same object",
         {{TABLES, {"7|s|t"}},
          {COLUMNS, {"7|1|a|int", "7|2|b|int", "7|4|d|int"}},
          {"kind index;part_of pg_class",
           "part_of_id name columns@column",
           {"7|i|4 1", "7|k|{2,4}", "7|l|3 0 9", "7|m|"}}},
         "table s.t #7 column_order=[a,b,d]\n- column a #1 type=int\n- column b #2 type=int\n- column d #4 type=int\n"
         "- index i #0 columns=[d,a]\n- index k #0 columns=[b,d]\n- index l #0 columns=[#3,#0,#9]\n"
         "- index m #0 columns=[]\n"},
        {"columns of another object",
         {{TABLES, {"7|s|t", "8|s|u"}},
          {COLUMNS, {"7|1|a|int", "8|1|z|int"}},
          {"kind foreign_key;part_of pg_class",
           "part_of_id name here@column to@pg_class there@column:to",
           {"7|f|1|8|1", "7|g|1|9|1", "7|h|~|0|1"}}},
         "table s.t #7 column_order=[a]\n- column a #1 type=int\n"
         "- foreign_key f #0 here=[a] there=[z] to=s.u\n"
         "- foreign_key g #0 here=[a] there=[#1] to=#9\n"
         "- foreign_key h #0 there=[#1]\n"
         "table s.u #8 column_order=[z]\n- column z #1 type=int\n"},
        {"objects, and parts of the same and of another",
         {{TABLES, {"7|s|t", "8|s|u"}},
          {"kind check;catalogue pg_constraint;part_of pg_class",
           "part_of_id id name like@pg_constraint",
           {"7|100|A|~", "7|101|b|100", "8|102|c|100", "8|103|d|104"}},
          {"kind view", "schema name of@pg_class by@pg_constraint", {"s|v|7|102", "s|w|0|x"}}},
         "table s.t #7\n- check A #100\n- check b #101 like=A\n"
         "table s.u #8\n- check c #102 like=s.t.\"A\"\n- check d #103 like=#104\n"
         "view s.v #0 by=s.u.c of=s.t\nview s.w #0\n"},
        {"a second number",
         {{"kind table;catalogue pg_class;alias pg_type", "id alias_id schema name", {"7|70|s|t", "8|0|s|u"}},
          {"kind primary_key;catalogue pg_constraint;part_of pg_class;alias pg_class",
           "part_of_id id alias_id name",
           {"7|100|9|pk"}},
          {"kind view", "schema name a@pg_type b@pg_class", {"s|v|70|9"}}},
         "table s.t #7\n- primary_key pk #100\ntable s.u #8\nview s.v #0 a=s.t b=s.t.pk\n"},
        {"dictionaries",
         {{"kind table", "schema name owner@pg_roles tablespace@pg_tablespace", {"s|t|10|5", "s|u|11|10", "s|v|12|~"}},
          {"dictionary pg_roles", "id text", {"10|alice", "11|Bob", "12|~"}},
          {"dictionary pg_tablespace", "id text", {"5|fast"}}},
         "table s.t #0 owner=alice tablespace=fast\ntable s.u #0 owner=Bob tablespace=#10\ntable s.v #0 owner=#12\n"},
        {"what is loaded goes before a dictionary",
         {{"dictionary pg_class", "id text", {"7|a word", "8|another"}},
          {TABLES, {"7|s|t"}},
          {"kind view", "schema name of@pg_class and@pg_class", {"s|v|7|8"}}},
         "table s.t #7\nview s.v #0 and=another of=s.t\n"},
    };

    (void)state;
    expect_scenarios(scenarios, LENGTH_OF(scenarios));
}

static void test_attachments_find_what_they_belong_to(void **state)
{
    static const struct scenario scenarios[] = {
        {"objects, parts and columns",
         {{"attach",
           "of of_id of_sub_id comment",
           {"pg_class|7|0|of the table", "pg_class|7|1|of the column", "pg_constraint|100|~|of the check"}},
          {TABLES, {"7|s|t"}},
          {COLUMNS, {"7|1|a|int"}},
          {"kind check;catalogue pg_constraint;part_of pg_class", "part_of_id id name", {"7|100|c"}}},
         "table s.t #7 column_order=[a] comment=of the table\n- column a #1 comment=of the column type=int\n"
         "- check c #100 comment=of the check\n"},
        {"or nothing",
         {{"attach;part_of pg_class", "of_id of_sub_id comment", {"9|0|x", "7|2|x", "0|0|x", "7|99999|x"}},
          {"attach", "of of_id of_sub_id comment", {"pg_proc|7|0|x", "pg_constraint|100|1|x"}},
          {TABLES, {"7|s|t"}},
          {COLUMNS, {"7|1|a|int"}},
          {"kind check;catalogue pg_constraint;part_of pg_class", "part_of_id id name", {"7|100|c"}}},
         "table s.t #7 column_order=[a]\n- column a #1 type=int\n- check c #100\n"},
        {"the rows of one target make a list",
         {{TABLES, {"7|s|t", "8|s|u"}},
          {"attach;part_of pg_class", "of_id list[] set{}", {"7|b|y", "8|z|~", "7|a|x", "7|b|y", "7|c|~"}}},
         "table s.t #7 list=[b,a,b,c] set=[x,y]\ntable s.u #8 list=[z]\n"},
        {"and continue one that is there",
         {{"kind table;catalogue pg_class", "id schema name list[] set{}", {"7|s|t|{1,2,3}|{k,l,m}", "8|s|u|{}|{}"}},
          {"attach;part_of pg_class", "of_id list[] set{}", {"7|4|a", "7|5|l", "8|6|b"}}},
         "table s.t #7 list=[1,2,3,4,5] set=[a,k,l,m]\ntable s.u #8 list=[6] set=[b]\n"},
        {"a value is an item, whatever it looks like",
         {{TABLES, {"7|s|t"}}, {"attach;part_of pg_class", "of_id list[]", {"7|{a,b}", "7|"}}},
         "table s.t #7 list=[{a,b},'']\n"},
        {"with names for numbers",
         {{TABLES, {"7|s|t", "8|s|u"}},
          {COLUMNS, {"7|1|a|int", "7|2|b|int"}},
          {"attach;part_of pg_class", "of_id parent@pg_class key@column", {"7|8|2 1"}}},
         "table s.t #7 column_order=[a,b] key=[b,a] parent=s.u\n- column a #1 type=int\n- column b #2 type=int\n"
         "table s.u #8\n"},
    };

    (void)state;
    expect_scenarios(scenarios, LENGTH_OF(scenarios));
}

static void test_rows_are_taken_back(void **state)
{
    static const struct answer kept[] = {{TABLES, {"7|s|t"}}, {COLUMNS, {"7|1|a|int"}}};
    static const struct answer failed[] = {
        {"kind view", "schema name gap", {"s|v|denied"}},
        {"kind check;part_of pg_class", "part_of_id name", {"7|c"}},
        {"attach;part_of pg_class", "of_id comment", {"7|half"}},
    };
    struct catalog *catalog = NULL;
    struct snapshot_input input = {0};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    const struct catalog_query *never;

    (void)state;
    arena_init(&arena, LIMIT);
    assert_int_equal(catalog_new(&catalog, &arena, TEXT(""), &error), ERROR_NONE);
    never = query_of(&arena, "kind policy");
    catalog_drop_rows(catalog, never);
    assert_int_equal(take(catalog, &arena, &kept[0], &error), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(failed); i++) {
        struct prepared prepared = prepare(&arena, &failed[i]);

        assert_int_equal(feed(catalog, &prepared, &error), ERROR_NONE);
        catalog_drop_rows(catalog, prepared.query);
        assert_int_equal(catalog_add_gap(catalog, KIND_VIEW, TEXT("\xff"), "failed", &error), ERROR_NONE);
    }
    assert_int_equal(take(catalog, &arena, &kept[1], &error), ERROR_NONE);
    catalog_drop_rows(catalog, never); /* the server refused it before its first row: the columns stay */
    assert_int_equal(catalog_finish(catalog, &input, &error), ERROR_NONE);
    catalog_free(catalog);
    expect_input("rows that are taken back", &input,
                 "table s.t #7 column_order=[a]\n- column a #1 type=int\n"
                 "gap view '\\xff' failed\ngap view '\\xff' failed\ngap view '\\xff' failed\n");
}

static const struct answer secrets[] = {
    {"kind subscription;catalogue pg_subscription",
     "id name connection! options!{}",
     {"1|a|password=hunter2|{user=bob,password=hunter2}", "2|b|password=hunter2|{password=other2,hunter2}",
      "3|c|~|{}"}},
    {"attach;part_of pg_subscription", "of_id more!{}", {"3|token=hunter2", "3|hunter2", "3|token=hunter2"}},
};

static void test_of_a_secret_only_its_name_is_kept(void **state)
{
    struct answer answers[FILES] = {secrets[0], secrets[1]};

    (void)state;
    expect_answers("no key", answers, TEXT(""),
                   "subscription a #1 connection=set options=[password=set,user=set]\n"
                   "subscription b #2 connection=set options=[password=set,set]\n"
                   "subscription c #3 more=[set,token=set] options=[]\n");
}

/* All secrets of the answers above under a key. */
static void read_secrets(struct arena *arena, struct text key, struct buffer *buffer)
{
    struct catalog *catalog = NULL;
    struct snapshot_input input = {0};
    struct error error = {0};

    assert_int_equal(catalog_new(&catalog, arena, key, &error), ERROR_NONE);
    for (size_t i = 0; i < LENGTH_OF(secrets); i++)
        assert_int_equal(take(catalog, arena, &secrets[i], &error), ERROR_NONE);
    assert_int_equal(catalog_finish(catalog, &input, &error), ERROR_NONE);
    write_input(buffer, &input);
    catalog_free(catalog);
}

static void test_under_a_key_equal_secrets_are_equal(void **state)
{
    /* HMAC-SHA-256 under "key" of "hunter2", and of "password=hunter2" */
    static const char word[] = "05d210d8af05129cb4bc04565faa72f94362ebaf20427cdf098059b5429d95bf";
    static const char connection[] = "ff6ab4476d7fabe8fe274509a5908705e4a814214837ad8dfcfc0ba5d8f987c5";
    CLEANUP(buffer_clear) struct buffer first = {0};
    CLEANUP(buffer_clear) struct buffer second = {0};
    CLEANUP(buffer_clear) struct buffer other = {0};
    CLEANUP(arena_free) struct arena arena;
    const char *text;

    (void)state;
    arena_init(&arena, LIMIT);
    read_secrets(&arena, TEXT("key"), &first);
    read_secrets(&arena, TEXT("key"), &second);
    read_secrets(&arena, TEXT("another key"), &other);
    text = buffer_text(&first).bytes;
    assert_string_equal(text, buffer_text(&second).bytes);
    assert_null(strstr(text, "hunter2"));
    assert_null(strstr(text, "set"));
    assert_non_null(strstr(text, arena_printf(&arena, "a #1 connection=hmac-sha256:%s ", connection)));
    assert_non_null(strstr(text, arena_printf(&arena, "b #2 connection=hmac-sha256:%s ", connection)));
    assert_non_null(strstr(text, arena_printf(&arena, "[password=hmac-sha256:%s,user=hmac-sha256:", word)));
    assert_non_null(strstr(text, arena_printf(&arena, "[hmac-sha256:%s,token=hmac-sha256:%s]", word, word)));
    assert_null(strstr(buffer_text(&other).bytes, word));
    assert_null(strstr(buffer_text(&other).bytes, connection));
    assert_null(strstr(buffer_text(&other).bytes, "hunter2"));
}

static void test_rows_that_make_no_sense_are_refused_unseen(void **state)
{
    static const struct {
        struct answer answer;
        enum error_code code;
        const char *message;
    } cases[] = {
        {{"kind table", "schema name", {"s|~"}}, ERROR_INTERNAL, "test.sql: a row lacks an element of its path"},
        {{"kind table", "name", {"t"}}, ERROR_INTERNAL, "test.sql: a row lacks an element of its path"},
        {{"kind column", "part_of", {"s.t"}}, ERROR_INTERNAL, "test.sql: a row lacks a name"},
        {{"kind column", "name", {"a"}}, ERROR_INTERNAL, "test.sql: a row does not say of what it is a part"},
        {{"kind column", "part_of_id name", {"7|a"}},
         ERROR_INTERNAL,
         "test.sql: a row has a number of a catalogue that the file does not name"},
        {{"kind table", "kind name", {"tables|t"}}, ERROR_INTERNAL, "test.sql: a row is of a kind that does not exist"},
        {{"attach", "of of_id comment", {"~|7|x"}}, ERROR_INTERNAL, "test.sql: a row does not say to what it belongs"},
        {{"kind table", "schema name x@column:y", {NULL}},
         ERROR_INTERNAL,
         "test.sql: the column 'x' refers to no other"},
        {{"kind table", "schema name y x@column:y", {NULL}},
         ERROR_INTERNAL,
         "test.sql: the column 'x' refers to no other"},
        {{"kind table", "schema name x!{}", {"s|t|hunter2"}},
         ERROR_CORRUPT,
         "a list in a catalogue row does not begin with a brace"},
        {{"kind table", "schema name x!{}", {"s|t|{hunter2,"}},
         ERROR_CORRUPT,
         "a list in a catalogue row is malformed"},
        {{"kind table", "schema name x[]", {"s|t|{\"hunter2"}},
         ERROR_CORRUPT,
         "a list in a catalogue row is malformed"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        struct catalog *catalog = NULL;
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};

        arena_init(&arena, LIMIT);
        assert_int_equal(catalog_new(&catalog, &arena, TEXT(""), &error), ERROR_NONE);
        assert_int_equal(take(catalog, &arena, &cases[i].answer, &error), cases[i].code);
        assert_string_equal(error.message, cases[i].message);
        catalog_free(catalog);
    }
}

static void test_there_are_limits(void **state)
{
    struct catalog *catalog = NULL;
    const char *labels[CATALOG_LABELS_MAX + 1];
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct text value = TEXT("x");
    enum error_code code = ERROR_NONE;
    unsigned count = 0;

    (void)state;
    arena_init(&arena, LIMIT);
    assert_int_equal(catalog_new(&catalog, &arena, TEXT(""), &error), ERROR_NONE);
    for (unsigned i = 0; i < LENGTH_OF(labels); i++)
        labels[i] = arena_printf(&arena, "a%u", i);
    assert_int_equal(catalog_begin(catalog, query_of(&arena, "kind table"), labels, LENGTH_OF(labels), &error),
                     ERROR_INTERNAL);
    for (; code == ERROR_NONE && count < 10000; count++) {
        const char *label = arena_printf(&arena, "name%u", count);

        code = catalog_begin(catalog, query_of(&arena, "kind table"), &label, 1, &error);
    }
    assert_int_equal(code, ERROR_LIMIT);
    assert_true(count > 500);
    catalog_free(catalog);

    assert_int_equal(catalog_new(&catalog, &arena, TEXT(""), &error), ERROR_NONE);
    labels[0] = "of";
    assert_int_equal(catalog_begin(catalog, query_of(&arena, "attach"), labels, 1, &error), ERROR_NONE);
    for (count = 0, code = ERROR_NONE; code == ERROR_NONE && count < 10000; count++) {
        value = text_from(arena_printf(&arena, "catalogue%u", count));
        code = catalog_row(catalog, &value, &error);
    }
    assert_int_equal(code, ERROR_LIMIT);
    assert_true(count > 60);
    catalog_free(catalog);
}

/* Everything that a catalogue can hold, so that every place that allocates is reached. */
static const struct answer everything[] = {
    {"kind table;catalogue pg_class;alias pg_type",
     "id alias_id schema name owner@pg_roles options{} comment gap",
     {"7|70|s|t|10|{b,a}|\xff|~", "8|80|s|u|11|~|~|denied"}},
    {"kind column;part_of pg_class", "part_of_id id name type", {"7|1|a|int", "7|2|b|int", "8|1|z|text"}},
    {"kind foreign_key;catalogue pg_constraint;part_of pg_class",
     "part_of_id id name here@column to@pg_class there@column:to like@pg_constraint",
     {"7|100|f|2 1|8|{1}|101", "8|101|g|1|7|9|100"}},
    {"kind index", "part_of name secret! secrets!{}", {"s.t|i|x|{a=b}", "s.u|k|x|{c}"}},
    {"dictionary pg_roles", "id text", {"10|alice"}},
    {"attach;part_of pg_class", "of_id of_sub_id grants{} note", {"7|0|x|~", "7|0|y|~", "7|1|z|n", "8|0|w|m"}},
};

static const char everything_read[] =
    "table s.t #7 column_order=[a,b] comment=\\xff grants=[x,y] options=[a,b] owner=alice\n"
    "- column a #1 grants=[z] note=n type=int\n- column b #2 type=int\n"
    "- foreign_key f #100 here=[b,a] like=s.u.g there=[z] to=s.u\n- index i #0 secret=set secrets=[a=set]\n"
    "table s.u #8 column_order=[z] grants=[w] note=m owner=#11\n- column z #1 type=text\n"
    "- foreign_key g #101 here=[z] like=s.t.f there=[#9] to=s.t\n- index k #0 secret=set secrets=[set]\n"
    "gap table 's.u' denied\n";

/* What an attempt to read all that works with, prepared beforehand: only the loader's own allocations may fail. */
struct attempt {
    struct prepared files[LENGTH_OF(everything)];
    size_t limit;
};

static enum error_code read_everything(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    CLEANUP(arena_free) struct arena arena;
    struct catalog *catalog = NULL;
    struct snapshot_input input = {.object_count = 42};
    enum error_code code;

    arena_init(&arena, attempt->limit);
    code = catalog_new(&catalog, &arena, TEXT(""), error);
    assert_true((code == ERROR_NONE) == (catalog != NULL));
    for (size_t i = 0; code == ERROR_NONE && i < LENGTH_OF(everything); i++)
        code = feed(catalog, &attempt->files[i], error);
    if (code == ERROR_NONE)
        code = catalog_finish(catalog, &input, error);
    catalog_free(catalog);
    assert_int_equal(input.object_count, code == ERROR_NONE ? 2 : 42);
    return code;
}

static void test_memory_may_run_out(void **state)
{
    static struct attempt attempt = {.limit = LIMIT};
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    enum error_code code;

    (void)state;
    expect_answers("everything", everything, TEXT(""), everything_read);
    arena_init(&arena, LIMIT);
    for (size_t i = 0; i < LENGTH_OF(everything); i++)
        attempt.files[i] = prepare(&arena, &everything[i]);
    assert_true(test_every_allocation(read_everything, &attempt) >= 3);
    for (attempt.limit = 0; (code = read_everything(&attempt, &error)) != ERROR_NONE; attempt.limit += 16) {
        assert_int_equal(code, ERROR_LIMIT);
        assert_non_null(strstr(error.message, "reading a catalogue needs more than the memory limit"));
    }
    assert_true(attempt.limit > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_become_objects),
        cmocka_unit_test(test_parts_find_their_object),
        cmocka_unit_test(test_numbers_become_names),
        cmocka_unit_test(test_attachments_find_what_they_belong_to),
        cmocka_unit_test(test_rows_are_taken_back),
        cmocka_unit_test(test_of_a_secret_only_its_name_is_kept),
        cmocka_unit_test(test_under_a_key_equal_secrets_are_equal),
        cmocka_unit_test(test_rows_that_make_no_sense_are_refused_unseen),
        cmocka_unit_test(test_there_are_limits),
        cmocka_unit_test(test_memory_may_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
