#include "contract/contract_check.h"

#include <stdio.h>
#include <string.h>

#include "common/drift/snapshot_text.h"
#include "contract/contract_file.h"
#include "support/allocation.h"
#include "support/cmocka.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024 };

/* What a contract begins with; what is required begins in line 5. */
#define HEAD "name: a\nconsumers: [c]\ndatabase: d\nrequires:\n"

static const char schema[] = "table shop.orders\n"
                             "  column id type=bigint nullable=no identity=always\n"
                             "  column total type='numeric(12,2)' nullable=no default=0\n"
                             "  column note type=text nullable=yes\n"
                             "  column made type='timestamp with time zone' nullable=no default='now()'\n"
                             "  column twice type=integer nullable=yes generated='(total * 2)'\n"
                             "  column untyped nullable=yes\n"
                             "  primary_key orders_pkey columns=[id]\n"
                             "  unique orders_key columns=[note|made]\n"
                             "  index orders_total columns=[total|made]\n"
                             "  index orders_unique columns=[total] unique=yes\n"
                             "  index orders_partial columns=[twice] unique=yes predicate='(total > 0)'\n"
                             "  index orders_broken columns=[untyped] unique=yes valid=no\n"
                             "  index orders_down columns=['made DESC'|id]\n"
                             "  index orders_method method=btree\n"
                             "table shop.customers\n"
                             "table stock.parts\n"
                             "view shop.open_orders\n"
                             "  column id type=bigint nullable=yes\n"
                             "view shop.broken unresolved=yes\n"
                             "materialized_view shop.sums\n"
                             "  column day type=date nullable=yes\n"
                             "  index sums_day columns=[day]\n"
                             "enum shop.status labels=[new|paid]\n"
                             "enum shop.empty\n"
                             "function shop.total(integer, text) returns=bigint\n"
                             "function shop.total(text) returns=text\n"
                             "function shop.nothing()\n";

static const struct {
    const char *requires;
    const char *findings; /* "LINE STATE KIND OBJECT: MESSAGE\n"; empty: it holds */
} cases[] = {
    /* objects */
    {"- table: shop.orders\n- view: shop.open_orders\n- materialized_view: shop.sums\n- enum: shop.empty\n", ""},
    {"- function: shop.total(text)\n- function: shop.nothing()\n", ""},
    {"- table: shop.ordes\n", "5 violated table shop.ordes: there is no table shop.ordes; did you mean shop.orders?\n"},
    {"- table: shop.part\n", "5 violated table shop.part: there is no table shop.part\n"},
    {"- table: shop.parts\n", "5 violated table shop.parts: there is no table shop.parts; did you mean stock.parts?\n"},
    {"- table: shop.open_orders\n",
     "5 violated table shop.open_orders: there is no table shop.open_orders; it is a view\n"},
    {"- view: shop.sums\n", "5 violated view shop.sums: there is no view shop.sums; it is a materialized_view\n"},
    {"- function: shop.total(integer)\n",
     "5 violated function shop.total(integer): there is no function shop.total(integer); did you mean "
     "shop.total(integer, text) or shop.total(text)?\n"},
    {"- enum: shop.kinds\n", "5 violated enum shop.kinds: there is no enum shop.kinds\n"},
    /* columns */
    {"- table: shop.orders\n  columns: [{name: id}, {name: total, type: 'decimal(12, 2)'}]\n", ""},
    {"- table: shop.orders\n  columns:\n  - {name: id}\n  - {name: totals}\n",
     "8 violated column shop.orders.totals: table shop.orders has no column totals; did you mean total?\n"},
    {"- table: shop.orders\n  columns:\n  - name: Odd name\n",
     "7 violated column shop.orders.\"Odd name\": table shop.orders has no column \"Odd name\"\n"},
    {"- table: shop.orders\n  columns: [{name: total, type: integer}]\n",
     "6 violated column shop.orders.total: column shop.orders.total has the type numeric(12,2), integer is required\n"},
    {"- table: shop.orders\n  columns: [{name: untyped, type_family: text}]\n",
     "6 violated column shop.orders.untyped: column shop.orders.untyped has no type, one of the family text is "
     "required\n"},
    {"- view: shop.open_orders\n  columns: [{name: id, type_at_least: integer}]\n", ""},
    {"- view: shop.open_orders\n  columns: [{name: id, type_at_least: numeric}]\n",
     "6 violated column shop.open_orders.id: column shop.open_orders.id has the type bigint, at least numeric is "
     "required\n"},
    {"- table: shop.orders\n  columns: [{name: id, nullable: no}, {name: note, nullable: yes}]\n", ""},
    {"- table: shop.orders\n  columns: [{name: note, nullable: no}]\n",
     "6 violated column shop.orders.note: column shop.orders.note can be NULL, NOT NULL is required\n"},
    {"- table: shop.orders\n  columns: [{name: total, nullable: yes}]\n",
     "6 violated column shop.orders.total: column shop.orders.total is NOT NULL, but NULL must be possible\n"},
    {"- table: shop.orders\n  columns: [{name: total, default: '0'}, {name: made, default: now()}]\n", ""},
    {"- table: shop.orders\n  columns: [{name: total, default: '1'}]\n",
     "6 violated column shop.orders.total: column shop.orders.total has the default 0, 1 is required\n"},
    {"- table: shop.orders\n  columns: [{name: note, default: x}]\n",
     "6 violated column shop.orders.note: column shop.orders.note has no default, x is required\n"},
    {"- table: shop.orders\n  columns: [{name: id, has_default: yes}, {name: total, has_default: yes},"
     " {name: twice, has_default: yes}, {name: note, has_default: no}]\n",
     ""},
    {"- table: shop.orders\n  columns: [{name: note, has_default: yes}]\n",
     "6 violated column shop.orders.note: column shop.orders.note has no default, one is required\n"},
    {"- table: shop.orders\n  columns: [{name: id, has_default: no}, {name: twice, has_default: no},"
     " {name: made, has_default: no}]\n",
     "6 violated column shop.orders.id: column shop.orders.id is an identity column, none is allowed\n"
     "6 violated column shop.orders.twice: column shop.orders.twice is generated, none is allowed\n"
     "6 violated column shop.orders.made: column shop.orders.made has the default now(), none is allowed\n"},
    {"- table: shop.orders\n  columns: [{name: note, type: uuid, nullable: no, has_default: yes}]\n",
     "6 violated column shop.orders.note: column shop.orders.note has the type text, uuid is required\n"
     "6 violated column shop.orders.note: column shop.orders.note can be NULL, NOT NULL is required\n"
     "6 violated column shop.orders.note: column shop.orders.note has no default, one is required\n"},
    {"- view: shop.broken\n", ""},
    {"- view: shop.broken\n  columns: [{name: id}]\n",
     "6 unknown column shop.broken.id: column shop.broken.id is not known: the view refers to something that cannot "
     "be resolved\n"},
    /* keys and indexes */
    {"- table: shop.orders\n  keys: [[id], [note, made], [made, note], [total]]\n", ""},
    {"- table: shop.orders\n  keys:\n  - [id]\n  - [id, note]\n",
     "8 violated unique shop.orders: table shop.orders has no primary key or unique constraint on (id, note)\n"},
    {"- table: shop.orders\n  keys: [[note], [twice], [untyped]]\n",
     "6 violated unique shop.orders: table shop.orders has no primary key or unique constraint on (note)\n"
     "6 violated unique shop.orders: table shop.orders has no primary key or unique constraint on (twice)\n"
     "6 violated unique shop.orders: table shop.orders has no primary key or unique constraint on (untyped)\n"},
    {"- table: shop.orders\n  indexes: [[id], [note], [note, made], [total], [total, made], [made], [made, id]]\n", ""},
    {"- table: shop.orders\n  indexes: [[made, note], [twice], [untyped], ['Odd']]\n",
     "6 violated index shop.orders: table shop.orders has no index that begins with (made, note)\n"
     "6 violated index shop.orders: table shop.orders has no index that begins with (twice)\n"
     "6 violated index shop.orders: table shop.orders has no index that begins with (untyped)\n"
     "6 violated index shop.orders: table shop.orders has no index that begins with (\"Odd\")\n"},
    {"- materialized_view: shop.sums\n  columns: [{name: day, type: date}]\n  indexes: [[day]]\n", ""},
    /* enums and functions */
    {"- enum: shop.status\n  labels: [paid, new]\n", ""},
    {"- enum: shop.status\n  labels: [paid, sent, lost]\n",
     "5 violated enum shop.status: enum shop.status has no label 'sent'\n"
     "5 violated enum shop.status: enum shop.status has no label 'lost'\n"},
    {"- enum: shop.empty\n  labels: [paid]\n", "5 violated enum shop.empty: enum shop.empty has no label 'paid'\n"},
    {"- function: shop.total(integer, text)\n  returns_at_least: integer\n  returns_family: number\n", ""},
    {"- function: shop.total(text)\n  returns: bigint\n",
     "5 violated function shop.total(text): function shop.total(text) returns text, bigint is required\n"},
    {"- function: shop.nothing()\n  returns_any: [text, uuid]\n",
     "5 violated function shop.nothing(): function shop.nothing() returns nothing, text or uuid is required\n"},
};

static void write_findings(struct buffer *output, const struct contract_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct contract_finding *finding = &result->findings[i];

        buffer_printf(output, "%u %s %s %.*s: %.*s\n", finding->line, contract_state_name(finding->state),
                      kind_name(finding->kind), TEXT_ARGS(finding->object), TEXT_ARGS(finding->message));
        assert_true(text_equal(finding->owner, finding->requirement->path));
    }
}

/* What is said of a schema. */
static enum contract_state check(struct buffer *output, const char *schema_text, const char *requires)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer text;
    struct snapshot *snapshot = snapshot_from_text(schema_text);
    struct contract_source source = contract_source_of(snapshot);
    struct contract_result result = {0};
    struct contract_set set = {0};
    struct error error = {0};

    arena_init(&arena, ARENA_LIMIT);
    buffer_init(&text);
    buffer_printf(&text, HEAD "%s", requires);
    if (contract_text_read(&set, "c.yaml", buffer_text(&text), &arena, &error) != ERROR_NONE)
        fail_msg("%s\n%s (%s)", requires, error.message, error.hint);
    assert_int_equal(contract_check(&result, &set.contracts[0], &source, &arena, &error), ERROR_NONE);
    assert_int_equal(error.code, ERROR_NONE);
    write_findings(output, &result);
    snapshot_free(snapshot);
    return result.state;
}

static void test_requirements_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        CLEANUP(buffer_clear) struct buffer output;
        enum contract_state found;

        buffer_init(&output);
        found = check(&output, schema, cases[i].requires);
        if (!text_equal(buffer_text(&output), text_from(cases[i].findings)))
            fail_msg("%s\ngave:\n%s", cases[i].requires, output.bytes);
        assert_int_equal(found, output.length == 0                         ? CONTRACT_HOLDS
                                : strstr(output.bytes, "violated") == NULL ? CONTRACT_UNKNOWN
                                                                           : CONTRACT_VIOLATED);
    }
}

static const struct {
    const char *gaps;
    const char *requires;
    const char *findings;
} uncovered[] = {
    {"gap policy reason=denied\n", "- table: shop.orders\n  columns: [{name: id}]\n", ""},
    {"gap table reason=denied\n", "- table: shop.orders\n- table: shop.missing\n",
     "5 unknown table shop.orders: table shop.orders is not known: tables could not be read: denied\n"
     "6 unknown table shop.missing: table shop.missing is not known: tables could not be read: denied\n"},
    {"gap table 'shop.gone' reason=locked\n", "- table: shop.orders\n- table: shop.gone\n",
     "6 unknown table shop.gone: table shop.gone is not known: locked\n"},
    {"gap column reason=timeout\n", "- table: shop.orders\n  columns: [{name: id, type: text}]\n  keys: [[id]]\n",
     "6 unknown column shop.orders.id: column shop.orders.id is not known: columns could not be read: timeout\n"},
    {"gap column 'shop.orders.note' reason=odd\n", "- table: shop.orders\n  columns: [{name: id}, {name: note}]\n",
     "6 unknown column shop.orders.note: column shop.orders.note is not known: odd\n"},
    {"gap index reason=timeout\n", "- table: shop.orders\n  keys: [[id], [note]]\n  indexes: [[id], [note], [lost]]\n",
     "6 unknown unique shop.orders: whether table shop.orders is unique on (note) is not known: indexes could not be "
     "read: timeout\n"
     "7 unknown index shop.orders: whether an index of table shop.orders begins with (lost) is not known: indexes "
     "could not be read: timeout\n"},
    {"gap unique 'shop.orders.odd' reason=odd\n", "- table: shop.orders\n  keys: [[note]]\n",
     "6 unknown unique shop.orders: whether table shop.orders is unique on (note) is not known: unique constraints "
     "could not be read: odd\n"},
    {"gap unique 'shop.orders2.odd' reason=odd\n", "- table: shop.orders\n  keys: [[note]]\n",
     "6 violated unique shop.orders: table shop.orders has no primary key or unique constraint on (note)\n"},
    {"gap index reason='not declared'\n", "- table: shop.orders\n  keys: [[id], [note]]\n",
     "6 unknown unique shop.orders: whether table shop.orders is unique on (note) is not known: indexes are not "
     "declared\n"},
    {"gap table 'shop.gone' reason='not declared'\n", "- table: shop.gone\n",
     "5 unknown table shop.gone: table shop.gone is not known: it is not declared\n"},
    {"gap view reason='not declared'\n", "- view: shop.gone\n",
     "5 unknown view shop.gone: view shop.gone is not known: views are not declared\n"},
    {"gap column '* (default, nullable)' reason='not declared'\n",
     "- table: shop.orders\n  columns: [{name: id, type: bigint}, {name: total, default: '0', nullable: no}, {name: "
     "note, "
     "has_default: no}]\n",
     "6 unknown column shop.orders.total: column shop.orders.total is not known: whether it takes NULL is not "
     "declared\n"
     "6 unknown column shop.orders.total: column shop.orders.total is not known: its default is not declared\n"
     "6 unknown column shop.orders.note: column shop.orders.note is not known: its default is not declared\n"},
    {"gap function reason=denied\n", "- function: shop.missing()\n  returns: text\n- table: shop.missing\n",
     "5 unknown function shop.missing(): function shop.missing() is not known: functions could not be read: denied\n"
     "7 violated table shop.missing: there is no table shop.missing\n"},
};

static void test_what_is_not_covered_is_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(uncovered); i++) {
        CLEANUP(buffer_clear) struct buffer text, output;

        buffer_init(&text);
        buffer_init(&output);
        buffer_printf(&text, "%s%s", uncovered[i].gaps, schema);
        check(&output, text.bytes, uncovered[i].requires);
        if (!text_equal(buffer_text(&output), text_from(uncovered[i].findings)))
            fail_msg("%s%s\ngave:\n%s", uncovered[i].gaps, uncovered[i].requires, output.bytes);
    }
}

/* Types are annotations, and say no sizes. */
static void test_python(void **state)
{
    static const char python[] = "@server python 1\n"
                                 "gap primary_key reason='not declared'\n"
                                 "table shop.orders\n"
                                 "  column id type=int nullable=no\n"
                                 "  column note type=str nullable=yes\n"
                                 "  column made type=datetime.datetime nullable=no\n"
                                 "  column who type=str nullable=no\n";
    static const char requires[] =
        "- table: shop.orders\n  columns:\n    - {name: id, type_at_least: bigint, type_family: number, nullable: no}\n"
        "    - {name: note, type: 'character varying(20)', has_default: yes}\n    - {name: made, type: bigint}\n"
        "    - {name: who, type_family: integer}\n  keys: [[id]]\n";
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    check(&output, python, requires);
    assert_string_equal(
        output.bytes,
        "8 unknown column shop.orders.note: column shop.orders.note is not known: its default is not declared\n"
        "9 violated column shop.orders.made: column shop.orders.made has the type datetime.datetime, bigint is "
        "required\n"
        "10 violated column shop.orders.who: column shop.orders.who has the type str, one of the family integer is "
        "required\n"
        "11 unknown unique shop.orders: whether table shop.orders is unique on (id) is not known: primary keys are not "
        "declared\n");
}

static void test_states_are_ranked(void **state)
{
    CLEANUP(buffer_clear) struct buffer output;

    (void)state;
    buffer_init(&output);
    assert_int_equal(check(&output, schema, "- table: shop.orders\n"), CONTRACT_HOLDS);
    assert_int_equal(check(&output, "gap view reason=x\n", "- view: s.v\n"), CONTRACT_UNKNOWN);
    assert_int_equal(check(&output, "gap view reason=x\n", "- view: s.v\n- table: s.t\n- view: s.w\n"),
                     CONTRACT_VIOLATED);
    assert_string_equal(contract_state_name(CONTRACT_HOLDS), "holds");
}

/* ---- sources ---- */

static enum error_code fail_to_find(void *context, enum kind kind, struct text path, struct arena *arena,
                                    struct object *ret_object, struct error *error)
{
    (void)context, (void)kind, (void)path, (void)arena, (void)ret_object;
    return error_set(error, ERROR_CORRUPT, "a broken store");
}

static enum error_code find_nothing(void *context, enum kind kind, struct text path, struct arena *arena,
                                    struct object *ret_object, struct error *error)
{
    (void)context, (void)kind, (void)path, (void)arena, (void)ret_object;
    return error_set(error, ERROR_NOT_FOUND, "%s", "");
}

static void test_sources_may_fail_and_need_no_hints(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct contract_source source = {.find = fail_to_find};
    struct contract_result result = {.count = 77};
    struct contract_set set = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(contract_text_read(&set, "c", TEXT(HEAD "- table: s.t\n"), &arena, &error), ERROR_NONE);
    assert_int_equal(contract_check(&result, &set.contracts[0], &source, &arena, &error), ERROR_CORRUPT);
    assert_string_equal(error.message, "a broken store");
    assert_int_equal(result.count, 77);
    source.find = find_nothing;
    assert_int_equal(contract_check(&result, &set.contracts[0], &source, &arena, &error), ERROR_NONE);
    assert_int_equal(result.count, 1);
    assert_true(text_equal(result.findings[0].message, TEXT("there is no table s.t")));
}

/* ---- memory ---- */

struct work {
    struct snapshot *snapshot;
    const struct contract *contract;
};

static enum error_code attempt(void *context, struct error *error)
{
    const struct work *work = context;
    const struct contract_source source = contract_source_of(work->snapshot);
    CLEANUP(arena_free) struct arena arena;
    struct contract_result result;

    arena_init(&arena, ARENA_LIMIT);
    return contract_check(&result, work->contract, &source, &arena, error);
}

static void test_allocations_may_fail(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    struct work work = {.snapshot = snapshot_from_text(schema)};
    struct contract_set set = {0};
    struct error error = {0};

    (void)state;
    arena_init(&arena, ARENA_LIMIT);
    assert_int_equal(contract_text_read(&set, "c",
                                        TEXT(HEAD "- table: shop.orders\n  columns: [{name: total, type: text}]\n"
                                                  "  keys: [[note]]\n- function: shop.total()\n"),
                                        &arena, &error),
                     ERROR_NONE);
    work.contract = &set.contracts[0];
    test_every_allocation(attempt, &work);
    snapshot_free(work.snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requirements_are_judged),
        cmocka_unit_test(test_what_is_not_covered_is_unknown),
        cmocka_unit_test(test_python),
        cmocka_unit_test(test_states_are_ranked),
        cmocka_unit_test(test_sources_may_fail_and_need_no_hints),
        cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
