#include "drift/across.h"

#include "common/drift/snapshot_text.h"
#include "drift/diff.h"
#include "drift/severity.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

/* ---------------------------------------------------------------- a comparison as text */

static void write_value(struct buffer *output, const struct attribute *attribute)
{
    if (attribute == NULL)
        buffer_add_byte(output, '-');
    for (uint32_t i = 0; attribute != NULL && i < attribute->count; i++) {
        buffer_add_string(output, i > 0 ? "|" : "");
        buffer_add_text(output, attribute->items[i]);
    }
}

static void write_change(struct buffer *output, const struct change *change)
{
    buffer_printf(output, "%s %s %s %.*s", change->rule, effect_name(change->effect), kind_name(change->kind),
                  TEXT_ARGS(change->object));
    if (change->owner_before.length > 0)
        buffer_printf(output, " in %.*s", TEXT_ARGS(change->owner_before));
    for (uint32_t i = 0; i < change->attribute_count; i++) {
        buffer_printf(output, " %.*s:", TEXT_ARGS(change->attributes[i].name));
        write_value(output, change->attributes[i].from);
        buffer_add_string(output, "->");
        write_value(output, change->attributes[i].to);
    }
    buffer_add_byte(output, '\n');
}

static void write_diff(struct buffer *output, const struct diff *diff)
{
    for (uint32_t i = 0; i < diff->change_count; i++)
        write_change(output, &diff->changes[i]);
    for (uint32_t i = 0; i < diff->equivalent_count; i++)
        buffer_printf(output, "%.*s %.*s=%.*s %s\n", TEXT_ARGS(diff->equivalents[i].object),
                      TEXT_ARGS(diff->equivalents[i].from), TEXT_ARGS(diff->equivalents[i].to),
                      diff->equivalents[i].family);
    for (uint32_t i = 0; i < diff->not_compared_count; i++)
        buffer_printf(output, "not %s%s%s %u %u\n", kind_name(diff->not_compared[i].kind),
                      diff->not_compared[i].what == NULL ? "" : " ",
                      diff->not_compared[i].what == NULL ? "" : diff->not_compared[i].what,
                      diff->not_compared[i].counts[0], diff->not_compared[i].counts[1]);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        buffer_printf(output, "uncovered %s '%.*s'\n", kind_name(diff->uncovered[i].kind),
                      TEXT_ARGS(diff->uncovered[i].object));
    if (diff->ignored_count > 0)
        buffer_printf(output, "ignored %u\n", diff->ignored_count);
    buffer_printf(output, "%s%s%.*s\n", verdict_name(diff->verdict), diff->unknown_reason.length > 0 ? " " : "",
                  TEXT_ARGS(diff->unknown_reason));
}

/* ---------------------------------------------------------------- cases */

#define PG "@server postgresql 16.3\n"
#define LITE "@server sqlite 3.40\n"
#define MARIA "@server mariadb 11.4\n"
#define MYSQL "@server mysql 8.4\n"
#define MS "@server sqlserver 16\n"
#define ODBC "@server odbc 1\n"
#define SPEC "@server spec 1\n"
#define PYTHON "@server python 1\n"
#define UNDECLARED " reason='not declared'\n"
#define PYTHON_GAPS                                                                                                    \
    "gap primary_key" UNDECLARED "gap unique" UNDECLARED "gap foreign_key" UNDECLARED "gap index" UNDECLARED           \
    "gap check" UNDECLARED "gap view" UNDECLARED

static const struct across_case {
    const char *name, *from, *to, *expected;
    const char *ignore; /* NULL: nothing */
} cases[] = {
    {.name = "nothing", .from = PG, .to = MS, .expected = "IN_SYNC\n"},
    {.name = "equal types of two engines",
     .from = PG "table public.t column_order=[a|b]\n  column a type='character varying(40)' nullable=yes\n"
                "  column b type=bigint nullable=no\n",
     .to = MS "table dbo.t column_order=[b|a]\n  column a type='nvarchar(40)' nullable=yes\n"
              "  column b type=bigint nullable=no\n",
     .expected = "dbo.t.a character varying(40)=nvarchar(40) text\nIN_SYNC\n"},
    {.name = "one column narrower",
     .from = PG "table public.t\n  column a type='character varying(40)' nullable=yes\n",
     .to = MS "table dbo.t\n  column a type='nvarchar(20)' nullable=yes\n",
     .expected =
         "type-narrowed modified column dbo.t.a in public.t type:character varying(40)->nvarchar(20)\nDRIFTED\n"},
    {.name = "one word for two things",
     .from = PG "table public.t\n  column a type='timestamp' nullable=yes\n",
     .to = MS "table dbo.t\n  column a type='timestamp' nullable=yes\n",
     .expected = "type-family-changed modified column dbo.t.a in public.t type:"
                 "timestamp (timestamp(6) without time zone)->timestamp (row version)\nDRIFTED\n"},
    {.name = "nullable, default, generated, numbering",
     .from = PG "table public.t\n  column a type=integer nullable=no default='1'\n"
                "  column b type=integer nullable=yes generated='(a * 2)'\n"
                "  column c type=integer nullable=no default='nextval(c)'\n"
                "  column d type=integer nullable=yes default='NULL::integer'\n",
     .to = MS "table dbo.t\n  column a type=int nullable=no default='((2))'\n  column b type=int nullable=yes\n"
              "  column c type=int nullable=no identity='1,1'\n  column d type=int nullable=no\n",
     .expected = "generated-changed modified column dbo.t.b in public.t generated:(a * 2)->-\n"
                 "nullable-removed modified column dbo.t.d in public.t nullable:yes->no\n"
                 "dbo.t.a integer=int integer\ndbo.t.b integer=int integer\ndbo.t.c integer=int integer\n"
                 "dbo.t.d integer=int integer\nDRIFTED\n"},
    {.name = "SQLite numbers rows by a word",
     .from = LITE "table main.t\n  column id type=INTEGER nullable=yes\n  primary_key p columns=[id]\n"
                  "table main.u\n  column id type=INT nullable=yes\n  primary_key p columns=[id]\n",
     .to = PG "table public.t\n  column id type=bigint nullable=no identity=always\n  primary_key t_pkey columns=[id]\n"
              "table public.u\n  column id type=integer nullable=no\n  primary_key u_pkey columns=[id]\n",
     .expected = "public.t.id INTEGER=bigint integer\npublic.u.id INT=integer integer\nIN_SYNC\n"},
    {.name = "keys by what they are about",
     .from = PG "table public.a\n  column x type=integer nullable=no\n  column y type=integer nullable=no\n"
                "  unique one columns=[x|y]\n  index two columns=[y] method=btree\n"
                "  foreign_key three columns=[x|y] references=public.b referenced_columns=[p|q] on_delete=restrict\n"
                "table public.b\n  column p type=integer nullable=no\n  column q type=integer nullable=no\n"
                "  primary_key b_pkey columns=[p|q]\n",
     .to = MS "table dbo.A\n  column X type=integer nullable=no\n  column Y type=integer nullable=no\n"
              "  index uno columns=[Y|X] unique=yes method=nonclustered\n  index two_b columns=['Y DESC']\n"
              "  foreign_key fk columns=[Y|X] references='dbo.\"B\"' referenced_columns=[Q|P]\n"
              "table dbo.B\n  column P type=integer nullable=no\n  column Q type=integer nullable=no\n"
              "  primary_key pk columns=[P|Q]\n",
     .expected = "IN_SYNC\n"},
    {.name = "keys that differ",
     .from = PG "table public.a\n  column x type=integer nullable=no\n  column y type=integer nullable=no\n"
                "  primary_key p columns=[x]\n  unique one columns=[x]\n"
                "  foreign_key three columns=[x] references=public.b referenced_columns=[p] on_delete=cascade\n",
     .to = LITE "table main.a\n  column x type=integer nullable=no\n  column y type=integer nullable=no\n"
                "  primary_key p columns=[y]\n  unique one columns=[y]\n  index i columns=[y]\n"
                "  foreign_key four columns=[x] references=main.b referenced_columns=[p] on_update='set null'\n",
     .expected =
         "constraint-changed modified foreign_key main.a.four in public.a on_delete:cascade->- on_update:-->set null\n"
         "constraint-removed removed unique main.a.one in public.a columns:x->-\n"
         "constraint-changed modified primary_key main.a.p in public.a columns:x->y\n"
         "identity-changed modified column main.a.y in public.a identity:-->yes\n"
         "constraint-added added unique main.a.one in public.a columns:-->y\n"
         "index-added added index main.a.i in public.a columns:-->y\n"
         "DRIFTED\n"},
    {.name = "NULLs in a unique key",
     .from =
         PG "table public.a\n  column x type=integer nullable=yes\n  unique one columns=[x]\n"
            "table public.b\n  column x type=integer nullable=yes\n  unique one columns=[x] nulls_not_distinct=yes\n"
            "table public.c\n  column x type=integer nullable=yes\n  unique one columns=[x]\n",
     .to = MS "table dbo.a\n  column x type=integer nullable=yes\n  unique one columns=[x]\n"
              "table dbo.b\n  column x type=integer nullable=yes\n  unique one columns=[x]\n"
              "table dbo.c\n  column x type=integer nullable=yes\n"
              "  index one columns=[x] unique=yes predicate='([x] IS NOT NULL)'\n",
     .expected = "constraint-changed modified unique dbo.a.one in public.a nulls:distinct->not distinct\nDRIFTED\n"},
    {.name = "what cannot be compared is counted",
     .from = PG
     "table public.t\n  column x type=integer nullable=yes\n  check c expression=x\n"
     "  index i columns=['lower(x)']\n  index j columns=[x] predicate='x > 1'\n  index k columns=[x] method=gin\n"
     "  not_null n columns=[x]\nview public.v\nfunction public.f() body=x\n"
     "table public.t_1 partition_of=public.t\ndefault_privilege 'x' grants=['SELECT TO bob']\n",
     .to = LITE
     "table main.t\n  column x type=integer nullable=yes\ntable main.f module=fts5\nview main.v\nview main.w\n",
     .expected = "not view 1 2\nnot function 1 0\nnot default_privilege 1 0\nnot check 1 0\n"
                 "not index with an expression, a condition or another method 3 0\n"
                 "not table partitions of others 1 0\nnot table virtual 0 1\nIN_SYNC\n"},
    {.name = "schemas by name, names without regard to case",
     .from = PG "table public.t\ntable shop.t\ntable public.'Weird Name'\n",
     .to = MS "table dbo.T\ntable Shop.t\ntable dbo.'weird name'\ntable main.t\n",
     .expected = "object-added added table main.t\nDRIFTED\n"},
    {.name = "two names that differ only in case",
     .from = PG "table public.t\ntable public.T\n  column a type=integer nullable=yes\n"
                "  column A type=text nullable=yes\n",
     .to = LITE "table main.T\n  column a type=integer nullable=yes\n  column A type=text nullable=yes\n",
     .expected = "table-removed removed table public.t\n"
                 "DRIFTED\n"},
    {.name = "an index that InnoDB makes for a foreign key",
     .from = PG "table public.t\n  column a type=integer nullable=yes\n  column b type=integer nullable=yes\n"
                "  foreign_key f columns=[a] references=public.u referenced_columns=[id]\n",
     .to = MARIA "table main.t\n  column a type=integer nullable=yes\n  column b type=integer nullable=yes\n"
                 "  foreign_key f columns=[a] references=main.u referenced_columns=[id]\n  index f columns=[a]\n"
                 "  index g columns=[b]\n",
     .expected = "index-added added index main.t.g in public.t columns:-->b\nDRIFTED\n"},
    {.name = "MariaDB and MySQL are two engines",
     .from = MARIA "table main.t comment=a\n  column a type='enum(x)' nullable=yes\n  column b type=int nullable=yes\n",
     .to =
         MYSQL "table main.t comment=b\n  column a type='enum(x)' nullable=yes\n  column b type=bigint nullable=yes\n",
     .expected = "type-widened modified column main.t.b type:int->bigint\nDRIFTED\n"},
    {.name = "ODBC does not see everything",
     .from = ODBC "gap check reason='not visible through ODBC'\ntable main.t\n  column a type=int4 default=1\n",
     .to = PG "table public.t\n  column a type=integer nullable=no identity=always\n",
     .expected = "public.t.a int4=integer integer\nIN_SYNC\n"},
    {.name = "what no driver tells of what is not compared",
     .from = ODBC "gap table '* (options)' reason='x'\ngap column '* (identity, generated, collation)' reason='x'\n"
                  "gap index '* (method, predicate, included)' reason='x'\ngap index '* (expressions)' reason='x'\n",
     .to = PG,
     .expected = "uncovered index '* (method, predicate, included)'\nUNKNOWN\n"},
    {.name = "keys over a beginning, keys that are switched off, histories",
     .from =
         MARIA "table main.t\n  column a type=longtext nullable=no\n"
               "  unique a columns=[a] prefix_lengths=[10]\n  index b columns=[a] prefix_lengths=[10] method=btree\n",
     .to = MS "table dbo.t\n  column a type='nvarchar(max)' nullable=no\n  unique u columns=[a] enabled=no\n"
              "  index i columns=[a] method='clustered columnstore'\ntable dbo.t_history temporal=history\n",
     .expected = "dbo.t.a longtext=nvarchar(max) text\nnot unique in part or switched off 1 1\n"
                 "not index with an expression, a condition or another method 1 1\n"
                 "not table histories of others 0 1\nIN_SYNC\n"},
    {.name = "what was not read of what is compared",
     .from = PG "gap index reason='permission denied'\ngap table 'public.u' reason='locked'\ngap trigger reason='x'\n",
     .to = MS "table dbo.t\n  column a type=int nullable=no\n  index i columns=[a]\ntable dbo.U\n",
     .expected = "object-added added table dbo.t\n"
                 "uncovered table 'public.u'\n"
                 "uncovered index ''\n"
                 "DRIFTED\n"},
    {.name = "patterns go by the names of the side that is shown",
     .from = PG "table public.old\ntable public.t\n  column a type=integer nullable=no\n",
     .to = MS "table dbo.t\n  column a type=bigint nullable=no\n",
     .ignore = "table:public.old\ncolumn:dbo.t.a\n",
     .expected = "ignored 2\nIN_SYNC\n"},
    {.name = "what is declared says the same as the database",
     .from =
         SPEC "gap index" UNDECLARED "gap view" UNDECLARED "enum public.state labels=[open|closed]\n"
              "table public.orders\n  column id type=bigint nullable=no\n  column state type=public.state nullable=no\n"
              "  column tags type='text[]' nullable=yes\n  column host type=inet nullable=yes\n"
              "  column at type=timestamptz nullable=yes\n  primary_key p columns=[id]\n",
     .to = PG "enum public.state labels=[open|closed] owner=alice\nview public.v\n"
              "table public.orders\n  column id type=bigint nullable=no\n  column state type=public.state nullable=no\n"
              "  column tags type='text[]' nullable=yes\n  column host type=inet nullable=yes\n"
              "  column at type='timestamp with time zone' nullable=yes\n  primary_key orders_pkey columns=[id]\n"
              "  index i columns=[state]\n  index j columns=['lower(x)']\n",
     .expected = "public.orders.at timestamptz=timestamp with time zone timestamp with time zone\n"
                 "not view 0 1\nnot index not declared 0 2\nIN_SYNC\n"},
    {.name = "labels",
     .from = SPEC "enum public.a labels=[x|y]\nenum public.b labels=[x|y]\nenum public.c labels=[x|y]\n"
                  "enum public.d labels=[x|y]\n",
     .to = PG "enum public.A labels=[x|y|z]\nenum public.b labels=[y|x]\nenum public.c labels=[x]\n"
              "enum public.e labels=[x]\n",
     .expected = "enum-label-removed modified enum public.c labels:x|y->x\n"
                 "type-removed removed enum public.d\n"
                 "enum-label-inserted modified enum public.b labels:x|y->y|x\n"
                 "enum-label-appended modified enum public.\"A\" in public.a labels:x|y->x|y|z\n"
                 "object-added added enum public.e\nDRIFTED\n"},
    {.name = "columns of enums",
     .from = SPEC "enum public.a labels=[x|y]\nenum public.b labels=[x|y]\n"
                  "table public.t\n  column p type=public.a nullable=no\n  column q type='public.a[]' nullable=no\n"
                  "  column r type=public.a nullable=no\n  column s type=public.a nullable=no\n",
     .to = PG "enum public.a labels=[x|y]\nenum public.b labels=[x|y]\n"
              "table public.t\n  column p type=public.b nullable=no\n  column q type='public.a[]' nullable=no\n"
              "  column r type='public.a[]' nullable=no\n  column s type=text nullable=no\n",
     .expected = "type-family-changed modified column public.t.p type:public.a->public.b\n"
                 "type-family-changed modified column public.t.r type:public.a->public.a[]\n"
                 "type-family-changed modified column public.t.s type:public.a->text\nDRIFTED\n"},
    {.name = "enums that stand in a type",
     .from = MARIA "table main.t\n  column a type='enum(\"x\",\"y\")' nullable=no\n"
                   "  column b type='enum(\"x\",\"z\")' nullable=no\n",
     .to = PG "enum public.e labels=[x|y]\ntable public.t\n  column a type=public.e nullable=no\n"
              "  column b type=public.e nullable=no\n",
     .expected = "type-family-changed modified column public.t.b in main.t type:enum(\"x\",\"z\")->public.e\n"
                 "public.t.a enum(\"x\",\"y\")=public.e enum\nnot enum 0 1\nDRIFTED\n"},
    {.name = "annotations",
     .from = PYTHON PYTHON_GAPS
     "enum public.state labels=[open|closed]\n"
     "table public.t\n  column id type=int nullable=no\n  column mail type=str nullable=no\n"
     "  column data type='dict[str, Any]' nullable=yes\n  column states type='list[public.state]' nullable=no\n"
     "  column kind type='Literal[\"b\", \"a\"]' nullable=no\n  column free type='Literal[\"b\"]' nullable=no\n"
     "  column old type='Literal[\"b\"]' nullable=no\n  column any type=Any nullable=no\n"
     "  column made type=datetime.datetime nullable=no\n",
     .to =
         PG "domain public.mail type='character varying(80)'\ndomain public.mail2 type=public.mail\n"
            "enum public.state labels=[open|closed]\nenum public.kind labels=[a|b]\nview public.v\n"
            "table public.t\n  column id type=bigint nullable=no identity=always\n"
            "  column mail type=public.mail2 nullable=no default=x\n  column data type=jsonb nullable=no\n"
            "  column states type='public.state[]' nullable=no\n  column kind type=public.kind nullable=no\n"
            "  column free type=text nullable=no\n  column old type=public.kind nullable=no\n"
            "  column any type=public.kind nullable=no\n  column made type='timestamp(3) with time zone' nullable=no\n"
            "  primary_key p columns=[id]\n  index i columns=[mail]\n  check c expression=x\n",
     .expected = "type-family-changed modified column public.t.old type:Literal[\"b\"]->public.kind\n"
                 "nullable-removed modified column public.t.data nullable:yes->no\n"
                 "public.t.\"any\" Any=public.kind enum\n"
                 "public.t.data dict[str, Any]=jsonb JSON\npublic.t.free Literal[\"b\"]=text text\npublic.t.id "
                 "int=bigint integer\n"
                 "public.t.kind Literal[\"b\", \"a\"]=public.kind enum\npublic.t.made datetime.datetime=timestamp(3) "
                 "with time zone "
                 "timestamp with time zone\npublic.t.mail str=public.mail2 other\npublic.t.states "
                 "list[public.state]=public.state[] "
                 "array\nnot view 0 1\nnot domain 0 2\nnot primary_key not declared 0 1\nnot check 0 1\n"
                 "not index not declared 0 1\nDRIFTED\n"},
    {.name = "an annotation holds less than what it is compared with",
     .from = PYTHON PYTHON_GAPS "table public.t\n  column a type=str nullable=no\n  column b type=int nullable=no\n",
     .to = PG "enum public.e labels=[x]\ntable public.t\n  column a type=public.e nullable=no\n"
              "  column b type='integer[]' nullable=no\n",
     .expected = "type-family-changed modified column public.t.a type:str->public.e\n"
                 "type-family-changed modified column public.t.b type:int->integer[]\n"
                 "object-added added enum public.e\nDRIFTED\n"},
    {.name = "the default schema of who declares is that of the other side",
     .from = PYTHON PYTHON_GAPS "table main.t\n  column a type=int nullable=no\ntable public.u\n",
     .to = LITE "table main.t\n  column a type=INTEGER nullable=no\ntable main.u\n",
     .expected = "main.t.a int=INTEGER integer\nIN_SYNC\n"},
    {.name = "two declarations in two languages",
     .from = PYTHON PYTHON_GAPS "table public.t\n  column a type=int nullable=no\n",
     .to = SPEC "gap unique" UNDECLARED "table public.t\n  column a type=bigint nullable=no default=1\n"
                "  primary_key p columns=[a]\n",
     .expected = "public.t.a int=bigint integer\nnot primary_key not declared 0 1\nIN_SYNC\n"},
    {.name = "not declared and not read are two things",
     .from = SPEC "gap index" UNDECLARED "gap foreign_key" UNDECLARED
                  "table public.t\n  column a type=bigint nullable=no\n",
     .to = PG "gap foreign_key reason='permission denied'\ntable public.t\n  column a type=bigint nullable=no\n"
              "  index i columns=[a]\n",
     .expected = "not index not declared 0 1\nuncovered foreign_key ''\nUNKNOWN\n"},
    {.name = "one table that nobody declares, and attributes",
     .from = SPEC "gap table 'public.\"Log\"'" UNDECLARED "gap column '* (default, identity)'" UNDECLARED
                  "table public.t\n  column a type=bigint nullable=no\n",
     .to = PG "table public.Log\n  column a type=bigint nullable=no\ntable public.t\n"
              "  column a type=bigint nullable=no default=1\n",
     .expected = "not table not declared 0 1\nIN_SYNC\n"},
    {.name = "an engine that nobody knows is compared to the letter",
     .from = "table main.t\n  column a type=integer\n",
     .to = PG "table main.t\n  column a type=int4\n",
     .expected = "type-respelled modified column main.t.a type:integer->int4\nDRIFTED\n"},
};

static struct diff compare(const struct across_case *test, struct snapshot *sides[2], struct arena *arena, bool states)
{
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    diff_options_init(&options);
    options.states = states;
    if (test->ignore != NULL)
        options.ignore = ignore_from_text(test->ignore, arena);
    for (unsigned side = 0; side < 2; side++)
        sides[side] = snapshot_from_text(side == 0 ? test->from : test->to);
    if (diff_snapshots(&diff, sides[0], sides[1], &options, arena, &error) != ERROR_NONE)
        fail_msg("%s: %s", test->name, error.message);
    if (error.code != ERROR_NONE)
        fail_msg("%s leaves behind: %s", test->name, error.message);
    return diff;
}

static void test_cases(void **state)
{
    unsigned wrong = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output = {0};
        CLEANUP(arena_free) struct arena arena;
        struct snapshot *sides[2];
        struct diff diff;

        arena_init(&arena, ARENA_LIMIT);
        diff = compare(&cases[i], sides, &arena, false);
        write_diff(&output, &diff);
        buffer_add_byte(&output, '\0');
        if (strcmp(output.bytes, cases[i].expected) != 0)
            wrong++;
        if (wrong > 0 && strcmp(output.bytes, cases[i].expected) != 0)
            print_message("%s:\n%sinstead of\n%s", cases[i].name, output.bytes, cases[i].expected);
        snapshot_free(sides[0]);
        snapshot_free(sides[1]);
    }
    assert_int_equal(wrong, 0);
}

/* ---------------------------------------------------------------- states */

static const struct change *find_change(const struct diff *diff, const char *object)
{
    for (uint32_t i = 0; i < diff->change_count; i++)
        if (text_equal(diff->changes[i].object, text_from(object)))
            return &diff->changes[i];
    fail_msg("nothing is said of %s", object);
    return NULL;
}

static struct change_state state_of(const char *from, const char *to, const char *object, unsigned side,
                                    struct arena *arena)
{
    const struct across_case test = {.name = object, .from = from, .to = to};
    struct snapshot *sides[2];
    struct diff diff = compare(&test, sides, arena, true);
    struct change_state found = find_change(&diff, object)->states[side];

    snapshot_free(sides[0]);
    snapshot_free(sides[1]);
    return found;
}

/* What a side says has one state, whatever it is held against, and whatever is not compared. */
static void test_states(void **state)
{
    static const char *const column = PG "table public.t\n  column a type=integer nullable=no\n";
    static const char *const commented = PG "table public.t comment=x\n  column a type=int4 nullable=no comment=y\n";
    static const char *const other = PG "table public.t\n  column a type=integer nullable=yes\n";
    static const char *const narrow = MS "table dbo.t\n  column a type=smallint nullable=no\n";
    static const char *const wide = MARIA "table main.t\n  column a type=bigint nullable=yes\n";
    static const char *const nothing = MS;
    CLEANUP(arena_free) struct arena arena;
    struct change_state states[4];

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    states[0] = state_of(column, narrow, "dbo.t.a", 0, &arena);
    states[1] = state_of(column, wide, "main.t.a", 0, &arena);
    states[2] = state_of(commented, narrow, "dbo.t.a", 0, &arena);
    states[3] = state_of(other, narrow, "dbo.t.a", 0, &arena);
    assert_true(states[0].is_there);
    assert_true(change_state_equal(&states[0], &states[1]));
    assert_true(change_state_equal(&states[0], &states[2]));
    assert_false(change_state_equal(&states[0], &states[3]));
    states[0] = state_of(column, nothing, "public.t", 0, &arena);
    states[1] = state_of(commented, nothing, "public.t", 0, &arena);
    states[2] = state_of(other, nothing, "public.t", 0, &arena);
    states[3] = state_of(column, nothing, "public.t", 1, &arena);
    assert_true(change_state_equal(&states[0], &states[1]));
    assert_false(change_state_equal(&states[0], &states[2]));
    assert_false(states[3].is_there);
}

/* ---------------------------------------------------------------- limits */

static void test_only_the_structure_compares(void **state)
{
    struct snapshot *from = snapshot_from_text(PG "table public.t owner=a\n");
    struct snapshot *to = snapshot_from_text(MS "table dbo.t owner=b\n");
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    options.aspects[ASPECT_STRUCTURE] = false;
    assert_int_equal(diff_snapshots(&diff, from, to, &options, &arena, &error), ERROR_NONE);
    assert_int_equal(diff.verdict, VERDICT_UNKNOWN);
    assert_true(text_equal(diff.unknown_reason, TEXT("two engines compare by structure only")));
    snapshot_free(from);
    snapshot_free(to);
}

static void test_memory_may_run_out_at_any_time(void **state)
{
    const struct across_case *test = &cases[6];
    struct snapshot *from = snapshot_from_text(test->from), *to = snapshot_from_text(test->to);
    struct diff_options options;
    enum error_code code = ERROR_LIMIT;

    (void)state;
    diff_options_init(&options);
    options.states = true;
    for (size_t limit = 64; code != ERROR_NONE; limit += limit / 64 + 64) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};
        struct diff diff;

        assert_true(limit < ARENA_LIMIT);
        arena_init(&arena, limit);
        code = diff_snapshots(&diff, from, to, &options, &arena, &error);
        if (code != ERROR_NONE)
            assert_int_equal(code, ERROR_LIMIT);
    }
    snapshot_free(from);
    snapshot_free(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_only_the_structure_compares),
        cmocka_unit_test(test_memory_may_run_out_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
