#include "drift/diff.h"

#include "common/drift/snapshot_text.h"
#include "drift/severity.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 64 * 1024 * 1024 };

/* ---------------------------------------------------------------- a comparison as text */

static void write_value(struct buffer *output, const struct attribute *attribute)
{
    if (attribute == NULL) {
        buffer_add_string(output, "-");
        return;
    }
    buffer_add_string(output, attribute->is_list ? "[" : "");
    for (uint32_t i = 0; i < attribute->count; i++) {
        buffer_add_string(output, i > 0 ? "|" : "");
        buffer_add_text(output, attribute->items[i]);
    }
    buffer_add_string(output, attribute->is_list ? "]" : "");
}

static void write_change(struct buffer *output, const struct change *change)
{
    buffer_printf(output, "%s %s %s %s %.*s", severity_name(change->severity), change->rule,
                  effect_name(change->effect), kind_name(change->kind), TEXT_ARGS(change->object));
    if (change->aspect != ASPECT_STRUCTURE)
        buffer_printf(output, " @%s", aspect_name(change->aspect));
    if (change->renamed_from.length > 0)
        buffer_printf(output, " was %.*s", TEXT_ARGS(change->renamed_from));
    if (change->probable_name.length > 0)
        buffer_printf(output, " like %.*s", TEXT_ARGS(change->probable_name));
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
    static const char *const sides[] = {"from", "to", "both"};

    for (uint32_t i = 0; i < diff->change_count; i++)
        write_change(output, &diff->changes[i]);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        buffer_printf(output, "uncovered %s %s '%.*s' %.*s\n", sides[diff->uncovered[i].side],
                      kind_name(diff->uncovered[i].kind), TEXT_ARGS(diff->uncovered[i].object),
                      TEXT_ARGS(diff->uncovered[i].reason));
    if (diff->ignored_count > 0)
        buffer_printf(output, "ignored %u\n", diff->ignored_count);
    buffer_printf(output, "%s%s%.*s\n", verdict_name(diff->verdict), diff->unknown_reason.length > 0 ? " " : "",
                  TEXT_ARGS(diff->unknown_reason));
}

/* ---------------------------------------------------------------- cases */

struct diff_case {
    const char *name, *from, *to, *expected;
    const char *aspects; /* NULL: all */
    const char *ignore;  /* NULL: nothing */
    bool fold_partitions;
};

#define ORDERS "table shop.orders #10 owner=alice column_order=[id|total]\n"
#define ORDERS_COLUMNS                                                                                                 \
    "  column id #1 type=bigint nullable=no\n"                                                                         \
    "  column total #2 type=bigint nullable=yes\n"
#define ORIGIN "@origin db\n"
#define FIFTEEN "@server postgresql 15.20 (Debian 15.20-0+deb12u1)\n"
#define SIXTEEN "@server postgresql 16.3\n"
#define RENDERED " as rendered by PostgreSQL 15 and 16, which may spell it differently\n"

static const struct diff_case cases[] = {
    {.name = "equal", .from = ORDERS ORDERS_COLUMNS, .to = ORDERS ORDERS_COLUMNS, .expected = "IN_SYNC\n"},
    {.name = "both empty", .from = "", .to = "", .expected = "IN_SYNC\n"},
    {.name = "an added object is one change, without its owner and parts",
     .from = "",
     .to = ORDERS ORDERS_COLUMNS,
     .expected = "low object-added added table shop.orders\nDRIFTED\n"},
    {.name = "a removed object likewise",
     .from = ORDERS ORDERS_COLUMNS,
     .to = "",
     .expected = "critical table-removed removed table shop.orders\nDRIFTED\n"},
    {.name = "an added object where its home is not compared",
     .from = "",
     .to = ORDERS ORDERS_COLUMNS,
     .aspects = "access",
     .expected = "low object-added added table shop.orders @access\nDRIFTED\n"},
    {.name = "an added object that the compared aspects do not have",
     .from = "",
     .to = ORDERS ORDERS_COLUMNS,
     .aspects = "storage",
     .expected = "IN_SYNC\n"},
    {.name = "one change for each part, sorted by severity, then path",
     .from =
         "table shop.t column_order=[a|b|c]\n  column a type=bigint\n  column b type=integer\n  column c type=text\n",
     .to = "table shop.t column_order=[a|b|d]\n  column a type=integer\n  column b type=bigint\n  column d type=text\n",
     .expected = "critical type-narrowed modified column shop.t.a type:bigint->integer\n"
                 "critical column-removed removed column shop.t.c type:text->-\n"
                 "medium column-added added column shop.t.d type:-->text\n"
                 "low type-widened modified column shop.t.b type:integer->bigint\nDRIFTED\n"},
    {.name = "aspects are changes of their own",
     .from = ORDERS "  column total type=bigint storage=plain\n",
     .to = "table shop.orders owner=bob comment=x column_order=[id|total]\n  column total type=bigint storage=main\n",
     .expected = "medium owner-changed modified table shop.orders @access owner:alice->bob\n"
                 "low comment-changed modified table shop.orders comment:-->x\n"
                 "low storage-changed modified column shop.orders.total @storage storage:plain->main\nDRIFTED\n"},
    {.name = "an aspect that only one side has is a modification",
     .from = "table shop.t\n  column a type=text\n",
     .to = "table shop.t grants=['SELECT TO bob']\n  column a type=text grants=['SELECT TO carol']\n",
     .expected = "medium privilege-granted modified table shop.t @access grants:-->[SELECT TO bob]\n"
                 "medium privilege-granted modified column shop.t.a @access grants:-->[SELECT TO carol]\nDRIFTED\n"},
    {.name = "only the aspects asked for",
     .from = "table shop.t owner=a comment=x\n",
     .to = "table shop.t owner=b comment=y\n",
     .aspects = "access",
     .expected = "medium owner-changed modified table shop.t @access owner:a->b\nDRIFTED\n"},
    {.name = "an added part is one change, without its other aspects",
     .from = "table shop.t\n",
     .to = "table shop.t\n  column a type=text grants=['SELECT TO PUBLIC'] storage=plain\n",
     .expected = "medium column-added added column shop.t.a type:-->text\nDRIFTED\n"},
    {.name = "an added part where only access is compared",
     .from = "table shop.t\n",
     .to = "table shop.t\n  column a type=text grants=['SELECT TO bob']\n",
     .aspects = "access",
     .expected = "medium column-added added column shop.t.a @access grants:-->[SELECT TO bob]\nDRIFTED\n"},
    {.name = "a required column",
     .from = "table shop.t\n",
     .to = "table shop.t\n  column a type=text nullable=no\n  column b nullable=no default=1\n",
     .expected = "high column-added-required added column shop.t.a nullable:-->no type:-->text\n"
                 "medium column-added added column shop.t.b default:-->1 nullable:-->no\nDRIFTED\n"},

    /* renames within one database */
    {.name = "a renamed table",
     .from = ORIGIN ORDERS ORDERS_COLUMNS,
     .to = ORIGIN "table shop.\"Orders\" #10 owner=alice column_order=[id|total]\n" ORDERS_COLUMNS,
     .expected = "critical table-renamed renamed table shop.\"\"\"Orders\"\"\" was shop.orders\nDRIFTED\n"},
    {.name = "a table renamed and changed in two aspects, with a column",
     .from = ORIGIN "table a.t #7 owner=alice\n  column x #1 type=bigint\n",
     .to = ORIGIN "table b.t #7 owner=bob comment=y\n  column x #1 type=integer\n",
     .expected = "critical table-renamed renamed table b.t was a.t\n"
                 "critical type-narrowed modified column b.t.x type:bigint->integer\n"
                 "medium owner-changed modified table b.t @access owner:alice->bob\n"
                 "low comment-changed modified table b.t comment:-->y\nDRIFTED\n"},
    {.name = "a table and one of its columns renamed",
     .from = ORIGIN "table a.t #7\n  column x #1 type=text\n",
     .to = ORIGIN "table a.u #7\n  column y #1 type=text\n",
     .expected = "critical table-renamed renamed table a.u was a.t\n"
                 "critical column-renamed renamed column a.u.y was a.t.x\nDRIFTED\n"},
    {.name = "a renamed table where only access is compared",
     .from = ORIGIN "table a.t #7 owner=alice\n",
     .to = ORIGIN "table a.u #7 owner=bob\n",
     .aspects = "access",
     .expected = "critical table-renamed renamed table a.u @access was a.t\n"
                 "medium owner-changed modified table a.u @access owner:alice->bob\nDRIFTED\n"},
    {.name = "the same ids in two databases mean nothing",
     .from = "@origin one\ntable a.t #7 comment=x\n",
     .to = "@origin two\ntable a.u #7 comment=y\n",
     .expected = "critical table-removed removed table a.t\nlow object-added added table a.u\nDRIFTED\n"},
    {.name = "the same id of another kind is no rename",
     .from = ORIGIN "table a.t #7 comment=x\n",
     .to = ORIGIN "view a.u #7 comment=x\n",
     .expected = "critical table-removed removed table a.t\nlow object-added added view a.u\nDRIFTED\n"},
    {.name = "no id is no rename",
     .from = ORIGIN "table a.t comment=x\n",
     .to = ORIGIN "table a.u comment=y\n",
     .expected = "critical table-removed removed table a.t\nlow object-added added table a.u\nDRIFTED\n"},
    {.name = "a renamed column is no new order",
     .from = ORIGIN "table a.t #7 column_order=[x|y]\n  column x #1 type=text\n  column y #2 type=text\n",
     .to = ORIGIN "table a.t #7 column_order=[z|y]\n  column z #1 type=text\n  column y #2 type=text\n",
     .expected = "critical column-renamed renamed column a.t.z was a.t.x\nDRIFTED\n"},
    {.name = "a renamed column that moved is",
     .from = ORIGIN "table a.t #7 column_order=[x|y]\n  column x #1 type=text\n  column y #2 type=text\n",
     .to = ORIGIN "table a.t #7 column_order=[y|z]\n  column z #1 type=text\n  column y #2 type=text\n",
     .expected = "critical column-renamed renamed column a.t.z was a.t.x\n"
                 "low column-order-changed modified table a.t column_order:[x|y]->[y|z]\nDRIFTED\n"},
    {.name = "a renamed column with other attributes and grants",
     .from = ORIGIN "table a.t #7\n  column x #1 type=text nullable=yes grants=['SELECT TO bob']\n",
     .to = ORIGIN "table a.t #7\n  column z #1 type=text nullable=no grants=['SELECT TO eve']\n",
     .expected = "critical column-renamed renamed column a.t.z was a.t.x nullable:yes->no\n"
                 "high privilege-revoked modified column a.t.z @access grants:[SELECT TO bob]->[SELECT TO eve]\n"
                 "DRIFTED\n"},
    {.name = "two columns that exchange their names",
     .from = ORIGIN "table a.t #7 column_order=[x|y]\n  column x #1 type=text\n  column y #2 type=bigint\n",
     .to = ORIGIN "table a.t #7 column_order=[y|x]\n  column x #2 type=bigint\n  column y #1 type=text\n",
     .expected = "critical column-renamed renamed column a.t.x was a.t.y\n"
                 "critical column-renamed renamed column a.t.y was a.t.x\nDRIFTED\n"},
    {.name = "a column that took the name of a dropped one",
     .from = ORIGIN "table a.t #7\n  column x #1 type=text\n  column y #2 type=bigint\n",
     .to = ORIGIN "table a.t #7\n  column x #2 type=bigint\n",
     .expected = "critical column-removed removed column a.t.x type:text->-\n"
                 "critical column-renamed renamed column a.t.x was a.t.y\nDRIFTED\n"},
    {.name = "a constraint made anew under its name",
     .from = ORIGIN "table a.t #7\n  check c #81 expression=1\n",
     .to = ORIGIN "table a.t #7\n  check c #82 expression=2\n",
     .expected = "high constraint-changed modified check a.t.c expression:1->2\nDRIFTED\n"},
    {.name = "a table made anew under its name has columns of its own",
     .from = ORIGIN "table a.t #7\n  column x #1 type=text\n",
     .to = ORIGIN "table a.t #8\n  column z #1 type=text nullable=yes\n",
     .expected = "critical column-removed removed column a.t.x type:text->-\n"
                 "medium column-added added column a.t.z nullable:-->yes type:-->text\nDRIFTED\n"},
    {.name = "two tables that exchange their names",
     .from = ORIGIN "table a.t #7 owner=alice comment=x\ntable a.u #8 owner=alice comment=y\n",
     .to = ORIGIN "table a.t #8 owner=alice comment=y\ntable a.u #7 owner=alice comment=x\n",
     .expected = "critical table-renamed renamed table a.t was a.u\n"
                 "critical table-renamed renamed table a.u was a.t\nDRIFTED\n"},
    {.name = "a table put in the place of another",
     .from = ORIGIN "table a.new #8 owner=alice comment=y\ntable a.t #7 owner=alice comment=x\n",
     .to = ORIGIN "table a.old #7 owner=alice comment=x\ntable a.t #8 owner=alice comment=y\n",
     .expected = "critical table-renamed renamed table a.old was a.t\n"
                 "critical table-renamed renamed table a.t was a.new\nDRIFTED\n"},
    {.name = "a table put in the place of a dropped one",
     .from = ORIGIN "table a.new #8 comment=y\ntable a.t #7 comment=x\n",
     .to = ORIGIN "table a.t #8 comment=y\n",
     .expected = "critical table-removed removed table a.t\n"
                 "critical table-renamed renamed table a.t was a.new\nDRIFTED\n"},
    {.name = "a renamed schema takes its objects along",
     .from = ORIGIN "schema a #3\ntable a.t #7 comment=x\nfunction a.f(integer) #9 body=1\ntable a.u #8 comment=x\n",
     .to = ORIGIN "schema b #3\ntable b.t #7 comment=y\nfunction b.f(integer) #9 body=1\ntable b.v #8 comment=x\n",
     .expected = "critical schema-renamed renamed schema b was a\n"
                 "critical table-renamed renamed table b.v was a.u\n"
                 "low comment-changed modified table b.t comment:x->y\nDRIFTED\n"},
    {.name = "a renamed index beside a removed one",
     .from = ORIGIN "table a.t #7\n  index i #91 method=btree\n  index j #92 method=hash\n",
     .to = ORIGIN "table a.t #7\n  index k #91 method=btree\n",
     .expected = "medium index-removed removed index a.t.j method:hash->-\n"
                 "low handle-renamed renamed index a.t.k was a.t.i\nDRIFTED\n"},

    /* across databases */
    {.name = "a probable rename",
     .from = "table a.t comment=x\n  column c type=text\n",
     .to = "table a.u comment=x\n  column c type=text\n",
     .expected = "critical table-removed removed table a.t like a.u\n"
                 "low object-added added table a.u like a.t\nDRIFTED\n"},
    {.name = "two of one content are no probable rename",
     .from = "table a.t comment=x\n",
     .to = "table a.u comment=x\ntable a.v comment=x\n",
     .expected = "critical table-removed removed table a.t\nlow object-added added table a.u\n"
                 "low object-added added table a.v\nDRIFTED\n"},
    {.name = "nothing in common is no probable rename",
     .from = "schema a\n",
     .to = "schema b\n",
     .expected = "critical schema-removed removed schema a\nlow object-added added schema b\nDRIFTED\n"},
    {.name = "what the server tells apart is no probable rename",
     .from = ORIGIN "table a.t #1 comment=x\n",
     .to = ORIGIN "table a.u #2 comment=x\n",
     .expected = "critical table-removed removed table a.t\nlow object-added added table a.u\nDRIFTED\n"},

    /* the order of columns */
    {.name = "another order of the same columns",
     .from = "table a.t column_order=[a|b|c]\n",
     .to = "table a.t column_order=[a|c|b]\n",
     .expected = "low column-order-changed modified table a.t column_order:[a|b|c]->[a|c|b]\nDRIFTED\n"},
    {.name = "a column in the middle is no new order",
     .from = "table a.t column_order=[a|b]\n",
     .to = "table a.t column_order=[a|x|b]\n",
     .expected = "IN_SYNC\n"},
    {.name = "an order that one side does not give is none",
     .from = "table a.t\n",
     .to = "table a.t column_order=[a|b]\n",
     .expected = "IN_SYNC\n"},
    {.name = "the rest of a change stays",
     .from = "table a.t column_order=[a|b] comment=x zeta=1\n",
     .to = "table a.t column_order=[a|x|b] comment=y zeta=2\n",
     .expected = "medium table-changed modified table a.t comment:x->y zeta:1->2\nDRIFTED\n"},

    /* what is left out */
    {.name = "ignored objects, parts and attributes",
     .from = "table a.t comment=x\n  column c type=text\n  column d type=text comment=x\ntable b.t comment=x\n",
     .to = "table a.t comment=y\n  column c type=bigint\n  column d type=bigint comment=y\n"
           "table b.t comment=y\n  column c type=text\n",
     .ignore = "table:b.*\ncolumn:*.c\ncomment:*",
     .expected = "critical type-family-changed modified column a.t.d type:text->bigint\nignored 4\nDRIFTED\n"},
    {.name = "everything ignored",
     .from = "",
     .to = "table a.t\nview a.v\n",
     .ignore = "*:a.*",
     .expected = "ignored 2\nIN_SYNC\n"},
    {.name = "partitions are there unless folded",
     .from = "table a.t\n",
     .to = "table a.t\ntable a.t_2026 partition_of=a.t\n",
     .expected = "low object-added added table a.t_2026\nDRIFTED\n"},
    {.name = "folded partitions are left out in every aspect",
     .from = "table a.p1 partition_of=a.t owner=x\ntable a.p2 partition_of=a.t comment=x\n",
     .to = "table a.p1 partition_of=a.t owner=y\ntable a.p2 partition_of=a.t comment=y\ntable a.p3 partition_of=a.t\n",
     .fold_partitions = true,
     .expected = "IN_SYNC\n"},
    {.name = "a table that becomes a partition is a change",
     .from = "table a.p1 comment=x\n",
     .to = "table a.p1 comment=x partition_of=a.t\n",
     .fold_partitions = true,
     .expected = "high partitioning-changed modified table a.p1 partition_of:-->a.t\nDRIFTED\n"},

    /* coverage */
    {.name = "a kind that one side could not read",
     .from = "gap policy reason=denied\ntable a.t\n",
     .to = "table a.t\n  policy p permissive=yes\n",
     .expected = "uncovered from policy '' denied\nUNKNOWN\n"},
    {.name = "an object that one side could not read, and a change beside it",
     .from = "table a.t\n  column c type=text\n",
     .to = "gap table 'a.t' reason=locked\ntable a.u\n",
     .expected = "low object-added added table a.u\nuncovered to table 'a.t' locked\nDRIFTED\n"},
    {.name = "parts of an object that could not be read",
     .from = "table a.t\n  column c type=text\n  column d type=text\n",
     .to = "gap column 'a.t.c' reason=locked\ntable a.t\n",
     .expected = "critical column-removed removed column a.t.d type:text->-\nuncovered to column 'a.t.c' locked\n"
                 "DRIFTED\n"},
    {.name = "a whole kind hides the parts of its objects",
     .from = "gap table reason=denied\n",
     .to = "table a.t\n  column c type=text\n",
     .expected = "uncovered from table '' denied\nUNKNOWN\n"},
    {.name = "gaps that a pattern leaves out do not count",
     .from = "gap policy reason=denied\ngap table 'tmp.t' reason=locked\n",
     .to = "",
     .ignore = "policy:*\ntable:tmp.*",
     .expected = "IN_SYNC\n"},
    {.name = "a pattern that does not cover the kind leaves its gap",
     .from = "gap policy reason=denied\n",
     .to = "",
     .ignore = "policy:a*",
     .expected = "uncovered from policy '' denied\nUNKNOWN\n"},
    {.name = "equal gaps on both sides are gaps nevertheless",
     .from = "gap policy reason=denied\n",
     .to = "gap policy reason=denied\n",
     .expected = "uncovered from policy '' denied\nuncovered to policy '' denied\nUNKNOWN\n"},
    {.name = "gaps of an aspect that is not compared do not count",
     .from = "gap default_privilege reason=denied\n",
     .to = "",
     .aspects = "structure",
     .expected = "IN_SYNC\n"},

    /* servers of two major versions */
    {.name = "what may only be spelt otherwise is not covered",
     .from = FIFTEEN "view a.v definition='SELECT t.a FROM s.t'\nview a.u definition='SELECT t.b FROM s.t'\n"
                     "table a.t\n  column c type=text default='(1)'\n",
     .to = SIXTEEN "view a.v definition='SELECT a FROM s.t'\nview a.u definition='SELECT b FROM s.t'\n"
                   "table a.t\n  column c type=text default='1'\n",
     .expected = "uncovered both view 'a.u' definition" RENDERED "uncovered both view 'a.v' definition" RENDERED
                 "uncovered both column 'a.t.c' default" RENDERED "UNKNOWN\n"},
    {.name = "what else differs is drift, also in the same change",
     .from = FIFTEEN "table a.t comment=x\n  column c type=text default='(1)'\ntable a.u\n",
     .to = SIXTEEN "table a.t comment=y\n  column c type=integer default='1'\n",
     .expected = "critical type-family-changed modified column a.t.c type:text->integer\n"
                 "critical table-removed removed table a.u\n"
                 "low comment-changed modified table a.t comment:x->y\n"
                 "uncovered both column 'a.t.c' default" RENDERED "DRIFTED\n"},
    {.name = "whether there is a text at all is known",
     .from = FIFTEEN "table a.t\n  column c default=1\n  column d\n",
     .to = SIXTEEN "table a.t\n  column c\n  column d default=1\n",
     .expected = "high default-removed modified column a.t.c default:1->-\n"
                 "medium default-changed modified column a.t.d default:-->1\nDRIFTED\n"},
    {.name = "what was renamed was renamed",
     .from = ORIGIN FIFTEEN "table a.t #1\n  check c #1 expression='(x > 0)' validated=no\n",
     .to = ORIGIN SIXTEEN "table a.t #1\n  check d #1 expression='x > 0'\n",
     .expected = "high constraint-changed renamed check a.t.d was a.t.c validated:no->-\n"
                 "uncovered both check 'a.t.d' expression" RENDERED "DRIFTED\n"},
    {.name = "equal texts are equal, whoever rendered them",
     .from = FIFTEEN "view a.v definition='SELECT 1'\n",
     .to = SIXTEEN "view a.v definition='SELECT 1'\n",
     .expected = "IN_SYNC\n"},
    {.name = "within one major version texts are compared",
     .from = FIFTEEN "view a.v definition='SELECT t.a FROM s.t'\n",
     .to = "@server postgresql 15.3\nview a.v definition='SELECT a FROM s.t'\n",
     .expected = "high view-changed modified view a.v definition:SELECT t.a FROM s.t->SELECT a FROM s.t\n"
                 "DRIFTED\n"},
    {.name = "a pattern may say that a text does not matter",
     .from = FIFTEEN "view a.v definition='SELECT t.a FROM s.t'\n",
     .to = SIXTEEN "view a.v definition='SELECT a FROM s.t'\n",
     .ignore = "definition:*",
     .expected = "ignored 1\nIN_SYNC\n"},
    {.name = "what a side could not read is told once",
     .from = FIFTEEN "gap view reason=denied\nview a.v definition='SELECT t.a FROM s.t'\n",
     .to = SIXTEEN "view a.v definition='SELECT a FROM s.t'\n",
     .expected = "uncovered from view '' denied\nUNKNOWN\n"},

    /* privileges as objects */
    {.name = "privileges are judged by what they say",
     .from = "default_privilege 'FOR ROLE a ON TABLES' grants=['SELECT TO bob']\n",
     .to = "default_privilege 'FOR ROLE a ON FUNCTIONS' revoked=['EXECUTE FROM PUBLIC']\n"
           "system_privilege 'function pg_catalog.x()' grants=['EXECUTE TO PUBLIC']\n",
     .expected = "critical granted-to-public added system_privilege function pg_catalog.x() @access\n"
                 "high privilege-revoked added default_privilege FOR ROLE a ON FUNCTIONS @access\n"
                 "high privilege-revoked removed default_privilege FOR ROLE a ON TABLES @access\nDRIFTED\n"},
    {.name = "privileges where access is not compared",
     .from = "",
     .to = "default_privilege 'FOR ROLE a ON TABLES' grants=['SELECT TO bob']\n",
     .aspects = "structure",
     .expected = "IN_SYNC\n"},
};

static void set_aspects(struct diff_options *options, const char *aspects)
{
    for (unsigned i = 0; aspects != NULL && i < ASPECT_COUNT; i++)
        options->aspects[i] = strstr(aspects, aspect_name((enum aspect)i)) != NULL;
}

static void test_differences(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct snapshot *from = snapshot_from_text(cases[i].from), *to = snapshot_from_text(cases[i].to);
        struct buffer output = {0};
        struct diff_options options;
        struct error error = {0};
        struct diff diff;

        arena_init(&arena, ARENA_LIMIT);
        diff_options_init(&options);
        set_aspects(&options, cases[i].aspects);
        options.fold_partitions = cases[i].fold_partitions;
        options.ignore = ignore_from_text(cases[i].ignore == NULL ? "" : cases[i].ignore, &arena);
        assert_int_equal(diff_snapshots(&diff, from, to, &options, &arena, &error), ERROR_NONE);
        write_diff(&output, &diff);
        if (strcmp(output.bytes, cases[i].expected) != 0)
            fail_msg("%s:\n%s-- expected --\n%s", cases[i].name, output.bytes, cases[i].expected);
        buffer_clear(&output);
        snapshot_free(from);
        snapshot_free(to);
    }
}

/* What is new one way is gone the other way, and a comparison of anything with itself says nothing. */
static void test_differences_are_symmetric(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct snapshot *sides[2] = {snapshot_from_text(cases[i].from), snapshot_from_text(cases[i].to)};
        struct diff_options options;
        struct error error = {0};
        struct diff there, back, same;

        arena_init(&arena, ARENA_LIMIT);
        diff_options_init(&options);
        assert_int_equal(diff_snapshots(&there, sides[0], sides[1], &options, &arena, &error), ERROR_NONE);
        assert_int_equal(diff_snapshots(&back, sides[1], sides[0], &options, &arena, &error), ERROR_NONE);
        assert_int_equal(diff_snapshots(&same, sides[1], sides[1], &options, &arena, &error), ERROR_NONE);
        assert_int_equal(there.change_count, back.change_count);
        assert_int_equal(there.verdict, back.verdict);
        assert_int_equal(same.change_count, 0);
        snapshot_free(sides[0]);
        snapshot_free(sides[1]);
    }
}

static void test_other_canonical_version_is_unknown(void **state)
{
    struct snapshot *from = snapshot_from_text(ORDERS), *to = snapshot_from_text("");
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    to->canonical_version++;
    assert_int_equal(diff_snapshots(&diff, from, to, &options, &arena, &error), ERROR_NONE);
    assert_int_equal(diff.verdict, VERDICT_UNKNOWN);
    assert_string_equal(diff.unknown_reason.bytes, "canonical form differs");
    assert_int_equal(diff.change_count, 0);
    snapshot_free(from);
    snapshot_free(to);
}

static void test_summary_and_overrides(void **state)
{
    struct snapshot *from = snapshot_from_text("table a.t comment=x\ntable a.u\n");
    struct snapshot *to = snapshot_from_text("table a.t comment=y\nview a.v\n");
    struct severity_override overrides[3] = {
        {.level = SEVERITY_HIGH}, {.level = SEVERITY_LOW}, {.level = SEVERITY_MEDIUM}};
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct ignore_list patterns;
    struct diff diff;

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, from, to, &options, &arena, &error), ERROR_NONE);
    assert_int_equal(diff.summary[SEVERITY_CRITICAL], 1);
    assert_int_equal(diff.summary[SEVERITY_HIGH], 0);
    assert_int_equal(diff.summary[SEVERITY_LOW], 2);

    patterns = ignore_from_text("comment:*\n*:a.u\ntable:a.u", &arena);
    for (size_t i = 0; i < 3; i++)
        overrides[i].pattern = patterns.patterns[i];
    options.overrides = overrides;
    options.override_count = 3;
    assert_int_equal(diff_snapshots(&diff, from, to, &options, &arena, &error), ERROR_NONE);
    assert_int_equal(diff.summary[SEVERITY_CRITICAL], 0);
    assert_int_equal(diff.summary[SEVERITY_HIGH], 1);
    assert_int_equal(diff.summary[SEVERITY_MEDIUM], 1); /* the last override that matches */
    assert_int_equal(diff.summary[SEVERITY_LOW], 1);
    assert_string_equal(diff.changes[0].rule, "comment-changed");
    snapshot_free(from);
    snapshot_free(to);
}

/* ---------------------------------------------------------------- memory */

struct sides {
    struct snapshot *from, *to;
};

static enum error_code compare_sides(void *context, struct error *error)
{
    const struct sides *sides = context;
    struct diff diff = {.change_count = 77};
    struct diff_options options;
    struct arena arena;
    enum error_code code;

    arena_init(&arena, ARENA_LIMIT);
    diff_options_init(&options);
    options.fold_partitions = true;
    code = diff_snapshots(&diff, sides->from, sides->to, &options, &arena, error);
    assert_true(code == ERROR_NONE || diff.change_count == 77);
    arena_free(&arena);
    return code;
}

static void test_every_allocation_may_fail(void **state)
{
    struct sides sides = {
        snapshot_from_text(ORIGIN FIFTEEN
                           "gap policy reason=x\ntable a.t #7 column_order=[x|y]\n  column x #1 type=text\n"
                           "  column y #2 type=text default=1\ntable a.u #8 comment=1\n"),
        snapshot_from_text(ORIGIN SIXTEEN
                           "table a.t #7 owner=bob column_order=[y|z]\n  column z #1 type=text\n"
                           "  column y #2 type=text default=2\ntable a.v #8 comment=1\nview a.w #9 comment=1\n")};

    (void)state;
    test_every_allocation(compare_sides, &sides);
    snapshot_free(sides.from);
    snapshot_free(sides.to);
}

static void test_the_arena_limit_is_reported(void **state)
{
    struct snapshot *from = snapshot_from_text(""), *to = snapshot_from_text(ORDERS);
    CLEANUP(arena_free) struct arena arena;
    struct diff_options options;
    struct error error = {0};
    struct diff diff;

    (void)state;
    arena_init(&arena, 64);
    diff_options_init(&options);
    assert_int_equal(diff_snapshots(&diff, from, to, &options, &arena, &error), ERROR_LIMIT);
    snapshot_free(from);
    snapshot_free(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_differences_are_symmetric),
        cmocka_unit_test(test_other_canonical_version_is_unknown),
        cmocka_unit_test(test_summary_and_overrides),
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_the_arena_limit_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
